"""What is due: tasks of a period, what is past its end, what a unit has to do – for the chat, the terminal, the page.

A question is taken here only when nothing of it is left over: "tháng này Phòng Kinh tế phải làm gì?" is a look-up in
the register, "tháng này Phòng Kinh tế phải làm gì với kênh Bắc?" is a question for the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from bot.plans.amendments import WORDS, tasks_in_force
from bot.plans.tasks import Doing, Task
from bot.ports import Amending
from plan.due import Period, Within, due_in, late_since, months, next_day, sort_day
from plan.due_reader import Base, read_due
from plan.patterns import patterns
from plan.text import fold
from plan.units import find_units, unit_name


class When(StrEnum):
    """Which tasks are asked for. The order is that of the numbers in buttons: it only grows."""

    ALL = ""
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    OVERDUE = "overdue"
    YEAR = "year"
    SPAN = "span"  # the days that the question names


NUMBERED = tuple(When)
_SHORT = (When.WEEK, When.MONTH)
_WORDS = patterns(WORDS)
_PERIODS = tuple(
    (When.WEEK if name == "soon" else When(name), re.compile(rf"\b(?:{_WORDS[name]})\b"))
    for name in ("overdue", "week", "month", "quarter", "year", "soon")
)
_DUE = re.compile(
    r"\bhan\b|\bdue\b|phai (?:lam|xong|hoan thanh|nop|gui|trinh)|can lam|lam (?:nhung )?gi|to do\b|be done"
)
_COUNT = re.compile(r"bao nhieu (?:nhiem vu|viec|cong viec)|how many tasks|may (?:nhiem vu|viec)")
_OWN = re.compile(r"(?:don vi|co quan|phong) (?:cua )?(?:toi|minh|em|chung toi)|\bmy unit(?:'s)?|\bour unit(?:'s)?")
_SET = re.compile(
    r"(?:don vi (?:cua )?(?:toi|minh|em) la|(?:toi|minh|em) (?:o|thuoc|lam o|cong tac (?:o|tai))|"
    r"(?:my unit is|i work (?:at|in)))\s+(?P<unit>.+?)[ .!]*"
)
_NEXT_WEEK = re.compile(r"\btuan (?:sau|ke tiep)\b|\bnext week\b")
_PLAIN = re.compile(rf"\b(?:{_WORDS['plain']})\b|[^\w]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: a period, a unit (or the asker's own), or how many there are. Dates are inclusive."""

    when: When = When.ALL
    unit: str = ""
    is_own: bool = False
    is_count: bool = False
    first: date | None = None
    last: date | None = None

    def __str__(self) -> str:
        """Kept in the log book, so that buttons know what was asked."""
        return f"{self.when}|{self.first or ''}|{self.last or ''}|{self.unit}"

    @classmethod
    def kept(cls, text: str) -> Wanted:
        when, first, last, unit = text.split("|", 3)
        days = (date.fromisoformat(day) if day else None for day in (first, last))
        return cls(When(when), unit, False, False, *days)


def own_unit(text: str) -> str:
    """The unit in 'đơn vị của tôi là Phòng Kinh tế', by its usual name; empty for any other sentence."""
    found = _SET.fullmatch(fold(text).strip())
    units = find_units(text[found.start("unit") : found.end("unit")]) if found else ()
    return unit_name(units[0].unit) if len(units) == 1 else ""


def wanted(question: str, today: date) -> Wanted | None:
    """What a question asks of the register; None when it asks for anything more."""
    rest = fold(question)
    told, rest = _taken(_COUNT, rest)
    own, rest = _taken(_OWN, rest)
    units = {mention.unit for mention in find_units(rest)}
    for mention in reversed(find_units(rest)):
        rest = rest[: mention.start] + " " + rest[mention.end :]
    is_due = bool(_DUE.search(rest))
    found, rest = _period(rest, question, today)
    if len(units) > 1 or _PLAIN.sub("", rest):
        return None
    asked = replace(found, unit=unit_name(units.pop()) if units else "", is_own=bool(own), is_count=bool(told))
    if told or (own and not units):
        return asked
    return asked if asked.when and (is_due or asked.when is When.OVERDUE) else None


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    match = pattern.search(text)
    return (match.group(), text[: match.start()] + " " + text[match.end() :]) if match else ("", text)


def _period(rest: str, question: str, today: date) -> tuple[Wanted, str]:
    *named, soon = _PERIODS
    for when, pattern in named:
        told, after = _taken(pattern, rest)
        if told:
            return Wanted(when), after
    told, after = _taken(_NEXT_WEEK, rest)
    if told:
        monday = today + timedelta(7 - today.weekday())
        return Wanted(When.SPAN, first=monday, last=monday + timedelta(6)), after
    next_month = re.search(r"\bthang (?:sau|toi)\b|\bnext month\b", rest)
    if next_month:
        year, month = divmod(12 * today.year + today.month, 12)
        span = months(year, month + 1, month + 1)
        return Wanted(When.SPAN, first=span[0], last=span[1]), rest.replace(next_month.group(), " ")
    dues = read_due(question, Base(today))
    if len(dues) == 1 and dues[0].last and not dues[0].cycle:
        first = dues[0].first if dues[0].first != dues[0].last or "truoc" not in rest else today
        return Wanted(When.SPAN, first=first or today, last=dues[0].last), rest.replace(
            fold(dues[0].words), " "
        ).replace("truoc", " ")
    told, after = _taken(soon[1], rest)
    return (Wanted(soon[0]), after) if told else (Wanted(), rest)


def span_of(asked: Wanted, today: date) -> tuple[date, date] | None:
    """The days asked about; None for all days and for what is overdue."""
    if asked.when is When.SPAN and asked.first and asked.last:
        return asked.first, asked.last
    return Period(asked.when.value).around(today) if asked.when.value in {each.value for each in Period} else None


def within(asked: Wanted, today: date) -> Within | None:
    """The days for which plans are looked up; None for all of them."""
    if asked.when is When.OVERDUE:
        return Within(None, today - timedelta(1))
    span = span_of(asked, today)
    return Within(*span) if span else None


def fits(task: Task, asked: Wanted, today: date) -> bool:
    """Whether a task is due in the period, or past its end when that is asked."""
    if asked.when is When.ALL:
        return True
    if asked.when is When.OVERDUE:
        return late_since(task.dues, today) is not None
    span = span_of(asked, today)
    return bool(span and due_in(task.dues, *span))


def day_of(task: Task, asked: Wanted, today: date) -> date | None:
    """The day by which the task stands in its list."""
    span = span_of(asked, today)
    if asked.when is When.OVERDUE:
        return late_since(task.dues, today)
    days = due_in(task.dues, *span) if span else []
    return next((day for day in days if day >= today), days[-1] if days else next_day(task.dues, today))


def due_tasks(shelf: Amending, plans: Iterable[Doing], asked: Wanted, today: date) -> list[Task]:
    """The tasks, the earliest first; what was due longest ago comes last among the overdue."""
    found = [task for task in tasks_in_force(shelf, plans, asked.unit) if fits(task, asked, today)]
    if asked.when is When.OVERDUE:
        return sorted(found, key=lambda task: late_since(task.dues, today) or date.min, reverse=True)
    return sorted(found, key=lambda task: day_of(task, asked, today) or sort_day(task.dues, today))
