"""Between channels and conversation: order per chat, faults that reach nobody but the log, letters to others."""

from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest

from bot.conversation.dispatcher import Switchboard
from bot.conversation.messages import Incoming, Outgoing, Reply
from tests.bot.fakes import FakeChannel, Scene
from tests.patience import PATIENCE


async def test_a_question_and_a_letter_to_the_admin() -> None:
    scene = Scene()
    scene.asker.answers = [scene.refusal()]
    channel = FakeChannel(Switchboard(scene.conversation.handle))
    [reply] = await channel.says("Kinh phí đâu?")
    forward = next(button for button in reply.choices if "quản trị" in button.label)
    await channel.says(action=forward.action, text="")
    assert [chat for chat, _ in channel.shown] == ["officer", "admin", "officer"]


async def test_an_admin_out_of_reach_costs_the_officer_nothing() -> None:
    scene = Scene()
    scene.asker.answers = [scene.refusal()]
    switchboard = Switchboard(scene.conversation.handle)
    channel = FakeChannel(switchboard)
    [reply] = await channel.says("Kinh phí đâu?")
    channel.broken = True
    forward = next(button for button in reply.choices if "quản trị" in button.label)
    assert len(await switchboard.receive(Incoming("fake", "officer", "officer", action=forward.action))) == 1


async def test_one_chat_in_order_and_chats_in_parallel() -> None:
    done: list[str] = []
    both = threading.Barrier(2, timeout=PATIENCE)

    def handle(message: Incoming) -> list[Outgoing]:
        if message.text == "1":
            both.wait()  # only passes when the two chats are handled at the same time
            time.sleep(0.05)
        done.append(message.chat_id + message.text)
        return []

    switchboard = Switchboard(handle)
    messages = [Incoming("fake", chat, "u", text) for text in "123" for chat in "ab"]
    await asyncio.gather(*(switchboard.receive(message) for message in messages))
    assert [each for each in done if each[0] == "a"] == ["a1", "a2", "a3"]
    assert [each for each in done if each[0] == "b"] == ["b1", "b2", "b3"]


async def test_a_fault_gives_a_reference_and_no_detail(caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene()
    scene.asker.fault = RuntimeError("/secret/path")
    channel = FakeChannel(Switchboard(scene.conversation.handle))
    with caplog.at_level(logging.ERROR):
        [reply] = await channel.says("câu hỏi riêng tư")
    code = reply.headline.rstrip(".").split()[-1]
    assert "/secret" not in reply.headline
    assert code in caplog.text
    assert "câu hỏi riêng tư" not in caplog.text


async def test_a_letter_for_a_channel_that_is_not_running_is_dropped() -> None:
    switchboard = Switchboard(lambda message: [Outgoing("elsewhere", "x", Reply("thư"))])
    assert await switchboard.receive(Incoming("fake", "u", "u", "?")) == []
