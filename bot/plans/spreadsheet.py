"""A unit's tasks as an .xlsx file, for the officers who plan their work in a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date

from bot.clock import today_here
from bot.plans.naming import short_title
from bot.plans.tasks import Task, value
from bot.sanitize import printable
from plan.due import late_since, next_day
from prompts import phrase

LONGEST_CELL = 32_000  # characters; a spreadsheet takes 32,767
WIDTHS = (6, 70, 14, 34, 34, 26, 34, 26, 40, 14)
_COLUMNS = ("number", "task", "role", "leads", "coordinating", "deadline", "product", "clause", "plan", "day")
# A cell that begins so would be run as a formula; what a plan says is only ever text.
_FORMULA = ("=", "+", "-", "@")


def tasks_workbook(tasks: Iterable[Task], unit: str, language: str) -> bytes:
    """One row for each task, with its place in the plan."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = phrase(language, "upload.sheet")
    sheet.append([phrase(language, f"upload.column_{name}") for name in _COLUMNS])
    for number, task in enumerate(tasks, 1):
        sheet.append([number, *map(harmless, _row(task, unit, language)), _day(task)])
    for place, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1)
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _row(task: Task, unit: str, language: str) -> tuple[str, ...]:
    assignment = task.assignment
    return (
        value(assignment.task),
        phrase(language, "bot.leads" if task.leads(unit) else "bot.coordinates"),
        "; ".join(map(value, assignment.leads)),
        "; ".join(map(value, assignment.coordinating)),
        task.deadline,
        value(assignment.product),
        task.place,
        short_title(task.plan),
    )


def _day(task: Task) -> date | None:
    """The next day it is due, else the last that has passed: a real date, so that the sheet sorts by it."""
    return next_day(task.dues, today_here()) or late_since(task.dues, today_here())


def harmless(cell: str) -> str:
    """A cell's text that neither breaks the file nor is run as a formula."""
    text = printable(cell)[:LONGEST_CELL]
    return f"'{text}" if text.startswith(_FORMULA) else text
