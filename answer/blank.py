"""A cell that a table leaves blank is said to be blank, with the remark under the table that says why.

'Kế hoạch không nêu nội dung này' would be less than the plan says of 'ô trống ở cột "Ngày": chưa ấn định'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from answer.cells import cells_named, left_blank, main_cell
from answer.question import Question
from answer.shelf import Shelf
from plan.model import Cell, Clause, ClauseKind
from plan.passages import Line, Passage
from plan.text import fold, squeeze

_REMARK = re.compile(r"\b(?:o|dong|cot)\b.{0,40}\btrong\b|\btrong\b.{0,20}\b(?:o|cot)\b")  # 'ô "Ngày" trống'


@dataclass(frozen=True, slots=True)
class Blank:
    """The blank cell of a row; `row` is what the row is called, `remark` where the plan says what such a cell means."""

    clause: Clause
    column: str
    row: str
    remark: tuple[Passage, Line] | None


def blank_asked(question: Question, shelf: Shelf, near: Passage) -> Blank | None:
    """The blank that a question asks for, in the row that it names of the table which `near` is a row of."""
    rows = _rows(shelf, near)
    named = {row.address: cells_named(question, row.cells) for row in rows}
    row = max(rows, key=lambda each: len(named[each.address]), default=None)
    cell = left_blank(question, row.cells) if row and named[row.address] else None
    if row is None or cell is None:
        return None
    column = squeeze(cell.column).rstrip(" :")
    return Blank(row, column, _called(row, named[row.address]), _remark(shelf, row, column))


def _rows(shelf: Shelf, near: Passage) -> list[Clause]:
    clause = shelf.tree.by_address[near.address]
    parent = shelf.tree.parent(clause)
    if clause.kind is not ClauseKind.ROW or parent is None:
        return []
    return [each for each in shelf.tree.children(parent) if each.kind is ClauseKind.ROW]


def _called(row: Clause, named: list[Cell]) -> str:
    """The longest of the names that the question calls it by."""
    longest = max(named, key=lambda cell: len(cell.value))
    told = longest if re.search(r"[^\W\d]{2}", longest.value) else main_cell(row.cells)
    return squeeze((told or longest).value)


def _remark(shelf: Shelf, row: Clause, column: str) -> tuple[Passage, Line] | None:
    """The line under the same heading that speaks of blanks and names the column."""
    above = row.address.rpartition("#")[0]
    beside = (passage for passage in shelf.passages if passage.address.startswith(above))
    lines = ((passage, line) for passage in beside for line in passage.lines if passage.kind is not ClauseKind.ROW)
    return next((each for each in lines if fold(column) in (told := fold(each[1].text)) and _REMARK.search(told)), None)
