"""What can be checked without reading: units, offices, years and numbered things that stand nowhere."""

import pytest

from answer import checks
from answer.candidates import found_in
from answer.engine import Engine
from answer.shelf import Shelf
from training.groups import understand

HV = "chuyen-doi-so"


def held(engine: Engine, question: str) -> set[str]:
    version = next(v for v in engine.library.live() if v.plan_id == HV)
    asked, shelf = understand(question), Shelf(version)
    ranked = found_in(engine.library.search, asked, shelf)
    return {check.__name__ for check in checks.CERTAIN if check(asked, shelf, ranked[0])}


@pytest.mark.parametrize(
    ("question", "check"),
    [
        ("Hội Cựu chiến binh phường làm gì trong chuyển đổi số?", "units_absent"),
        ("Phòng Khoáng sản chủ trì việc nào?", "bodies_absent"),
        ("Đến năm 2041 số hóa bao nhiêu hồ sơ?", "figures_absent"),
    ],
)
def test_a_reason_to_doubt(engine: Engine, question: str, check: str) -> None:
    assert check in held(engine, question)


def test_a_question_that_the_plan_answers_gives_none_of_absence(engine: Engine) -> None:
    assert not {name for name in held(engine, "Ai chủ trì số hóa hồ sơ?") if name.endswith("_absent")}


@pytest.mark.parametrize(
    "question", ["Trưởng Ban Chỉ đạo là ai?", "Ban Chỉ đạo họp khi nào?", "Ban Chỉ đạo bầu cử gồm ai?"]
)
def test_an_office_ends_before_the_word_that_follows_it(question: str) -> None:
    assert understand(question).bodies == ("ban chi dao",)
