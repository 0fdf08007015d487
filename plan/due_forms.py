"""The forms in which plans write times, and what each one means as `Atom`s. The patterns are in `data/due_forms.txt`.

`FORMS` stands in the order in which it is tried: what one form has taken, no later one sees.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from plan.due import Cycle, DueKind
from plan.patterns import filled
from plan.text import roman

_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "sau": 6}
_WEEKDAYS = {"hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5, "7": 5}
_MONTHS_OF = {"thang": 1, "quy": 3, "nam": 12}
_WORDS = filled(Path(__file__).parent / "data" / "due_forms.txt")
NOISE = re.compile("|".join(_WORDS["noise"]))


@dataclass(frozen=True, slots=True)
class Atom:
    """A time as it stands in the words; `year` 0 where it names none."""

    start: int
    end: int
    kind: DueKind
    year: int = 0
    month: int = 0
    until: int = 0  # the last month of it
    day: int = 0
    upto: int = 0  # the last day of it
    cycle: Cycle | None = None
    ends: bool = False  # only its end is named
    begins: bool = False
    joined: Atom | None = None  # the end of a range
    sure: tuple[date | None, date | None] | None = None  # dates known already


Make = Callable[[re.Match[str]], Iterable[Atom]]


# How each form becomes atoms. The order is that of `_FORMS`.


def _number(text: str) -> int:
    return _NUMBERS.get(text) or int(text)


def _cycle(match: re.Match[str], cycle: Cycle) -> list[Atom]:
    return [Atom(*match.span(), DueKind.CYCLE, cycle=cycle)]


def _every(match: re.Match[str]) -> Iterator[Atom]:
    """'hằng quý', 'mỗi năm 02 lần', '06 tháng một lần', '02 lần/năm'."""
    told = match.groupdict()
    times = _number(told["times"]) if told.get("times") else 1
    number = _number(told["n"]) if told.get("n") else 1
    unit = match["unit"]
    if unit in _MONTHS_OF:
        length = _MONTHS_OF[unit] * number
        yield from _cycle(match, Cycle("month", max(1, length // times)))
    else:
        yield from _cycle(match, Cycle("day" if unit == "ngay" else "week", number))


def _both(match: re.Match[str]) -> Iterator[Atom]:
    """'hằng quý/năm': both."""
    for name in ("unit", "unit2"):
        yield from _cycle(match, Cycle("month", _MONTHS_OF[match[name]]))


def _monthly(match: re.Match[str]) -> Iterator[Atom]:
    """'ngày 15 và ngày 30 hằng tháng', 'ngày cuối tháng', 'ngày 20 tháng cuối quý'."""
    every = 3 if match.groupdict().get("quarter") else 1
    month = 1 if every == 3 and "dau" in match["quarter"] else 0
    for number in re.findall(r"\d{1,2}", match["days"]) or ["-1"]:
        yield from _cycle(match, Cycle("month", every, day=int(number), month=month))


def _weekly(match: re.Match[str]) -> Iterator[Atom]:
    """'thứ Sáu hằng tuần', 'sáng thứ Bảy tuần đầu hằng tháng', 'thứ hai, thứ năm'."""
    weeks = tuple(
        {"dau": 1, "cuoi": -1}.get(week) or int(week)
        for week in re.findall(r"tuan (?:thu )?(dau|cuoi|\d)", match["weeks"] or "")
    )
    for name in re.findall(_WORDS["weekday"][0], match["days"]):
        weekday = 6 if name == "chu nhat" else _WEEKDAYS[name.split()[-1]]
        monthly = weeks or (match["of"] or "").endswith("thang")
        yield from _cycle(match, Cycle("month" if monthly else "week", weekday=weekday, weeks=weeks))


def _relative(match: re.Match[str]) -> Iterator[Atom]:
    """'chậm nhất 05 ngày sau ngày 30/6/2026' is a day; without a date it hangs on what is named."""
    counted = re.search(r"(\d+)\s*(?:\(.*?\)\s*)?(ngay|tuan)\b", match.group())
    day = re.search(r"(?:sau|ke tu|tinh tu)(?:\s+ngay)?\s+(\d{1,2})/(\d{1,2})/(20\d\d)", match.group())
    if counted and day and "lam viec" not in match.group():
        try:
            end = date(int(day[3]), int(day[2]), int(day[1]))
        except ValueError:
            return
        end += timedelta(int(counted[1]) * (7 if counted[2] == "tuan" else 1))
        yield Atom(*match.span(), DueKind.DAY, sure=(end, end))
    else:
        yield Atom(*match.span(), DueKind.RELATIVE)


def _day(match: re.Match[str]) -> Iterator[Atom]:
    """A day, or several of one month: '05, 06 và 07/5/2026', '10 - 28/02/2026'."""
    told = match.groupdict()
    day, month, year = int(match["d"]), int(match["m"]), int(told.get("y") or 0)
    upto = int(told.get("d2") or 0)
    if not 1 <= month <= 12 or not 1 <= day <= max(day, upto) <= monthrange(year or 2024, month)[1]:
        return
    if told.get("others"):
        for other in re.finditer(r"\d{1,2}", match["others"]):
            yield Atom(match.start(), match.end(), DueKind.DAY, year, month, month, int(other.group()))
    yield Atom(*match.span(), DueKind.RANGE if upto else DueKind.DAY, year, month, month, day, upto)


def _months(match: re.Match[str]) -> Iterator[Atom]:
    """'tháng 6', 'tháng 4, 5 và 10/2026', 'tháng 4 - 6/2026'."""
    numbers = [int(number) for number in re.findall(r"\d{1,2}", match["list"])]
    year = int(match["y"] or 0)
    if not all(1 <= number <= 12 for number in numbers):
        return
    if re.search(r"\d\s*-\s*(?:thang\s+)?\d", match["list"]) and numbers == sorted(numbers):
        yield Atom(*match.span(), DueKind.RANGE, year, numbers[0], numbers[-1])
        return
    for number in numbers:
        yield Atom(*match.span(), DueKind.MONTH, year, number, number)


def _quarters(match: re.Match[str]) -> Iterator[Atom]:
    """'quý II/2026', 'quý I, II và III', 'quý II - IV/2026'."""
    numbers = [roman(number) or int(number) for number in re.findall(r"\b(iv|i{1,3}|[1-4])\b", match["list"])]
    year = int(match["y"] or 0)
    if "-" in match["list"] and len(numbers) == 2:
        yield Atom(*match.span(), DueKind.RANGE, year, 3 * numbers[0] - 2, 3 * numbers[1])
        return
    for number in numbers:
        yield Atom(*match.span(), DueKind.QUARTER, year, 3 * number - 2, 3 * number)


def _part(match: re.Match[str]) -> Iterator[Atom]:
    """A part of a month, quarter or year: 'cuối tháng 6', 'tuần cuối tháng 6/2026', '6 tháng đầu năm 2026'."""
    told = match.groupdict()
    year, part = int(told.get("y") or 0), match["part"]
    if told.get("half"):
        first = 1 if part in ("dau", "dau nam") else 7
        yield Atom(*match.span(), DueKind.RANGE, year, first, first + 5)
    elif told.get("m"):
        days = {"dau": (1, 10), "giua": (11, 20), "cuoi": (21, 31)}
        days |= {"tuan dau": (1, 7), "tuan cuoi": (25, 31), "thuong tuan": days["dau"], "ha tuan": days["cuoi"]}
        days |= {"trung tuan": days["giua"]} | {f"tuan {n}": (7 * n - 6, 7 * n) for n in range(1, 5)}
        begin, end = days[part.replace("thu ", "")]
        yield Atom(*match.span(), DueKind.RANGE, year, int(match["m"]), int(match["m"]), begin, end)
    elif told.get("q"):
        first = 3 * (roman(match["q"]) or int(match["q"])) - 2 + {"dau": 0, "giua": 1, "cuoi": 2}[part]
        yield Atom(*match.span(), DueKind.MONTH, year, first, first)
    else:
        first, last = {"dau": (1, 3), "giua": (6, 6), "cuoi": (10, 12)}[part]
        yield Atom(*match.span(), DueKind.RANGE, year, first, last)


def _school(match: re.Match[str]) -> Iterator[Atom]:
    first, last = date(int(match["y1"]), 9, 1), date(int(match["y2"]), 5, 31)
    if match["term"]:
        middle = date(int(match["y2"]), 1, 15)
        first, last = (first, middle) if match["term"] in ("i", "1") else (middle + timedelta(1), last)
    yield Atom(*match.span(), DueKind.RANGE, sure=(first, last))


def _years(match: re.Match[str]) -> Iterator[Atom]:
    first, last = int(match["y1"]), int(match["y2"])
    if first <= last:
        yield Atom(*match.span(), DueKind.YEARS, first, until=last)


def _year(match: re.Match[str]) -> list[Atom]:
    return [Atom(*match.span(), DueKind.YEAR, int(match["y"]))]


def _this_year(match: re.Match[str]) -> list[Atom]:
    return [Atom(*match.span(), DueKind.YEAR)]


def _of(kind: DueKind) -> Callable[[re.Match[str]], list[Atom]]:
    return lambda match: [Atom(*match.span(), kind)]


def _bare_day(match: re.Match[str]) -> list[Atom]:
    return [Atom(*match.span(), DueKind.DAY, day=int(match["d"]))] if 1 <= int(match["d"]) <= 31 else []


_MEANING: dict[str, Make] = {  # in the order in which they are tried
    "weekly": _weekly,
    "monthly": _monthly,
    "every": _every,
    "both": _both,
    "every also": _every,
    "school": _school,
    "relative": _relative,
    "part": _part,
    "day": _day,
    "months": _months,
    "quarters": _quarters,
    "months by number": _months,
    "years": _years,
    "year": _year,
    "this year": _this_year,
    "bare day": _bare_day,
    "open": _of(DueKind.OPEN),
}
FORMS = tuple((re.compile(form), make) for name, make in _MEANING.items() for form in _WORDS[name])
LENGTH = re.compile(r"\b\d+\s*(?:\([^)]*\)\s*)?(?:ngay|gio|tuan|thang|nam)\b(?:\s+lam viec)?")
