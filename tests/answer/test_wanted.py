"""What kind of value a question wants, and whether it leans on the one before: each rule with its examples."""

from __future__ import annotations

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
    "question", ["Việc đó hạn khi nào xong?", "viec do han khi nao xong", "Còn đơn vị phối hợp thì là ai?"]
)
def test_a_question_that_points_back_leans(question: str) -> None:
    turn = take_up(question, BEFORE, False)
    assert turn.after == BEFORE.question
    assert turn.surely


def test_a_short_question_may_lean_but_does_not_say_so() -> None:
    turn = take_up("Hạn khi nào?", BEFORE, False)
    assert turn.after
    assert not turn.surely
