"""The best passages of a few plans or of all: the same signals, found by looking up instead of going through."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import event, select

from plan import passages as cutting
from plan.model import PlanInfo
from tests.vectorstore.conftest import TASKS, FakeEmbeddings, best_of, cut, make_version
from vectorstore import looked_up as looking_up
from vectorstore import search as searching
from vectorstore.errors import UnknownPlan
from vectorstore.library import Library
from vectorstore.search import K
from vectorstore.tables import PassageRow

PLACES = ("Xã Đồng Tiến", "Phường Chu Văn An", "Xã Hòa Bình", "Phường Mai Dịch")
SUBJECTS = ("Chuyển đổi số năm 2026", "Phòng, chống thiên tai năm 2026")


def named(plan_id: str, place: str, subject: str, number: str, tasks: tuple[str, ...] = TASKS) -> object:
    info = PlanInfo(title=subject, subject=subject, place=place, number=number)
    return dataclasses.replace(make_version(plan_id, 1, tasks), info=info)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plans in each of four communes; every task names its commune. Published once, for it is dear."""
    folder = tmp_path_factory.mktemp("stock")
    library = Library.open(folder, embeddings=FakeEmbeddings())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "passages_of", cut)
        for number, place in enumerate(PLACES):
            for each, subject in enumerate(SUBJECTS):
                tasks = tuple(f"{task} {place} {'số' if each else 'bão'}{number}" for task in TASKS)
                library.publish(named(f"p{number}{each}", place, subject, f"{10 + number}/KH-UBND", tasks))  # type: ignore[arg-type]
    library.close()
    return folder


@pytest.fixture
def province(stock: Path, tmp_path: Path, opened: Callable[[], Library]) -> Library:
    """A copy for one test."""
    shutil.copytree(stock, tmp_path, dirs_exist_ok=True)
    return opened()


def test_the_best_of_one_plan_are_the_best_of_all_its_passages(province: Library) -> None:
    scope = [("p00", 1)]
    every = province.search.every("Diễn tập lụt bão", (), scope)
    best = province.search.candidates("Diễn tập lụt bão", scopes=scope, k=2)
    assert best[0] == best_of(every)
    assert len(best) == 2


def test_over_all_plans_the_one_that_says_it_comes_first(province: Library) -> None:
    best = province.search.candidates("Rà soát hạ tầng mạng của xã Hòa Bình số 2")
    assert best[0].plan_id in ("p20", "p21")
    assert best[0].passage.address == "I.2"
    assert {hit.plan_id for hit in best} > {"p20", "p30"}


def test_what_schema_8_knew_a_plan_by_is_read_as_before(
    province: Library, tmp_path: Path, opened: Callable[[], Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words of its subject and its place stood in its names alone: the same plan is meant, with the same weight."""
    monkeypatch.setattr(searching, "WHOLE", 0)
    asked = "rà soát hạ tầng, chuyển đổi số xã Hòa Bình"
    found = province.search.candidates(asked)
    assert len({hit.plan for hit in found}) == 4  # by its place, by its subject, by both or by neither
    province.close()
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite3")) as catalog, catalog:
        catalog.execute("ALTER TABLE indexed DROP COLUMN subject")
        catalog.execute("ALTER TABLE indexed DROP COLUMN place")
        catalog.execute("UPDATE numbers SET value = 8 WHERE name = 'schema'")
    assert opened().search.candidates(asked) == found


@pytest.mark.parametrize("whole", [0, 100])
def test_signals_over_all_are_those_of_every_passage(
    province: Library, monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    """Looked up or scored whole, a passage has the same cosines, the same BM25 and the same share of its plan."""
    monkeypatch.setattr(searching, "WHOLE", whole)
    scopes = province.catalog.live_keys()
    every = {(hit.scope, hit.passage.address): hit for hit in province.search.every("đào tạo", ("dao tao",), scopes)}
    found = province.search.candidates("đào tạo", ("dao tao",))
    assert found
    assert {hit.plan for hit in found} == {0.0}
    for hit in found:
        other = every[hit.scope, hit.passage.address]
        for name in ("clause", "line", "bm25", "bm25_folded", "trigram", "heading"):
            assert getattr(hit, name) == pytest.approx(getattr(other, name), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("whole", [0, 100])
def test_a_plan_that_the_question_speaks_of_comes_first(
    province: Library, monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    """Of passages alike, those whose plan is named by place and subject."""
    for number in range(3):
        tasks = ("Mở lớp tập huấn; Trung tâm Y tế", "Việc khác")
        province.publish(named(f"y{number}", ("Xã An Lão", "Xã Bình Giã", "Xã Cam Lộ")[number], "Y tế", "", tasks))  # type: ignore[arg-type]
    monkeypatch.setattr(searching, "WHOLE", whole)
    best = province.search.candidates("Xã Bình Giã mở lớp tập huấn", k=1)
    assert [hit.plan_id for hit in best] == ["y1"]
    assert best[0].plan > 0


def test_many_plans_may_be_chosen(province: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "WHOLE", 1)
    scopes = [("p00", 1), ("p10", 1)]
    found = province.search.candidates("đào tạo kỹ năng", scopes=scopes)
    assert {hit.plan_id for hit in found} == {"p00", "p10"}
    with pytest.raises(UnknownPlan):
        province.search.candidates("đào tạo", scopes=[*scopes, ("p00", 2)])
    assert province.search.candidates("đào tạo", scopes=[]) == []
    assert province.search.candidates("  ") == []


def test_what_is_replaced_or_removed_is_found_no_more(province: Library) -> None:
    province.publish(make_version("p00", 2, ("Trồng cây xanh; Đoàn Thanh niên",)))
    province.remove("p10")
    found = province.search.candidates("Diễn tập phòng chống lụt bão Xã Đồng Tiến")
    assert ("p00", 1) not in {hit.scope for hit in found}
    assert "p10" not in {hit.plan_id for hit in found}
    assert province.search.candidates("trồng cây xanh")[0].scope == ("p00", 2)
    province.rollback("p00")
    assert ("p00", 1) in {hit.scope for hit in province.search.candidates("Diễn tập phòng chống lụt bão Xã Đồng Tiến")}


def test_counts_over_all_plans_come_back_to_what_they_were(province: Library) -> None:
    before = _counts(province)
    province.publish(named("x", "Xã Lạ", "Trồng rừng", "99/KH-UBND", ("Trồng rừng; trồng cây", "Một việc nữa")))  # type: ignore[arg-type]
    assert _counts(province) != before
    province.remove("x")
    assert _counts(province) == before


@pytest.mark.parametrize(
    ("text", "plans", "by"),
    [
        ("xã hòa bình phải làm gì", {"p20", "p21"}, "place"),
        ("ke hoach chuyen doi so cua phuong chu van an", {"p10"}, "place"),
        ("kế hoạch 13/KH-UBND do ai ký", {"p30", "p31"}, "number"),
        ("KH số 12 về thiên tai", {"p21"}, "number"),
        ("phòng chống thiên tai thì ai chủ trì", {"p01", "p11", "p21", "p31"}, "subject"),
        ("trả lương cho ai", set(), ""),
    ],
)
def test_a_question_names_plans(province: Library, text: str, plans: set[str], by: str) -> None:
    found = province.search.plans(text)
    best = {hit.plan_id for hit in found if hit.score >= found[0].score - 1e-9}
    assert best == plans
    assert all(by in hit.by and hit.version == 1 for hit in found)


def test_a_question_reads_no_more_rows_when_there_are_more_plans(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 7, by the statements a question sends: their number does not hang on the number of plans."""
    monkeypatch.setattr(searching, "WHOLE", 2)
    for number in range(4):
        library.publish(make_version(f"a{number}", 1, (*TASKS, f"Việc riêng {number}")))
    few = _statements(library, "lụt bão")
    for number in range(12):
        library.publish(make_version(f"b{number}", 1, tuple(f"Chuyện khác {task} {number}" for task in range(5))))
    assert _statements(library, "lụt bão") <= few + 12  # the cards of other plans that were found


def test_only_the_best_are_read(province: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of passages are scored for one question; what they say is read of those that are given alone."""
    monkeypatch.setattr(searching, "WHOLE", 2)
    read = [told for statement, told in _sent(province, "đào tạo", k=3) if "passages.record" in statement]
    assert [len(ids) for ids in read] == [3]


def test_counts_are_asked_for_at_once_and_a_passage_found_twice_is_read_once(
    province: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "WHOLE", 2)
    monkeypatch.setattr(looking_up, "NEAREST", 3)
    sent = _sent(province, "đào tạo", ("dao tao",))
    assert sum("FROM frequencies" in statement for statement, _ in sent) == 1
    near, by_words = (set(told) for statement, told in sent if "passages.vectors" in statement)
    with province.catalog.reading() as session:
        found = set(session.scalars(select(PassageRow.id).where(PassageRow.key.in_(near))))
    assert found
    assert not found & by_words


def test_a_live_version_in_memory_costs_one_statement(province: Library) -> None:
    version = province.live_version("p00")
    assert len(_told(province, lambda: province.live_version("p00"))) == 1
    assert province.live_version("p00") is version


def test_a_word_is_looked_up_once_whatever_forms_it_stands_in(
    province: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "WHOLE", 2)
    sent = _sent(province, "xã hòa bình đào tạo", ("xã Hòa Bình: đào tạo", "xa hoa binh dao tao"))
    looked = [told for statement, all_told in sent if "MATCH" in statement for told in all_told]
    assert looked
    assert len(looked) == len(set(looked))


def test_a_question_may_have_more_words_than_one_statement(province: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "WHOLE", 2)
    long = " ".join(f"việc{number}" for number in range(600))
    province.publish(make_version("long", 1, (long,)))
    assert province.search.candidates(long, k=1)[0].plan_id == "long"


def test_publishing_and_removing_touch_as_many_rows_whatever_the_shelf_holds(library: Library) -> None:
    """Statements and their rows: what a plan costs is what it holds."""

    def cost() -> list[tuple[str, int]]:
        told = _told(library, lambda: library.publish(make_version("z", 1, (*TASKS, "Việc của riêng kế hoạch này"))))
        told += _told(library, lambda: library.remove("z"))
        return [(statement, len(rows) if isinstance(rows, list) else 1) for statement, rows in told]

    library.publish(make_version("a", 1))
    cost()  # names that were once there stay, counted nought
    few = cost()
    for number in range(12):
        library.publish(make_version(f"a{number}", 1, (*TASKS, f"Việc riêng {number}")))
    assert cost() == few


def _statements(library: Library, text: str) -> int:
    library.search.candidates(text)
    return len(_sent(library, text))


def _sent(library: Library, text: str, forms: tuple[str, ...] = (), k: int = K) -> list[tuple[str, tuple[object, ...]]]:
    """The statements that finding candidates sends, with what they ask for."""
    told = _told(library, lambda: library.search.candidates(text, forms, k=k))
    return [(statement, tuple(cast("Sequence[object]", asked))) for statement, asked in told]


def _told(library: Library, doing: Callable[[], object]) -> list[tuple[str, object]]:
    """What is said to the database meanwhile: statements, each with its values or a list of rows of them."""
    told: list[tuple[str, object]] = []
    database = library.catalog._database

    def note(*args: object) -> None:
        told.append((str(args[2]), args[3]))

    event.listen(database, "before_cursor_execute", note)
    doing()
    event.remove(database, "before_cursor_execute", note)
    return told


def _counts(library: Library) -> set[tuple[str, str, int, int]]:
    from sqlalchemy import select

    from vectorstore.tables import FrequencyRow

    columns = (FrequencyRow.view, FrequencyRow.token, FrequencyRow.passages, FrequencyRow.length)
    with library.catalog.reading() as session:
        return {tuple(row) for row in session.execute(select(*columns).where(FrequencyRow.passages > 0))}  # type: ignore[misc]
