"""The Zalo bot against its fake service over real HTTP: asked for, called, doubled, interrupted."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from collections.abc import Callable
from unittest.mock import AsyncMock, Mock

import httpx
import pytest
from filelock import FileLock, Timeout
from pydantic import SecretStr

from bot.conversation.letters import Letter, Letters
from bot.conversation.messages import Incoming
from bot.errors import Fault
from bot.sanitize import NotJson
from bot.zalo import adapter, bot_channel, constants, http
from bot.zalo.adapter import Calm
from bot.zalo.bot_api import BotApi
from bot.zalo.bot_channel import Poller, Quota, ZaloBot
from bot.zalo.http import Uncertain, Unreachable, ZaloError
from tests.bot.houses import FakeHouse
from tests.bot.zalo.conftest import connect
from tests.e2e.fake_zalo import FakeZaloBot
from tests.patience import PATIENCE

SECRET = "a-secret-of-our-own"


async def seen(service: FakeZaloBot, chat: str, number: int) -> list[str]:
    return await asyncio.to_thread(service.wait_texts, chat, number)


async def test_a_question_is_answered_with_one_message_and_typing(bot: ZaloBot, service: FakeZaloBot) -> None:
    service.says("Ai chủ trì?")
    [text] = await seen(service, "officer", 1)
    assert text.startswith("Phòng Văn hóa - Xã hội chủ trì.")
    assert "1 Toàn văn khoản · 2 Khoản sau" in text
    for number in range(2, 20):  # an answer that is ready at once may leave before "typing" does
        if any(each.get("typing") for each in service.sent):
            break
        service.says("Ai chủ trì?")
        await seen(service, "officer", number)
    assert any(each.get("typing") for each in service.sent)


@pytest.mark.parametrize("style", ["200", "http"])
async def test_errors_and_idle_polls_in_both_styles(house: FakeHouse, service: FakeZaloBot, style: str) -> None:
    service.error_style, service.idle_seconds = style, 0.1
    service.fail("deleteWebhook", 404)
    bot, _, switchboard = connect(house)
    await bot.start()
    await asyncio.to_thread(service.wait, lambda: service.calls["getUpdates"] > 2)
    service.says("Ai chủ trì?")
    await seen(service, "officer", 1)
    await bot.stop()
    switchboard.close()
    assert service.overlapping_polls == 0


async def test_numbers_are_understood_while_they_are_fresh(
    bot: ZaloBot, service: FakeZaloBot, house: FakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.says("Ai chủ trì?")
    await seen(service, "officer", 1)
    service.says("2")
    *_, following = await seen(service, "officer", 2)
    assert "Tập huấn" in following
    now = house.store.clock()
    monkeypatch.setattr(house.store, "clock", lambda: now + 3600)
    service.says("2")
    *_, stale = await seen(service, "officer", 3)
    assert stale.startswith("Số này không còn")
    service.says("2 đơn vị nào chủ trì?")
    *_, answer = await seen(service, "officer", 4)
    assert answer.startswith("Phòng Văn hóa")
    assert len(house.engine.asked) == 2


async def test_the_next_message_stays_with_zalo_while_an_answer_is_made(
    bot: ZaloBot, service: FakeZaloBot, house: FakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot_channel, "LONGEST_WAIT", PATIENCE)
    monkeypatch.setattr(bot_channel, "AT_ONCE", 0.0)
    gate = threading.Event()
    ask = house.engine.ask
    house.engine.ask = lambda *args: (gate.wait(PATIENCE), ask(*args))[1]
    service.says("Ai chủ trì?")
    await asyncio.to_thread(service.wait, lambda: service.sent)  # typing
    polls = service.calls["getUpdates"]
    service.says("Ai phối hợp?", user="admin")
    await asyncio.sleep(0.5)
    assert service.calls["getUpdates"] == polls
    gate.set()
    await seen(service, "admin", 1)


async def test_doubled_and_disordered_updates(
    bot: ZaloBot, service: FakeZaloBot, house: FakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot_channel, "LONGEST_WAIT", 0.05)
    gate = threading.Event()
    ask = house.engine.ask
    house.engine.ask = lambda *args: (gate.wait(PATIENCE), ask(*args))[1]
    first, second, third = (service.update(f"Câu {number}?", date=number) for number in (1, 2, 3))
    for update in (first, third, third, second, first):
        service.give(update)
    await asyncio.to_thread(service.wait, lambda: service.calls["getUpdates"] > 5)
    gate.set()
    await seen(service, "officer", 3)
    service.give(second)
    service.says("Câu 4?")
    await seen(service, "officer", 4)
    assert [question for question, *_ in house.engine.asked] == ["Câu 1?", "Câu 2?", "Câu 3?", "Câu 4?"]


async def test_a_group_hears_the_answer_to_who_mentioned_the_bot(bot: ZaloBot, service: FakeZaloBot) -> None:
    service.says("", group="g1", event="message.image.received")
    service.says("@Bot Hạ Vân ai chủ trì?", group="g1")
    [text] = await seen(service, "g1", 1)
    assert "chủ trì" in text
    assert service.texts("officer") == []


async def test_what_cannot_be_read_is_answered_politely(bot: ZaloBot, service: FakeZaloBot) -> None:
    for number, kind in enumerate(("image", "voice", "sticker", "unsupported"), 1):
        service.says("", event=f"message.{kind}.received")
        assert "câu hỏi" in (await seen(service, "officer", number))[-1]


async def test_a_stranger_is_paired_and_an_officer_links_a_second_channel(
    bot: ZaloBot, service: FakeZaloBot, house: FakeHouse
) -> None:
    service.says("Ai chủ trì?", user="stranger")
    [refusal] = await seen(service, "stranger", 1)
    code = re.search(r"\d{6}", refusal)
    assert code
    service.says(f"/duyet {code[0]}", user="admin")
    await seen(service, "stranger", 2)
    service.says("Ai chủ trì?", user="stranger")
    assert "chủ trì" in (await seen(service, "stranger", 3))[-1]
    service.says("/lienket", user="stranger")
    link = re.search(r"noi_\w+", (await seen(service, "stranger", 4))[-1])
    assert link
    replies = house.conversation.handle(_on_telegram(link[0]))
    assert "được phép hỏi" in replies[0].reply.headline
    assert house.people.role("telegram", "77").value == "officer"
    house.people.remove("zalo", "stranger")
    assert house.people.role("telegram", "77").value == "stranger"


async def test_formatting_that_zalo_rejects_is_sent_as_plain_text(bot: ZaloBot, service: FakeZaloBot) -> None:
    service.reject_styles = True
    service.says("Ai chủ trì?")
    await seen(service, "officer", 1)
    assert "text_styles" not in service.sent[-1]


async def test_what_was_in_hand_is_answered_after_a_restart(house: FakeHouse, service: FakeZaloBot) -> None:
    inbox = Letters(house.store, "zalo")
    for chat in ("officer", "admin"):
        inbox.add(Letter(f"of-{chat}", chat, _json(service.update("Ai chủ trì?", chat)).decode()))
    inbox.sending(Letter("of-officer", "officer", ""))  # killed while this one left: Zalo may have it
    bot, _, switchboard = connect(house)
    await bot.start()
    await seen(service, "admin", 1)
    await bot.stop()
    switchboard.close()
    [told] = service.texts("officer")
    assert "xin hỏi lại" in told
    assert len(service.texts("admin")) == 1


async def test_a_poller_stops_though_a_thought_ends_at_that_moment() -> None:
    calm = Calm()
    with calm.thinking():
        waiting = asyncio.create_task(calm.wait(5))
        await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_a_message_that_kills_the_bot_is_given_up(house: FakeHouse) -> None:
    inbox = Letters(house.store, "zalo")
    inbox.add(Letter("m1", "officer", "{}"))
    assert [bool(inbox.next("officer")) for _ in range(4)] == [True, True, True, False]


async def test_a_second_poller_is_told_so(bot: ZaloBot, house: FakeHouse) -> None:
    second, _, _ = connect(house)
    with pytest.raises(Fault):
        await second.start()
    with pytest.raises(Timeout):
        FileLock(house.settings.data_dir / "zalo-poller.lock").acquire(blocking=False)


@pytest.fixture
def called(house: FakeHouse) -> FakeHouse:
    house.settings.zalo_webhook_secret = SecretStr(SECRET)
    house.settings.public_url = "https://kehoach.example"
    return house


async def test_the_webhook_takes_both_shapes_and_only_with_the_secret(called: FakeHouse, service: FakeZaloBot) -> None:
    bot, _, switchboard = connect(called)
    await bot.start()
    await asyncio.to_thread(service.wait, lambda: service.webhook)
    assert service.webhook == {"url": "https://kehoach.example/hooks/zalo", "secret_token": SECRET}
    bare = service.update("Ai chủ trì?")
    wrapped = b'{"ok": true, "result": %s}' % _json(service.update("Ai phối hợp?"))
    right, wrong = {"x-bot-api-secret-token": SECRET}, {"x-bot-api-secret-token": "no"}
    for headers in (wrong, {}):
        assert await bot.knock(headers, _json(bare)) == 403
    assert await bot.knock({}, b"") == 200  # Zalo's probe
    with pytest.raises(NotJson):
        await bot.knock(right, b"{")
    assert [await bot.knock(right, body) for body in (_json(bare), _json(bare), wrapped)] == [200] * 3
    await seen(service, "officer", 2)
    await bot.stop()
    switchboard.close()
    assert len(called.engine.asked) == 2


async def test_the_webhook_is_acknowledged_before_the_answer_is_made(called: FakeHouse, service: FakeZaloBot) -> None:
    gate = threading.Event()
    ask = called.engine.ask
    called.engine.ask = lambda *args: (gate.wait(PATIENCE), ask(*args))[1]
    bot, _, switchboard = connect(called)
    await bot.start()
    right = {"x-bot-api-secret-token": SECRET}
    assert await bot.knock(right, _json(service.update("Ai chủ trì?"))) == 200  # Zalo waits two seconds, no longer
    assert service.texts("officer") == []
    gate.set()
    await seen(service, "officer", 1)
    await bot.stop()
    switchboard.close()


async def test_a_webhook_needs_a_public_address(called: FakeHouse) -> None:
    called.settings.public_url = ""
    bot, _, _ = connect(called)
    with pytest.raises(Fault, match="KEHOACH_PUBLIC_URL"):
        await bot.start()


async def test_patience_with_passing_faults_and_none_with_others(
    service: FakeZaloBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "PAUSES", (0.01, 0.01))
    async with httpx.AsyncClient() as client:
        api = BotApi(service.token, service.address, client)
        service.fail("sendMessage", 403, "Internal server error", times=2)
        await api.send("officer", "x")
        service.fail("sendMessage", 429, "quota", times=3)
        with pytest.raises(ZaloError, match="429"):
            await api.send("officer", "x")
        service.fail("sendMessage", 401)
        with pytest.raises(ZaloError, match="401"):
            await api.send("officer", "x")
        assert len(service.texts("officer")) == 1


async def test_a_token_is_in_no_fault(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    caplog.set_level(logging.DEBUG, "kehoach")
    monkeypatch.setattr(http, "PAUSES", ())

    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout(str(request.url), request=request)

    def echoed(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"ok": False, "description": f"bad {request.url}", "error_code": 401})

    for answer, kind in ((lost, Uncertain), (echoed, ZaloError)):
        fault = await _fault(answer)
        assert isinstance(fault, kind)
        assert "hush" not in f"{fault!r} {fault.__cause__!r} {fault.__context__!r}"
    async with httpx.AsyncClient() as client:
        with pytest.raises(Unreachable):
            await BotApi("hush", "http://127.0.0.1:1", client).send("a", "x")
    assert "hush" not in caplog.text


def test_the_log_warns_before_the_month_is_used_up(house: FakeHouse, caplog: pytest.LogCaptureFixture) -> None:
    quota = Quota(house.store, "zalo", 10)
    assert [quota.count() for _ in range(11)] == [0] * 7 + [8, 9, 10, 0]
    assert [record.getMessage().split()[1] for record in caplog.records] == ["8", "9", "10"]


async def _fault(answer: Callable[[httpx.Request], httpx.Response]) -> Exception:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        with pytest.raises((ZaloError, Uncertain)) as caught:
            await BotApi("hush", "https://zalo.example", client).send("a", "x")
        return caught.value


def _json(update: object) -> bytes:
    return json.dumps(update).encode()


def _on_telegram(text: str) -> Incoming:
    return Incoming("telegram", "77", "77", text)


class Thinking(Calm):
    """Somebody thinks all the time; a wait takes as long as it may, on a clock of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    async def wait(self, longest: float) -> float:
        """As long as it may."""
        self.waits.append(longest)
        return longest


async def test_nobody_waits_for_answers_behind_a_flood() -> None:
    """Zalo gives out one message a time; for each the poller waited until an answer was made."""
    api, calm = Mock(), Thinking()
    api.updates = AsyncMock(side_effect=[*[[{}]] * 40, asyncio.CancelledError])
    with pytest.raises(asyncio.CancelledError):
        await Poller(api, Mock(), AsyncMock(), AsyncMock(), calm).run()
    assert sum(calm.waits) == adapter.LONGEST_WAIT


async def test_behind_a_flood_the_next_message_stays_with_zalo_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "IDLE_PAUSE", 0.0)
    api, calm = Mock(), Thinking()
    api.updates = AsyncMock(side_effect=[[{}], [{}], [], [{}], asyncio.CancelledError])
    with pytest.raises(asyncio.CancelledError):
        await Poller(api, Mock(), AsyncMock(), AsyncMock(), calm).run()
    whole = adapter.LONGEST_WAIT
    assert calm.waits == [whole, 0.0, 0.0, whole, 0.0]
