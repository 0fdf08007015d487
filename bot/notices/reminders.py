"""What a unit is reminded of: 7 days and 1 day before a task is due, Mondays the week's list. Pure; hour: a setting.

What comes round more often than once a month is in the week's list only: nobody reads a reminder of every Friday.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.conversation.messages import Reply
from bot.conversation.plain import shorten
from bot.plans.naming import short_title
from bot.plans.tasks import Task, value
from plan.due import Due, due_in, late_since
from prompts import phrase

AHEAD = (7, 1)  # days before
SHOWN = 10
LENGTH = 200  # characters shown of one task


@dataclass(frozen=True, slots=True)
class Coming:
    """A task and the day on which it is due next."""

    task: Task
    day: date


def to_remind(tasks: Iterable[Task], last: date, today: date) -> list[Coming]:
    """What came within reach of a reminder since the day `last`: days without the bot are made up for."""
    spans = [(max(today, last + timedelta(ahead + 1)), today + timedelta(ahead)) for ahead in AHEAD]
    found = [
        Coming(task, day)
        for task in tasks
        for day in sorted({day for first, end in spans for day in due_in(_rare(task.dues), first, end)})
    ]
    return sorted(found, key=lambda coming: coming.day)


def of_week(tasks: Sequence[Task], today: date) -> list[Coming]:
    """What is due from today to the end of the week, in order."""
    sunday = today + timedelta(6 - today.weekday())
    found = [Coming(task, days[0]) for task in tasks if (days := due_in(task.dues, today, sunday))]
    return sorted(found, key=lambda coming: coming.day)


def overdue(tasks: Iterable[Task], today: date) -> int:
    """How many are past the end that the plan gives."""
    return sum(late_since(task.dues, today) is not None for task in tasks)


def reminder(language: str, unit: str, coming: Sequence[Coming], today: date) -> Reply:
    """What is due soon."""
    head = phrase(language, "notices.reminder", unit=unit, count=len(coming))
    return Reply(head, lines=_lines(language, coming, today), language=language)


def weekly(language: str, unit: str, coming: Sequence[Coming], late: int, today: date) -> Reply:
    """The week's list."""
    head = phrase(language, "notices.weekly", unit=unit, count=len(coming))
    notes = (phrase(language, "notices.weekly_late", count=late),) if late else ()
    return Reply(head, lines=_lines(language, coming, today), notes=notes, language=language)


def _rare(dues: Iterable[Due]) -> list[Due]:
    return [due for due in dues if due.cycle is None or due.cycle.unit == "month"]


def _lines(language: str, coming: Sequence[Coming], today: date) -> tuple[str, ...]:
    lines = [_line(language, number, each, today) for number, each in enumerate(coming[:SHOWN], 1)]
    more = len(coming) - SHOWN
    return (*lines, *([phrase(language, "bot.tasks_more", count=more)] if more > 0 else []))


def _line(language: str, number: int, coming: Coming, today: date) -> str:
    """When, what, and the clause it stands in, with the plan's own words for the time."""
    task, left = coming.task, (coming.day - today).days
    key = "notices.today" if left == 0 else "notices.tomorrow" if left == 1 else "notices.in_days"
    when = phrase(language, key, day=f"{coming.day:%d/%m/%Y}", count=left)
    told = value(task.assignment.task)
    told = shorten(told, LENGTH) + phrase(language, "bot.cut") if len(told) > LENGTH else told
    due = phrase(language, "bot.deadline", deadline=task.deadline)
    return f"{number}. {when}: {told} — {due} ({task.place}, {short_title(task.plan)})"
