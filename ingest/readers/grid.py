"""Ruled tables: from drawn lines (PDF paths or pixels of a scan) to cells, and from cells to records.

Merged cells are given to every row they cover, headings of two rows become one. Generic over what a cell holds: a
string (Word) or printed words (PDF, images).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ingest.readers.layout import Box

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GridCell(Generic[T]):
    """A cell and the rows and columns it covers."""

    row: int
    column: int
    rows: int
    columns: int
    value: T


def records(cells: Sequence[GridCell[T]], join: Callable[[Sequence[T]], T]) -> list[tuple[T, ...]]:
    """One tuple for each row, the first being the column names."""
    if not cells:
        return []
    width = max(cell.column + cell.columns for cell in cells)
    height = max(cell.row + cell.rows for cell in cells)
    head = _head_rows(cells, width)
    header = tuple(join([cell.value for cell in _covering(cells, range(head), column)]) for column in range(width))
    here: list[dict[int, T]] = [{} for _ in range(height)]
    for cell in cells:  # one merged downwards speaks for each row; one merged sideways stands once, in its first column
        for row in range(cell.row, cell.row + cell.rows):
            here[row][cell.column] = cell.value
    empty = join([])
    return [header, *(tuple(row.get(column, empty) for column in range(width)) for row in here[head:])]


def _head_rows(cells: Sequence[GridCell[T]], width: int) -> int:
    """Two rows of names stand under each other when a name above covers some, not all, of the columns."""
    first = [cell for cell in cells if cell.row == 0]
    split = any(1 < cell.columns < width for cell in first)
    return max((cell.rows for cell in first), default=1) if split else 1


def _covering(cells: Sequence[GridCell[T]], rows: range, column: int) -> list[GridCell[T]]:
    return [
        cell
        for cell in sorted(cells, key=lambda cell: cell.row)
        if cell.row in rows and cell.column <= column < cell.column + cell.columns
    ]


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
