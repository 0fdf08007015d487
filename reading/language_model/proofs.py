"""What a model chose, proved: where its words stand, whether a cut keeps their sense, which facet, the first line.

"thu phí" stands in "không thu phí" and says the opposite; "30/6" stands in "trước 30/6" and says less. A part that
loses a word which turns or limits it is not shown by itself: the whole piece is.

"Hội Phụ nữ" stands in "Đơn vị phối hợp: Hội Phụ nữ"; called the lead it would be said to officers as one. So a part
keeps its facet, and with it the label that the program or the model's first line puts before it, only where the
register, a label of the line, a table's column, or words around it bear that out.

Each run is cut word by word from one chosen part (or a heading above it) so that nothing which turns or limits it is
lost, and runs are kept apart by a label or a comma. A label of a facet ("chủ trì", "thời hạn") stands only beside parts
that were chosen for that facet. Anything else, and the program's own first line is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from language.syllable import canonical
from plan.fields import field_line, label_field
from plan.model import ClauseKind, Field, FieldValue, PlanVersion, Span
from plan.patterns import lists, patterns
from plan.text import fold, lower, nfc, squeeze, syllables
from reading.language_model.pieces import Piece
from reading.protocol import Facet

NEAR = 3  # words before a part in which a limiting word is about it
OPENING = 2  # a phrase of time before which fewer words stand opens the sentence, and is about all of it

FILE = Path(__file__).parents[1] / "data" / "facets.txt"


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


_KNOWN = patterns(FILE)
_TURN, _LIMIT = _whole(_KNOWN["turning"]), _whole(_KNOWN["limiting"])
_STOP = re.compile(r"[.;:!?](?=\s|$)|\n")
_FINISHED = re.compile(rf"(?<!\w)(?:{_KNOWN['finished']})(?!\w)[^,]*,\s*\Z")
_COUNTING = re.compile(rf"(?:{_KNOWN['counting']})")
_PURPOSE = re.compile(rf",\s(?:{_KNOWN['purpose']})(?!\w)")
_GAP = r"[\s*_`#|]+"


def find(part: str, text: str) -> tuple[int, int] | None:
    """Where a part stands in a text, word for word: only spaces and the marks between words may differ."""
    words = [re.escape(word) for word in re.split(_GAP, nfc(part)) if word]
    if not words:
        return None
    found = re.search(rf"(?<!\w){_GAP.join(words)}(?!\w)", text)
    return found.span() if found else None


def keeps_sense(text: str, start: int, end: int) -> bool:
    """Whether nothing that turns or limits the words from `start` to `end` is left out."""
    whole = lower(text)
    before = [stop.end() for stop in _STOP.finditer(whole, 0, start)]
    after = _STOP.search(whole, end)
    head = whole[before[-1] if before else 0 : start]
    tail = _PURPOSE.split(whole[end : after.start() if after else len(whole)])[0]
    near = " ".join(_near(head, whole[start:end]))
    return not (_TURN.search(head) or _TURN.search(tail) or _LIMIT.search(near) or re.match(r"\s*trở\s", tail))


def _near(head: str, part: str) -> list[str]:
    """The last words of `head`, in lower letters, without a phrase of time or place that ended before the part."""
    words = head.split()
    finished = None if _COUNTING.match(part) else _FINISHED.search(head)
    before = len(head[: finished.start()].split()) if finished else 0
    return words[-NEAR:] if before < OPENING else words[-NEAR:before]


def turns(text: str) -> list[str]:
    """The words of a text that turn or limit it, in order."""
    told = lower(text)
    return sorted((*_TURN.findall(told), *_LIMIT.findall(told)))


FIELDS = {
    Facet.LEAD: Field.LEAD,
    Facet.COORD: Field.COORDINATING,
    Facet.DEADLINE: Field.DEADLINE,
    Facet.PRODUCT: Field.PRODUCT,
}
# Words of the line, its column or the headings above that bear a facet out; facets without any need none.
_WORDS = {facet: _whole(_KNOWN[f"{facet} words"]) for facet in Facet if f"{facet} words" in _KNOWN}
_CONTACT = re.compile(r"\d(?:[ .]?\d){6,}|@|https?://|www\.")
_ENDS = frozenset({ClauseKind.CLOSING, ClauseKind.SIGNATURE})
_NO_TASK = _ENDS | {ClauseKind.LETTERHEAD, ClauseKind.TITLE, ClauseKind.OPENING}
# Where both roles are told of in one line, only the register can tell whose words these are.
_OTHER_ROLE = {
    Facet.LEAD: re.compile(r"(?<!\w)(?:phoi hop|ho tro|tham gia|cung(?! cap)|giup)(?!\w)"),
    Facet.COORD: re.compile(r"(?<!\w)(?:chu tri|dau moi)(?!\w)"),
}
# A part that ends so tells its role by itself.
_OWN_ROLE = {
    Facet.LEAD: re.compile(r"\w\W+chu tri\W*\Z"),
    Facet.COORD: re.compile(r"\w\W+phoi hop\W*\Z"),
}


def borne_out(span: Span, facet: Facet | None, piece: Piece, said: str = "") -> bool:
    """Whether the plan calls the characters of `span`, which stand in `piece` and read `said`, what `facet` says."""
    version = piece.version
    words = said or span.of(version.text)
    own = FIELDS.get(facet) if facet else None
    if facet and own:
        if piece.passage is None or piece.passage.kind in _NO_TASK:
            return False
        itself = _own_role(words)
        if itself and facet in _OWN_ROLE:
            return itself is facet
        known = _register(span, words, version)
        if known:
            return known == {own}
        if facet in _OTHER_ROLE and _OTHER_ROLE[facet].search(fold(piece.text)):
            return False
        return (_label(piece) or own) is own and (_label(piece) is own or _words(facet, piece))
    if facet in (Facet.SIGNER, Facet.RECIPIENTS):
        return piece.passage is not None and piece.passage.kind in _ENDS
    if facet is Facet.CONTACT:
        return bool(_CONTACT.search(words))
    return facet is None or facet not in _WORDS or _words(facet, piece)


def _own_role(words: str) -> Facet | None:
    """The role that a part tells itself ("Điện lực phối hợp"), whatever the label of its line is; None for both."""
    told = fold(words)
    roles = [facet for facet, ending in _OWN_ROLE.items() if ending.search(told)]
    return next((facet for facet in roles if not _OTHER_ROLE[facet].search(told)), None)


def is_stated(facet: Facet | None, piece: Piece) -> bool:
    """Whether the register knows for the task of `piece` what a model says it lacks."""
    places = {piece.leaf, piece.passage.address if piece.passage else ""}
    tasks = [task for task in piece.version.assignments if task.clause in places]
    return facet in FIELDS and any(FIELDS[facet] is field for task in tasks for field, _ in task.fields)


def _register(span: Span, words: str, version: PlanVersion) -> set[Field]:
    """What the register read out of these characters, which read `words`."""
    fields = (each for task in version.assignments for each in task.fields)
    return {field for field, value in fields if _holds(value, span, words)}


def _holds(value: FieldValue, span: Span, words: str) -> bool:
    """Whether the characters are the value's. Lines that tell of two roles have both values' spans, so words count."""
    if not value.span.overlap(span):
        return False
    own, part = (f" {' '.join(syllables(each))} " for each in (value.value, words))
    return own in part or part in own


def _label(piece: Piece) -> Field | None:
    """What the column or the head of the line says that it is."""
    column = label_field(piece.column) if piece.column else None
    told = piece.text if piece.is_reading else piece.spans[0].of(piece.version.text)
    line = field_line(told.lstrip(" -+*•"))
    return column or (line[0] if line else None)


def _words(facet: Facet, piece: Piece) -> bool:
    """The last resort: words of the piece and of the headings above it."""
    line = fold(piece.text)
    above = fold(" ".join(piece.passage.path if piece.passage else ()))
    return bool(_WORDS[facet].search(f"{line}\n{above}"))


LONGEST = 200  # characters
SHORT = 2  # words: a run is that long or all of its part
# Labels that the program itself would put there, by the facet whose parts they may stand beside.
LABELS = {
    label: frozenset(Facet) if name == "any" else frozenset({Facet(name)})
    for name, labels in lists(FILE).items()
    if name in ("any", *Facet)
    for label in labels
}
_LABELS = sorted(((tuple(label.split()), facets) for label, facets in LABELS.items()), key=lambda each: -len(each[0]))
_WORD = re.compile(r"%|\w+(?:[./-]\w+)*")
_PLAIN = re.compile(r"[\w ,.;:()/%–“”\"'&-]+")
_BETWEEN = re.compile(r"[:()–]|\s-\s")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A part that was chosen: its characters, the facet it answers and the headings above."""

    text: str
    facet: Facet | None
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    text: str
    words: tuple[re.Match[str], ...]
    keys: tuple[str, ...]
    facet: Facet | None
    heads: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """`size` words of the headline taken from one source, or a label."""

    size: int
    facets: frozenset[Facet | None] = frozenset()
    label: bool = False


def proved(headline: str, chosen: Sequence[Chosen]) -> str:
    """The headline on one line, '' unless all of it is proved."""
    text = squeeze(nfc(headline))
    if not text or not chosen or len(text) > LONGEST or not _is_plain(text):
        return ""
    sources = [_source(each.text, each.facet, False) for each in chosen]
    sources += [_source(head, None, True) for each in chosen for head in each.path]
    return text if all(_segment_stands(part, sources) for part in re.split(r"[;,.](?:\s|$)", text) if part) else ""


def _is_plain(text: str) -> bool:
    letters = (char for char in text if char.isalpha())
    return bool(_PLAIN.fullmatch(text)) and all("LATIN" in unicodedata.name(char, "") for char in letters)


def _segment_stands(text: str, sources: Sequence[_Source]) -> bool:
    """One statement: runs and labels, the labels those of the runs' facets."""
    words, runs, at = list(_WORD.finditer(text)), list[_Run](), 0
    keys = [canonical(lower(word.group())) for word in words]
    while at < len(keys):
        run = max(_label_at(keys[at:]), _run(keys[at:], sources), key=lambda each: each.size)
        if not run.size:
            return False
        apart = at == 0 or _BETWEEN.search(text[words[at - 1].end() : words[at].start()])
        if runs and not (apart or run.label or runs[-1].label):
            return False
        runs.append(run)
        at += run.size
    taken = [run for run in runs if not run.label]
    return bool(taken) and all(run.facets <= label.facets for label in runs if label.label for run in taken)


def _run(keys: Sequence[str], sources: Sequence[_Source]) -> _Run:
    """The longest run of these words in a source, cut so that it keeps its sense; of no size where there is none."""
    best = _Run(0)
    for source in sources:
        for first in range(len(source.keys)):
            size = _common(keys, source.keys[first:])
            if size and size > best.size and _stands(source, first, size):
                best = _Run(size, frozenset() if source.heads else frozenset({source.facet}))
    return best


def _stands(source: _Source, first: int, size: int) -> bool:
    start, end = source.words[first].start(), source.words[first + size - 1].end()
    return (size >= SHORT or size == len(source.keys)) and keeps_sense(source.text, start, end)


def _label_at(keys: Sequence[str]) -> _Run:
    for label, facets in _LABELS:
        if tuple(keys[: len(label)]) == label:
            return _Run(len(label), frozenset[Facet | None](facets), label=True)
    return _Run(0)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    size = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        size += 1
    return size


def _source(text: str, facet: Facet | None, heads: bool) -> _Source:
    plain = squeeze(text)
    words = tuple(_WORD.finditer(plain))
    return _Source(plain, words, tuple(canonical(lower(word.group())) for word in words), facet, heads)
