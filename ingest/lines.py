"""The lines of a canonical text, seen through Markdown and HTML marks, each character still knowing its offset.

The parser reads `Line.text`; whatever it cuts out is given back as offsets of the untouched text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from plan.text import fold

_MARK = re.compile(r"\*+|`+|</?(?:b|i|u|strong|em|br|p|sup|sub)\s*/?>|(?<!_)(?:(?<!\w)_+|_+(?!\w))", re.IGNORECASE)
_MAY_BE_MARKED = re.compile(r"[*`<_]")
_HASHES = re.compile(r"\s*#{1,6}\s+")
_ALL_BOLD = re.compile(r"\s*(?:#{1,6}\s+)?(?:\*\*[^*]+\*\*|<b>[^<]+</b>)\s*[:.]?\s*\Z", re.IGNORECASE)
_BULLET_STAR = re.compile(r"\s*\*\s+\S")
_LEAD = re.compile(r"\s*(?:\*\*\*?|<b>|<strong>)\s*[^\s*<][^*<]*(?:\*\*\*?|</b>|</strong>)", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One line: `text` cleaned of marks, `at[i]` the canonical offset of its i-th character."""

    text: str
    at: Sequence[int]
    start: int  # first non-blank canonical character
    end: int  # one past the last non-blank canonical character
    bold: bool = False
    depth: int = 0  # of its Markdown heading marks, 0 without
    indent: int = 0  # spaces before it
    all_bold: bool = False
    lead: int = 0  # characters of `text` set in bold at its beginning, 0 without
    run_in: bool = False  # a heading that had its text behind it on the same line

    @property
    def heading(self) -> bool:
        """Carries Markdown heading marks."""
        return self.depth > 0

    @property
    def blank(self) -> bool:
        """Nothing but white space."""
        return self.start >= self.end

    @cached_property
    def folded(self) -> str:
        """Cleaned, lower case, no diacritics; same length as `text`."""
        return fold(self.text)

    @cached_property
    def upper(self) -> bool:
        """Mostly capital letters, as section headings are; tolerant of OCR."""
        letters = sum(map(str.isalpha, self.text))
        return letters >= 2 and sum(map(str.isupper, self.text)) >= 0.8 * letters

    def part(self, start: int, end: int) -> Line:
        """The characters `[start, end)` as a line of their own, without the spaces around them but with their marks."""
        while start < end and self.text[start].isspace():
            start += 1
        first = self.at[start] if start else self.start
        last = self.at[end] if end < len(self.text) else self.end
        at = self.at[start:end]
        return Line(self.text[start:end], at, first, last, self.bold, self.depth, self.indent, self.all_bold)

    def offset(self, index: int) -> int:
        """The canonical offset of character `index` of `text` (its end when past it)."""
        return self.at[index] if index < len(self.at) else self.end


def split_lines(text: str, leads: Iterable[int] = ()) -> Iterator[Line]:
    """Every line of the text in order, blank ones too. Source: the canonical text, any line ends.

    `leads` are the offsets where bold words at the beginning of a line end, in a text that has no marks for them.
    """
    ends = sorted(leads)
    for match in re.finditer(r"[^\r\n\v\f\x85\u2028\u2029]+|\r\n|[\r\n\v\f\x85\u2028\u2029]", text):
        raw = match.group()
        if raw[0] in "\r\n\v\f\x85\u2028\u2029":
            if _is_blank_break(text, match.start()):
                yield Line("", (), match.start(), match.start())
            continue
        line = _line(raw, match.start())
        yield _led(line, ends) if ends else line


def _led(line: Line, ends: list[int]) -> Line:
    """The line with the end of its bold words, where its file says so without marks."""
    place = bisect_right(ends, line.start)
    end = ends[place] if place < len(ends) else line.end + 1
    if end < line.end:
        return replace(line, lead=bisect_left(line.at, end))
    return replace(line, bold=True, all_bold=True) if end == line.end else line


def _is_blank_break(text: str, at: int) -> bool:
    """A line end right after another line end (or at the beginning) stands for an empty line."""
    return at == 0 or text[at - 1] in "\r\n\v\f\x85\u2028\u2029"


def _line(raw: str, offset: int) -> Line:
    bold = "**" in raw or "<b>" in raw.lower()
    hashes = None if "\t" in raw else _HASHES.match(raw)
    skip = hashes.end() if hashes else 0
    star = raw.index("*", skip) if _BULLET_STAR.match(raw, skip) else -1
    keep = _kept(raw, skip, star)
    first, last = 0, len(keep)
    while first < last and _is_space(raw[keep[first]]):
        first += 1
    while last > first and _is_space(raw[keep[last - 1]]):
        last -= 1
    keep = keep[first:last]
    stripped = raw.strip()
    start = offset + len(raw) - len(raw.lstrip()) if stripped else offset
    end = start + len(stripped)
    indent = len(raw) - len(raw.lstrip(" "))
    depth = raw[: hashes.end()].count("#") if hashes else 0
    at: Sequence[int]
    if isinstance(keep, range):
        text, at = raw[keep.start : keep.stop], range(offset + keep.start, offset + keep.stop)
    else:
        text, at = "".join(map(raw.__getitem__, keep)), tuple(map(offset.__add__, keep))
    led = _LEAD.match(raw) if bold or "<strong>" in raw else None
    lead = bisect_left(at, offset + led.end()) if led else 0
    return Line(text, at, start, end, bold, depth, indent, bold and _all_bold(raw), lead)


def _kept(raw: str, skip: int, star: int) -> Sequence[int]:
    """Where the characters of a line stand that are no marks; nearly always all of them."""
    found = _MARK.finditer(raw, skip) if _MAY_BE_MARKED.search(raw) else ()
    marks = [mark.span() for mark in found if mark.start() != star]
    if not (marks or skip):
        return range(len(raw))
    gone = bytearray(len(raw))  # 1 where a mark stands: one pass, however many marks there are
    for start, end in [(0, skip), *marks]:
        gone[start:end] = b"\x01" * (end - start)
    return [index for index in range(len(raw)) if not gone[index]]


def _is_space(char: str) -> bool:
    return char.isspace() and char != "\t"


def _all_bold(raw: str) -> bool:
    """The whole line is set in bold, so that it may be a heading; a lead-in in bold is not."""
    return bool(_ALL_BOLD.match(raw)) and raw.count("**") <= 2
