"""What kind of value a question wants, and whether it leans on the one before: each rule with its examples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answer.followup import Turn, take_up
from answer.wanted import Want, wanted
from plan.model import Topic

BEFORE = Topic("p", "II.1", "Ai chủ trì tuyên truyền phòng cháy?")


@pytest.mark.parametrize(
    "question",
    [
        "Kinh phí thực hiện là bao nhiêu?",
        "Mua 150 áo phao hết bao nhiêu tiền?",
        "Làm xong hết bao nhiêu?",
        "tong von bao nhieu trieu dong",
        "Ngân sách bao nhiêu cho tuyên truyền?",
    ],
)
def test_sums_of_money_are_wanted(question: str) -> None:
    assert Want.MONEY in wanted(question)


@pytest.mark.parametrize(
    "question",
    [
        "Lãi suất vay vốn là bao nhiêu?",
        "Tỷ lệ giải ngân vốn là bao nhiêu?",
        "Lớp học mất bao nhiêu tiếng?",
        "hết bao nhiêu buổi thì xong?",
        "Bao nhiêu đồng chí tham gia tập huấn?",
        "Vay vốn cho bao nhiêu hộ nghèo?",
        "lai suat cho vay von bao nhieu phan tram",
    ],
)
def test_rates_hours_and_households_are_no_money(question: str) -> None:
    assert Want.MONEY not in wanted(question)


@pytest.mark.parametrize(
    "question",
    ["Kinh phí do ai chi trả cho các lớp?", "Việc do ai làm trong tháng tới?", "ho ngheo do ai ra soat o thon"],
)
def test_by_whom_is_no_word_for_what_came_before(question: str) -> None:
    assert take_up(question, BEFORE, False) == Turn(question)


@pytest.mark.parametrize("question", ["Số điện thoại của chủ tịch xã?", "so dien thoai cua chu tich xa la gi"])
def test_a_number_is_no_english_so(question: str) -> None:
    assert take_up(question, BEFORE, False) == Turn(question)


@pytest.mark.parametrize(
    "question",
    ["Việc đó hạn khi nào xong?", "viec do han khi nao xong", "Còn đơn vị phối hợp thì là ai?", "Hạn khi nào?"],
)
def test_a_field_is_asked_of_the_task_of_before_and_of_nothing_else(question: str) -> None:
    turn = take_up(question, BEFORE, False)
    assert turn.search == f"{question} (tuyên truyền phòng cháy)"
    assert (turn.after, turn.anchor, turn.whole) == (BEFORE.question, BEFORE.clause, False)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("còn chữa cháy rừng?", "Ai chủ trì chữa cháy rừng? (Ai chủ trì tuyên truyền phòng cháy?)"),
        ("chữa cháy thì sao?", "Ai chủ trì chữa cháy? (Ai chủ trì tuyên truyền phòng cháy?)"),
        ("và năm 2027?", "Ai chủ trì tuyên truyền phòng cháy năm 2027?"),
    ],
)
def test_what_a_follow_up_names_takes_the_place_of_what_was_named(typed: str, asked: str) -> None:
    assert take_up(typed, BEFORE, False).search == asked


def test_another_of_the_kind_that_was_asked_for() -> None:
    last = Topic("p", "II.1", "Thôn nào có nguy cơ sạt lở?")
    assert take_up("con thon Dong?", last, False).search.startswith("thon Dong có nguy cơ sạt lở?")


def test_slots_are_kept_over_several_turns() -> None:
    turn = take_up("hết bao nhiêu tiền?", BEFORE, False)
    turn = take_up("còn chữa cháy rừng?", Topic("p", "IV.1", turn.base, turn.about), False)
    assert turn.search.startswith("chữa cháy rừng bao nhiêu tiền?")
    assert turn.about == "chữa cháy rừng"


def test_that_unit_is_the_one_of_before() -> None:
    last = replace(BEFORE, unit="Công an xã")
    assert take_up("đơn vị đó còn làm gì nữa?", last, False).search == "Công an xã còn làm gì nữa?"


def test_a_thing_named_alone_may_be_a_question_of_its_own() -> None:
    assert take_up("Drone?", BEFORE, False).whole
