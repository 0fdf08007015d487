"""Where every word of the canonical text stands on its page, and the words with places that pages are made of before.

The layout is the sidecar stored beside a version read from pages. Text offsets are fixed when the text is made, so the
picture of a quote needs no search (a plan repeats "Thời gian thực hiện: Năm 2026" thirty times, and a search finds the
wrong one).
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, origin at the top left, in the units of the page's width and height."""

    x0: float
    top: float
    x1: float
    bottom: float

    def sides(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.x0, self.top, self.x1, self.bottom

    def holds(self, other: Box) -> bool:
        """Whether the middle of the other box lies inside."""
        x, y = (other.x0 + other.x1) / 2, (other.top + other.bottom) / 2
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    def moved(self, scale: float, x: float = 0.0, y: float = 0.0) -> Box:
        """Where the box stands in a picture that holds this one's picture at a place and in a scale."""
        return Box(self.x0 * scale + x, self.top * scale + y, self.x1 * scale + x, self.bottom * scale + y)

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.x0, other.x0), min(self.top, other.top), max(self.x1, other.x1), max(self.bottom, other.bottom)
        )


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word of the canonical text with its place; `confidence` 0..100 when it was recognised from an image."""

    start: int
    end: int
    page: int  # 1-based
    box: Box
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class PageSize:
    """Width and height of a page: points for PDF, pixels for images."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Page sizes and placed words, in the order of the text."""

    pages: tuple[PageSize, ...]
    words: tuple[PlacedWord, ...]

    def at(self, start: int, end: int) -> tuple[PlacedWord, ...]:
        """The words that share at least one character with `[start, end)`."""
        first = bisect_left(self.words, start, key=lambda word: word.end - 1)
        last = bisect_left(self.words, end, key=lambda word: word.start)
        return self.words[first:last]

    def to_json(self) -> str:
        """A compact form: one list for each word."""
        words = [
            [w.start, w.end, w.page, *(round(side, 1) for side in w.box.sides()), w.confidence] for w in self.words
        ]
        return json.dumps({"pages": [[p.width, p.height] for p in self.pages], "words": words})

    @classmethod
    def from_json(cls, data: str) -> Layout:
        raw = json.loads(data)
        words = tuple(PlacedWord(w[0], w[1], w[2], Box(*w[3:7]), w[7]) for w in raw["words"])
        assert all(a.start <= b.start for a, b in pairwise(words)), "words out of order"
        return cls(tuple(PageSize(*page) for page in raw["pages"]), words)


def carried_back(layout: Layout, matrices: Mapping[int, Sequence[float]]) -> Layout:
    """The layout with the boxes of the given pages mapped through their 3×3 matrices."""
    if not matrices:
        return layout
    words = tuple(
        replace(word, box=mapped(word.box, matrices[word.page])) if word.page in matrices else word
        for word in layout.words
    )
    return Layout(layout.pages, words)


def mapped(box: Box, matrix: Sequence[float]) -> Box:
    """The upright box around the mapped corners."""
    corners = [(box.x0, box.top), (box.x1, box.top), (box.x1, box.bottom), (box.x0, box.bottom)]
    points = [_point(x, y, matrix) for x, y in corners]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _point(x: float, y: float, m: Sequence[float]) -> tuple[float, float]:
    depth = m[6] * x + m[7] * y + m[8] or 1.0
    return (m[0] * x + m[1] * y + m[2]) / depth, (m[3] * x + m[4] * y + m[5]) / depth


@dataclass(frozen=True, slots=True)
class Token:
    """A printed word. `line_top` and `line_bottom` are its line's height, which commas and dashes do not fill."""

    text: str
    box: Box
    page: int
    line_top: float
    line_bottom: float
    confidence: float | None = None
    size: float = 0.0  # font size where it is known
    glued: bool = False  # no space before it: its word began at the end of the line above

    @property
    def height(self) -> float:
        """The height of its line."""
        return self.line_bottom - self.line_top

    def moved(self, scale: float, x: float = 0.0, y: float = 0.0) -> Token:
        """The word in a picture that holds this one's picture at a place and in a scale."""
        top, bottom = self.line_top * scale + y, self.line_bottom * scale + y
        return replace(self, box=self.box.moved(scale, x, y), line_top=top, line_bottom=bottom)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words in reading order; `room` is left at the end of its last line, `fresh` when it surely begins a paragraph."""

    tokens: tuple[Token, ...]
    room: float = 0.0
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A table row as the text shows it, one tuple of words for each column. `header` rows name the columns.

    `tall` says for each column whether its cell is merged with rows above or below.
    """

    cells: tuple[tuple[Token, ...], ...]
    header: bool = False
    tall: tuple[bool, ...] = ()

    def texts(self) -> tuple[str, ...]:
        """The cells as plain strings."""
        return tuple(joined(cell) for cell in self.cells)


def joined(tokens: Sequence[Token]) -> str:
    """Words as text."""
    return "".join(f" {token.text}" if index and not token.glued else token.text for index, token in enumerate(tokens))


Block = Paragraph | Row
