"""When a task is due, as a value: what the plan writes is a day, a period, a cycle, or hangs on something else.

Only `last` can be missed: what merely begins is never overdue. `plan.due_reader` reads these values from words.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from plan.model import Span
from plan.text import fold

FEW_DAYS = 7
EARLIEST = date(2000, 1, 1)  # no plan of ours is older; a cycle without a beginning begins here
_YEARS_AHEAD = 3  # how far the next day of a cycle is looked for


class DueKind(StrEnum):
    """How finely the plan says when."""

    DAY = "day"
    RANGE = "range"  # từ … đến …
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    YEARS = "years"  # giai đoạn 2026 - 2030
    CYCLE = "cycle"  # hằng quý, trước ngày 25 hằng tháng
    RELATIVE = "relative"  # chậm nhất 05 ngày sau khi …
    OPEN = "open"  # thường xuyên; từ ngày … (a beginning without an end)


@dataclass(frozen=True, slots=True)
class Cycle:
    """Every so many days, weeks or months. Months are counted from January: 3 are the quarters of the year."""

    unit: str  # day | week | month
    every: int = 1
    day: int = 0  # of the month; 0 or -1: its last
    month: int = 0  # the month of the period in which it falls, 1 for its first; 0: its last
    weekday: int = -1  # 0 for Monday
    weeks: tuple[int, ...] = ()  # which of the month's such weekdays; -1: its last

    def days(self, first: date, last: date) -> Iterator[date]:
        """The days it falls on within a period, in order."""
        found = self._of_months(first, last) if self.unit == "month" else self._of_days(first, last)
        return (day for day in found if first <= day <= last)

    def _of_days(self, first: date, last: date) -> Iterator[date]:
        step = self.every if self.unit == "day" else 7 * self.every
        weekday = self.weekday if self.weekday >= 0 else 4  # a week's work is due on its Friday
        start = first if self.unit == "day" else first + timedelta((weekday - first.weekday()) % 7)
        for number in range((last - start).days // step + 1):
            yield start + timedelta(number * step)

    def _of_months(self, first: date, last: date) -> Iterator[date]:
        for year in range(first.year, last.year + 1):
            for begin in range(1, 13, self.every):
                month = min(12, begin + (self.month or self.every) - 1)
                yield from self._of_month(year, month)

    def _of_month(self, year: int, month: int) -> Iterator[date]:
        length = calendar.monthrange(year, month)[1]
        if self.weekday < 0:
            yield date(year, month, min(self.day if self.day > 0 else length, length))
            return
        same = [date(year, month, n) for n in range(1, length + 1) if date(year, month, n).weekday() == self.weekday]
        for week in self.weeks or range(1, len(same) + 1):
            if week <= len(same):
                yield same[week - 1 if week > 0 else week]


@dataclass(frozen=True, slots=True)
class Due:
    """One time that a plan names, with the words it was read from.

    `first` and `last` are inclusive; either is None where the words give none. A day has both.
    """

    kind: DueKind
    words: str
    first: date | None = None
    last: date | None = None
    cycle: Cycle | None = None

    def days(self, first: date, last: date) -> list[date]:
        """The days within a period on which it is due: the end of its own period, or those of its cycle."""
        if self.cycle is None:
            return [self.last] if self.last and first <= self.last <= last else []
        begin, end = max(first, self.first or EARLIEST), min(last, self.last or last)
        return list(self.cycle.days(begin, end)) if begin <= end else []

    def is_over(self, today: date) -> bool:
        """Whether its end has passed. A cycle is over with its last period only."""
        return self.last is not None and self.last < today


@dataclass(frozen=True, slots=True)
class Within:
    """Days for which what is due is looked for, inclusive; without `first` all up to `last`."""

    first: date | None
    last: date


def next_day(dues: Iterable[Due], today: date) -> date | None:
    """The first day from `today` on that one of them is due; None when none is ahead."""
    ahead = date(today.year + _YEARS_AHEAD, 12, 31)
    found = [day for due in dues for day in due.days(today, ahead if due.cycle else date.max)]
    return min(found, default=None)


def late_since(dues: Iterable[Due], today: date) -> date | None:
    """The last day that has passed, of what is no cycle; None when nothing is past its end."""
    return max((due.last for due in dues if due.last and due.is_over(today) and not due.cycle), default=None)


def sort_day(dues: Iterable[Due], today: date) -> date:
    """Where a task stands in a list by date: its next day, else the day it was due; what has no date comes last."""
    dues = tuple(dues)
    return next_day(dues, today) or late_since(dues, today) or date.max


def due_in(dues: Iterable[Due], first: date, last: date) -> list[date]:
    """The days of a period on which one of them is due."""
    return sorted({day for due in dues for day in due.days(first, last)})


class Period(StrEnum):
    """The periods officers ask for."""

    FEW_DAYS = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    def around(self, today: date) -> tuple[date, date]:
        """Its first and last day: the next seven days, or the calendar's month, quarter or year."""
        if self is Period.FEW_DAYS:
            return today, today + timedelta(FEW_DAYS)
        if self is Period.YEAR:
            return date(today.year, 1, 1), date(today.year, 12, 31)
        if self is Period.MONTH:
            return months(today.year, today.month, today.month)
        first = 3 * ((today.month - 1) // 3) + 1
        return months(today.year, first, first + 2)


def months(year: int, first: int, last: int) -> tuple[date, date]:
    """From the first day of one month to the last of another in the same year."""
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


_DAY = (
    r"(?:ngay\s+)?\d{1,2}\s*[/-]\s*\d{1,2}(?:\s*[/-]\s*\d{4})?|\d{1,2}\.\d{1,2}\.\d{4}|"
    r"ngay\s+\d{1,2}(?:\s+thang\s+\d{1,2}(?:\s+nam\s+\d{4})?)?|thang\s+\d{1,2}(?:\s*[/-]\s*\d{4}|\s+nam\s+\d{4})?"
)
_PERIOD = (
    r"(?:quy\s+(?:[ivx]{1,3}|\d)(?:\s*[/,-]?\s*(?:nam\s+)?\d{4})?|nam\s+\d{4}|"
    r"\d+\s+(?:ngay|gio|thang|tuan|nam)(?:\s+lam viec)?|giai doan\s+\d{4}\s*-\s*\d{4}|6 thang (?:dau|cuoi) nam)"
)
_LEAD = (
    r"(?:(?:hoan thanh|xong|bat dau|ket thuc|cham nhat|muon nhat|truoc|trong|den het|den|tu|vao|dinh ky|"
    r"toi)\s+(?:la\s+|het\s+|truoc\s+|vao\s+)?)"
)
_EVERY = (
    r"(?:hang|moi)\s+(?:ngay|tuan|thang|quy|nam)|(?:thuong xuyen|dinh ky|dot xuat)(?:,?\s+(?:hang|moi|6|sau)\s+\w+)?|"
    r"6 thang(?:/lan| mot lan)|khi co (?:yeu cau|de nghi)[^.;]{0,60}"
)
_PHRASE = re.compile(rf"{_LEAD}{{0,2}}(?:{_DAY}|{_PERIOD})(?:\s*(?:hang|moi)\s+(?:thang|nam|quy|tuan))?|{_EVERY}")
CITING = 80  # characters before a date that tell whose it is
_CITED = re.compile(r"\b(?:so|nghi dinh|quyet dinh|luat|nghi quyet|ke hoach|cong van|chi thi|thong tu)\b[^,;.]{0,60}\Z")


def date_phrases(text: str) -> tuple[Span, ...]:
    """Spans of the phrases that say when, in order; dates of cited documents are left out."""
    folded = fold(text)
    spans = [Span(match.start(), match.end()) for match in _PHRASE.finditer(folded)]
    return tuple(
        span
        for span in spans
        if not _CITED.search(folded[max(0, span.start - CITING) : span.start])
        or "truoc" in folded[span.start : span.end]
    )
