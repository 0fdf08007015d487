"""Asking in the chat what is due: which questions are look-ups, what they give, and their buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.conversation.core import Conversation
from bot.plans.due_list import Wanted, When, own_unit, wanted
from tests.bot.fakes import Scene

TODAY = date(2026, 6, 25)
KINH_TE = "Phòng Kinh tế"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("việc nào sắp đến hạn?", Wanted(When.WEEK)),
        ("viec nao sap den han", Wanted(When.WEEK)),
        ("tháng này Phòng Kinh tế phải làm gì?", Wanted(When.MONTH, KINH_TE)),
        ("quá hạn những gì?", Wanted(When.OVERDUE)),
        ("quý này có việc gì phải xong?", Wanted(When.QUARTER)),
        (
            "tháng 7 Phòng Kinh tế phải làm gì?",
            Wanted(When.SPAN, KINH_TE, False, False, date(2026, 7, 1), date(2026, 7, 31)),
        ),
        (
            "Phòng Kinh tế có việc gì đến hạn trong tháng 7/2026?",
            Wanted(When.SPAN, KINH_TE, False, False, date(2026, 7, 1), date(2026, 7, 31)),
        ),
        ("việc nào đến hạn trước ngày 30/6?", Wanted(When.SPAN, "", False, False, TODAY, date(2026, 6, 30))),
        ("việc gì phải xong trước ngày 30/6?", Wanted(When.SPAN, "", False, False, TODAY, date(2026, 6, 30))),
        ("trước 30/6 phải nộp, phải xong cái gì", Wanted(When.SPAN, "", False, False, TODAY, date(2026, 6, 30))),
        ("tuần sau có việc gì đến hạn", Wanted(When.SPAN, "", False, False, date(2026, 6, 29), date(2026, 7, 5))),
        ("kế hoạch có bao nhiêu nhiệm vụ?", Wanted(is_count=True)),
        ("việc của đơn vị tôi", Wanted(is_own=True)),
        ("what is due this month?", Wanted(When.MONTH)),
        ("which tasks are overdue?", Wanted(When.OVERDUE)),
        ("how many tasks does the plan have?", Wanted(is_count=True)),
        ("tháng này nạo vét kênh xong chưa?", None),
        ("thời hạn nạo vét kênh Bắc?", None),
        ("Phòng Kinh tế chủ trì việc gì?", None),
        ("nhiệm vụ tập huấn quá hạn chưa?", None),
        ("kinh phí năm nay là bao nhiêu?", None),
        ("hạn nộp báo cáo tháng này là ngày nào?", None),
    ],
)
def test_which_questions_are_look_ups(question: str, asked: Wanted | None) -> None:
    assert wanted(question, TODAY) == asked


def test_the_own_unit_in_a_sentence() -> None:
    assert own_unit("Đơn vị của tôi là phòng kinh tế.") == KINH_TE
    assert own_unit("tôi ở VHXH") == "Phòng Văn hóa - Xã hội"
    assert own_unit("tôi ở đâu nộp hồ sơ?") == ""


def scene() -> Scene:
    made = Scene()
    made.conversation = Conversation(replace(made.desk, today=lambda: TODAY))
    return made


def test_what_is_due_comes_with_its_clause_and_buttons() -> None:
    made = scene()
    reply = made.says("việc nào sắp đến hạn?")
    assert "1 nhiệm vụ" in reply.headline
    assert "[30/06/2026]" in reply.lines[0]
    assert "mục II" in reply.lines[0]
    assert not made.asker.asked
    assert "Không có" in made.presses(reply, "Quá hạn").headline
    assert [button.label for button in reply.choices] == ["Tháng này", "Quý này", "Quá hạn"]


def test_a_unit_is_chosen_once() -> None:
    made = scene()
    assert "đơn vị nào" in made.says("việc của đơn vị tôi").headline
    made.says("Đơn vị của tôi là Công an")
    reply = made.says("việc của đơn vị tôi")
    assert reply.headline == "Công an: 1 nhiệm vụ"
    assert "due" in made.says("what is due this month?").headline


def test_how_many_tasks_a_plan_has() -> None:
    reply = scene().says("Kế hoạch có bao nhiêu nhiệm vụ?")
    assert reply.headline.startswith("3 nhiệm vụ")
    assert "1 có thời hạn" in reply.lines[0]
