"""What can be checked without reading: units, offices, years and numbered things that stand nowhere."""

import pytest

from answer import checks
from answer.candidates import found_in
from answer.corpus import Searched
from answer.engine import Engine
from answer.refuse import refuse
from answer.shelf import Shelf
from plan.model import Answer
from training.groups import understand

HV = "chuyen-doi-so"


def held(engine: Engine, question: str) -> set[str]:
    version = next(v for v in engine.library.live() if v.plan_id == HV)
    asked, shelf = understand(question), Shelf(version)
    ranked = found_in(engine.library.search, asked, shelf)
    return {check.__name__ for check in (*checks.CERTAIN, checks.hardly_named) if check(asked, shelf, ranked[0])}


@pytest.mark.parametrize(
    ("question", "check"),
    [
        ("Hội Cựu chiến binh phường làm gì trong chuyển đổi số?", "units_absent"),
        ("Phòng Khoáng sản chủ trì việc nào?", "bodies_absent"),
        ("Đến năm 2041 số hóa bao nhiêu hồ sơ?", "figures_absent"),
        ("lam sao de giam can", "hardly_named"),
        ("trời ơi chán quá", "hardly_named"),
        ("ngày mai có mưa không", "of_this_day"),
        ("phim gì đang hay", "of_life"),
        ("anh oi cho em muon tien", "of_life"),
        ("what is the capital of France", "of_life"),
    ],
)
def test_a_reason_to_doubt(engine: Engine, question: str, check: str) -> None:
    assert check in held(engine, question)


def test_a_question_that_the_plan_answers_gives_none_of_absence(engine: Engine) -> None:
    assert not {name for name in held(engine, "Ai chủ trì số hóa hồ sơ?") if name.endswith("_absent")}


@pytest.mark.parametrize(
    "question",
    ["wifi?", "Bản giấy bỏ đi được không?", "các cụ học điện thoại ở đâu", "khi nao thi gan xong camera"],
)
def test_a_subject_in_other_words_is_still_looked_for(engine: Engine, question: str) -> None:
    assert "hardly_named" not in held(engine, question)


def test_what_a_unit_does_tomorrow_is_asked_of_the_plan(engine: Engine) -> None:
    assert "of_this_day" not in held(engine, "Ngày mai Công an phường phải làm gì?")


@pytest.mark.parametrize(
    "question",
    ["Phim giới thiệu phường dài mấy phút?", "Bản tin thời tiết phát lúc mấy giờ?", "Ai hát ở lễ phát động?"],
)
def test_a_thing_that_plans_too_have_is_looked_for(engine: Engine, question: str) -> None:
    assert "of_life" not in held(engine, question)


def refusal(engine: Engine, question: str) -> Answer:
    shelf = next(Shelf(v) for v in engine.library.live() if v.plan_id == HV)
    asked, corpus = understand(question), engine.corpus
    ranked = found_in(engine.library.search, asked, shelf)
    return refuse(asked, Searched(1, (shelf.scope,), corpus), [(shelf, r) for r in ranked], "vi")


def test_a_refusal_names_the_value_that_a_clause_on_the_subject_lacks(engine: Engine) -> None:
    assert (
        "có nói về việc này nhưng không nêu số tiền" in refusal(engine, "Lắp camera giám sát tốn bao nhiêu tiền?").text
    )


@pytest.mark.parametrize(
    "question",
    [
        "Nuôi yến thu được bao nhiêu tiền?",
        "Số điện thoại của bệnh viện nhi?",
        "Tên giám đốc nhà máy đường là gì?",
        "Lương tối thiểu vùng là bao nhiêu tiền?",
        "Mua xe cứu hỏa hết bao nhiêu tiền?",
        "Vé xe khách đi tỉnh khác giá bao nhiêu tiền?",
    ],
)
def test_a_refusal_says_nothing_of_what_the_plan_does_not_speak_of(engine: Engine, question: str) -> None:
    assert "có nói về việc này" not in refusal(engine, question).text


@pytest.mark.parametrize("question", ["lam sao de giam can", "phim gì đang hay", "trời ơi chán quá"])
def test_nothing_is_near_what_the_plan_hardly_names(engine: Engine, question: str) -> None:
    assert not refusal(engine, question).nearest


@pytest.mark.parametrize(
    "question", ["Trưởng Ban Chỉ đạo là ai?", "Ban Chỉ đạo họp khi nào?", "Ban Chỉ đạo bầu cử gồm ai?"]
)
def test_an_office_ends_before_the_word_that_follows_it(question: str) -> None:
    assert understand(question).bodies == ("ban chi dao",)


@pytest.mark.parametrize(
    ("question", "there"),
    [("BC kết quả gửi lên sở nào?", False), ("Kế hoạch này gửi lên trên để báo cáo cho nơi nào?", True)],
)
def test_whom_a_report_goes_to_is_not_looked_for_among_recipients(engine: Engine, question: str, there: bool) -> None:
    shelf = Shelf(next(v for v in engine.library.live() if v.plan_id == HV))
    found = found_in(engine.library.search, understand(question), shelf)
    assert ("nơi nhận" in {ranked.hit.passage.address for ranked in found}) is there
