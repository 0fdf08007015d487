"""Tables as records: merged cells are given to every row they cover, headings of two rows become one.

Generic over what a cell holds: a string (Word) or printed words (PDF, images).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

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
    return [header, *(_record(cells, row, width, join) for row in range(head, height))]


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


def _record(cells: Sequence[GridCell[T]], row: int, width: int, join: Callable[[Sequence[T]], T]) -> tuple[T, ...]:
    """A cell merged downwards speaks for each row; one merged sideways stands once, in its first column."""
    here = {cell.column: cell.value for cell in cells if cell.row <= row < cell.row + cell.rows}
    return tuple(here[column] if column in here else join([]) for column in range(width))
