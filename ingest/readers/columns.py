"""Two columns side by side without a line between them: issuer and motto, recipients and signer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.readers.printed import ENDS, Line

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
        narrowed = _narrow(line, low, high)
        if narrowed is None or narrowed[1] - narrowed[0] < GUTTER * line.height:
            break
        low, high = narrowed
        middle = (low + high) / 2
        sides.append((line.x0 < middle) + 2 * (line.x1 > middle))
    parted = sides.count(3)
    enough = parted >= 2 or (parted == 1 and len(set(sides)) > 1) or (parted == 1 and band[1] - band[0] > 60)
    return (len(sides) if enough else 0), (low + high) / 2


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
