"""What can be checked without reading: units, offices, years and numbered things that stand nowhere."""

import pytest

from answer import checks
from answer.candidates import Ranked, found_in
from answer.corpus import Searched
from answer.engine import Engine
from answer.refuse import refuse
from answer.shelf import Shelf
from ingest.parse import parse
from plan.model import Answer, SourceText
from training.groups import understand
from vectorstore.search import Hit

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
        ("Kế hoạch số 999/KH-UBND ai chủ trì số hóa hồ sơ?", "paper_absent"),
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


@pytest.mark.parametrize(
    "question", ["Ai chủ trì số hóa hồ sơ?", "KH 58/KH-UBND ai chủ trì số hóa hồ sơ?", "kế hoạch 58/kh-ub số hóa gì"]
)
def test_a_question_that_the_plan_answers_gives_none_of_absence(engine: Engine, question: str) -> None:
    assert not {name for name in held(engine, question) if name.endswith("_absent")}


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


SCHEDULE = """ỦY BAN NHÂN DÂN
PHƯỜNG HÒA BẮC

KẾ HOẠCH
Thu gom rác năm 2026

I. VIỆC LÀM
1. Tổ 17 - 20 tập trung tại sảnh Liên Trì, tổ dân phố 5, 6 và 9 tại chợ.
2. Chia hai đợt: trước ngày 20/4 và trước ngày 10/10. Xe để quá 24 giờ thì khóa bánh, vạch rộng dưới 2 m.
3. In tờ rơi
- Cơ quan chủ trì: Công an phường.
- Sản phẩm:
4. Dựng pa nô
- Cơ quan chủ trì: Công an phường.
- Sản phẩm:
+ 09 pa nô.

II. KINH PHÍ
Ngân sách phường.
"""


@pytest.mark.parametrize(
    ("question", "clause", "said_nowhere"),
    [
        ("Tổ 18 tập trung ở đâu?", "I.1", False),
        ("tổ dân phố 6 tập trung ở đâu", "I.1", False),
        ("Tổ 7 tập trung ở đâu?", "I.1", True),
        ("đợt 2 xong ngày nào?", "I.2", False),
        ("Đợt 3 xong ngày nào?", "I.2", True),
        ("Xe để quá 24h thì sao?", "I.2", False),
        ("Vạch 2m có được không?", "I.2", False),
        ("Đến năm 2041 khóa bao nhiêu xe?", "I.2", True),
        ("khóa bánh dc ko", "I.2", False),
        ("In tờ rơi phải có sản phẩm gì?", "I.3", True),
        ("Dựng pa nô phải có sản phẩm gì?", "I.4", False),
    ],
)
def test_what_a_plan_numbers_counts_and_leaves_open(question: str, clause: str, said_nowhere: bool) -> None:
    shelf = Shelf(parse(SourceText(SCHEDULE, "x.txt", "0"), "x", 1))
    passage = next(each for each in shelf.passages if each.address == clause)
    hit = Hit("x", 1, passage, 1.0, 1.0, passage.lines[0], 0.0, 0.0, 0.0, 0.0)
    read = Ranked(hit, shelf.facts[clause], 0.0, 1.0, told=True)
    assert checks.certainly_not(understand(question), shelf, read) is said_nowhere
