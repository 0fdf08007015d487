"""Of very many plans a list names some, says so, and finds the others by words of their names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from plan.listed import LISTED
from plan.model import PlanVersion
from tests.bot.fakes import Scene, make_plan
from tests.bot.web.visits import Visit

MORE = 5


def many() -> list[PlanVersion]:
    """A few more than a list names; the last one is about something else."""
    plan, other = make_plan("ke-hoach"), make_plan("x-cho", subject="Chỉnh trang chợ Đầm năm 2026", number="99")
    return [*(replace(plan, plan_id=f"ke-hoach-{number:03}") for number in range(LISTED + MORE - 1)), other]


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    made.shelf.plans = many()
    return made


def test_the_chat_names_some_and_says_how_many_there_are(scene: Scene) -> None:
    reply = scene.says("/kehoach")
    assert str(LISTED + MORE) in reply.headline
    assert len(reply.lines) == LISTED
    assert f"{LISTED} trong {LISTED + MORE}" in reply.notes[0]


def test_a_plan_that_the_list_leaves_out_is_found_by_words(scene: Scene) -> None:
    assert "chợ Đầm" in scene.says("/kehoach cho dam").headline
    assert scene.conversation.desk.shelf.told("x-cho")


def test_a_name_that_means_very_many_offers_some_of_them(scene: Scene) -> None:
    reply = scene.says("/kehoach chuyển đổi số")
    assert len(reply.buttons) == LISTED + 1  # and all plans
    assert reply.notes


def test_a_list_of_few_says_nothing_of_others(scene: Scene) -> None:
    scene.shelf.plans = many()[-3:]
    assert not scene.says("/kehoach").notes


def test_the_page_turns_and_finds(tmp_path: Path) -> None:
    visit = Visit(tmp_path)
    visit.house.library.stored = many()
    first = visit.browser.get("/plans").text
    assert first.count('<li class="card">') == LISTED
    second = visit.browser.get(f"/plans?from={LISTED}").text
    assert second.count('<li class="card">') == MORE
    assert "chợ Đầm" in second
    found = visit.browser.get("/plans?q=cho+dam").text
    assert found.count('<li class="card">') == 1
    assert "/plans?from=" not in found
    assert visit.browser.get("/plans?q=khong-co&from=-1").status_code == 200


def test_the_chat_page_offers_some_and_the_way_to_all(tmp_path: Path) -> None:
    visit = Visit(tmp_path)
    visit.house.library.stored = many()
    page = visit.browser.get("/").text
    assert page.count("<option") == LISTED + 1
    assert 'href="/plans"' in page


def test_an_admin_finds_a_plan_among_many(tmp_path: Path) -> None:
    visit = Visit(tmp_path)
    visit.house.library.stored = many()
    visit.sign_in()
    assert "/admin/plans/x-cho" not in visit.browser.get("/admin").text
    assert "/admin/plans/x-cho" in visit.browser.get("/admin?q=dam").text
