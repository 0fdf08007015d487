"""Of a line that says much the piece that says what is asked: cut at clause boundaries, weighed by learnt weights."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from answer.asked import DATA, PATTERNS
from answer.question import Question
from answer.weighed import (
    Signals,
    asked_kinds,
    beside,
    chances,
    counts,
    coverage,
    figures,
    has,
    marked,
    meant,
    nouns,
    own_words,
    typed,
)
from plan.due import date_phrases
from plan.model import Span
from plan.patterns import patterns
from plan.text import fold, lower
from plan.units import find_units
from reading.protocol import Mark

EARLY = 80  # characters from the beginning within which a fact is read at a glance
ROOM = 120  # characters of a first line that is cut out of a longer one
SHORT = 25  # characters; a shorter sentence is a label of the next, but where it tells a figure
LONG, LEAST = 60, 12  # a piece that is longer is cut before what begins an adjunct, so many characters apart
BEGUN = 0.2  # how much likelier the fact has to be read in a line that begins within a sentence
SURE = 0.3  # the chance of the likeliest piece from which on a line may begin within a sentence
AS_WELL = 0.2  # the chance from which on a second piece is told too
AHEAD = 0.1  # how much likelier another piece has to be than what the register says
LESS = 0.3  # what the chance is worth of a piece whose sentence has less of what is asked about than another
OTHER = 0.05  # what the chance is worth of a piece that is of another figure or period than is named

_SENTENCE = re.compile(  # and what a sum is made of
    r";\s+|(?:(?<=[^\W\d]{2}[.])|(?<=\d{4}[.])|(?<=[)%”\"][.]))\s+(?=[^\W\d_])|,\s+(?=(?:trong đó|bao gồm|gồm)\b)|"
    r"(?<=đồng),\s+(?=[^,;]*\d[^,;]*đồng)"
)
_ENDING = re.compile(r"\s(?:và|hoặc|với|của|theo)\Z")  # of a run that its room ends before what it links
_LINKED = re.compile(r"\A(?:trong đó|bao gồm|gồm)(?: có)?:?\s+(?=\w)")
_VALUE = re.compile(r":.*\d")
_MONEY = frozenset({"kinh", "phi", "tien", "nguon", "von", "lay", "ra", "chi", "kp"})
_ASKING = re.compile(r"\b(?:bao nhieu|may|nao)\b")
_PAUSE = re.compile(r"(?<=,)\s+|(?<=[^:;,.]{25}:)\s+|\s+(?=[(–])|\s+-\s+")
_KINDS = patterns(DATA / "kinds.txt")
_ADJUNCT, _PERIOD, _DENIED, _DANGLING, _SOURCE_ASKED, _SOURCE = (
    re.compile(_KINDS[each]) for each in ("adjunct", "period", "denied", "dangling", "source asked", "source")
)


def told_piece(question: Question, text: str, marks: Sequence[Mark] = ()) -> str:
    """The run of pieces that most likely tells what is asked within its first `EARLY` characters; `marks` are a
    reader's, of the clause.

    Where another may tell it as well, or what is asked beside it, both: 'Phòng Kinh tế gửi mẫu … trước ngày 15/6'.
    What the plan itself is for is a sentence, no piece of one.
    """
    if PATTERNS["purpose of the plan"].search(fold(question.search)):
        return text
    spans = cut(text)
    return _told(question, text, spans, _likely(question, text, spans, marks))


def _likely(question: Question, text: str, spans: Sequence[Span], marks: Sequence[Mark]) -> NDArray[np.float64]:
    return chances("pieces", signals(question, text, spans), marked(marks, text, spans))


def _told(question: Question, text: str, spans: Sequence[Span], likely: NDArray[np.float64]) -> str:
    likely = _of_what_is_named(question, text, spans, likely)
    likely = _of_most_of_it(question, text, spans, likely)
    likely = _of_first_source(question, text, spans, likely)
    first = _run(text, spans, likely)
    left = np.where([span.overlap(first) > 0 for span in spans], 0.0, likely)
    second = spans[int(left.argmax())]
    fits = first.end - first.start + second.end - second.start <= ROOM
    runs = [first, second] if left.max() >= AS_WELL and fits else [first]
    bounds = sorted({bound for run in runs for bound in (*_denied(text, spans, run), run)}, key=lambda run: run.start)
    told = " … ".join(_ENDING.sub("", text[run.start : run.end].strip(" ,;./")) for run in bounds)
    if told != text:
        told = _LINKED.sub("", told, count=1)
    return f"… {told}" if _within(text, spans, bounds[0]) else told


def _within(text: str, spans: Sequence[Span], run: Span) -> bool:
    """Whether a run begins within a sentence, and not behind a label or at one of the parts of a sum."""
    of, number = _sentences(text, spans), next(n for n, span in enumerate(spans) if span.start == run.start)
    return number > 0 and of[number] == of[number - 1] and not text[: run.start].rstrip().endswith(":")


def _denied(text: str, spans: Sequence[Span], run: Span) -> Iterator[Span]:
    """The piece before a run under whose "không", "cấm", "nếu" it stands: without it the run would say the contrary.

    It stands in the run's sentence, or in one that ends with a colon, whose points the run is one of.
    """
    of, number = _sentences(text, spans), next(n for n, span in enumerate(spans) if span.start == run.start)
    heading: dict[int, bool] = {}  # of a sentence: whether its last piece is a colon's
    for before in range(number - 1, -1, -1):
        piece = text[spans[before].start : spans[before].end].strip()
        if piece.endswith("."):
            return
        heading[of[before]] = heading.get(of[before], False) or piece.endswith(":")
        if (of[before] == of[number] or heading[of[before]]) and _DENIED.search(lower(piece)):
            yield spans[before]
            return


def _of_what_is_named(
    question: Question, text: str, spans: Sequence[Span], likely: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Of what bears a figure or a period that the question names ('năm 2027', 'báo cáo năm') only what follows it in
    its sentence is of it; what other sentences say is of another."""
    of, named = _sentences(text, spans), _names(question.search)
    bearing = [n for n, span in enumerate(spans) if named & _names(text[span.start : span.end])]
    behind = np.array([any(of[n] == of[first] and n >= first for first in bearing) for n in range(len(spans))])
    told = np.where(behind, likely, OTHER * likely) if bearing else likely
    return np.asarray(told / told.sum(), dtype=np.float64)


def _of_most_of_it(
    question: Question, text: str, spans: Sequence[Span], likely: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A sentence is worth less where another, with the first, has all that it has of what is asked about and more:
    'Công tiêm: 6.000 đồng/con trâu; 3.000 đồng/con lợn' where pigs are asked about. What has a label of its own, as the
    first has, is none of that: 'Chi sửa cống: 980.000.000 đồng. Chi mua vật tư: 615.000.000 đồng.'"""
    of, said = _sentences(text, spans), meant(question)
    own = [each & said for each in own_words(question, [text[span.start : span.end] for span in spans])]
    labelled = {one: bool(_VALUE.search(_joined(text, spans, of, one))) for one in set(of)}
    above = {one: -1 if labelled[0] and labelled[one] else 0 for one in labelled}
    whole = {one: set[str]().union(*(own[n] for n, at in enumerate(of) if at in (above[one], one))) for one in labelled}
    once = len(_ASKING.findall(fold(question.search))) < 2
    less = [once and any(whole[one] < other for other in whole.values()) for one in of]
    told = np.where(less, LESS * likely, likely)
    return np.asarray(told / told.sum(), dtype=np.float64)


def _joined(text: str, spans: Sequence[Span], of: Sequence[int], sentence: int) -> str:
    """All pieces of one sentence."""
    return "".join(text[span.start : span.end] for span, at in zip(spans, of, strict=True) if at == sentence)


def _of_first_source(
    question: Question, text: str, spans: Sequence[Span], likely: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Of a sentence that names several sources of money the first leads: 'từ ngân sách nhà nước theo phân cấp …'; of
    all sentences where nothing is named that the money is for."""
    if not _SOURCE_ASKED.search(fold(question.text)):
        return likely
    of, best, of_all = _sentences(text, spans), int(likely.argmax()), meant(question) <= _MONEY
    parts = [text[span.start : span.end].strip() for span in spans]
    here = (n for n, part in enumerate(parts) if (of_all or of[n] == of[best]) and not part.endswith(":"))
    first, told = next((n for n in here if _SOURCE.search(fold(parts[n]))), best), likely.copy()
    told[[first, best]] = likely[[best, first]]
    return told


def _names(text: str) -> set[str]:
    return figures(text) | set(_PERIOD.findall(fold(text)))


def told_beside(question: Question, text: str, values: Sequence[str], marks: Sequence[Mark] = ()) -> str:
    """The same where the fact likelier stands in another piece than those that hold `values`; else ''."""
    spans = cut(text)
    likely = _likely(question, text, spans, marks)
    found = [Span(at, at + len(value)) for value in values if (at := text.find(value)) >= 0]
    held = np.array([any(value.overlap(span) for value in found) for span in spans])
    beside = np.where(held, 0.0, likely).max() > likely[held].sum() + AHEAD
    return _told(question, text, spans, likely) if beside else ""


def _run(text: str, spans: Sequence[Span], likely: NDArray[np.float64]) -> Span:
    """From the piece on from which the fact is likeliest read, to the last of its sentence that there is room for."""
    of = _sentences(text, spans)
    likeliest = int(likely.argmax())
    bold = likely[likeliest] >= SURE
    begun = [n for n in range(likeliest + 1) if n == 0 or of[n] != of[n - 1] or (bold and not _dangles(text, spans[n]))]
    best = max(begun, key=lambda number: _read(spans, likely, of, number))
    room = [n for n in range(best, len(spans)) if of[n] == of[best] and spans[n].end - spans[best].start <= ROOM]
    return Span(spans[best].start, spans[max(room, default=best)].end)


def _dangles(text: str, piece: Span) -> bool:
    """Whether a piece reads as the end of something: '(10 lớp) và bãi tắm', 'với Phòng Kinh tế thực hiện'."""
    return _DANGLING.match(lower(text[piece.start : piece.end])) is not None


def _read(spans: Sequence[Span], likely: NDArray[np.float64], of: Sequence[int], first: int) -> float:
    """How likely the fact is read at a glance in a sentence that is told from a piece on."""
    same = [n for n in range(first, len(spans)) if of[n] == of[first]]
    seen = [n for n in same if n == first or spans[n].end - spans[first].start <= EARLY]
    return float(likely[seen].sum()) + BEGUN * (first == 0 or of[first] != of[first - 1])


def _sentences(text: str, spans: Sequence[Span]) -> list[int]:
    """The number of the sentence that each piece stands in, from 0; what a semicolon parts are sentences too."""
    starts = {cut.end() for cut in _SENTENCE.finditer(text) if not _is_label(text[: cut.start()])}
    return list(accumulate(int(span.start in starts) for span in spans))


def cut(text: str) -> list[Span]:
    """The pieces of a line, in order: at semicolons and sentences, commas and colons, long ones before adjuncts."""
    kept = [*((unit.start, unit.end) for unit in find_units(text)), *((s.start, s.end) for s in date_phrases(text))]
    pauses = {cut.span() for cut in _PAUSE.finditer(text) if not any(a < cut.start() < b for a, b in kept)}
    cuts = pauses | {cut.span() for cut in _SENTENCE.finditer(text) if not _is_label(text[: cut.start()])}
    pieces = _between(Span(0, len(text)), sorted(cuts))
    return [shorter for piece in pieces for shorter in _shorter(text, piece, kept)]


def _is_label(begin: str) -> bool:
    """Whether a first sentence is no more than a label of the next: 'Tuyên truyền.', and not 'Tổ 4: 9 điểm.'."""
    return len(begin) < SHORT and not _VALUE.search(begin)


def _between(whole: Span, cuts: Sequence[tuple[int, int]]) -> Iterator[Span]:
    start = whole.start
    for at, after in [*cuts, (whole.end, whole.end)]:
        if start < at:
            yield Span(start, at)
            start = after


def _shorter(text: str, piece: Span, kept: Sequence[tuple[int, int]]) -> Iterator[Span]:
    found = _ADJUNCT.finditer(text, piece.start + LEAST, piece.end) if piece.end - piece.start > LONG else ()
    yield from _between(piece, [cut.span() for cut in found if not any(a < cut.start() < b for a, b in kept)])


def signals(question: Question, text: str, spans: Sequence[Span]) -> list[Signals]:
    """What speaks for each piece: what is asked beside what it has, the question's words in it and around it."""
    asked, said, things = asked_kinds(question), typed(question), nouns(question)
    parts = [text[span.start : span.end] for span in spans]
    own = own_words(question, parts)
    cover, told = coverage(meant(question), own), coverage(said, own)
    pairs = coverage(beside(question.search), [beside(part) for part in parts])
    named = figures(question.text)
    made = []
    for number, part in enumerate(parts):
        each = {f"{ask}|{thing}": 1.0 for ask in asked for thing in [*has(part), *_nearby(number, cover)]}
        each |= {
            "said": len(own[number] & said) / max(1, len(own[number])),
            "all said": told[number],
            "most said": float(told[number] == max(told)),
            "side by side": pairs[number],
            "most side by side": float(pairs[number] == max(pairs) > 0),
            "figure": float(bool(named & figures(part))),
            "figure elsewhere": float(bool(named & figures(text)) and not named & figures(part)),
            "counted": float(counts(part, things)),
            "noun": float(bool(own[number] & things)),
            "label": float(part.endswith(":")),
            "length": min(1.0, len(part) / EARLY),
        }
        made.append(each | _around(number, cover))
    for each, sentence in zip(made, _in_sentences(text, spans, cover, meant(question), own), strict=True):
        each |= sentence
    return made


def _around(number: int, cover: Sequence[float]) -> Signals:
    """How much of what is asked about stands in a piece and in those beside it."""
    return {
        "own": cover[number],
        "before": cover[number - 1] if number else 0.0,
        "after": cover[number + 1] if number + 1 < len(cover) else 0.0,
        "beside": max((share for other, share in enumerate(cover) if other != number), default=0.0),
        "first": float(number == 0),
        "last": float(number == len(cover) - 1),
    }


def _nearby(number: int, cover: Sequence[float]) -> list[str]:
    """Whether a piece is the one that has most of what is asked about, or right behind or before it."""
    best = max(range(len(cover)), key=lambda each: cover[each])
    places = {best: "the best", best + 1: "behind the best", best - 1: "before the best"}
    return [places[number]] if cover[best] > 0 and number in places else []


def _in_sentences(
    text: str, spans: Sequence[Span], cover: Sequence[float], said: set[str], own: Sequence[set[str]]
) -> Iterator[Signals]:
    """The same of the sentence of each piece, beside the other sentences, and how far within it the piece stands."""
    sentences = _sentences(text, spans)
    wholes = [set[str]().union(*(own[n] for n, of in enumerate(sentences) if of == one)) for one in set(sentences)]
    covers = coverage(said, wholes)
    for number, one in enumerate(sentences):
        before = [cover[n] for n in range(number) if sentences[n] == one]
        yield {
            "sentence": covers[one],
            "best sentence": float(len(covers) > 1 and covers[one] == max(covers)),
            "first sentence": float(one == 0),
            "within": len(before) / 5,
            "so far": max(before, default=0.0),
            "sentences before": max(covers[:one], default=0.0),
        }
