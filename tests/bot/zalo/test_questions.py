"""Short messages that become one question, and answers that Zalo does not take or does not acknowledge."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.conversation import mailbox
from bot.conversation.letters import Letter, Letters
from bot.conversation.messages import Incoming, Reply
from bot.zalo import http
from bot.zalo.bot_channel import ZaloBot
from bot.zalo.pages import Page
from tests.bot.houses import FakeHouse
from tests.bot.zalo.conftest import connect
from tests.e2e.fake_zalo import FakeZaloBot
from tests.patience import PATIENCE

SECRET = "a-secret-of-our-own"


async def seen(service: FakeZaloBot, chat: str, number: int) -> list[str]:
    return await asyncio.to_thread(service.wait_texts, chat, number)


async def test_short_messages_in_a_row_are_one_question_and_on_disk_while_the_bot_waits(
    bot: ZaloBot, service: FakeZaloBot, house: FakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "PATIENCE", PATIENCE)
    inbox = Letters(house.store, "zalo")
    for text in ("cho hỏi", "cái kế hoạch số hoá"):
        service.says(text)
    await asyncio.to_thread(service.wait, lambda: service.calls["getUpdates"] > 2)
    waiting = inbox.waiting("officer")
    assert json.loads(waiting[0].body)["message"]["text"] == "cho hỏi"
    assert house.engine.asked == []
    service.says("hạn nộp khi nào?")
    await seen(service, "officer", 1)
    service.says("Ai chủ trì?")
    await seen(service, "officer", 2)
    asked = [question for question, *_ in house.engine.asked]
    assert asked == ["cho hỏi cái kế hoạch số hoá hạn nộp khi nào?", "Ai chủ trì?"]


async def test_orders_and_numbers_end_the_waiting_and_are_no_part_of_the_question(
    bot: ZaloBot, service: FakeZaloBot, house: FakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.says("Ai chủ trì?")
    await seen(service, "officer", 1)
    monkeypatch.setattr(mailbox, "PATIENCE", PATIENCE)
    service.says("cho hỏi ai phối hợp")
    service.says("2")
    assert "Tập huấn" in (await seen(service, "officer", 3))[2]
    service.says("hạn nào")
    service.says("/help")
    assert "Cách dùng" in (await seen(service, "officer", 5))[4]
    assert [question for question, *_ in house.engine.asked][1:] == ["cho hỏi ai phối hợp", "hạn nào"]


async def test_a_burst_that_a_kill_interrupted_is_one_question_after_the_restart(
    house: FakeHouse, service: FakeZaloBot
) -> None:
    inbox = Letters(house.store, "zalo")
    for number, text in enumerate(("cho hỏi", "ai chủ trì?", "còn hạn?")):
        inbox.add(Letter(f"m{number}", "officer", _json(service.update(text)).decode(), sent=number))
    inbox.next("officer")  # begun, and then the light went out
    bot, _, switchboard = connect(house)
    await bot.start()
    await seen(service, "officer", 2)
    await bot.stop()
    switchboard.close()
    assert [question for question, *_ in house.engine.asked] == ["cho hỏi ai chủ trì?", "còn hạn?"]


async def test_stopping_does_not_wait_for_the_rest_of_a_question(
    house: FakeHouse, service: FakeZaloBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "PATIENCE", PATIENCE)
    bot, _, switchboard = connect(house)
    await bot.start()
    service.says("ai chủ trì")
    await asyncio.to_thread(service.wait, lambda: service.calls["getUpdates"] > 1)
    await bot.stop()
    switchboard.close()
    assert len(service.texts("officer")) == 1


async def test_no_word_from_zalo_is_not_repeated_but_told(bot: ZaloBot, service: FakeZaloBot) -> None:
    service.drop.append("sendMessage")
    service.says("Ai chủ trì?")
    answer, told = await seen(service, "officer", 2)
    assert answer.startswith("Phòng Văn hóa")
    assert "xin hỏi lại" in told


async def test_an_answer_that_zalo_does_not_take_now_waits_as_long_as_it_must(
    house: FakeHouse, service: FakeZaloBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LATER", 0.01)
    monkeypatch.setattr(http, "PAUSES", ())
    service.fail("sendMessage", 429, "quota", times=8)  # more often than a message that kills the bot is tried
    told: list[str] = []
    bot, oa, switchboard = connect(house)

    async def keep(chat: str, reply: Reply) -> None:
        told.append(chat + reply.headline)

    monkeypatch.setattr(oa, "send", keep)
    await bot.start()
    service.says("Ai chủ trì?")
    assert len(await seen(service, "officer", 1)) == 1
    await bot.stop()
    switchboard.close()
    assert len(told) == 1
    assert told[0].startswith("adminZalo báo hết số tin")


async def test_a_new_message_ends_the_waiting_for_a_service_that_was_out_of_reach(
    house: FakeHouse, service: FakeZaloBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LATER", PATIENCE)
    monkeypatch.setattr(http, "PAUSES", ())
    service.fail("sendMessage", 503)
    bot, _, switchboard = connect(house)
    await bot.start()
    service.says("Ai chủ trì?")
    await asyncio.to_thread(service.wait, lambda: service.calls["sendMessage"] == 1)
    service.says("Ai phối hợp?")
    await seen(service, "officer", 2)
    await bot.stop()
    switchboard.close()


async def test_a_part_that_cannot_be_sent_does_not_repeat_the_part_that_was(
    house: FakeHouse, service: FakeZaloBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "PAUSES", ())
    bot, _, switchboard = connect(house)
    shown = [Page("phần một"), Page("phần hai")]

    async def answer(message: Incoming) -> list[Page]:
        service.fail("sendMessage", 400, times=2)  # with formatting and without
        service.skip["sendMessage"] = 1
        return shown

    monkeypatch.setattr(bot, "_answered", answer)
    await bot.start()
    service.says("Ai chủ trì?")
    assert (await seen(service, "officer", 2))[0] == "phần một"
    await bot.stop()
    switchboard.close()
    assert "xin hỏi lại" in service.texts("officer")[1]


async def test_the_admins_hear_before_the_month_is_used_up(house: FakeHouse, service: FakeZaloBot) -> None:
    house.settings.zalo_monthly_messages = 5
    bot, _, switchboard = connect(house)
    await bot.start()
    for number in range(4):
        service.says("Ai chủ trì?")
        await seen(service, "officer", number + 1)
    assert "4 trong 5 tin" in (await seen(service, "admin", 1))[0]
    await bot.stop()
    switchboard.close()


def _json(update: object) -> bytes:
    return json.dumps(update).encode()
