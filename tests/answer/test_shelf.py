"""A shelf of plans of several places and none selected: which of them a list, a fact or a place is told of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from answer.candidates import GIVEN, GIVEN_A_MODEL
from answer.engine import Engine
from ingest.publish import ingest_file
from reading.protocol import Asked, Candidate, Read, Reading
from tests.evaluation.questions import ROOT
from tests.evaluation.scale import CheapEmbeddings
from vectorstore.library import Library

SAMPLES, OTHERS = ("chuyen-doi-so.md", "phong-chong-thien-tai.txt"), ("plans/binh-lang", "plans/ky-thuy")
WARD, STORM = "chuyen-doi-so", "phong-chong-thien-tai"
MORE = ("communes-1/tam-hung", "communes-1/yen-khe", "communes-1/hoa-thinh", "communes-2/my-hoa-loi", "plans/cam-tri")
LISTS = ("several", "duties")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    library = Library.open(tmp_path_factory.mktemp("shelf"), embeddings=CheapEmbeddings())
    own = [ROOT / "tests" / "questions" / f"{file}.txt" for file in (*OTHERS, *MORE)]
    for path in (*(ROOT / "samples" / file for file in SAMPLES), *own):
        ingest_file(path, library)
    yield Engine(library, reading=False)
    library.close()


@pytest.mark.parametrize(
    "question",
    ["Trạm Y tế phường phải làm những gì?", "tram y te cua phuong lam gi", "What must the ward health station do?"],
)
def test_a_unit_of_a_ward_is_looked_up_in_the_plans_of_wards(engine: Engine, question: str) -> None:
    assert set(engine.ask(question).plans) == {WARD, "hoa-thinh", "cam-tri"}


def test_a_unit_that_only_plans_of_communes_name_is_no_list_for_a_ward(engine: Engine) -> None:
    assert engine.ask("Hội Cựu chiến binh phường được giao việc gì?").reason not in LISTS
    assert "binh-lang" in engine.ask("Hội Cựu chiến binh xã được giao việc gì?").plans


def test_xa_in_xa_hoi_is_no_commune(engine: Engine) -> None:
    assert {WARD, STORM} <= set(engine.ask("Phòng Văn hóa - Xã hội phải làm những gì?").plans)


@pytest.mark.parametrize("question", ["Bưu điện xã có nhiệm vụ gì khi có bão?", "buu dien lam gi khi xay ra bao"])
def test_what_a_unit_does_when_something_happens_is_not_its_whole_list(engine: Engine, question: str) -> None:
    assert engine.ask(question).reason not in LISTS


def test_what_a_unit_does_in_a_place_of_a_plan_is_looked_for_there(engine: Engine) -> None:
    answer = engine.ask("khoản 3 mục II phần II thì TYT lo gì?")
    assert answer.citations[0].clause.startswith("PII.II.3")


@pytest.mark.parametrize(
    "question", ["Kế hoạch PCCC ai ký?", "Ai ký kế hoạch phòng cháy chữa cháy?", "ai ký kế hoạch phòng cháy?"]
)
def test_who_signed_is_told_of_the_plans_on_the_subject_named(engine: Engine, question: str) -> None:
    assert set(engine.ask(question).plans) == {"binh-lang", "yen-khe"}


@pytest.mark.parametrize(
    "question", ["Người ký kế hoạch tên gì, chức vụ gì?", "On which exact day was the plan signed?"]
)
def test_a_syllable_that_a_subject_has_by_chance_names_no_plan(engine: Engine, question: str) -> None:
    assert len(engine.ask(question).plans) == len((*SAMPLES, *OTHERS, *MORE))


def test_the_list_of_a_unit_is_told_of_the_plan_that_is_named_by_its_subject(engine: Engine) -> None:
    assert set(engine.ask("Công an có việc gì trong KH PCCC?").plans) == {"binh-lang", "yen-khe"}


def test_a_list_over_several_plans_shows_at_least_one_task_of_each(engine: Engine) -> None:
    answer = engine.ask("Trạm Y tế phải làm những gì?")
    assert answer.reason == "several"
    assert answer.text.count("\n  – ") >= answer.text.count("\n• ")


def test_the_name_of_a_unit_is_no_subject_of_a_plan(engine: Engine) -> None:
    answer = engine.ask("What is the role of the Veterans Association and the Farmers Union?")
    assert {"ky-thuy", "binh-lang"} <= set(answer.plans)


class Counting:
    """A reader that cannot read now, and keeps how many clauses it was given, and which."""

    given, clauses = 0, set[tuple[str, str]]()

    def read(self, asked: Asked, candidates: Sequence[Candidate]) -> Reading | None:
        self.given = len(candidates)
        self.clauses = {(each.version.plan_id, each.passage.address) for each in candidates}
        return None


class Nothing:
    """A reader that finds in what it is given something near and no answer."""

    def read(self, asked: Asked, candidates: Sequence[Candidate]) -> Reading | None:
        return Reading((Read(max(candidates, key=lambda each: each.prior), 0.05),), 0.95)


def test_the_clause_shown_as_near_is_told_with_its_commune_and_a_board_with_its_own(engine: Engine) -> None:
    answer = engine.with_readers([Nothing()]).ask(
        "Sức khỏe loại 1, loại 2, loại 3, chiều cao từ 1,60 mét, cân nặng từ 48 kg: giấy khám nộp cho ai?"
    )
    assert answer.refused
    assert "xã Tam Hưng: “3. Sức khỏe" in answer.text
    assert "Ban Chỉ đạo an toàn thực phẩm phường Cẩm Trì" in answer.text


def test_a_language_model_is_shown_more_clauses_than_the_reader_that_ships(engine: Engine) -> None:
    model, shipped = Counting(), Counting()
    engine.with_readers([model, shipped]).ask("Năm ngoái bao nhiêu hộ buôn bán dùng QR?")
    assert model.given == GIVEN_A_MODEL
    engine.with_readers([shipped]).ask("Năm ngoái bao nhiêu hộ buôn bán dùng QR?")
    assert shipped.given == GIVEN


def test_of_a_clause_named_by_its_address_those_that_bear_it_are_read(engine: Engine) -> None:
    """Of plans that say more of "kết quả" elsewhere the clause named was the 34th, and 32 are sent."""
    model = Counting()
    engine.with_readers([model, Counting()]).ask("Mục III.6 thì kết quả cuối cùng phải có gì?")
    assert ("ky-thuy", "III.6") in model.clauses


def test_a_conclusion_that_puts_an_older_plan_out_of_force_is_read_and_no_other(engine: Engine) -> None:
    model = Counting()
    engine.with_readers([model, Counting()]).ask("Việc thay thế Kế hoạch số 41 ngày 20/02/2025 của xã là sao?")
    assert {clause for clause in model.clauses if clause[1] == "kết luận"} == {("my-hoa-loi", "kết luận")}


def test_the_papers_that_a_plan_names_at_its_head_are_read(engine: Engine) -> None:
    model = Counting()
    engine.with_readers([model, Counting()]).ask("Which People's Council resolution does the plan rest on?")
    assert ("ky-thuy", "căn cứ") in model.clauses


@pytest.mark.parametrize("question", ["Ai ký văn bản này?", "ke hoach nay ky ngay nao", "Who signed this plan?"])
def test_this_plan_where_many_lie_is_asked_back(engine: Engine, question: str) -> None:
    """Eight of nine plans in the order of their names would be told otherwise."""
    answer = engine.ask(question)
    assert (answer.refused, answer.reason) == (True, "which_plan")
    assert engine.ask(question, scope=WARD).reason == "document"


def test_room_that_one_plan_leaves_is_used_by_the_next(engine: Engine) -> None:
    text = engine.ask("Trung tâm Dịch vụ sự nghiệp công của xã có những việc nào?").text
    assert "phát bản tin thời tiết" in text
    assert "Chặt tỉa cành cây" in text


def test_which_plans_say_it_is_told_on_the_first_line(engine: Engine) -> None:
    answer = engine.ask("Những xã, phường nào có kế hoạch phòng cháy, chữa cháy?")
    assert answer.reason == "several"
    assert "xã Bình Lạng" in answer.headline
    assert answer.lines[0].startswith("• ")
