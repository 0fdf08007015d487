"""Times as plans write them, labelled by hand before the reader was first run: due_times.tsv."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from plan.due import Cycle, Due, DueKind, Period, due_in, late_since, next_day, sort_day
from plan.due_reader import Base, base_of, read_due
from plan.model import PlanInfo

TIMES = Path(__file__).with_name("due_times.tsv")
TODAY = date(2026, 5, 20)


def told(due: Due) -> str:
    """A time in the notation of the data file."""
    parts = [due.kind.value]
    if due.cycle:
        cycle = due.cycle
        parts.append(f"{cycle.unit[0]}{cycle.every}")
        parts += [f"{name} {each}" for name, each in (("day", cycle.day), ("month", cycle.month)) if each]
        parts += [f"weekday {cycle.weekday}"] if cycle.weekday >= 0 else []
        parts += [f"weeks {','.join(map(str, cycle.weeks))}"] if cycle.weeks else []
        parts += [f"{due.first or '-'}..{due.last or '-'}"] if due.first or due.last else []
    elif due.kind is DueKind.DAY:
        parts.append(str(due.last or "-"))
    elif due.kind not in (DueKind.OPEN, DueKind.RELATIVE) or due.first:
        parts.append(f"{due.first or '-'}..{due.last or '-'}")
    return " ".join(parts)


def base(text: str) -> Base:
    if text[:1] in ("y", "s"):
        return Base(year=int(text[1:]), is_school_year=text[0] == "s")
    return Base(date.fromisoformat(text)) if text else Base()


def labelled() -> list[tuple[str, str, str]]:
    rows = (line.split("|") for line in TIMES.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return [(row[0].strip(), row[1].strip(), row[2].strip()) for row in rows]


def test_times_of_plans_are_read() -> None:
    """At least 97 of a hundred; which are wrong is told."""
    rows = labelled()
    assert len(rows) >= 150
    wrong = [
        f"{words} → {got}, not {wanted}"
        for words, plan, wanted in rows
        if (got := "; ".join(map(told, read_due(words, base(plan)))) or "none") != wanted
    ]
    assert len(wrong) <= 0.03 * len(rows), "\n".join(wrong)


def test_words_are_those_of_the_plan() -> None:
    for words, plan, _ in labelled():
        assert all(due.words in words and due.words for due in read_due(words, base(plan)))


@pytest.mark.parametrize("words", ["từ ngày 01/4/2026", "Năm 2026 và các năm tiếp theo", "hằng quý", "thường xuyên"])
def test_what_has_no_end_is_never_late(words: str) -> None:
    assert late_since(read_due(words), date(2031, 1, 1)) is None


def test_both_phases_count() -> None:
    dues = read_due("đợt 1 xong trước 28/02/2026; đợt 2 trong tháng 8/2026")
    assert late_since(dues, TODAY) == date(2026, 2, 28)
    assert next_day(dues, TODAY) == date(2026, 8, 31)


def test_a_cycle_falls_on_its_days() -> None:
    dues = read_due("trước ngày 25 hằng tháng, năm 2026")
    assert due_in(dues, *Period.QUARTER.around(TODAY)) == [date(2026, month, 25) for month in (4, 5, 6)]
    assert due_in(dues, date(2027, 1, 1), date(2027, 12, 31)) == []
    assert list(Cycle("month", 1, day=31).days(date(2026, 2, 1), date(2026, 3, 31))) == [
        date(2026, 2, 28),
        date(2026, 3, 31),
    ]
    assert list(Cycle("month", weekday=5, weeks=(1,)).days(*Period.MONTH.around(TODAY))) == [date(2026, 5, 2)]
    assert list(Cycle("week", weekday=4).days(*Period.FEW_DAYS.around(TODAY))) == [date(2026, 5, 22)]


def test_tasks_without_a_day_stand_last() -> None:
    times = ["thường xuyên", "quý II/2026", "trước ngày 31/5/2026", "hằng tuần", "15/01/2026"]
    in_order = sorted(times, key=lambda words: sort_day(read_due(words), TODAY))
    assert in_order == ["15/01/2026", "hằng tuần", "trước ngày 31/5/2026", "quý II/2026", "thường xuyên"]


def test_the_year_comes_from_the_plan() -> None:
    assert base_of(PlanInfo(subject="Nạo vét kênh năm 2026", date="2025-12-20")).year_of(4) == 2026
    assert base_of(PlanInfo(subject="phổ cập năm học 2026 - 2027", date="2026-07-20")).year_of(2) == 2027
    assert base_of(PlanInfo(subject="chuyển đổi số giai đoạn 2026-2030", date="2026-03-20")).year_of(2) == 2026
    assert base_of(PlanInfo(subject="chuyển đổi số")).year_of(2) == 0
