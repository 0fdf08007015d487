"""The table of tasks and its files."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.web.calendar import calendar
from bot.web.table import Wanted, due_date, lines, units
from ingest.parse import parse
from plan.model import SourceText
from tests.bot.fakes import TEXT
from tests.bot.web.visits import Visit, sample

TODAY = date(2026, 5, 1)
PLANS = [sample("chuyen-doi-so.md"), sample("phong-chong-thien-tai.txt")]


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ("trước ngày 30/6/2026", date(2026, 6, 30)),
        ("Đợt 1 trước 30/4/2026; đợt 2 trước 31/10/2026", date(2026, 10, 31)),
        ("ngày 15 tháng 12 năm 2026", date(2026, 12, 15)),
        ("ngày 31 tháng 2 năm 2026", None),
        ("Quý II/2026", None),
        ("thường xuyên", None),
        ("", None),
    ],
)
def test_a_deadline_that_is_a_day(told: str, due: date | None) -> None:
    assert due_date(told) == due


def test_a_unit_in_one_role() -> None:
    leads = lines(PLANS, Wanted(unit="Công an", role="lead"), TODAY)
    helps = lines(PLANS, Wanted(unit="Công an", role="coordinating"), TODAY)
    assert leads
    assert helps
    assert all(line.task.leads("Công an") for line in leads)
    assert len(leads) + len(helps) == len(lines(PLANS, Wanted(unit="Công an"), TODAY))


def test_plan_and_deadline() -> None:
    assert {line.task.plan.plan_id for line in lines(PLANS, Wanted(plan="chuyen-doi-so"), TODAY)} == {"chuyen-doi-so"}
    assert all(line.due and line.due < TODAY for line in lines(PLANS, Wanted(due="overdue"), TODAY))
    until = lines(PLANS, Wanted(until="2026-06-30", sort="deadline"), TODAY)
    days = [line.due for line in until if line.due]
    assert days == sorted(days)
    assert max(days) <= date(2026, 6, 30)
    assert len(lines(PLANS, Wanted(until="someday", due="?", sort="?"), TODAY)) == len(lines(PLANS, Wanted(), TODAY))


def test_sorting_turns_around() -> None:
    wanted = Wanted(sort="task")
    assert wanted.next_sort("task") == "-task"
    up, down = (lines(PLANS, Wanted(sort=sort), TODAY) for sort in ("task", "-task"))
    assert [line.task.assignment.clause for line in up] != [line.task.assignment.clause for line in down]
    assert wanted.sorted_by("task") == "ascending"
    assert Wanted.of({"sort": "plan", "evil": "1"}).query(unit="Công an") == "unit=C%C3%B4ng+an&sort=plan"


def test_units_with_the_most_tasks_come_first() -> None:
    assert "Công an" in units(PLANS)[:12]


def test_the_calendar_is_one_that_programs_read() -> None:
    found = lines(PLANS, Wanted(due="dated"), TODAY)
    told = calendar(found, "vi", datetime(2026, 5, 1, tzinfo=UTC))
    assert told.count("BEGIN:VEVENT") == told.count("END:VEVENT") == len(found)
    assert "DTSTART;VALUE=DATE:20260415" in told
    assert all(len(line.encode()) <= 75 for line in told.split("\r\n"))
    assert "\n " in told
    assert "\\;" in told
    uids = [line for line in told.split("\r\n") if line.startswith("UID:")]
    assert len(set(uids)) >= len(uids) - 2  # a task that is written twice is one entry for a calendar


def test_the_page_and_its_files(tmp_path: Path) -> None:
    visit = Visit(tmp_path)
    page = visit.browser.get("/assignments?unit=Phòng Văn hóa - Xã hội&role=lead").text
    assert "2 nhiệm vụ" in page
    assert "/assignments.xlsx?unit=" in page
    book = visit.browser.get("/assignments.xlsx?unit=Phòng Văn hóa - Xã hội")
    rows = list(load_workbook(io.BytesIO(book.content)).active.iter_rows(values_only=True))
    assert len(rows) == 3
    ics = visit.browser.get("/assignments.ics")
    assert ics.headers["content-type"].startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20260630" in ics.text


def test_no_character_of_a_plan_breaks_the_files(tmp_path: Path) -> None:
    """One control character in one task must not cost all plans their spreadsheet, or open a line in the calendar."""
    odd = "Tuyên \x01\x1b[2J\ufffetruyền"
    text = TEXT.format(place="XÃ BA", subject="Trồng cây", number="9").replace("Tuyên truyền", odd)
    visit = Visit(tmp_path)
    visit.house.library.publish(parse(SourceText(text, "moi.txt", "sha-moi"), "moi", 1))
    sheet = load_workbook(io.BytesIO(visit.browser.get("/assignments.xlsx").content)).active
    assert any("Tuyên [2Jtruyền" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f]", visit.browser.get("/assignments.ics").text)
