"""`kehoach run` as Zalo sees it: the real process against fake servers of both services, over real HTTP."""

from __future__ import annotations

import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.fake_zalo import FakeOa, FakeZaloBot, utf16
from tests.e2e.running import ROOT, RunningBot
from tests.patience import eventually

pytestmark = [pytest.mark.model, pytest.mark.slow]

QUESTION = "Đơn vị nào chủ trì bồi dưỡng cán bộ, công chức?"
LEAD, NEW_LEAD = "Văn phòng HĐND và UBND", "Công an phường"
SECRET = "a-secret-of-our-own"


@pytest.fixture
def zalo() -> Iterator[FakeZaloBot]:
    zalo = FakeZaloBot()
    yield zalo
    zalo.close()


@pytest.fixture
def oa() -> Iterator[FakeOa]:
    oa = FakeOa()
    yield oa
    oa.close()


def settings(zalo: FakeZaloBot, oa: FakeOa | None = None) -> dict[str, str]:
    """What a commune with both services writes into its `.env`."""
    people = {"ZALO_ADMIN_IDS": "admin", "ZALO_OFFICER_IDS": ",".join(["officer", *officers()])}
    accounts = {"ZALO_OA_ADMIN_IDS": "admin", "ZALO_OA_OFFICER_IDS": people["ZALO_OFFICER_IDS"]}
    bot = {"ZALO_BOT_TOKEN": zalo.token, "ZALO_BASE_URL": zalo.address, "ZALO_BOT_NAME": zalo.bot_name}
    return {**bot, **people, **({**oa.settings, **accounts} if oa else {})}


def officers() -> list[str]:
    return [f"officer-{number}" for number in range(12)]


def press(oa: FakeOa, bot: RunningBot, label: str, user: str) -> None:
    """Press the last such button that a person got."""
    buttons = [button for each in oa.sent if each["chat"] == user for button in each.get("buttons", ())]
    payload = next(button["payload"] for button in reversed(buttons) if label in button["title"])
    assert oa.call_webhook(bot.address, oa.event(payload, user)) == 200


@pytest.mark.parametrize("style", ["200", pytest.param("http", marks=pytest.mark.long)])
def test_a_day_with_both_services(start: Start, zalo: FakeZaloBot, oa: FakeOa, style: str) -> None:
    """One long day, because a start of the real bot is dear."""
    zalo.error_style, zalo.idle_seconds = style, 1.0  # idle polls end with 408 all day long
    zalo.fail("deleteWebhook", 404, "webhook not found")
    zalo.fail("getUpdates", 403, "Internal server error")
    bot = start(**settings(zalo, oa))
    _with_the_zalo_bot(zalo)
    _with_the_official_account(bot, zalo, oa)
    assert bot.stop() == 0
    assert zalo.overlapping_polls == 0
    assert len(zalo.texts("ubnd")) == 1
    assert all(utf16(text) <= 2000 for text in zalo.texts("officer"))
    log = "".join(bot.lines)
    assert not any(
        secret in log for secret in (zalo.token.partition(":")[2], "access-", "refresh-", oa.APP_SECRET, oa.SECRET_KEY)
    )


def _with_the_zalo_bot(zalo: FakeZaloBot) -> None:
    zalo.says(QUESTION)
    [answer] = zalo.wait_texts("officer", 1)
    assert LEAD in answer
    assert "“" in answer
    assert "1 Toàn văn khoản" in answer
    zalo.wait(lambda: any(each.get("typing") for each in zalo.sent))
    zalo.says("2")
    assert "📌" in zalo.wait_texts("officer", 2)[1]
    zalo.says("77")
    assert zalo.wait_texts("officer", 3)[2].startswith("Số này không còn")
    zalo.says("", event="message.voice.received", voice_url="https://zalo.example/v.aac")
    assert "tin thoại" in zalo.wait_texts("officer", 4)[3]
    zalo.says("", event="message.image.received", photo_url="https://zalo.example/p.jpg", caption=QUESTION)
    assert LEAD in zalo.wait_texts("officer", 5)[4]

    zalo.says(f"@Bot Hạ Vân {QUESTION}", group="ubnd")
    assert LEAD in zalo.wait_texts("ubnd", 1)[0]
    zalo.says("", group="ubnd", event="message.unsupported.received")

    zalo.says("xin vào", user="newcomer")
    code = re.search(r"\d{6}", zalo.wait_texts("newcomer", 1)[0])
    assert code
    zalo.says(f"/duyet {code[0]}", user="admin")
    zalo.wait_texts("newcomer", 2)
    zalo.says(QUESTION, user="newcomer")
    assert LEAD in zalo.wait_texts("newcomer", 3)[2]

    zalo.fail("sendMessage", 403, "Internal server error")
    zalo.says("/viec Phòng Văn hóa - Xã hội")
    zalo.says("/kehoach")
    zalo.wait_texts("officer", 7)


def _with_the_official_account(bot: RunningBot, zalo: FakeZaloBot, oa: FakeOa) -> None:
    event = oa.event(QUESTION)
    for secret in ("wrong", None):
        assert oa.call_webhook(bot.address, event, secret) == 403
    assert [oa.call_webhook(bot.address, event) for _ in range(3)] == [200] * 3
    assert LEAD in oa.wait_texts("officer", 1)[0]
    press(oa, bot, "Khoản sau", "officer")
    assert "📌" in oa.wait_texts("officer", 2)[1]

    oa.refresh_seconds = 0.3
    oa.expire()
    with ThreadPoolExecutor(6) as people:
        taken = set(people.map(lambda user: oa.call_webhook(bot.address, oa.event(QUESTION, user)), officers()[:6]))
    assert taken == {200}
    for user in officers()[:6]:
        assert LEAD in oa.wait_texts(user, 1)[0]
    assert oa.calls["/v4/oa/access_token"] == 1

    new = (ROOT / "samples" / "chuyen-doi-so.md").read_bytes()
    changed = new.decode().replace(f"chủ trì:** {LEAD} phường", f"chủ trì:** {NEW_LEAD}").encode()
    assert changed != new
    assert oa.call_webhook(bot.address, oa.file_event("chuyen-doi-so.md", changed, "officer")) == 200
    assert "quản trị nạp" in oa.wait_texts("officer", 3)[2]
    assert oa.call_webhook(bot.address, oa.file_event("chuyen-doi-so.md", changed, "admin")) == 200
    oa.wait(lambda: any("chuyen-doi-so.md" in text for text in oa.texts("admin")))
    zalo.says(QUESTION, user="officer-0")
    assert LEAD in zalo.wait_texts("officer-0", 1)[0]  # nothing changes before somebody says so
    press(oa, bot, "Nạp", "admin")
    oa.wait(lambda: any("Đã nạp" in text for text in oa.texts("admin")))
    zalo.says(QUESTION, user="officer-0")
    assert f"{NEW_LEAD} chủ trì" in zalo.wait_texts("officer-0", 2)[1]

    zalo.says("xin vào", user="another")
    code = re.search(r"\d{6}", zalo.wait_texts("another", 1)[0])
    assert code
    assert oa.call_webhook(bot.address, oa.event(f"/duyet {code[0]}", "admin")) == 200
    zalo.wait_texts("another", 2)  # approved on one channel, let in on the other
    zalo.says("/lienket", user="another")
    link = re.search(r"noi_\w+", zalo.wait_texts("another", 3)[2])
    assert link
    assert oa.call_webhook(bot.address, oa.event(link[0], "same-person")) == 200
    assert oa.call_webhook(bot.address, oa.event(QUESTION, "same-person")) == 200
    assert f"{NEW_LEAD} chủ trì" in oa.wait_texts("same-person", 2)[1]


@pytest.mark.long
def test_doubled_disordered_and_over_long(start: Start, zalo: FakeZaloBot) -> None:
    zalo.reject_styles = True
    start(**settings(zalo))
    updates = [zalo.update(QUESTION, user, date=number) for user in officers()[:4] for number in (3, 1, 2)]
    for update in [*updates, *reversed(updates)]:
        zalo.give(update)
    for user in officers()[:4]:
        zalo.wait_texts(user, 3)
    zalo.says("xin toàn văn Phụ lục I")
    zalo.says("/viec Phòng Văn hóa - Xã hội")
    zalo.wait_texts("officer", 2)
    time.sleep(1)
    assert Counter(each["chat"] for each in zalo.sent if "text" in each) == {
        **dict.fromkeys(officers()[:4], 3),
        "officer": 2,
    }
    assert all("text_styles" not in each for each in zalo.sent)


@pytest.mark.long
def test_killed_and_restarted_nothing_is_lost_and_nothing_answered_twice(
    start: Start, zalo: FakeZaloBot, data_dir: Path
) -> None:
    zalo.answer_delay = 0.2  # so that kills also fall between a message's leaving and Zalo's word about it
    zalo.idle_seconds = 1.0
    asked: Counter[str] = Counter()
    leaving: Counter[str] = Counter()
    for moment in (0.1, 0.7, None):
        bot = start(**settings(zalo))
        already = len(zalo.sent)
        for user in officers():
            zalo.says(QUESTION, user=user)
            asked[user] += 1
        if moment is not None:
            zalo.wait(lambda seen=already: len(zalo.sent) > seen)  # type: ignore[misc]
            time.sleep(moment)  # any moment is a good one
            bot.kill()
            assert len(zalo.given) - len(_inbox(data_dir)) <= 1  # the one that was on its way from Zalo to the disk
            for message in set(zalo.given) - {row["message"] for row in _inbox(data_dir)}:
                asked[zalo.given.pop(message)] -= 1
            leaving.update(row["chat"] for row in _inbox(data_dir) if row["state"] == "sending")
    eventually(lambda: not zalo.pending and all(row["state"] == "done" for row in _inbox(data_dir)))
    for user in officers():
        answers = sum(LEAD in text for text in zalo.texts(user))
        notices = sum("xin hỏi lại" in text for text in zalo.texts(user))
        assert notices == leaving[user]  # who may miss an answer is told so
        assert asked[user] - leaving[user] <= answers <= asked[user]
        assert len(zalo.texts(user)) == answers + notices


def _inbox(data_dir: Path) -> list[sqlite3.Row]:
    """What the bot has on disk of the messages it got."""
    with closing(sqlite3.connect(data_dir / "bot.sqlite3", timeout=60)) as db:
        db.row_factory = sqlite3.Row
        return db.execute("SELECT message, chat, state FROM mailbox").fetchall()


@pytest.mark.long
def test_called_instead_of_asked(start: Start, zalo: FakeZaloBot) -> None:
    public = {"KEHOACH_PUBLIC_URL": "https://kehoach.example", "ZALO_WEBHOOK_SECRET": SECRET}
    bot = start(**settings(zalo), **public)
    zalo.wait(lambda: zalo.webhook)
    assert zalo.webhook["url"] == "https://kehoach.example/hooks/zalo"
    bare, wrapped = zalo.update(QUESTION), zalo.update(QUESTION)
    for secret in ("wrong-secret", "", None):
        assert zalo.call_webhook(bot.address, bare, secret) == 403
    assert zalo.call_webhook(bot.address, b"", None) == 200  # Zalo's probe
    assert zalo.call_webhook(bot.address, b"x" * 2_000_000, SECRET) == 413
    for _ in range(3):
        assert zalo.call_webhook(bot.address, bare, SECRET) == 200
        assert zalo.call_webhook(bot.address, wrapped, SECRET, wrapped=True) == 200
    zalo.wait_texts("officer", 2)
    assert bot.stop() == 0
    assert len(zalo.texts("officer")) == 2
    assert zalo.calls["getUpdates"] == 0


@pytest.mark.long
def test_renewed_tokens_outlive_a_restart(start: Start, zalo: FakeZaloBot, oa: FakeOa) -> None:
    first_settings = settings(zalo, oa)  # `.env` keeps the first pair, which is used up by the first renewal
    oa.expire()
    bot = start(**first_settings)
    oa.call_webhook(bot.address, oa.event(QUESTION))
    oa.wait_texts("officer", 1)
    bot.kill()
    bot = start(**first_settings)
    oa.call_webhook(bot.address, oa.event(QUESTION))
    oa.wait_texts("officer", 2)
    assert oa.calls["/v4/oa/access_token"] == 1
