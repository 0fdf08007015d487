"""What Zalo sends, in all the shapes that were seen, and the proof of who sent it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation.messages import Content
from bot.zalo import bot_api, oa_api
from bot.zalo.oa_api import is_recent, is_signed, signature
from tests.e2e.fake_zalo import FakeZaloBot

NAMES = ["Bot Hạ Vân"]


def update(text: str = "", group: str = "", **more: Any) -> dict[str, Any]:
    service = FakeZaloBot()
    service.close()
    return service.update(text, "u1", group, **more)


def test_wrapped_bare_and_listed_updates_are_the_same() -> None:
    bare = update("Ai chủ trì?")
    assert bot_api.events({"ok": True, "result": bare}) == bot_api.events(bare) == bot_api.events([bare]) == [bare]
    assert bot_api.events({"ok": True}) == bot_api.events("x") == bot_api.events(None) == []


@pytest.mark.parametrize(
    "text",
    [
        "@Bot Hạ Vân ai chủ trì?",
        "@bot hạ vân: ai chủ trì?",
        "ai chủ trì? @Bot Hạ Vân",
        "@Bot ai chủ trì?",
        "ai chủ trì?",
    ],
)
def test_a_mention_is_taken_out(text: str) -> None:
    message = bot_api.incoming(update(text, group="g1"), NAMES)
    assert message
    assert (message.text, message.is_group, message.chat_id, message.user_id) == ("ai chủ trì?", True, "g1", "u1")


def test_a_picture_with_a_caption_is_a_question() -> None:
    message = bot_api.incoming(update(event="message.image.received", caption="Ai chủ trì?", photo_url="x"), NAMES)
    assert message
    assert (message.content, message.text) == (Content.PHOTO, "Ai chủ trì?")


def test_pictures_in_groups_and_other_bots_are_passed_over() -> None:
    assert bot_api.incoming(update(group="g1", event="message.unsupported.received"), NAMES) is None
    assert bot_api.incoming(update("x", sender={"id": "u2", "is_bot": True}), NAMES) is None


def test_the_published_example_of_the_signature() -> None:
    right = "2f1ef5aabe67e8396a459ca89562e108ad541f82ba5022c85f645bd6b7220cb9"
    assert signature("X", b"BODY", "1234567890", "Y") == right
    assert is_signed(f"mac={right}", "X", b"BODY", "1234567890", "Y")
    assert not is_signed("", "X", b"BODY", "1234567890", "Y")


@pytest.mark.parametrize(("age", "recent"), [(0, True), (3600, True), (3 * 3600, False), (-200, True), (-600, False)])
def test_repeated_calls_are_recent_enough(age: float, recent: bool) -> None:
    assert is_recent(str(int((1_000_000 - age) * 1000)), 1_000_000) is recent


def test_a_pressed_button_and_an_echo_of_the_account() -> None:
    event = {"event_name": "user_send_text", "sender": {"id": "u1"}, "message": {"text": "#w:1a:0", "msg_id": "m"}}
    message = oa_api.incoming(event)
    assert message
    assert message.action == "w:1a:0"
    assert oa_api.incoming({**event, "event_name": "oa_send_text"}) is None


def test_a_follower_is_greeted() -> None:
    message = oa_api.incoming({"event_name": "follow", "follower": {"id": "u1"}, "timestamp": "1"})
    assert message
    assert (message.user_id, message.text) == ("u1", "/start")
