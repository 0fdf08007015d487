"""Amendments and parts at intake, and the remark beside answers of the plan that is amended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.plans.amendments import Amendments, contradictions, warnings
from bot.plans.asking import Asking
from bot.plans.due_list import Wanted, When, due_tasks
from bot.ports import LivePlans
from ingest.identity import doubts, recognise
from ingest.parse import parse
from plan.listed import amended_number
from plan.model import Answer, PlanVersion, SourceText
from tests.bot.fakes import FakeShelf, cite, make_plan
from tests.bot.houses import FakeLibrary
from tests.loaded import plans_loaded
from tests.stocked import copied, stocked
from vectorstore.library import Library
from vectorstore.search import WHOLE

CHANGE = """ỦY BAN NHÂN DÂN
PHƯỜNG HẠ VÂN
Số: 71/KH-UBND
Hạ Vân, ngày 20 tháng 5 năm 2026

KẾ HOẠCH
Sửa đổi, bổ sung Kế hoạch số 58/KH-UBND về chuyển đổi số năm 2026

I. NỘI DUNG SỬA ĐỔI
1. Sửa đổi khoản 1 mục II: Phòng Văn hóa - Xã hội chủ trì tuyên truyền, hoàn thành trước ngày 31/7/2026.
2. Sửa đổi khoản 1 mục III: bỏ.
"""


def change() -> PlanVersion:
    return parse(SourceText(CHANGE, "sua-doi.txt", "sha-sua"), "sua-doi", 1)


def test_an_amendment_is_no_version_of_its_plan() -> None:
    assert amended_number(change().info) == "58/KH-UBND"
    assert amended_number(make_plan().info) == ""
    assert recognise(change().info, [make_plan()]) is None
    again = recognise(change().info, [make_plan(), change()])
    assert again
    assert again.plan_id == "sua-doi"


def plans(*more: PlanVersion) -> FakeLibrary:
    return FakeLibrary(make_plan(), change(), *more)


class Engine:
    """Answers each plan's question with one of its clauses; None refuses."""

    def __init__(self, library: LivePlans, **clauses: str | None) -> None:
        self.library, self.clauses = library, clauses
        self.sure: dict[str, float] = {}  # of each plan's answer; no word of it where it is not here

    def ask(self, question: str, scope: str | None = None, topic: object = None) -> Answer:
        plan_id = scope or next(iter(self.clauses)).replace("_", "-")
        address = self.clauses.get(plan_id.replace("-", "_"))
        plan = self.library.live_version(plan_id)
        if not address or not plan:
            return Answer("Kế hoạch không nêu.", refused=True, headline="Kế hoạch không nêu.")
        quote = cite(plan, address)
        return Answer(quote.quote, (quote,), headline=quote.quote, confidence=self.sure.get(plan_id))


def asking(library: LivePlans, **clauses: str | None) -> Asking:
    return Asking(lambda: Engine(library, **clauses), library, lambda: date(2026, 6, 25))


def test_an_answer_gives_the_new_value_says_so_and_keeps_the_old_one() -> None:
    answer = asking(plans(), so_hoa="II.1", sua_doi="I.1").ask("Tuyên truyền xong khi nào?")
    assert "31/7/2026" in answer.headline
    assert [each.plan_id for each in answer.citations] == ["sua-doi", "so-hoa"]
    assert "71/KH-UBND" in answer.notes[0]
    assert "30/6/2026" in answer.notes[0]
    assert "khoản 1 mục II" in answer.notes[0]


def test_a_changed_place_that_cannot_be_asked_is_shown_itself() -> None:
    inner = next(clause.address for clause in make_plan().clauses if clause.parent == "II.1")
    for cited in ("II.1", inner):
        answer = asking(plans(), so_hoa=cited).ask("Tuyên truyền xong khi nào?")
        assert answer.headline.startswith("Sửa đổi khoản 1 mục II")
        assert answer.citations[0].quote in change().text


def test_what_is_not_changed_is_answered_as_ever_with_a_remark() -> None:
    answer = asking(plans(), so_hoa="II.2").ask("Ai tập huấn?")
    assert answer.citations[0].plan_id == "so-hoa"
    assert len(answer.notes) == 1
    assert "71/KH-UBND" in answer.notes[0]
    elsewhere = FakeLibrary(make_plan("khac", place="XÃ BA"), change())
    assert asking(elsewhere, khac="II.1").ask("Ai tuyên truyền?").notes == ()


def test_an_answer_from_the_amendment_says_what_it_changes() -> None:
    answer = asking(plans(), sua_doi="I.1").ask("Tuyên truyền xong khi nào?")
    assert "30/6/2026" in answer.notes[0]


def test_an_added_clause_is_found_from_the_plan_that_it_was_added_to() -> None:
    answer = asking(plans(), so_hoa=None, sua_doi="I.2").ask("Mục III?", "so-hoa")
    assert not answer.refused
    assert "71/KH-UBND" in answer.notes[0]


@pytest.mark.parametrize(("sure", "plan"), [(0.9, "sua-doi"), (0.5, "so-hoa")])
def test_of_a_chosen_plan_and_its_amendment_the_surer_one_answers(sure: float, plan: str) -> None:
    engine = Engine(plans(), so_hoa="II.2", sua_doi="I.1")
    engine.sure = {"so-hoa": 0.7, "sua-doi": sure}
    answer = Asking(lambda: engine, engine.library, lambda: date(2026, 6, 25)).ask("Ai tuyên truyền?", "so-hoa")
    assert answer.citations[0].plan_id == plan
    assert "71/KH-UBND" in answer.notes[0]


@pytest.mark.parametrize(
    "question",
    [
        "Kế hoạch 58/KH-UBND đã được sửa đổi chưa?",
        "ke hoach 58/KH-UBND co bi sua doi, bo sung lan nao khong",
        "Kế hoạch Chuyển đổi số năm 2026 đã sửa đổi lần nào chưa?",
        "Kế hoạch số 58/KH-UBND được điều chỉnh bởi kế hoạch nào?",
        "Has plan 58/KH-UBND been amended?",
    ],
)
def test_whether_a_plan_was_amended(question: str) -> None:
    answer = asking(plans(), so_hoa=None).ask(question)
    assert "71/KH-UBND" in answer.text
    assert answer.citations[0].quote in change().text
    assert answer.citations[0].plan_id == "sua-doi"


def test_whether_a_plan_was_amended_that_was_not() -> None:
    assert asking(plans(), so_hoa=None).ask("Kế hoạch này đã được sửa đổi chưa?", "sua-doi").reason == "not_amended"
    answer = asking(plans(), so_hoa="II.2").ask("Lớp tập huấn có được điều chỉnh không?")
    assert answer.citations[0].clause == "II.2"  # a question for the engine


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More plans than are gone through, each of a commune of its own."""
    names = (f"XÃ KHÁC {'ABCDEFGH'[number % 8]}{'XYZTUV'[number // 8]}" for number in range(WHOLE))
    others = (make_plan(f"khac-{number}", name) for number, name in enumerate(names))
    return stocked(tmp_path_factory.mktemp("stock"), (*others, make_plan(), change()))


@pytest.fixture
def province(stock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Library, set[str]]]:
    """A library of these, and the ids of the plans read since."""
    library = copied(stock, tmp_path)
    yield library, plans_loaded(library, monkeypatch)
    library.close()


def test_of_many_plans_only_those_of_the_place_are_read(province: tuple[Library, set[str]]) -> None:
    library, read = province
    answer = asking(library, so_hoa="II.1", sua_doi="I.1").ask("Tuyên truyền xong khi nào?")
    assert [each.plan_id for each in answer.citations] == ["sua-doi", "so-hoa"]
    assert "71/KH-UBND" in answer.notes[0]
    assert read == {"so-hoa", "sua-doi"}


def test_of_many_plans_the_one_that_was_amended_is_meant_by_its_name(province: tuple[Library, set[str]]) -> None:
    library, read = province
    asker = asking(library, so_hoa=None)
    assert asker.ask("Kế hoạch phường Hạ Vân đã được sửa đổi chưa?").citations[0].plan_id == "sua-doi"
    assert read == {"so-hoa", "sua-doi"}
    assert asker.ask("Kế hoạch này đã được sửa đổi chưa?").reason != "amended"
    assert asker.ask("Kế hoạch xã Khác AX đã được sửa đổi chưa?").reason == "not_amended"


def test_a_task_given_anew_is_due_once() -> None:
    plans = [make_plan(), change()]
    found = due_tasks(FakeShelf(plans), plans, Wanted(When.YEAR, "Phòng Văn hóa - Xã hội"), date(2026, 6, 25))
    assert [(task.plan.plan_id, task.deadline[-9:]) for task in found] == [("sua-doi", "31/7/2026")]


TWO = """ỦY BAN NHÂN DÂN
PHƯỜNG HẠ VÂN
Số: 12/KH-UBND

KẾ HOẠCH
Chỉnh trang đô thị

I. NHIỆM VỤ
1. Công an phường chủ trì sơn lại vạch đường khu chợ Đầm, hoàn thành trước ngày 30/9/2026.
2. Phòng Kinh tế chủ trì sơn lại vạch đường khu chợ Đầm, hoàn thành trước ngày 31/10/2026.
3. Các thôn báo cáo kết quả trước ngày 15/11/2026.
4. Công an phường báo cáo kết quả trước ngày 20/11/2026.
"""


def test_one_task_with_two_leads_and_two_deadlines_is_told() -> None:
    plan = parse(SourceText(TWO, "hai.txt", "sha-hai"), "hai", 1)
    assert [each.field for each in contradictions([plan], Amendments())] == ["lead", "deadline"]
    assert len(warnings("vi", plan, [])) == 2
    library = FakeLibrary(plan)
    answer = asking(library, hai="I.1").ask("Vạch đường khu chợ Đầm sơn xong khi nào?")
    assert any("31/10/2026" in note and "khoản 2 mục I" in note for note in answer.notes)
    assert any("Phòng Kinh tế" in note for note in answer.notes)
    others = asking(library, hai="I.3").ask("Các thôn báo cáo khi nào?").notes
    assert not any("thời hạn khác" in note for note in others)


def test_two_plans_of_one_place_contradict_each_other_and_those_of_two_do_not() -> None:
    lines = TWO.splitlines(keepends=True)
    first = parse(SourceText("".join(lines[:9]), "mot.txt", "sha-mot"), "mot", 1)
    other = "".join((*lines[:8], lines[9].replace("2. ", "1. "))).replace("12/KH", "13/KH")
    second = parse(SourceText(other, "khac.txt", "sha-khac"), "khac", 1)
    assert warnings("vi", first, []) == []
    assert any("13/KH-UBND" in line for line in warnings("vi", first, [second]))
    away = replace(second, info=replace(second.info, place="XÃ BA"))
    assert warnings("vi", first, [away]) == []


def test_a_deadline_is_told_as_a_day_of_the_calendar() -> None:
    library = FakeLibrary(make_plan())
    asker = asking(library, so_hoa="II.1")
    assert asker.ask("Tuyên truyền xong khi nào?").notes == ("Tính theo lịch: hạn cuối 30/06/2026, còn 5 ngày.",)
    assert asker.ask("Ai tuyên truyền?").notes == ()


def test_a_part_or_a_worse_reading_is_doubtful() -> None:
    plan = make_plan()
    assert doubts(plan, plan) == ()
    part = replace(plan, clauses=plan.clauses[: len(plan.clauses) // 3])
    assert [each.code for each in doubts(part, plan)] == ["part"]
    worse = replace(plan, source=replace(plan.source, quality=0.89))
    assert [each.code for each in doubts(worse, plan)] == ["worse"]
    assert doubts(plan, worse) == ()
