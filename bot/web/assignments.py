"""The table of tasks over all plans, filtered, sorted; as a calendar (.ics), and as the .xlsx of `bot.plans.tasks`.

In the calendar a period stands on its last day, where it is due; what only begins is not in it. Cycles are rules, and
each entry has alarms 7 days and 1 day before.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from icalendar import Alarm, Calendar, Event, vRecur
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.i18n import today_here
from bot.plans.due_list import Wanted as Asked
from bot.plans.due_list import When, day_of, fits, within
from bot.plans.naming import short_title, title
from bot.plans.tasks import Doing, Task, tasks_of, tasks_workbook, value
from bot.sanitize import printable
from bot.web.guard import Visitor
from bot.web.view import Paged, Pages, paged
from plan.due import Cycle, Due, due_in, late_since
from plan.listed import Listed
from plan.text import fold
from plan.units import unit_ids, unit_name
from prompts import phrase

BEFORE, MORNING = (timedelta(days=7), timedelta(days=1)), timedelta(hours=8)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def calendar(lines: Iterable[Line], language: str, now: datetime | None = None) -> str:
    """The whole file; tasks without a day are left out."""
    now = now or datetime.now(UTC)
    book = Calendar()
    book.add("prodid", "-//Kehoach//VI")
    book.add("version", "2.0")
    book.add("x-wr-calname", phrase(language, "web.tasks"))
    for line in lines:
        for number, due in enumerate(line.task.dues):
            start = _start(due, now.date())
            if start:
                book.add_component(_event(line.task, due, number, start, language, now))
    return bytes(book.to_ical()).decode()


def _start(due: Due, today: date) -> date | None:
    """The day, or the first of a cycle: not before this year, or a cycle without beginning would fill the past."""
    if due.cycle is None:
        return due.last
    first = max(due.first or date(today.year, 1, 1), date(today.year, 1, 1))
    return next(iter(due.days(first, due.last or first + timedelta(400))), None)


def _event(task: Task, due: Due, number: int, start: date, language: str, now: datetime) -> Event:
    event = Event()
    key = f"{task.plan.plan_id}\0{task.assignment.clause}\0{task.assignment.task.value}\0{number}"
    event.add("uid", f"{hashlib.sha256(key.encode()).hexdigest()[:24]}@kehoach")
    event.add("dtstamp", now)
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(1))
    event.add("summary", printable(task.name))
    event.add("description", printable("\n".join(_about(task, language))))
    event.add("transp", "TRANSPARENT")
    if due.cycle:
        event.add("rrule", _rule(due.cycle, due.last))
    for before in BEFORE:
        event.add_component(_alarm(task, before))
    return event


def _about(task: Task, language: str) -> Iterator[str]:
    if task.who:
        yield f"{phrase(language, 'cli.leads')}: {task.who}"
    yield task.deadline
    yield f"{task.place} · {short_title(task.plan)}"


def _rule(cycle: Cycle, last: date | None) -> vRecur:
    rule: dict[str, object] = {"FREQ": {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY"}[cycle.unit]}
    rule["INTERVAL"] = cycle.every
    if cycle.unit == "month" and cycle.weekday >= 0:
        day = _WEEKDAYS[cycle.weekday]
        rule["BYDAY"] = [f"{week}{day}" for week in cycle.weeks] or [day]
    elif cycle.unit == "month":
        # The 31st of a short month is its last day; a rule that names only the 31st would leave the month out.
        rule |= {"BYMONTHDAY": list(range(28, cycle.day + 1)), "BYSETPOS": -1} if cycle.day > 28 else {}
        rule |= {"BYMONTHDAY": cycle.day or -1} if cycle.day <= 28 else {}
    if last:
        rule["UNTIL"] = last
    return vRecur(rule)


def _alarm(task: Task, before: timedelta) -> Alarm:
    """In the morning: whole days begin at midnight, when nobody wants to be told."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", printable(task.name))
    alarm.add("trigger", MORNING - before)
    return alarm


_NEVER = date.max


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form asks for; every field may be empty."""

    unit: str = ""
    plan: str = ""
    role: str = ""  # lead | coordinating
    due: str = ""  # dated | week | month | quarter | overdue
    until: str = ""  # ISO date
    sort: str = ""  # task | leads | deadline | plan, with a minus in front for the other way

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """From an address; whatever else is in it is left out."""
        return cls(**{field.name: query.get(field.name, "").strip()[:200] for field in fields(cls)})

    @property
    def asked(self) -> Asked:
        """The period, where it is one of those that officers ask for."""
        return Asked(When(self.due) if self.due in {when.value for when in When} else When.ALL)

    @property
    def leads(self) -> bool | None:
        """Whether the unit is to lead, or to help; None for both."""
        return {"lead": True, "coordinating": False}.get(self.role)

    @property
    def is_looked_up(self) -> bool:
        """Whether the database knows the rows one by one: then a page of them is read, and no others."""
        return not (self.due or self.until or self.sort) and (not self.role or bool(unit_ids(self.unit)))

    def query(self, **changes: str) -> str:
        """As the query of an address, with some changes."""
        told = {field.name: getattr(self, field.name) for field in fields(self)} | changes
        return urlencode({name: text for name, text in told.items() if text})

    def next_sort(self, column: str) -> str:
        """What pressing a column's head asks for."""
        return f"-{column}" if self.sort == column else column

    def sorted_by(self, column: str) -> str:
        """How a column is sorted, in the words of ARIA."""
        return {column: "ascending", f"-{column}": "descending"}.get(self.sort, "none")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a task, and the day by which it stands in its list: its next one, else the last that has passed."""

    task: Task
    due: date | None
    is_late: bool = False


def lines(plans: Iterable[Doing], wanted: Wanted, today: date) -> list[Line]:
    """The rows that are wanted, in their order."""
    asked = wanted.asked
    chosen = (task for task in tasks_of(plans, wanted.unit) if wanted.plan in ("", task.plan.plan_id))
    found = [task for task in chosen if _has_role(task, wanted) and fits(task, asked, today)]
    kept = [line for line in (_line(task, asked, today) for task in found) if _is_due(line, wanted)]
    return _in_order(kept, wanted.sort)


def _line(task: Task, asked: Asked, today: date) -> Line:
    day = day_of(task, asked, today)
    late = late_since(task.dues, today)
    return Line(task, day or late, is_late=bool(late) and (day is None or asked.when is When.OVERDUE))


def _has_role(task: Task, wanted: Wanted) -> bool:
    if not wanted.role or not wanted.unit:
        return True
    return task.leads(wanted.unit) is (wanted.role == "lead")


def _is_due(line: Line, wanted: Wanted) -> bool:
    until = _day(wanted.until)
    dated = line.due is not None or wanted.due != "dated"
    return dated and (until is None or bool(due_in(line.task.dues, date.min, until)))


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def _in_order(found: list[Line], sort: str) -> list[Line]:
    keys: dict[str, Callable[[Line], tuple[object, ...]]] = {
        "task": lambda line: (fold(line.task.name),),
        "leads": lambda line: (fold(" ".join(map(value, line.task.assignment.leads))),),
        "deadline": lambda line: (line.due or _NEVER, not line.task.deadline, fold(line.task.deadline)),
        "plan": lambda line: (fold(title(line.task.plan)),),
    }
    key = keys.get(sort.removeprefix("-"))
    return sorted(found, key=key, reverse=sort.startswith("-")) if key else found


ROWS = 200  # on one page
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Assignments(Pages):
    def routes(self) -> list[Route]:
        return [
            self._view.asking_page("/assignments", self.show),
            self._view.asking_page("/assignments.xlsx", self.workbook),
            self._view.asking_page("/assignments.ics", self.calendar),
        ]

    async def show(self, request: Request, visitor: Visitor) -> Response:
        wanted = Wanted.of(request.query_params)
        page, count = await asyncio.to_thread(self._page, wanted, request.query_params)
        context: dict[str, Any] = {
            "page": page,
            "count": count,
            "wanted": wanted,
            "plans": self._plans(wanted.plan),
            "units": [unit_name(unit) for unit in self._shelf.working()],
        }
        return self._view.page(request, visitor, "assignments.html", **context)

    async def workbook(self, request: Request, visitor: Visitor) -> Response:
        wanted = Wanted.of(request.query_params)
        tasks = [line.task for line in self._found(wanted)]
        data = await asyncio.to_thread(tasks_workbook, tasks, wanted.unit, visitor.language)
        return _file(data, XLSX, "nhiem-vu.xlsx")

    async def calendar(self, request: Request, visitor: Visitor) -> Response:
        """Those of the rows that have a date as a calendar."""
        told = calendar(self._found(Wanted.of(request.query_params)), visitor.language)
        return _file(told.encode(), "text/calendar; charset=utf-8", "thoi-han.ics")

    def _page(self, wanted: Wanted, query: Mapping[str, str]) -> tuple[Paged[Line], int]:
        """Some of the rows, and how many there are."""
        if not wanted.is_looked_up:
            found = self._found(wanted)
            return paged(query, lambda start, count: found[start : start + count], ROWS), len(found)
        page = paged(query, lambda start, count: self._found(wanted, start, count), ROWS)
        return page, self._shelf.tasks_of_unit(wanted.unit, wanted.plan, wanted.leads)

    def _found(self, wanted: Wanted, start: int = 0, count: int | None = None) -> list[Line]:
        today = today_here()
        due = within(wanted.asked, today)
        tasks = self._shelf.with_tasks(wanted.unit, due, wanted.plan, wanted.leads, start, count)
        return lines(tasks, wanted, today)

    def _plans(self, chosen: str) -> Sequence[Listed]:
        """The plans to choose from; of very many some, and the chosen one."""
        plans, plan = self._shelf.listed(), self._shelf.told(chosen)
        return plans if plan is None or plan in plans else [plan, *plans]


def _file(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
