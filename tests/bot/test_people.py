"""Closed by default: what strangers get, and how they become officers."""

from __future__ import annotations

import pytest

from bot.conversation.messages import Content, Kind
from bot.people import Role
from tests.bot.fakes import Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


WAYS_IN = [
    {"text": "ai chủ trì?"},
    {"text": "/start"},
    {"text": "/kehoach"},
    {"text": "/thongke"},
    {"text": "/start moi_wrong"},
    {"action": "w:1:0"},
    {"action": "k::0"},
    {"content": Content.FILE},
    {"text": "ai chủ trì?", "is_group": True, "chat": "group"},
]


@pytest.mark.parametrize("way", WAYS_IN)
def test_a_stranger_gets_no_plan_content_by_any_way_in(scene: Scene, way: dict[str, object]) -> None:
    scene.says("ai chủ trì?")
    asked = len(scene.asker.asked)
    reply = scene.says(user="stranger", **way)  # type: ignore[arg-type]
    assert reply.kind is Kind.DENIED
    assert not reply.pieces
    assert not reply.buttons
    assert len(scene.asker.asked) == asked


def test_one_refusal_in_ten_minutes(scene: Scene) -> None:
    assert len(scene.hears("xin chào", "stranger")) == 1
    assert scene.hears("xin chào", "stranger") == []
    scene.clock.now += 601
    assert len(scene.hears("xin chào", "stranger")) == 1


def test_a_group_is_told_no_pairing_code(scene: Scene) -> None:
    reply = scene.says("xin chào", "stranger", chat="group", is_group=True)
    assert not any(char.isdigit() for char in reply.headline)


def test_pairing(scene: Scene) -> None:
    refusal = scene.says("xin chào", "stranger", user_name="Lan")
    code = next(word.strip(".") for word in refusal.lines[0].split() if word.strip(".").isdecimal())
    confirmed, welcome = scene.hears(f"/duyet {code}", "admin")
    assert "Lan" in confirmed.reply.headline
    assert (welcome.chat_id, scene.people.role("fake", "stranger")) == ("stranger", Role.OFFICER)
    assert scene.says("ai chủ trì?", "stranger").kind is Kind.ANSWER
    assert "Không có mã" in scene.says(f"/duyet {code}", "admin").headline


def test_a_pairing_code_lasts_a_day(scene: Scene) -> None:
    scene.says("xin chào", "stranger")
    code = scene.store.rows("SELECT code FROM pairings")[0]["code"]
    scene.clock.now += 86401
    assert scene.people.approve(code) is None


@pytest.mark.parametrize("said", ["{}", "/start {}"])
def test_an_invitation_works_once(scene: Scene, said: str) -> None:
    token = scene.says("/moi", "admin").lines[0]
    assert "được phép" in scene.says(said.format(token), "stranger").headline
    assert scene.people.role("fake", "stranger") is Role.OFFICER
    assert scene.says(said.format(token), "another").kind is Kind.DENIED


def test_an_invitation_lasts_a_week(scene: Scene) -> None:
    token = scene.people.invite()
    scene.clock.now += 7 * 86400 + 1
    assert scene.says(token, "stranger").kind is Kind.DENIED


def test_an_admin_may_invite_an_admin(scene: Scene) -> None:
    scene.says(scene.says("/moi admin", "admin").lines[0], "second")
    assert scene.people.role("fake", "second") is Role.ADMIN
    assert [who.chat for who in scene.people.admins()] == ["admin", "second"]


def test_people_are_listed_and_removed(scene: Scene) -> None:
    scene.says(scene.people.invite(), "stranger", user_name="Lan")
    assert any("Lan" in line for line in scene.says("/nguoi", "admin").lines)
    scene.says("/bo fake:stranger", "admin")
    assert scene.people.role("fake", "stranger") is Role.STRANGER
    assert "Không có" in scene.says("/bo fake:admin", "admin").headline


@pytest.mark.parametrize("order", ["/moi", "/duyet 1", "/nguoi", "/bo fake:admin", "/traloi 1 x", "/thongke"])
def test_officers_cannot_give_admin_orders(scene: Scene, order: str) -> None:
    assert "chỉ dành cho quản trị" in scene.says(order).headline
