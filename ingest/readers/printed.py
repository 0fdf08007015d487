"""Printed lines, shared by PDF and recognised images: words on one baseline, columns side by side, paragraphs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import median

from ingest.readers.layout import Paragraph, Token
from ingest.readers.quality import is_syllable
from plan.patterns import patterns
from plan.text import fold

MARK = re.compile(r"(?:[-–—+•▪○●*]|[a-zđ]\)|\d{1,2}(?:\.\d{1,2}){0,3}[.)]|[IVX]{1,5}\.|[A-Z]\.|\d+\.\d+)$")
ENDS = (".", ";", ":", "!", "?", "./", ",")
_NAMED = re.compile(r"(?:Phần|PHẦN|Điều|Khoản|Căn|CĂN|Mục|MỤC|PHỤ)$")
_TITLE = re.compile(patterns(Path(__file__).parents[1] / "data" / "document.txt")["titles"])
_LETTERS_LAST, _LETTERS_FIRST = re.compile(r"[^\W\d_]+\Z"), re.compile(r"[^\W\d_]{1,2}(?=\W*\Z)")
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
        return median(token.line_top for token in self.tokens)

    @property
    def bottom(self) -> float:
        return median(token.line_bottom for token in self.tokens)

    @property
    def height(self) -> float:
        return max(1.0, self.bottom - self.top)

    @property
    def text(self) -> str:
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
    """The words of lines as one run; what was broken after a hyphen, a slash or within a syllable stays one word."""
    words: list[Token] = []
    for line in lines:
        first = line.tokens[0]
        last = words[-1].text if words else ""
        broken = (bool(_BROKEN.search(last)) and first.text[0].isalnum()) or _is_rest(last, first.text)
        words += [replace(first, glued=broken), *line.tokens[1:]]
    return tuple(words)


def _is_rest(last: str, first: str) -> bool:
    """Whether a narrow column broke a syllable: 'thán' over 'g'."""
    begun, rest = _LETTERS_LAST.search(last), _LETTERS_FIRST.match(first)
    if begun is None or rest is None or is_syllable(rest.group()):
        return False
    return is_syllable(f"{begun.group()}{rest.group()}".lower())


GUTTER = 1.0  # least width of a column gap, in line heights; a region also needs one line with nearly twice that


def region(lines: Sequence[Line]) -> tuple[int, float]:
    """How many lines from here on stand in two columns, and where the gap between these is."""
    bands = _bands(lines[0])
    size, where = _widest(lines, bands)
    if size < 2 and bands and len(lines) > 1:
        # "Nơi nhận:" is short: the middle of its gap is not yet the gap of the longer lines below it.
        below, where = _widest(lines[1:], _bands(lines[1]))
        size = below + 1 if below >= 2 and any(low < where < high for low, high in bands) else 0
    return (size, where) if size >= 2 else (0, 0.0)


def _bands(line: Line) -> list[tuple[float, float]]:
    return _gaps(line, GUTTER * 1.8 * line.height)


def _widest(lines: Sequence[Line], bands: Sequence[tuple[float, float]]) -> tuple[int, float]:
    """The region that the best of some gaps parts."""
    return max((_grow(lines, band) for band in bands), default=(0, 0.0))


def _gaps(line: Line, least: float) -> list[tuple[float, float]]:
    return [(a.box.x1, b.box.x0) for a, b in pairwise(line.tokens) if b.box.x0 - a.box.x1 >= least]


def _grow(lines: Sequence[Line], band: tuple[float, float]) -> tuple[int, float]:
    """Follow a gap downwards while it stays open; it must part at least two lines, or one very widely."""
    low, high = band
    sides: list[int] = []
    for line in lines:
        narrowed = None if _is_title(line) else _narrow(line, low, high)
        if narrowed is None or narrowed[1] - narrowed[0] < GUTTER * line.height:
            break
        low, high = narrowed
        middle = (low + high) / 2
        sides.append((line.x0 < middle) + 2 * (line.x1 > middle))
    parted = sides.count(3)
    enough = parted >= 2 or (parted == 1 and len(set(sides)) > 1) or (parted == 1 and band[1] - band[0] > 60)
    return (len(sides) if enough else 0), (low + high) / 2


def _is_title(line: Line) -> bool:
    """'KẾ HOẠCH' alone on its line begins what stands below the letterhead's columns, left or in the middle."""
    return line.text.isupper() and bool(_TITLE.fullmatch(fold(line.text)))


def _narrow(line: Line, low: float, high: float) -> tuple[float, float] | None:
    """The part of the gap that no word of this line enters."""
    middle = (low + high) / 2
    for token in line.tokens:
        if token.box.x0 < middle < token.box.x1:
            return None
        if token.box.x1 <= middle:
            low = max(low, token.box.x1)
        else:
            high = min(high, token.box.x0)
    return (low, high) if low < high else None


def columns(lines: Sequence[Line], gutter: float) -> list[list[Line]]:
    found: list[list[Line]] = []
    for left in (True, False):
        column = [tuple(t for t in line.tokens if (t.box.x1 <= gutter) == left) for line in lines]
        found += _column([Line(tokens) for tokens in column if tokens])
    return found


def _column(lines: Sequence[Line]) -> list[list[Line]]:
    """A narrow column: a line runs on in lower case, or when an unfinished bullet stands right above it."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _runs_on(groups[-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _runs_on(group: Sequence[Line], line: Line) -> bool:
    if line.marked or line.top - group[-1].bottom > 1.5 * line.height:  # the height of letters, not of the pitch
        return False
    return line.text[0].islower() or (group[0].marked and not group[-1].text.endswith(ENDS))


def paragraphs(lines: Sequence[Line], measure: Measure) -> list[Paragraph]:
    """The paragraphs of a stretch of lines without tables."""
    found: list[Paragraph] = []
    plain: list[Line] = []
    index = 0
    while index < len(lines):
        size, gutter = region(lines[index:])
        if size:
            found += _flush(plain, measure)
            plain = []
            found += [_paragraph(group, None) for group in columns(lines[index : index + size], gutter)]
            index += size
        else:
            plain.append(lines[index])
            index += 1
    return found + _flush(plain, measure)


def _flush(lines: Sequence[Line], measure: Measure) -> list[Paragraph]:
    if not lines:
        return []
    pitch = _pitch(lines)
    groups = [[lines[0]]]
    for line in lines[1:]:
        if _begins(groups[-1], line, measure, pitch):
            groups.append([line])
        else:
            groups[-1].append(line)
    return [_paragraph(group, measure) for group in groups]


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance from line to line, in line heights."""
    steps = [(b.top - a.top) / a.height for a, b in pairwise(lines) if b.top > a.top]
    return sorted(steps)[len(steps) // 4] if steps else 1.2


def _begins(group: Sequence[Line], line: Line, measure: Measure, pitch: float) -> bool:
    """Whether a line begins a new paragraph after this group."""
    last = group[-1]
    if _size_differs(last, line) or (line.top - last.top) / last.height > max(pitch * 1.3, pitch + 0.35):
        return True
    if not _would_overflow(last, line, measure) and not _unfinished(last, line, measure):
        return True
    if line.x0 > measure.left + 2 * line.height and all(_centred(each, measure) for each in (*group, line)):
        return line.marked or last.text.endswith(ENDS)
    step = 0.6 * line.height
    if line.x0 > last.x0 + step and not (len(group) == 1 and line.x0 < measure.left + step):
        return True
    indented = line.x0 > measure.left + step and abs(line.x0 - group[0].x0) < step
    if indented and len(group) == 1:  # both begin where first lines begin
        return line.marked or line.text[0].isupper()
    return line.marked and last.text.endswith(ENDS)


def _would_overflow(last: Line, line: Line, measure: Measure) -> bool:
    """Whether the first word of a line had no room at the end of the line before."""
    first = line.tokens[0].box
    return last.x1 + 0.2 * last.height + (first.x1 - first.x0) > measure.right - 0.15 * last.height


def _unfinished(last: Line, line: Line, measure: Measure) -> bool:
    """An open sentence that goes on in lower case at the left margin: ragged text, not a new paragraph."""
    at_margin = line.x0 < measure.left + 0.6 * line.height and last.x1 > measure.left + 0.75 * measure.width
    return at_margin and line.text[0].islower() and not line.marked and not last.text.endswith((".", ";", ":"))


def _size_differs(last: Line, line: Line) -> bool:
    sizes = [median(token.size for token in each.tokens) for each in (last, line)]
    return abs(sizes[0] - sizes[1]) > 0.6


def _centred(line: Line, measure: Measure) -> bool:
    return abs((line.x0 + line.x1) - (measure.left + measure.right)) < 1.6 * line.height


def _fresh(line: Line, measure: Measure) -> bool:
    return line.marked or line.x0 > measure.left + 0.6 * line.height


def _paragraph(lines: Sequence[Line], measure: Measure | None) -> Paragraph:
    if measure is None:  # in a narrow column nothing runs on over a page end
        return Paragraph(run_on(lines), room=math.inf)
    return Paragraph(run_on(lines), measure.right - lines[-1].x1, _fresh(lines[0], measure))
