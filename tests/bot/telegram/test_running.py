"""Bad networks, restarts, rivals: every question is answered once, and the token stays out of the log."""

from __future__ import annotations

import json
import logging
import re
import time
from pathlib import Path

import httpx
import pytest

from bot.conversation.letters import Letter, Letters
from bot.conversation.mailbox import GRACE
from bot.database import Store
from bot.errors import Fault as Trouble
from bot.people import Person as Known
from bot.people import Role
from bot.sanitize import MESSAGES
from tests.bot.telegram.running import OFFICER, Bot
from tests.e2e.fake_telegram import FakeTelegram, Fault
from tests.e2e.telegram_people import Person
from tests.patience import PATIENCE, eventually


def _answers(telegram: FakeTelegram, text: str) -> int:
    return sum(text in message.get("text", "") for message in telegram.shown(OFFICER))


def test_too_many_requests_are_waited_out(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    telegram.fail("sendMessage", Fault(429, "Too Many Requests: retry after 1", retry_after=1))
    officer.says("ai chủ trì?")
    telegram.wait_text(OFFICER, "Trả lời")
    assert _answers(telegram, "Trả lời") == 1


def test_a_call_that_surely_failed_is_tried_again(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    telegram.fail("sendMessage", Fault(502, "Bad Gateway"), Fault(500, "Internal Server Error"))
    officer.says("ai chủ trì?")
    telegram.wait_text(OFFICER, "Trả lời")
    assert _answers(telegram, "Trả lời") == 1


@pytest.mark.parametrize(("drop", "answers"), [("before", 0), ("after", 1)])
def test_a_doubtful_call_is_not_repeated_but_can_be_looked_at(
    bot: Bot, telegram: FakeTelegram, officer: Person, drop: str, answers: int
) -> None:
    telegram.fail("sendMessage", Fault(drop=drop))
    officer.says("ai chủ trì?")
    doubt = telegram.wait_text(OFFICER, "Mạng vừa chập chờn")
    assert _answers(telegram, "Trả lời") == answers
    officer.clicks(doubt, "Xem lại")
    telegram.wait(lambda: _answers(telegram, "Trả lời") == answers + 1)


def test_an_edit_is_repeated_until_it_is_done(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    question = officer.says("ai chủ chì?")
    telegram.wait_text(OFFICER, "chủ chì")
    telegram.fail("editMessageText", Fault(drop="before"), Fault(drop="after"))
    officer.edits(question, "ai chủ trì?")
    telegram.wait_text(OFFICER, "chủ trì")
    assert len(telegram.shown(OFFICER)) == 1


def test_a_server_that_takes_no_markup_gets_plain_text(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    telegram.fail("sendMessage", Fault(400, "Bad Request: can't parse entities: it is in a bad mood"))
    officer.says("a < b & c?")
    assert telegram.wait_text(OFFICER, "Trả lời: a < b & c?")["entities"] == []


def test_a_person_who_blocked_the_bot_costs_nobody_else(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    telegram.blocked.add(OFFICER)
    officer.says("ai chủ trì?")
    eventually(lambda: "ai chủ trì?" in bot.parrot.asked)
    telegram.blocked.clear()
    officer.says("ai chủ trì tập huấn?")
    telegram.wait_text(OFFICER, "tập huấn")


def test_stopping_finishes_the_question_in_hand(telegram: FakeTelegram, officer: Person, tmp_path: Path) -> None:
    bot = Bot(telegram, tmp_path).start()
    telegram.wait(lambda: [call for call in telegram.calls if call.method == "setMyCommands"])
    bot.parrot.slow = 1.5
    officer.says("ai chủ trì?")
    eventually(lambda: "ai chủ trì?" in bot.parrot.asked)
    bot.stop()
    assert _answers(telegram, "Trả lời") == 1
    assert telegram.pending == 0


def test_questions_asked_meanwhile_are_answered_on_return_and_old_buttons_work(
    telegram: FakeTelegram, officer: Person, tmp_path: Path
) -> None:
    bot = Bot(telegram, tmp_path).start()
    officer.says("ai chủ trì?")
    answer = telegram.wait_text(OFFICER, "Trả lời")
    bot.stop()
    officer.says("hạn khi nào?")
    officer.clicks(answer, "Toàn văn")
    again = Bot(telegram, tmp_path).start()
    telegram.wait_text(OFFICER, "hạn khi nào?")
    telegram.wait_text(OFFICER, "Tuyên truyền", after=answer["message_id"])
    again.stop()
    assert _answers(telegram, "hạn khi nào?") == 1


def test_a_question_in_hand_at_a_power_cut_is_answered_once(
    telegram: FakeTelegram, officer: Person, tmp_path: Path
) -> None:
    officer.says("ai chủ trì?")
    [update] = telegram._do_getUpdates({"offset": "0"}, {})
    telegram._do_getUpdates({"offset": str(update["update_id"] + 1)}, {})
    store = Store(tmp_path / "bot.sqlite3")
    letter = Letter(str(update["update_id"]), str(OFFICER), json.dumps(update))
    assert Letters(store, "telegram").add(letter)  # fetched and acknowledged, and then the light went out
    assert not Letters(store, "telegram").add(letter)
    store.close()
    bot = Bot(telegram, tmp_path).start()
    telegram.wait_text(OFFICER, "Trả lời")
    bot.stop()
    again = Bot(telegram, tmp_path).start()
    telegram.wait(lambda: sum(call.method == "getMe" for call in telegram.calls) == 2)
    again.stop()
    assert _answers(telegram, "Trả lời") == 1


def test_a_second_instance_says_so_and_stops(bot: Bot, telegram: FakeTelegram, officer: Person, tmp_path: Path) -> None:
    officer.says("ai chủ trì?")
    telegram.wait_text(OFFICER, "Trả lời")
    second = Bot(telegram, tmp_path / "second").start()
    second.wait_end()
    assert isinstance(second.trouble, Trouble)
    assert "cùng TELEGRAM_BOT_TOKEN" in str(second.trouble)
    officer.says("vẫn còn đây?")
    telegram.wait_text(OFFICER, "vẫn còn đây?")


def test_a_refused_token_costs_this_channel_and_no_other(
    telegram: FakeTelegram, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = Bot(telegram, tmp_path, TELEGRAM_BOT_TOKEN="123456:wrong").start()
    out = err = ""

    def told() -> bool:
        nonlocal out, err
        more = capsys.readouterr()
        out, err = out + more.out, err + more.err
        return "Kênh telegram không chạy" in err and "Trang web: http" in out

    eventually(told)
    assert "TELEGRAM_BOT_TOKEN" in err
    address = re.search(r"Trang web: (\S+)", out)
    assert address
    assert httpx.get(f"{address[1]}/healthz", timeout=PATIENCE).json() == {"ok": True}
    bot.stop()


def test_the_channel_comes_up_when_the_network_does(telegram: FakeTelegram, officer: Person, tmp_path: Path) -> None:
    telegram.fail("getMe", Fault(502, "Bad Gateway"), Fault(drop="before"))
    bot = Bot(telegram, tmp_path).start()
    officer.says("ai chủ trì?")
    telegram.wait_text(OFFICER, "Trả lời")
    bot.stop()


def test_by_webhook_with_a_secret(
    telegram: FakeTelegram, officer: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {"TELEGRAM_WEBHOOK": "true", "KEHOACH_PUBLIC_URL": "https://hoi.example.vn"}
    bot = Bot(telegram, tmp_path, **settings).start()
    shown = ""

    def address() -> str:
        nonlocal shown
        shown += capsys.readouterr().out
        return shown.partition("Trang web: ")[2].partition("\n")[0]

    eventually(lambda: address() and telegram.webhook)
    telegram.webhook_via = address()
    officer.says("ai chủ trì?")
    telegram.wait_text(OFFICER, "Trả lời")
    assert telegram.delivered == [200]
    assert not [call for call in telegram.calls if call.method == "getUpdates"]
    forged = httpx.post(
        f"{address()}/hooks/telegram",
        json={"update_id": 1},
        headers={"X-Telegram-Bot-Api-Secret-Token": "x"},
        timeout=PATIENCE,
    )
    assert forged.status_code == 403
    bot.stop()


def test_the_token_never_shows_in_a_log(
    telegram: FakeTelegram, officer: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    telegram.fail("sendMessage", Fault(drop="before"), Fault(502, "Bad Gateway"))
    telegram.fail("getMe", Fault(drop="before"))
    bot = Bot(telegram, tmp_path).start()
    officer.says("câu hỏi hỏng?")
    telegram.wait(lambda: telegram.shown(OFFICER))
    bot.stop()
    assert caplog.text
    assert telegram.token not in caplog.text


def test_fifty_chats_at_once(bot: Bot, telegram: FakeTelegram) -> None:
    people = [telegram.person(100 + number, f"Cán bộ {number}") for number in range(50)]
    for who in people:
        bot.house.people.let_in(_officer(who))
    started = time.monotonic()
    for turn in range(3):
        for who in people:
            who.says(f"câu {turn} của {who.ident}?")
    telegram.wait(lambda: all(len(telegram.shown(who.ident)) == 3 for who in people))
    seconds = time.monotonic() - started
    for who in people:
        heads = [message["text"].splitlines()[0] for message in telegram.shown(who.ident)]
        assert heads == [f"Trả lời: câu {turn} của {who.ident}?" for turn in range(3)]
    print(f"150 answers in {seconds:.1f} s")


def _officer(who: Person) -> Known:
    return Known("telegram", str(who.ident), Role.OFFICER, who.name, str(who.ident))


def test_a_flood_costs_only_who_sends_it(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    """300 messages of one: one polite line for what is too much, and another officer is answered all the same."""
    other = telegram.person(8, "Mai")
    bot.house.people.let_in(_officer(other))
    for number in range(300):
        officer.says(f"câu {number}?")
    other.says("hạn khi nào?")
    telegram.wait_text(8, "Trả lời: hạn khi nào?")
    telegram.wait(lambda: _answers(telegram, "Trả lời") >= MESSAGES.burst)
    told = [message["text"] for message in telegram.shown(OFFICER)]
    assert sum("gửi nhanh quá" in text for text in told) == 1
    assert len(told) <= MESSAGES.burst + 10  # what leaks from the bucket meanwhile


def test_what_is_unanswered_at_a_stop_is_answered_after_the_next_start(
    telegram: FakeTelegram, officer: Person, tmp_path: Path
) -> None:
    bot = Bot(telegram, tmp_path).start()
    bot.parrot.slow = 0.5
    for number in range(20):
        officer.says(f"câu {number}?")
    telegram.wait_text(OFFICER, "câu 0?")
    eventually(lambda: not telegram.pending)
    bot.stop(GRACE + 5)
    assert _answers(telegram, "Trả lời") < 20
    again = Bot(telegram, tmp_path).start()
    telegram.wait_text(OFFICER, "câu 19?")
    again.stop()
    heads = [message["text"].splitlines()[0] for message in telegram.shown(OFFICER)]
    assert heads == [f"Trả lời: câu {number}?" for number in range(20)]


@pytest.mark.parametrize("poison", [{"message": {"message_id": 1}}, {"message": 7}, {"callback_query": {"id": []}}])
def test_an_update_that_nobody_can_read_is_set_aside(
    bot: Bot, telegram: FakeTelegram, officer: Person, poison: dict[str, object]
) -> None:
    telegram.push(poison)
    officer.says("ai chủ trì?")
    telegram.wait_text(OFFICER, "Trả lời")
    telegram.push(poison)
    eventually(lambda: not telegram.pending)
