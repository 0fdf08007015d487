"""What a question takes from the one before, and what it does not; over all plans, which one is meant."""

from __future__ import annotations

import pytest

from answer.engine import Engine
from answer.followup import take_up
from plan.model import Topic

HV, LK, BL = "chuyen-doi-so", "phong-chong-thien-tai", "binh-lang"
CLAUSE = "III(Nhiệm vụ trọng tâm).2.2"
LAST = Topic(HV, CLAUSE, "Đơn vị nào chủ trì số hóa hồ sơ, tài liệu lưu trữ?")


@pytest.mark.parametrize("typed", ["Sơ tán dân thế nào?", "Ai kiểm tra đê?", "Mua bao nhiêu áo phao?"])
def test_a_complete_question_of_few_words_is_asked_of_all_plans(quick_engine: Engine, typed: str) -> None:
    assert quick_engine.ask(typed, None, LAST).text == quick_engine.ask(typed).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("còn hạn?", "30/11/2026"), ("thế hạn chót?", "30/11/2026"), ("ai phối hợp?", "Văn phòng HĐND và UBND")],
)
def test_a_field_alone_is_of_the_task_of_before(engine: Engine, typed: str, said: str) -> None:
    answer = engine.ask(typed, None, LAST)
    assert said in answer.headline
    assert "chủ trì" not in answer.headline


def test_another_year_is_asked_of_the_same_and_not_of_both(engine: Engine) -> None:
    last = Topic(HV, CLAUSE, "Chỉ tiêu hồ sơ trực tuyến năm 2026 là bao nhiêu?")
    refused = engine.ask("và năm 2035?", None, last)
    assert (refused.refused, refused.topic) == (True, last)
    alone = engine.ask("Chỉ tiêu hồ sơ trực tuyến năm 2025 là bao nhiêu?", HV)
    assert engine.ask("còn năm 2025?", None, last).topic == alone.topic


def test_what_was_refused_holds_nothing_back_of_the_next(engine: Engine) -> None:
    refused = engine.ask("Công ty nào được thuê quét số hóa hồ sơ?")
    led = engine.ask("thế đơn vị nào chủ trì?", None, refused.topic)
    due = engine.ask("hạn bao giờ?", None, led.topic)
    assert (refused.refused, "Trung tâm Phục vụ hành chính công" in led.headline) == (True, True)
    assert "30/11/2026" in due.headline


def test_money_for_something_else_is_asked_in_the_plan_of_before(engine: Engine) -> None:
    lead = engine.ask("Ai chủ trì sửa cống Gốc Gạo?")
    money = engine.ask("hết bao nhiêu tiền?", None, lead.topic)
    other = engine.ask("còn mua sắm vật tư?", None, money.topic)
    assert "980.000.000" in money.text
    assert "615.000.000" in other.text
    assert not other.refused


def test_that_unit_has_its_whole_list(engine: Engine) -> None:
    lead = engine.ask("Ai chủ trì sửa cống Gốc Gạo?")
    assert engine.ask("đơn vị đó còn làm gì nữa?", None, lead.topic).headline.startswith("Phòng Kinh tế: ")


def test_a_place_alone_is_of_the_plan_of_before(engine: Engine) -> None:
    answer = engine.ask("Mục II.1 nói gì?", None, LAST)
    assert {citation.plan_id for citation in answer.citations} == {HV}


@pytest.mark.parametrize(
    ("typed", "plans"),
    [
        ("ai ký kế hoạch phòng cháy?", {BL}),
        ("số kế hoạch chuyển đổi số là gì?", {HV}),
        ("so ke hoach phong chong thien tai", {LK}),
        ("số kế hoạch là bao nhiêu?", {HV, LK, BL}),
    ],
)
def test_a_fact_of_the_plan_whose_subject_is_named(engine: Engine, typed: str, plans: set[str]) -> None:
    answer = engine.ask(typed)
    assert {citation.plan_id for citation in (*answer.citations, *answer.nearest)} == plans


@pytest.mark.parametrize("plan", [HV, None])
@pytest.mark.parametrize("typed", ["Phòng Kinh tế phải làm gì trước 30/6 về chợ?", "Công an làm gì trong tháng 9?"])
def test_a_units_duties_under_a_condition_are_not_its_whole_list(
    quick_engine: Engine, typed: str, plan: str | None
) -> None:
    answer = quick_engine.ask(typed, plan)
    assert answer.reason != "duties"
    assert "nhiệm vụ trong kế hoạch này" not in answer.text


def test_other_communes_are_no_matter_of_the_plan_of_before() -> None:
    assert take_up("thế còn xã khác?", LAST, False).plan_id == ""
    assert take_up("còn hạn?", LAST, False).plan_id == HV


@pytest.mark.parametrize(
    "typed",
    [
        "dẫn nguồn đâu",
        "nguồn ở đâu vậy",
        "ở khoản nào?",
        "dẫn nguồn đâu, điều khoản nào ghi hạn",
        "which section says so",
    ],
)
def test_asked_where_the_answer_stands_its_clause_is_told(engine: Engine, typed: str) -> None:
    answer = engine.ask(typed, None, LAST)
    assert (answer.reason, answer.citations[0].clause, answer.topic) == ("place", CLAUSE, LAST)


def test_where_nothing_was_answered_before_there_is_no_source(engine: Engine) -> None:
    assert engine.ask("dẫn nguồn đâu").reason != "place"
    assert engine.ask("kinh phí lấy từ nguồn nào", None, LAST).reason != "place"


def test_what_no_plan_answers_by_itself_may_lean_on_the_question_before(engine: Engine) -> None:
    asked = "Quét xong nộp cái gì làm bằng?"
    assert engine.ask(asked).refused
    assert "Kho dữ liệu hộ tịch" in engine.ask(asked, None, LAST).headline


def test_of_the_newest_plan_more_may_be_asked(engine: Engine) -> None:
    newest = engine.ask("kế hoạch nào mới nhất?")
    assert engine.ask("ai ký?", None, newest.topic).plans == (BL,)
