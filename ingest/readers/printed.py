"""Printed lines: words on one baseline, and the margins that lines of running text share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from ingest.readers.tokens import Token

MARK = re.compile(r"(?:[-–—+•▪○●*]|[a-zđ]\)|\d{1,2}(?:\.\d{1,2}){0,3}[.)]|[IVX]{1,5}\.|[A-Z]\.|\d+\.\d+)$")
ENDS = (".", ";", ":", "!", "?", "./", ",")
_NAMED = re.compile(r"(?:Phần|PHẦN|Điều|Khoản|Căn|CĂN|Mục|MỤC|PHỤ)$")
_BROKEN = re.compile(r"\w[-–/&]$")


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline, left to right."""

    tokens: tuple[Token, ...]

    @property
    def x0(self) -> float:
        """Left end."""
        return self.tokens[0].box.x0

    @property
    def x1(self) -> float:
        """Right end."""
        return self.tokens[-1].box.x1

    @property
    def top(self) -> float:
        """Upper edge."""
        return median(token.line_top for token in self.tokens)

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return median(token.line_bottom for token in self.tokens)

    @property
    def height(self) -> float:
        """Height of the line."""
        return max(1.0, self.bottom - self.top)

    @property
    def text(self) -> str:
        """The words."""
        return " ".join(token.text for token in self.tokens)

    @property
    def marked(self) -> bool:
        """Whether the line begins like an item, a point or a bullet."""
        return bool(MARK.match(self.tokens[0].text) or _NAMED.match(self.tokens[0].text))


@dataclass(frozen=True, slots=True)
class Measure:
    """The left and right margins of running text."""

    left: float
    right: float

    @property
    def width(self) -> float:
        """From margin to margin."""
        return self.right - self.left


def lines_of(tokens: Iterable[Token]) -> list[Line]:
    """Group words into lines by their height on the page, top to bottom."""
    groups: list[list[Token]] = []
    for token in sorted(tokens, key=lambda t: (t.line_top + t.line_bottom, t.box.x0)):
        middle = (token.line_top + token.line_bottom) / 2
        home = next((g for g in groups[-3:] if _level(g, middle, token.height)), None)
        if home is None:
            groups.append([token])
        else:
            home.append(token)
    return [Line(tuple(sorted(group, key=lambda t: t.box.x0))) for group in groups]


def _level(group: list[Token], middle: float, height: float) -> bool:
    mean = sum((t.line_top + t.line_bottom) / 2 for t in group) / len(group)
    return abs(mean - middle) < 0.45 * min(height, median(t.height for t in group))


def measure_of(lines: Sequence[Line], width: float) -> Measure:
    """The margins most long lines share; the paper's own when there are none."""
    long = [line for line in lines if line.x1 - line.x0 > width / 2]
    if len(long) < 3:
        return Measure(0.13 * width, 0.92 * width)
    lefts = sorted(line.x0 for line in long)
    return Measure(lefts[len(lefts) // 10], _right_margin(long))


def _right_margin(lines: Sequence[Line]) -> float:
    """The farthest place several lines nearly reach: ragged lines seldom touch it, one stray line must not set it."""
    rights = sorted((line.x1 for line in lines), reverse=True)
    slack = 1.5 * median(line.height for line in lines)
    enough = max(3, len(lines) // 20)
    return next(
        right for right in [*rights, rights[-1]] if right == rights[-1] or _reached(rights, right, slack) >= enough
    )


def _reached(rights: Sequence[float], right: float, slack: float) -> int:
    return sum(right - slack < other <= right for other in rights)


def run_on(lines: Sequence[Line]) -> tuple[Token, ...]:
    """The words of lines as one run; what was broken after a hyphen or a slash stays one word."""
    words: list[Token] = []
    for line in lines:
        first = line.tokens[0]
        broken = bool(words) and bool(_BROKEN.search(words[-1].text)) and first.text[0].isalnum()
        words += [replace(first, glued=broken), *line.tokens[1:]]
    return tuple(words)
