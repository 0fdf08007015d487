"""The table of tasks and its files."""

from __future__ import annotations

import html
import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

from icalendar import Calendar
from openpyxl import load_workbook

from bot.web.assignments import Wanted, calendar, lines
from ingest.parse import parse
from plan.due import due_in
from plan.model import SourceText
from tests.bot.fakes import TEXT
from tests.bot.web.visits import Visit, sample

TODAY = date(2026, 5, 1)
PLANS = [sample("chuyen-doi-so.md"), sample("phong-chong-thien-tai.txt")]


def test_a_unit_in_one_role() -> None:
    leads = lines(PLANS, Wanted(unit="Công an", role="lead"), TODAY)
    helps = lines(PLANS, Wanted(unit="Công an", role="coordinating"), TODAY)
    assert leads
    assert helps
    assert all(line.task.leads("Công an") for line in leads)
    assert len(leads) + len(helps) == len(lines(PLANS, Wanted(unit="Công an"), TODAY))


def test_plan_and_deadline() -> None:
    assert {line.task.plan.plan_id for line in lines(PLANS, Wanted(plan="chuyen-doi-so"), TODAY)} == {"chuyen-doi-so"}
    late = lines(PLANS, Wanted(due="overdue"), TODAY)
    assert late
    assert all(line.due and line.due < TODAY and line.is_late for line in late)
    assert all(not line.task.deadline.startswith("từ ") or "đến" in line.task.deadline for line in late)
    until = lines(PLANS, Wanted(until="2026-06-30", sort="deadline"), TODAY)
    days = [line.due for line in until if line.due]
    assert days == sorted(days)
    assert all(due_in(line.task.dues, date.min, date(2026, 6, 30)) for line in until)
    assert len(lines(PLANS, Wanted(until="someday", due="?", sort="?"), TODAY)) == len(lines(PLANS, Wanted(), TODAY))


def test_sorting_turns_around() -> None:
    wanted = Wanted(sort="task")
    assert wanted.next_sort("task") == "-task"
    up, down = (lines(PLANS, Wanted(sort=sort), TODAY) for sort in ("task", "-task"))
    assert [line.task.assignment.clause for line in up] != [line.task.assignment.clause for line in down]
    assert wanted.sorted_by("task") == "ascending"
    assert Wanted.of({"sort": "plan", "evil": "1"}).query(unit="Công an") == "unit=C%C3%B4ng+an&sort=plan"


def test_the_calendar_is_one_that_programs_read() -> None:
    found = lines(PLANS, Wanted(due="dated"), TODAY)
    told = calendar(found, "vi", datetime(2026, 5, 1, tzinfo=UTC))
    events = Calendar.from_ical(told).walk("VEVENT")
    assert len(events) >= len(found)
    assert "DTSTART;VALUE=DATE:20260415" in told
    assert all(len(line.encode()) <= 75 for line in told.split("\r\n"))
    assert all(len(event.walk("VALARM")) == 2 for event in events)
    assert len({event.uid for event in events}) >= len(events) - 2  # what is written twice is one entry


def test_a_cycle_is_a_rule(tmp_path: Path) -> None:
    text = TEXT.format(place="XÃ BA", subject="Trồng cây năm 2026", number="9").replace(
        "trước ngày 30/6/2026", "trước ngày 25 hằng tháng"
    )
    plan = parse(SourceText(text, "moi.txt", "sha-moi"), "moi", 1)
    found = lines([plan], Wanted(), TODAY)
    [rule] = re.findall(r"RRULE:(.*?)\r\n", calendar(found, "vi"))
    assert set(rule.split(";")) == {"FREQ=MONTHLY", "INTERVAL=1", "BYMONTHDAY=25"}


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


MACHINE = re.compile(r"PL[IVX\d]+#|#\d|\[lead\]|\d~\d|căn cứ:\d|\b[IVX]+(?:\([^)]*\))?\.\d")  # "PLII#3", "III(…).2.2.b"


def test_places_are_told_in_words_and_never_as_addresses(tmp_path: Path) -> None:
    """On the tasks page, in the calendar and the spreadsheet, and where an admin sees what was read from each line."""
    visit = Visit(tmp_path)
    visit.sign_in()
    visit.house.library.publish(PLANS[0])
    page, lined = (visit.browser.get(path).text for path in ("/assignments", "/admin/plans/chuyen-doi-so/1/lines"))
    told = [
        html.unescape(re.sub("<[^>]*>", " ", page)),
        visit.browser.get("/assignments.ics").text.replace("\r\n ", ""),
    ]
    book = load_workbook(io.BytesIO(visit.browser.get("/assignments.xlsx").content)).active
    told.append("\n".join(str(cell.value) for row in book.iter_rows() for cell in row))
    for text in told:
        assert "hàng 18 Phụ lục II" in text
        assert not MACHINE.findall(text)
    links = re.findall(r">([^<]*)</a> <span class=\"note\">", lined)
    assert "hàng 18 Phụ lục II" in links
    assert not [link for link in links if MACHINE.search(link)]
