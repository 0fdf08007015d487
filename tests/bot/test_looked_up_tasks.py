"""Lists of tasks over all plans read the tasks that they show, and load no plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.app import LibraryShelf
from bot.plans.amendments import tasks_in_force
from bot.plans.due_list import Wanted, When, due_tasks, within
from bot.plans.tasks import Task, tasks_of
from ingest.parse import parse
from plan.model import Assignment, PlanVersion, SourceText
from plan.units import unit_name
from tests.evaluation.scale import CheapEmbeddings
from tests.loaded import plans_loaded
from tests.stocked import copied, stocked
from vectorstore.library import Library

TODAY = date(2026, 5, 4)
POLICE, CLINIC = "Công an xã", "Trạm Y tế"
PLAN = """ỦY BAN NHÂN DÂN
XÃ {place}
Số: {number}/KH-UBND

KẾ HOẠCH
{subject}

I. NHIỆM VỤ
1. {task}.
- Cơ quan chủ trì: {unit}.
- Thời hạn hoàn thành: {due}.
"""


REPEAL = """ỦY BAN NHÂN DÂN
XÃ LẠC KHÊ
Số: 7/KH-UBND

KẾ HOẠCH
Sửa đổi, bổ sung Kế hoạch số 1/KH-UBND về phòng cháy năm 2026

I. NỘI DUNG SỬA ĐỔI
1. Sửa đổi khoản 1 mục I: bỏ.
"""


def plan(number: int, unit: str, due: str) -> PlanVersion:
    told = {"number": number, "subject": "Phòng cháy năm 2026", "unit": unit, "due": due}
    text = PLAN.format(place="LẠC KHÊ", task=f"Tuần tra rừng thông lần {number}", **told)
    return parse(SourceText(text, f"p{number}.txt", f"{number:064x}"), f"p{number}", 1)


def told(tasks: Iterable[Task]) -> list[tuple[str, Assignment, str]]:
    """Tasks as they are listed, whether their plans were loaded or not."""
    return [(task.plan.plan_id, task.assignment, task.place) for task in tasks]


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tasks = (
        (POLICE, "ngày 06/5/2026"),
        (POLICE, "ngày 20/12/2026"),
        (CLINIC, "ngày 10/3/2026"),
        (CLINIC, "hằng tháng"),
        (CLINIC, ""),
    )
    return stocked(tmp_path_factory.mktemp("stock"), (plan(n, *task) for n, task in enumerate(tasks, 1)))


@pytest.fixture
def library(stock: Path, tmp_path: Path) -> Iterator[Library]:
    library = copied(stock, tmp_path)
    yield library
    library.close()


@pytest.fixture
def read(library: Library, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The ids of the plans that were loaded since."""
    return plans_loaded(library, monkeypatch)


@pytest.mark.parametrize(
    ("asked", "of_plans"),
    [
        (Wanted(unit=POLICE), "p1 p2"),
        (Wanted(unit=CLINIC), "p3 p4 p5"),
        (Wanted(When.WEEK), "p1 p4"),
        (Wanted(When.WEEK, POLICE), "p1"),
        (Wanted(When.OVERDUE), "p3 p4"),
        (Wanted(When.YEAR, POLICE), "p1 p2"),
        (Wanted(unit="Hội Nông dân"), ""),
    ],
    ids=str,
)
def test_such_tasks_are_read_and_no_plan_is(library: Library, read: set[str], asked: Wanted, of_plans: str) -> None:
    shelf = LibraryShelf(library)
    plans = shelf.with_tasks(asked.unit, within(asked, TODAY))
    assert [each.plan.plan_id for each in plans] == of_plans.split()
    found = told(due_tasks(shelf, plans, asked, TODAY))
    assert not read
    assert found == told(due_tasks(shelf, library.live(), asked, TODAY))  # and no task is missed


def test_a_unit_that_nobody_knows_is_looked_for_in_the_words_of_all(library: Library) -> None:
    library.publish(plan(6, "Tổ Lò Gốm", "ngày 06/5/2026"))
    found = tasks_of(LibraryShelf(library).with_tasks("lò gốm"), "lò gốm")
    assert [task.plan.plan_id for task in found] == ["p6"]
    assert [each.plan.plan_id for each in LibraryShelf(library).with_tasks("lò gốm", plan_id="p5")] == []


def test_whatever_stands_in_a_long_name_is_found(library: Library) -> None:
    names = [f"Tổ hợp tác số {number} thôn Gò Nổi" for number in range(20)]
    library.publish(plan(6, ", ".join(names), "ngày 06/5/2026"))
    for name in names:
        assert LibraryShelf(library).with_tasks(name), name


def test_tasks_are_counted_and_given_some_at_a_time(library: Library) -> None:
    shelf = LibraryShelf(library)
    assert [shelf.tasks_of_unit(unit) for unit in (POLICE, CLINIC, "", "Hội Nông dân")] == [2, 3, 5, 0]
    assert (shelf.tasks_of_unit(POLICE, leads=True), shelf.tasks_of_unit(POLICE, leads=False)) == (2, 0)
    assert [each.plan.plan_id for each in shelf.with_tasks(CLINIC, start=1, count=1)] == ["p4"]
    assert [each.plan.plan_id for each in shelf.with_tasks(start=3, count=9)] == ["p4", "p5"]
    assert [unit_name(unit) for unit in shelf.working()] == ["Trạm Y tế", "Công an"]


def test_what_an_amendment_repeals_is_not_listed(library: Library) -> None:
    """The amendment gives this unit nothing, and counts all the same."""
    library.publish(parse(SourceText(REPEAL, "p7.txt", f"{7:064x}"), "p7", 1))
    shelf = LibraryShelf(library)
    found = tasks_in_force(shelf, shelf.with_tasks(POLICE), POLICE)
    assert told(found) == told(tasks_in_force(shelf, library.live(), POLICE))
    assert [task.plan.plan_id for task in found] == ["p2"]


def test_counts_follow_what_is_live(library: Library) -> None:
    shelf = LibraryShelf(library)
    assert (shelf.tasks(), len(shelf.leading(9))) == (5, 2)
    library.publish(replace(plan(1, CLINIC, "ngày 06/5/2026"), version=2))
    library.remove("p2")
    assert (shelf.tasks(), len(shelf.leading(9))) == (4, 1)
    library.rollback("p1")
    assert (shelf.tasks(), len(shelf.leading(9))) == (4, 2)
    assert {each.plan.plan_id for each in shelf.with_tasks(POLICE)} == {"p1"}


def test_plans_of_an_earlier_release_are_noted_at_the_start(library: Library, tmp_path: Path) -> None:
    with library.catalog._database.begin() as connection:
        for table in ("plan_tasks", "task_texts", "task_lists"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("DELETE FROM frequencies WHERE view IN ('lead', 'actor')")
    again = Library.open(tmp_path, embeddings=CheapEmbeddings())
    again.clean_up()
    assert LibraryShelf(again).tasks() == 5
    assert {each.plan.plan_id for each in LibraryShelf(again).with_tasks(POLICE)} == {"p1", "p2"}
    again.close()
