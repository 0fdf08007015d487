"""A garbled text read again, word by word, with the way back: every offset of the copy has its place in the original.

The copy is only for reading and finding. What is quoted is always the original.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from language.lexicon import Lexicon
from language.restore import readable
from plan.model import Span

_WORD = re.compile(r"\S+")
_MARK = re.compile(r"\s*[~'`\"|.,]{0,2}(?:[A-Za-zđĐ]\)|[\dIVXl|.]{1,6}[.)]|[-+•–])\s*")


@dataclass(frozen=True, slots=True)
class Reread:
    """The readable copy and, for each of its words, where it begins and ends there and in the original."""

    copy: str
    words: tuple[tuple[int, int, int, int], ...]  # start and end in the copy, start and end in the original
    starts: tuple[int, ...]

    def back(self, span: Span) -> Span:
        """The original characters of a span of the copy."""
        start = self._at(span.start, False)
        return Span(start, max(start, self._at(span.end, True)))

    def _at(self, offset: int, ending: bool) -> int:
        place = bisect_right(self.starts, offset - 1 if ending else offset) - 1
        if place < 0:
            return 0
        start, end, original, stop = self.words[place]
        if offset >= end:
            return stop
        return min(original + offset - start, stop)


def reread(text: str, lexicon: Lexicon) -> Reread:
    """Read a garbled text line by line. A line whose words cannot be matched one to one is left as it is."""
    out: list[str] = []
    words: list[tuple[int, int, int, int]] = []
    length = 0
    for line in re.findall(r"[^\n]*\n|[^\n]+$", text):
        before = sum(map(len, out))
        pairs, copied = _line(line, lexicon)
        words += [(before + a, before + b, length + c, length + d) for a, b, c, d in pairs]
        out.append(copied)
        length += len(line)
    return Reread("".join(out), tuple(words), tuple(word[0] for word in words))


def _line(line: str, lexicon: Lexicon) -> tuple[list[tuple[int, int, int, int]], str]:
    """Marks ('a)', 'I11.', '~4.') and stamps stay as they are: the parser knows what becomes of them."""
    mark = _MARK.match(line)
    kept = mark.end() if mark else 0
    rest = line[kept:]
    read = line[:kept] + (readable(rest, lexicon) if rest.strip() and "@" not in line else rest)
    ours, theirs = list(_WORD.finditer(read)), list(_WORD.finditer(line))
    if len(ours) != len(theirs):
        read, ours = line, theirs
    return [(a.start(), a.end(), b.start(), b.end()) for a, b in zip(ours, theirs, strict=True)], read


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The shipped lexicon."""
    return Lexicon.load()
