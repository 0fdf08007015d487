"""A place named alone: its whole clause, or the choice where several clauses or several plans bear it."""

from __future__ import annotations

import pytest

from answer.engine import Engine

HV, LK = "chuyen-doi-so", "phong-chong-thien-tai"


@pytest.mark.parametrize(
    "typed", ["Mục III.2 nói gì?", "muc III.2 noi gi", "III.2", "khoản 2 mục III ở Hạ Vân quy định gì?"]
)
def test_two_clauses_of_one_address_are_offered(engine: Engine, typed: str) -> None:
    answer = engine.ask(typed, HV)
    assert answer.reason == "which_place"
    assert answer.headline == "Có 2 chỗ mang vị trí này. Anh/Chị hỏi chỗ nào?"
    assert [c.clause for c in answer.citations] == ["III(Nhiệm vụ trọng tâm).2", "III(Giải pháp bảo đảm).2"]
    assert "Giải pháp về nhân lực" in answer.lines[1]


def test_of_two_such_clauses_the_one_with_the_field_asked_for_answers(engine: Engine) -> None:
    assert "Văn hóa - Xã hội" in engine.ask("mục III.3.2 ai chủ trì", HV).headline


def test_several_plans_with_such_a_place_are_offered(engine: Engine) -> None:
    answer = engine.ask("Mục III.2 nói gì?")
    assert answer.reason == "which_place"
    assert set(answer.others) == {HV, LK}
    assert answer.lines[0].startswith(("• Phường Hạ Vân", "• Xã Lạc Khê"))


def test_a_place_that_one_plan_alone_has_is_told(engine: Engine) -> None:
    answer = engine.ask("phụ lục II hàng 18 nói gì?")
    assert (answer.reason, answer.citations[0].plan_id, answer.citations[0].clause) == ("row", HV, "PLII#18")


def test_of_the_plan_on_the_subject_that_is_named(engine: Engine) -> None:
    answer = engine.ask("khoản 2 mục I kế hoạch chuyển đổi số nói gì")
    assert (answer.citations[0].plan_id, answer.citations[0].clause) == (HV, "I.2")
    assert engine.ask("chỉ tiêu số 9 phụ lục I chuyển đổi số là gì").citations[0].clause == "PLI#9"


def test_of_a_subject_whose_plan_has_no_such_place_all_plans_are_read(engine: Engine) -> None:
    answer = engine.ask("phụ lục II hàng 18 tìm kiếm cứu nạn ai chủ trì?")
    assert (answer.reason, answer.refused) != ("address", True)


def test_a_place_that_no_plan_has_is_refused(engine: Engine) -> None:
    assert engine.ask("mục IX.4 nói gì?").refused


def test_the_clause_is_told_from_its_beginning(engine: Engine) -> None:
    answer = engine.ask("khoản 2 mục I nói gì?", HV)
    assert (answer.reason, answer.headline, answer.citations[0].clause) == ("place", "Yêu cầu", "I.2")
    assert answer.citations[0].quote.lstrip("*").startswith("2. Yêu cầu")
    assert "phải rõ đơn vị chủ trì" in answer.text


def test_of_a_long_section_is_told_what_stands_in_it(engine: Engine) -> None:
    answer = engine.ask("mục V nói gì?", HV)
    assert answer.reason == "place"
    assert any("Trung tâm Phục vụ hành chính công" in line for line in answer.lines)
    assert all(len(citation.quote) <= 1200 for citation in answer.citations)
