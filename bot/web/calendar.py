"""Deadlines as an .ics file that any calendar takes in: whole days, cycles as rules, each with alarms.

A period stands on its last day, where it is due; what only begins is not in it. Alarms: 7 days and 1 day before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event, vRecur

from bot.plans.naming import short_title
from bot.plans.tasks import Task, value
from bot.sanitize import printable
from bot.web.table import Line
from plan.due import Cycle, Due
from prompts import phrase

BEFORE = (timedelta(days=7), timedelta(days=1))
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
    event.add("summary", printable(value(task.assignment.task)))
    event.add("description", printable("\n".join(_about(task, language))))
    event.add("transp", "TRANSPARENT")
    if due.cycle:
        event.add("rrule", _rule(due.cycle, due.last))
    for before in BEFORE:
        event.add_component(_alarm(task, before))
    return event


def _about(task: Task, language: str) -> Iterator[str]:
    leads = "; ".join(value(lead) for lead in task.assignment.leads)
    if leads:
        yield f"{phrase(language, 'cli.leads')}: {leads}"
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
    alarm.add("description", printable(value(task.assignment.task)))
    morning = timedelta(hours=time(8).hour)
    alarm.add("trigger", morning - before)
    return alarm
