"""How answers are worded: plan names, quotes cut at a word, the lines of a message. Every phrase is in `prompts/`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from plan.listed import Named
from plan.model import Citation, PlanVersion, Span
from plan.text import squeeze
from prompts import phrase


def plan_name(plan: Named) -> str:
    """'Kế hoạch 120/KH-UBND · UBND xã Tiên Minh' — short enough for a phone."""
    number = f"Kế hoạch {plan.info.number}" if plan.info.number else "Kế hoạch"
    return f"{number} {plan.info.body or plan.file}".strip()


def place_name(version: PlanVersion) -> str:
    """'phường Chu Văn An', or the title where no place is known."""
    return version.info.place or version.info.title or version.file


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;.") + "…"


def readable(quote: str) -> str:
    """A quote for reading in a message: one line per line of the source, Markdown marks taken off, cells parted."""
    lines = [squeeze(line).strip("| ") for line in quote.replace("\t", " | ").splitlines()]
    return "\n".join(re.sub(r"(?:\s*\|\s*){2,}", " | ", line) for line in lines if re.search(r"\w", line))


def one_line(text: str) -> str:
    """A quote on one line, for lists: the plan's own letters, cells parted by bars."""
    return re.sub(r"\s*\n\s*", " ", readable(text))


def unmarked(line: str) -> str:
    """A line without the mark that it begins with: "a)", "1.2.", "IV."."""
    return _MARK.sub("", line, count=1)


def place_line(language: str, version: PlanVersion, citation: Citation) -> str:
    """Where it stands: '📌 Khoản 7 mục II · Kế hoạch … UBND phường Chu Văn An'."""
    key = "answer.place_page" if citation.page else "answer.place"
    return phrase(language, key, words=sentence(citation.words), plan=plan_name(version), page=citation.page)


def sentence(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


TOGETHER = 160  # characters of a first line that tells several things asked at once


def together(said: Sequence[str], between: str = " ") -> list[str]:
    """What was asked at once on one line, the first, while there is room; the rest each on its own."""
    count = next((n for n in range(len(said), 1, -1) if len(between.join(said[:n])) <= TOGETHER), 1)
    return [between.join(said[:count]), *said[count:]] if said else []


def vietnamese_date(iso: str, language: str) -> str:
    """'2026-06-23' → '23/6/2026' (English: '23 June 2026')."""
    day = date.fromisoformat(iso)
    return day.strftime("%-d %B %Y") if language == "en" else f"{day.day}/{day.month}/{day.year}"


SCREEN = 350  # characters that one phone screen holds beside place and buttons
LEAST = 140  # characters of quote under an answer, however long its first line is
LONGEST = 400  # characters of a line that is shown alone
BEGUN = 40  # characters shown of a line that was said already
ALL_SAID = 90  # letters of a line after which it counts as said, though its end was cut
CUT = "…"
_MARK = re.compile(r"\A\W*(?:\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ]\)|[IVX]+\.)\s+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is shown of a quote; `marks` are the characters of `text` that prove. Empty when all of it was said."""

    text: str
    marks: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _Shown:
    """A line of the quote as it is shown."""

    text: str
    proof: str  # the part of `text` that is marked; '' for none
    said: bool


def excerpt(citation: Citation, said: str = "", room: int = SCREEN, around: bool = True) -> Excerpt:
    """A citation around its proving lines in about `room` characters, beside `said`, what the answer says before.

    Without room the proving lines stand alone, and nothing where they were said. Not `around`: of proving lines that
    were said only what follows them is shown, and the heading right above, so that no other point stands before.
    """
    lines = [_from_proof(line, room or LONGEST) for line in _lines(citation, _letters(said))]
    if not lines or all(line.said for line in lines):
        return Excerpt("")
    if room == 0:
        proving = [line for line in lines if line.proof] or lines[:1]
        return _joined([_alone(line) for line in proving if not line.said], "", "")
    least = 0 if around else _from(lines)
    first, last = _window(lines, room, least)
    kept = lines[first : last + 1]
    if all(line.said or _is_title(line.text) for line in kept):
        return Excerpt("")
    if first == last and len(kept[0].text) > 2 * room and not kept[0].proof:
        kept = [_Shown(shorten(kept[0].text, 2 * room), "", False)]
    before = any(not line.said for line in lines[:first])
    return _joined(kept, "…\n" if before else "", "\n…" if last + 1 < len(lines) else "")


def beside(head: str) -> int:
    """The room for a quote under a first line so long that both fit one phone screen."""
    return max(LEAST, SCREEN - len(head))


def is_said(text: str, said: str) -> bool:
    """Whether the letters of `text` stand in `said`, or those of its beginning where it is long."""
    return _is_said(text, _letters(said))


def _lines(citation: Citation, said: str) -> Iterator[_Shown]:
    for span in _spans(citation):
        text = readable(span.of(citation.quote))
        proof = _proof(citation, span)
        if proof is not None:
            text = " ".join(text.splitlines())
        if text:
            yield _shown(text, proof, _is_said(text, said))


def _shown(text: str, proof: str | None, told: bool) -> _Shown:
    if told:
        text = shorten(text, BEGUN)
    if proof is None:
        return _Shown(text, "", told)
    return _Shown(text, proof if proof and proof in text else text, told)


def _from_proof(line: _Shown, room: int) -> _Shown:
    """A paragraph that is too long from the sentence on that proves, so that it is seen; rows stay as they are."""
    if not line.proof or line.proof == line.text or len(line.text) <= room or " | " in line.text:
        return line
    at = line.text.find(line.proof)
    text = shorten(line.text[at:], max(room, len(line.proof) + 1))
    return _Shown(f"{CUT} {text}" if at > len(_marked(line.text)) else line.text[:at] + text, line.proof, line.said)


def _marked(text: str) -> str:
    """The mark that a line begins with."""
    found = _MARK.match(text)
    return found.group() if found else ""


def _alone(line: _Shown) -> _Shown:
    if len(line.text) <= LONGEST:
        return line
    text = shorten(line.text, LONGEST)
    return _Shown(text, line.proof if line.proof in text else text, line.said)


def _spans(citation: Citation) -> Iterator[Span]:
    """The lines of the quote, as spans of it; lines that the same mark goes through are one."""
    ends = [match.end() for match in re.finditer(r"\n|\Z", citation.quote)]
    start = 0
    for end in ends:
        if end > start and not any(first < citation.start + end < last for first, last in citation.marks):
            yield Span(start, end)
            start = end


def _proof(citation: Citation, line: Span) -> str | None:
    """What is marked in a line, a cell of it or all of it; None where nothing is."""
    for start, end in citation.marks:
        first, last = max(start - citation.start, line.start), min(end - citation.start, line.end)
        if first < last:
            return " ".join(readable(citation.quote[first:last]).splitlines())
    return None


def _is_said(text: str, said: str) -> bool:
    own = _letters(unmarked(text))
    if len(own) > 1 and (own in said or (len(own) > ALL_SAID and own[:ALL_SAID] in said and CUT in said)):
        return True
    cells = [_letters(cell) for cell in text.split(" | ")]  # of a row; its running number need not be said
    return len(cells) > 2 and all(cell in said or len(cell) < 3 for cell in cells)


def _from(lines: Sequence[_Shown]) -> int:
    """The first line to be shown where what proves was said."""
    proving = [number for number, line in enumerate(lines) if line.proof]
    if not proving:
        return next(number for number, line in enumerate(lines) if not line.said)
    if not all(lines[number].said for number in proving):
        return 0
    return proving[0] - (proving[0] == 1)


def _is_title(text: str) -> bool:
    """'VII. ĐẦU MỐI': the name of a section, which the place tells."""
    return text.isupper()


def _window(lines: Sequence[_Shown], room: int, least: int) -> tuple[int, int]:
    """The first and the last line shown: from the first proving line on, then before it, while there is room."""
    proving = [number for number, line in enumerate(lines) if line.proof] or [least]
    first = last = proving[0]
    size = len(lines[first].text)
    while True:
        if last + 1 < len(lines) and size + len(lines[last + 1].text) <= room:
            last += 1
            size += len(lines[last].text)
        elif first > least and size + len(lines[first - 1].text) <= room:
            first -= 1
            size += len(lines[first].text)
        else:
            return first, last


def _joined(lines: Sequence[_Shown], before: str, after: str) -> Excerpt:
    text, marks = before, []
    for number, line in enumerate(lines):
        text += "\n" if number else ""
        at = line.text.find(line.proof) if line.proof else -1
        if at >= 0:
            marks.append(Span(len(text) + at, len(text) + at + len(line.proof)))
        text += line.text
    return Excerpt(text + after, tuple(marks))


def _letters(text: str) -> str:
    """Letters, digits and where it was cut: a quote for reading has lost its Markdown and its line ends."""
    return "".join(char for char in text.lower() if char.isalnum() or char == CUT)
