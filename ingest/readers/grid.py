"""Ruled tables: from drawn lines to cells, whatever they were drawn with (PDF paths or pixels of a scan)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.readers.layout import Box
from ingest.readers.tables import GridCell


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: horizontal at height `at`, or vertical at `at` from the left, from `low` to `high`."""

    horizontal: bool
    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's outline and its cells, each with its box."""

    box: Box
    cells: tuple[GridCell[Box], ...]

    @property
    def columns(self) -> tuple[float, ...]:
        """Where the columns begin."""
        return tuple(sorted({round(cell.value.x0, 1) for cell in self.cells}))


def grids(rules: Sequence[Rule], tolerance: float) -> list[Grid]:
    """Every table that the lines draw, top to bottom; frames of one cell are not tables."""
    found = [_grid(group, tolerance) for group in _touching(rules, tolerance)]
    return sorted((grid for grid in found if grid), key=lambda grid: grid.box.top)


def _touching(rules: Sequence[Rule], tolerance: float) -> list[list[Rule]]:
    """Lines that cross or touch belong together."""
    groups: list[list[Rule]] = []
    for rule in rules:
        near = [group for group in groups if any(_cross(rule, other, tolerance) for other in group)]
        groups = [group for group in groups if not any(group is other for other in near)]
        groups.append([rule, *(other for group in near for other in group)])
    return groups


def _cross(a: Rule, b: Rule, tolerance: float) -> bool:
    if a.horizontal == b.horizontal:
        return abs(a.at - b.at) <= tolerance and a.low <= b.high + tolerance and b.low <= a.high + tolerance
    return b.low - tolerance <= a.at <= b.high + tolerance and a.low - tolerance <= b.at <= a.high + tolerance


def _grid(rules: Sequence[Rule], tolerance: float) -> Grid | None:
    ys = _places([rule.at for rule in rules if rule.horizontal], tolerance)
    xs = _places([rule.at for rule in rules if not rule.horizontal], tolerance)
    if len(ys) < 2 or len(xs) < 3 or len(xs) + len(ys) < 6:  # one row of three columns may be half of a cut row
        return None
    across = [rule for rule in rules if rule.horizontal]
    down = [rule for rule in rules if not rule.horizontal]
    cells = _cells(xs, ys, across, down, tolerance)
    return Grid(Box(xs[0], ys[0], xs[-1], ys[-1]), tuple(cells))


def _places(values: list[float], tolerance: float) -> list[float]:
    """Positions that lie closer than the tolerance are one line."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= tolerance:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]


def _drawn(rules: Sequence[Rule], at: float, low: float, high: float, tolerance: float) -> bool:
    """Whether a border of a cell is drawn along most of its length."""
    near = [rule for rule in rules if abs(rule.at - at) <= tolerance]
    covered = sum(max(0.0, min(rule.high, high) - max(rule.low, low)) for rule in near)
    return covered >= 0.6 * (high - low)


def _cells(
    xs: list[float], ys: list[float], across: Sequence[Rule], down: Sequence[Rule], tolerance: float
) -> list[GridCell[Box]]:
    """Start from the finest squares and merge neighbours without a border between them."""
    rows, columns = len(ys) - 1, len(xs) - 1
    taken: set[tuple[int, int]] = set()
    cells: list[GridCell[Box]] = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            wide = 1
            while column + wide < columns and not _drawn(down, xs[column + wide], ys[row], ys[row + 1], tolerance):
                wide += 1
            high = 1
            while row + high < rows and not _drawn(across, ys[row + high], xs[column], xs[column + wide], tolerance):
                high += 1
            taken |= {(row + r, column + c) for r in range(high) for c in range(wide)}
            box = Box(xs[column], ys[row], xs[column + wide], ys[row + high])
            cells.append(GridCell(row, column, high, wide, box))
    return cells
