"""Which plans there are is told from the list of plans; what asks anything more of them is read."""

from __future__ import annotations

import pytest

from answer.engine import Engine
from answer.plans_there import Told, asks_for_plans


@pytest.mark.parametrize(
    "typed",
    [
        "bạn có những kế hoạch nào",
        "hien tai bot co nhung ke hoach nao a",
        "có mấy kế hoạch?",
        "danh sách các kế hoạch",
        "Which plans do you have?",
        "how many plans are there",
    ],
)
def test_all_plans_are_told_with_number_and_day(engine: Engine, typed: str) -> None:
    answer = engine.ask(typed)
    assert (answer.reason, answer.refused) == ("plans", False)
    assert "3" in answer.headline
    assert any("58/KH-UBND UBND phường Hạ Vân (" in line and "2026" in line for line in answer.lines)
    assert any("xã Lạc Khê" in line for line in answer.lines)


def test_those_of_a_place_alone(engine: Engine) -> None:
    answer = engine.ask("Hạ Vân có mấy kế hoạch?")
    assert answer.headline == "Phường Hạ Vân có 1 kế hoạch:"
    assert len(answer.lines) == 1


@pytest.mark.parametrize(
    "typed", ["kế hoạch nào mới nhất", "dạo này có kế hoạch gì mới không ad", "what's the latest plan"]
)
def test_the_newest_is_told_with_the_line_that_gives_its_day(engine: Engine, typed: str) -> None:
    answer = engine.ask(typed)
    assert answer.reason == "plans"
    assert "87/KH-UBND UBND xã Bình Lạng" in answer.headline
    assert "87 /KH-UBND" in answer.citations[0].quote
    assert "Lạc Khê" in answer.lines[-1]


@pytest.mark.parametrize(
    "typed",
    ["Kế hoạch nào nói về rác?", "có mấy kế hoạch về chuyển đổi số", "kế hoạch có bao nhiêu nhiệm vụ", "kế hoạch nào"],
)
def test_what_asks_more_is_no_question_about_the_list(typed: str) -> None:
    assert asks_for_plans(typed, []) is None


def test_a_place_that_no_plan_is_of_is_more() -> None:
    assert asks_for_plans("Hà Nội có những kế hoạch nào", []) is None
    assert asks_for_plans("Hà Nội có những kế hoạch nào", ["xã Hà Nội"]) is Told.ALL
