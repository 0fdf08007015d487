"""The lines of a canonical text, seen through Markdown and HTML marks, each character still knowing its offset.

The parser reads `Line.text`; whatever it cuts out is given back as offsets of the untouched text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from plan.text import fold

_MARK = re.compile(r"\*+|`+|</?(?:b|i|u|strong|em|br|p|sup|sub)\s*/?>|(?<!_)(?:(?<!\w)_+|_+(?!\w))", re.IGNORECASE)
_HASHES = re.compile(r"\s*#{1,6}\s+")
_ALL_BOLD = re.compile(r"\s*(?:#{1,6}\s+)?(?:\*\*[^*]+\*\*|<b>[^<]+</b>)\s*[:.]?\s*\Z", re.IGNORECASE)
_BULLET_STAR = re.compile(r"\s*\*\s+\S")


@dataclass(frozen=True)
class Line:
    """One line: `text` cleaned of marks, `at[i]` the canonical offset of its i-th character."""

    text: str
    at: tuple[int, ...]
    start: int  # first non-blank canonical character
    end: int  # one past the last non-blank canonical character
    bold: bool = False
    depth: int = 0  # of its Markdown heading marks, 0 without
    indent: int = 0  # spaces before it
    all_bold: bool = False

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
        """The characters `[start, end)` as a line of their own, without the spaces around them."""
        while start < end and self.text[start].isspace():
            start += 1
        at = self.at[start:end]
        return Line(self.text[start:end], at, at[0], at[-1] + 1, self.bold, self.depth, self.indent, self.all_bold)

    def offset(self, index: int) -> int:
        """The canonical offset of character `index` of `text` (its end when past it)."""
        return self.at[index] if index < len(self.at) else self.end


def split_lines(text: str) -> Iterator[Line]:
    """Every line of the text in order, blank ones too. Source: the canonical text, any line ends."""
    for match in re.finditer(r"[^\r\n\v\f\x85\u2028\u2029]+|\r\n|[\r\n\v\f\x85\u2028\u2029]", text):
        raw = match.group()
        if raw[0] in "\r\n\v\f\x85\u2028\u2029":
            if _is_blank_break(text, match.start()):
                yield Line("", (), match.start(), match.start())
            continue
        yield _line(raw, match.start())


def _is_blank_break(text: str, at: int) -> bool:
    """A line end right after another line end (or at the beginning) stands for an empty line."""
    return at == 0 or text[at - 1] in "\r\n\v\f\x85\u2028\u2029"


def _line(raw: str, offset: int) -> Line:
    bold = "**" in raw or "<b>" in raw.lower()
    hashes = None if "\t" in raw else _HASHES.match(raw)
    skip = hashes.end() if hashes else 0
    star = raw.index("*", skip) if _BULLET_STAR.match(raw, skip) else -1
    gone = bytearray(len(raw))  # 1 where a mark stands: one pass, however many marks there are
    gone[:skip] = b"\x01" * skip
    for mark in _MARK.finditer(raw, skip):
        if mark.start() != star:
            gone[mark.start() : mark.end()] = b"\x01" * (mark.end() - mark.start())
    keep = [index for index in range(len(raw)) if not gone[index]] if any(gone) else range(len(raw))
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
    text = "".join(map(raw.__getitem__, keep))
    return Line(text, tuple(map(offset.__add__, keep)), start, end, bold, depth, indent, _all_bold(raw))


def _is_space(char: str) -> bool:
    return char.isspace() and char != "\t"


def _all_bold(raw: str) -> bool:
    """The whole line is set in bold, so that it may be a heading; a lead-in in bold is not."""
    return bool(_ALL_BOLD.match(raw)) and raw.count("**") <= 2
