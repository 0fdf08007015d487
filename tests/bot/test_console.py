"""The terminal as a channel: typed numbers are buttons while they are fresh."""

from __future__ import annotations

from bot.cli.questions import Console
from bot.conversation.sessions import FRESH, Numbers
from bot.people import People, Role
from tests.bot.fakes import Scene


def _talk(*lines: str) -> tuple[Scene, list[str]]:
    scene = Scene()
    object.__setattr__(scene.desk, "people", People(scene.store, {}, {"console": Role.ADMIN}))
    shown: list[str] = []
    Console(scene.conversation.handle, Numbers(scene.store), shown.append).talk(lines)
    return scene, shown


def test_a_talk() -> None:
    _, shown = _talk("ai chủ trì?", "1", "", "thoát", "không ai nghe")
    greeting, answer, whole = shown
    assert "Xin chào" in greeting
    assert "1 Toàn văn khoản" in answer
    assert "hằng tháng" in whole


def test_a_number_without_an_offer_is_a_question() -> None:
    scene, _ = _talk("7")
    assert [asked[0] for asked in scene.asker.asked] == ["7"]


def test_a_stale_number_is_a_question() -> None:
    scene, shown = _talk("ai chủ trì?")
    scene.clock.now += FRESH + 1
    Console(scene.conversation.handle, Numbers(scene.store), shown.append).turn("1")
    assert scene.asker.asked[-1][0] == "1"
