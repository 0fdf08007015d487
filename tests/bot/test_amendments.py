"""Amendments and parts at intake, and the remark beside answers of the plan that is amended."""

from __future__ import annotations

from dataclasses import replace

from bot.amendments import amendment_notes
from ingest.identity import amended_number, doubts, recognise
from ingest.parse import parse
from plan.model import PlanVersion, SourceText
from tests.bot.fakes import cite, make_plan

CHANGE = """ỦY BAN NHÂN DÂN
PHƯỜNG HẠ VÂN
Số: 71/KH-UBND
Hạ Vân, ngày 20 tháng 5 năm 2026

KẾ HOẠCH
Sửa đổi, bổ sung Kế hoạch số 58/KH-UBND về chuyển đổi số năm 2026

I. NỘI DUNG SỬA ĐỔI
1. Sửa đổi khoản 1 mục II: Phòng Văn hóa - Xã hội tuyên truyền xong trước ngày 31/7/2026.
2. Sửa đổi khoản 1 mục III: bỏ.
"""


def change() -> PlanVersion:
    return parse(SourceText(CHANGE, "sua-doi.txt", "sha-sua"), "sua-doi", 1)


def test_an_amendment_is_no_version_of_its_plan() -> None:
    assert amended_number(change().info) == "58/KH-UBND"
    assert amended_number(make_plan().info) == ""
    assert recognise(change().info, [make_plan()]) is None
    again = recognise(change().info, [make_plan(), change()])
    assert again
    assert again.plan_id == "sua-doi"


def test_an_answer_says_that_its_plan_was_amended_and_where() -> None:
    plan = make_plan()
    notes = amendment_notes([cite(plan, "II.1")], [plan, change()], "vi")
    assert "71/KH-UBND" in notes[0]
    assert "31/7/2026" in notes[1]
    assert len(notes) == 2  # mục III is not mục II
    assert len(amendment_notes([cite(plan, "II.2")], [plan, change()], "vi")) == 1
    elsewhere = make_plan("khac", place="XÃ BA")
    assert amendment_notes([cite(elsewhere, "II.1")], [elsewhere, change()], "vi") == ()
    assert amendment_notes([cite(plan, "II.1")], [plan], "vi") == ()


def test_a_part_or_a_worse_reading_is_doubtful() -> None:
    plan = make_plan()
    assert doubts(plan, plan) == ()
    part = replace(plan, clauses=plan.clauses[: len(plan.clauses) // 3])
    assert [each.code for each in doubts(part, plan)] == ["part"]
    worse = replace(plan, source=replace(plan.source, quality=0.89))
    assert [each.code for each in doubts(worse, plan)] == ["worse"]
    assert doubts(plan, worse) == ()
