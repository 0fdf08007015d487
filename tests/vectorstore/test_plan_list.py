"""Lists of plans and names that mean one are looked up: no plan is loaded, and nothing is missed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.plans.naming import NoSuchPlan, find_plan
from plan.listed import Listed, ref_of
from tests.bot.fakes import make_plan
from tests.evaluation.scale import CheapEmbeddings
from tests.loaded import plans_loaded
from tests.stocked import copied, stocked
from vectorstore.library import Library

PLANS = (
    make_plan("ha-van", "PHƯỜNG HẠ VÂN", "Chuyển đổi số năm 2026", "58"),
    make_plan("lac-khe", "XÃ LẠC KHÊ", "Chuyển đổi số năm 2026", "61", file="KH 61 lac khe.docx"),
    make_plan("lac-khe-thien-tai", "XÃ LẠC KHÊ", "Phòng, chống thiên tai năm 2026", "7"),
)
NAMES = (
    *("ha-van", "HA-VAN", "ha-van.txt", "KH 61 lac khe", "61/KH-UBND", "KH số 58/KH-UBND", "Hạ Vân", "phường hạ vân"),
    *("thien tai", "thiên tai lạc khê", "lạc khê thiên tai", "số đổi chuyển lạc khê", "chuyển đổi số", "kế hoạch"),
    *("", " ", "Bạch Đằng", "5", "%", "năm 2026", "ubnd xã"),
)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stocked(tmp_path_factory.mktemp("stock"), PLANS)


@pytest.fixture
def library(stock: Path, tmp_path: Path) -> Iterator[Library]:
    library = copied(stock, tmp_path)
    yield library
    library.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_what_it_means_among_all_plans_loaded(
    library: Library, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = plans_loaded(library, monkeypatch)
    called = library.listed.called(name, 48)
    assert not loaded
    assert _meant(name, called) == _meant(name, [Listed.of(plan) for plan in PLANS])


def test_a_list_is_given_some_at_a_time(library: Library) -> None:
    every = [Listed.of(plan) for plan in PLANS]
    assert library.listed.page() == list(library.listed.all(at_once=2)) == every
    assert library.listed.page(1, 1) == every[1:2]
    assert library.listed.saying("xã lạc khê") == every[1:]
    assert library.listed.saying("lạc khê", 1, 5) == every[2:]
    assert library.listed.saying("hạ vân thiên tai") == []


def test_a_plan_is_found_by_its_id_and_by_its_button(library: Library) -> None:
    assert library.listed.of("lac-khe") == library.listed.of_ref(ref_of("lac-khe")) == Listed.of(PLANS[1])
    assert library.listed.of("lac") is None
    assert library.listed.ids_from("lac-khe") == ["lac-khe", "lac-khe-thien-tai"]


def test_the_list_follows_what_is_live(library: Library) -> None:
    newer = make_plan("ha-van", "PHƯỜNG HẠ VÂN", "Chuyển đổi số năm 2027", "99", version=2)
    library.publish(newer)
    library.remove("lac-khe")
    assert library.listed.page() == [Listed.of(newer), Listed.of(PLANS[2])]
    assert [library.listed.called(name, 9) for name in ("58/KH-UBND", "KH 61 lac khe")] == [[], []]
    clauses = len(newer.clauses) + len(PLANS[2].clauses)
    assert (library.listed.count(), library.listed.clauses()) == (2, clauses)
    library.rollback("ha-van")
    assert library.listed.of("ha-van") == Listed.of(PLANS[0])
    library.reindex()
    assert library.listed.called("58/KH-UBND", 9) == [Listed.of(PLANS[0])]


class NoModel(CheapEmbeddings):
    """A model that is not to be had."""

    @property
    def identity(self) -> str:  # type: ignore[override]
        """Asked for when vectors are."""
        raise AssertionError("a list needs no model")


def test_plans_of_an_earlier_release_are_listed_at_the_first_start(library: Library, tmp_path: Path) -> None:
    """The catalog as schema 5 left it."""
    library.close()
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite3")) as catalog, catalog:
        catalog.execute("DROP TABLE plan_list")
        catalog.execute("DROP INDEX versions_by_state")
        catalog.execute("DELETE FROM plan_names WHERE kind IN ('id', 'file', 'compact', 'word')")
        catalog.execute("DELETE FROM frequencies WHERE view = 'listed'")
        catalog.execute("UPDATE numbers SET value = 5 WHERE name = 'schema'")
    again = Library.open(tmp_path, embeddings=NoModel())
    assert again.listed.page() == [Listed.of(plan) for plan in PLANS]
    assert again.listed.called("thien tai", 9) == [Listed.of(PLANS[2])]
    assert (again.listed.count(), again.listed.clauses()) == (3, sum(len(plan.clauses) for plan in PLANS))
    again.close()


def test_of_many_plans_of_a_place_those_of_the_nearest_subject_stand_beside(library: Library) -> None:
    beside = [library.lookup.beside(plan.info, most) for plan in PLANS[1:] for most in (1, 2)]
    ids = [[card.plan_id for card in cards] for cards in beside]
    assert ids == [
        ["lac-khe"],
        ["lac-khe", "lac-khe-thien-tai"],
        ["lac-khe-thien-tai"],
        ["lac-khe", "lac-khe-thien-tai"],
    ]


def test_a_place_of_very_many_plans_singles_none_out(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    question = "Xã Lạc Khê ai chủ trì?"
    assert [card.plan_id for card in library.lookup.called(question)] == ["lac-khe", "lac-khe-thien-tai"]
    monkeypatch.setattr("vectorstore.plan_names.COMMON", 1)
    assert library.lookup.called(question) == []


def test_amendments_are_found_by_the_number_and_by_the_place(library: Library) -> None:
    subject = "Sửa đổi, bổ sung Kế hoạch số 61/KH-UBND về chuyển đổi số năm 2026"
    library.publish(make_plan("sua-doi", "XÃ LẠC KHÊ", subject, "80"))
    assert [plan.plan_id for plan in library.amending(["61/KH-UBND", "58/KH-UBND"])] == ["sua-doi"]
    assert [plan.plan_id for plan in library.amending_in("Xã Lạc Khê")] == ["sua-doi"]
    assert library.amending(["58/KH-UBND"]) == library.amending_in("Phường Hạ Vân") == []


def _meant(name: str, plans: list[Listed]) -> list[str]:
    try:
        return [find_plan(name, plans).plan_id]
    except NoSuchPlan as error:
        return [] if type(error) is NoSuchPlan else sorted(plan.plan_id for plan in error.choices)
