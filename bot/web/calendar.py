"""Deadlines as an .ics file that any calendar takes in (RFC 5545): whole days, one entry for each task with a date."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from bot.naming import short_title
from bot.sanitize import printable
from bot.tasks import value
from bot.web.table import Line
from prompts import phrase

LINE_BYTES = 75


def calendar(lines: Iterable[Line], language: str, now: datetime | None = None) -> str:
    """The whole file; tasks without a date are left out."""
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    head = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kehoach//VI",
        f"X-WR-CALNAME:{_text(phrase(language, 'web.tasks'))}",
    )
    events = (part for line in lines if line.due for part in _event(line, stamp, language))
    return "".join(f"{_folded(part)}\r\n" for part in (*head, *events, "END:VCALENDAR"))


def _event(line: Line, stamp: str, language: str) -> Iterator[str]:
    assert line.due
    assignment, plan = line.task.assignment, line.task.plan
    leads = "; ".join(value(lead) for lead in assignment.leads)
    about = (
        f"{phrase(language, 'cli.leads')}: {leads}",
        line.task.deadline,
        f"{line.task.place} · {short_title(plan)}",
    )
    unique = hashlib.sha256(f"{plan.plan_id}\0{assignment.clause}\0{assignment.task.value}".encode()).hexdigest()[:24]
    yield "BEGIN:VEVENT"
    yield f"UID:{unique}@kehoach"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{line.due:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{line.due + timedelta(1):%Y%m%d}"
    yield f"SUMMARY:{_text(value(assignment.task))}"
    yield f"DESCRIPTION:{_text(chr(10).join(part for part in about if part))}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(told: str) -> str:
    told = printable(told)
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        told = told.replace(plain, escaped)
    return told


def _folded(line: str) -> str:
    """Lines of at most 75 bytes, never cut inside a letter."""
    rows: list[str] = []
    row = ""
    for letter in line:
        if len((row + letter).encode()) > LINE_BYTES - bool(rows):
            rows.append(row)
            row = ""
        row += letter
    return "\r\n ".join((*rows, row))
