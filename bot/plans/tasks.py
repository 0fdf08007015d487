"""A unit's assignments over the live plans: what `viec <đơn vị>` and `kehoach assignments` list; the .xlsx."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.i18n import today_here
from bot.plans.naming import short_title
from bot.sanitize import printable
from plan.due import Due, late_since, next_day
from plan.due_reader import base_of, read_due
from plan.listed import Named, PlanTasks
from plan.model import Assignment, FieldValue, PlanVersion
from plan.text import fold_line, squeeze
from plan.units import find_units, unit_ids, unit_name
from prompts import phrase


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment with the plan it stands in."""

    plan: Named
    assignment: Assignment
    place: str  # where it stands, in words

    @property
    def name(self) -> str:
        """What is to be done, on one line."""
        return value(self.assignment.task)

    @property
    def who(self) -> str:
        """Who leads it; empty when the plan names nobody."""
        return "; ".join(map(value, self.assignment.leads))

    @property
    def where(self) -> str:
        """Its clause and its plan, behind a line that tells of it."""
        return f"({self.place}, {short_title(self.plan)})"

    @property
    def deadline(self) -> str:
        """As the plan writes it; empty when it names none."""
        return value(self.assignment.deadline)

    @property
    def dues(self) -> tuple[Due, ...]:
        """When it is due, as values; empty where the plan names no time."""
        return read_due(self.deadline, base_of(self.plan.info)) if self.deadline else ()

    def leads(self, unit: str) -> bool:
        """Whether the unit leads it, rather than coordinates."""
        return _named(self.assignment.leads, unit)


Doing = PlanVersion | PlanTasks  # a whole plan, or those of its tasks that were looked up


def tasks_of(plans: Iterable[Doing], unit: str) -> Iterator[Task]:
    """The tasks in which a unit, in any of its spellings, leads or coordinates. No unit: all tasks."""
    for task in (task for plan in plans for task in _stated(plan)):
        if not unit or _named((*task.assignment.leads, *task.assignment.coordinating), unit):
            yield task


def _stated(plan: Doing) -> Iterator[Task]:
    if isinstance(plan, PlanTasks):
        yield from (Task(plan.plan, each.assignment, each.place) for each in plan.tasks)
        return
    places = {clause.address: clause.words for clause in plan.clauses}
    yield from (Task(plan, each, places.get(each.clause, each.clause)) for each in plan.assignments)


def is_unit_name(text: str) -> bool:
    """Whether a text is a unit's name and little else, rather than a question about a unit."""
    named = sum(mention.end - mention.start for mention in find_units(text))
    return named >= 0.7 * len(text.strip())


def official_name(unit: str) -> str:
    """The usual name of a unit, however it was typed: 'VHXH' → 'Phòng Văn hóa - Xã hội'."""
    known = unit_ids(unit)
    return unit_name(next(iter(known))) if len(known) == 1 else unit


def value(field: FieldValue | None) -> str:
    """A field on one line."""
    return squeeze(field.value) if field else ""


def _named(fields: Iterable[FieldValue], unit: str) -> bool:
    wanted = unit_ids(unit)
    if wanted:
        return any(wanted & unit_ids(field.value) for field in fields)
    return any(fold_line(unit) in fold_line(field.value) for field in fields)


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


def deadline_told(language: str, task: Task, mark: str) -> str:
    """The deadline behind a mark; empty where the plan names none."""
    return f"{mark}{phrase(language, 'bot.deadline', deadline=task.deadline)}" if task.deadline else ""


def in_words(task: Task) -> dict[str, str]:
    """What a row tells of a task, by column."""
    assignment = task.assignment
    return {
        "task": task.name,
        "leads": task.who,
        "coordinating": "; ".join(map(value, assignment.coordinating)),
        "deadline": task.deadline,
        "product": value(assignment.product),
        "place": task.place,
    }


def _row(task: Task, unit: str, language: str) -> tuple[str, ...]:
    told, *others = in_words(task).values()
    role = phrase(language, "bot.leads" if task.leads(unit) else "bot.coordinates")
    return (told, role, *others, short_title(task.plan))


def _day(task: Task) -> date | None:
    """The next day it is due, else the last that has passed: a real date, so that the sheet sorts by it."""
    return next_day(task.dues, today_here()) or late_since(task.dues, today_here())


def harmless(cell: str) -> str:
    """A cell's text that neither breaks the file nor is run as a formula."""
    text = printable(cell)[:LONGEST_CELL]
    return f"'{text}" if text.startswith(_FORMULA) else text
