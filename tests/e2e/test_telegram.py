"""The real bot on Telegram and its page: a process, real HTTP, the samples' plans, and people who do what people do."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import Start
from tests.e2e.fake_telegram import FakeTelegram, Fault
from tests.e2e.running import ROOT, RunningBot, kehoach
from tests.e2e.telegram_people import Person
from tests.e2e.telegram_rules import Json, printed
from tests.patience import PATIENCE

pytestmark = [pytest.mark.model, pytest.mark.slow]

ADMIN, OFFICER, STRANGER, GROUP = 1, 7, 13, -100
QUESTION = "Phường Hạ Vân: đơn vị nào chủ trì bồi dưỡng cán bộ, công chức?"
LEAD = "Văn phòng HĐND và UBND phường"
UP = "đang trực"
TOPICS = (
    "bồi dưỡng cán bộ, công chức",
    "số hóa hồ sơ, tài liệu",
    "lắp đặt wifi công cộng",
    "họp không giấy",
    "xóa vùng lõm sóng di động",
    "nâng cấp trang thông tin điện tử",
    "số hóa bản đồ quy hoạch",
    "cắt giảm thời gian xử lý nội bộ",
    "trực ban phòng chống thiên tai",
    "quản trị hệ thống văn bản",
)


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(privacy=False) as fake:
        yield fake


@pytest.fixture
def admin(telegram: FakeTelegram) -> Person:
    return telegram.person(ADMIN, "Minh")


@pytest.fixture
def officer(telegram: FakeTelegram) -> Person:
    person = telegram.person(OFFICER, "Lan")
    person.joins(GROUP)
    return person


def _begin(start: Start, telegram: FakeTelegram, **settings: str) -> RunningBot:
    bot = start(**telegram.settings(TELEGRAM_ADMIN_IDS=str(ADMIN), **settings))
    bot.wait_for(UP)
    return bot


def _newest(telegram: FakeTelegram, chat: int, text: str, after: Json) -> Json:
    return telegram.wait_text(chat, text, after=after["message_id"])


def test_from_pairing_to_rollback(
    start: Start, data_dir: Path, telegram: FakeTelegram, admin: Person, officer: Person
) -> None:
    """One long day, because a start of the real bot is dear: every step is a person's."""
    bot = _begin(start, telegram)
    visitor, button = _on_the_page(bot)
    paired = _pairing(telegram, admin, officer)
    answer = _asking(telegram, officer, paired)
    _reading_on(telegram, officer, answer)
    _in_a_group(telegram, officer)
    _strangers(telegram)
    _bad_network(telegram, officer)
    _a_new_version(telegram, admin, officer, answer)
    _stop_in_mid_answer(telegram, officer, bot)
    again = _restart(start, telegram, officer, answer)
    _on_the_page_again(again, visitor, button, data_dir)
    assert again.stop() == 0
    assert telegram.token not in "".join(bot.lines)


def _on_the_page(bot: RunningBot) -> tuple[httpx.Client, str]:
    """A visitor, and a button of what they were answered."""
    assert httpx.get(f"{bot.address}/healthz", timeout=PATIENCE).json() == {"ok": True}
    visitor = httpx.Client(base_url=bot.address, follow_redirects=True, timeout=PATIENCE)
    assert "Hỏi đáp kế hoạch" in visitor.get("/").text
    page = visitor.post("/ask", data={"text": QUESTION}).text
    assert LEAD in page
    button = re.search(r'value="(w:[^"]+)"', page)
    assert button
    return visitor, button[1]


def _on_the_page_again(bot: RunningBot, visitor: httpx.Client, button: str, data_dir: Path) -> None:
    """A restart forgets nothing, and the command line shares the plans."""
    visitor.base_url = httpx.URL(bot.address)
    assert "Bồi dưỡng cán bộ, công chức" in visitor.post("/ask", data={"action": button}).text
    assert kehoach(data_dir, "remove", "chuyen-doi-so", "--yes").returncode == 0
    assert "Có 1 kế hoạch" in visitor.post("/ask", data={"text": "/kehoach"}).text


def _pairing(telegram: FakeTelegram, admin: Person, officer: Person) -> Json:
    officer.says("/start")
    code = telegram.wait_text(OFFICER, "Mã ghép nối")["text"].partition("của bạn: ")[2][:6]
    admin.says(f"/duyet {code}")
    return telegram.wait_text(OFFICER, "đã được phép hỏi")


def _asking(telegram: FakeTelegram, officer: Person, paired: Json) -> Json:
    question = officer.says("Phường Hạ Vân: đơn vị nào chủ trì lắp đặt wifi công cộng?")
    first = telegram.wait_text(OFFICER, "📌", after=paired["message_id"])
    officer.edits(question, QUESTION)
    answer = telegram.wait_text(OFFICER, LEAD)
    assert answer["message_id"] == first["message_id"]
    assert "wifi" not in answer["text"]
    assert "expandable_blockquote" in [entity["type"] for entity in answer["entities"]]
    print(printed(answer))
    officer.says("Thời hạn khi nào?")
    follow_up = telegram.wait_text(OFFICER, "📌", after=first["message_id"])
    print(printed(follow_up))
    return answer


def _reading_on(telegram: FakeTelegram, officer: Person, answer: Json) -> None:
    last = telegram.shown(OFFICER)[-1]
    officer.clicks(answer, "Toàn văn")
    clause = telegram.wait_text(OFFICER, "📌", after=last["message_id"])
    before = clause["text"]
    officer.clicks(clause, "Khoản sau")
    telegram.wait(lambda: telegram.messages[OFFICER, clause["message_id"]]["text"] != before)
    print(printed(clause))
    officer.says("/viec Văn phòng HĐND và UBND")
    tasks = telegram.wait_text(OFFICER, "nhiệm vụ", after=clause["message_id"])
    print(printed(tasks))
    officer.clicks(tasks, ".xlsx")
    assert _newest(telegram, OFFICER, "Bảng nhiệm vụ", tasks)["data"].startswith(b"PK")


def _in_a_group(telegram: FakeTelegram, officer: Person) -> None:
    officer.says("trưa nay ăn gì?", GROUP)
    question = officer.says(f"/hoi {QUESTION}", GROUP)
    answer = telegram.wait_text(GROUP, LEAD)
    assert answer["reply_to"] == question
    print(printed(answer))
    officer.says("@kehoach_bot thời hạn khi nào?", GROUP)
    _newest(telegram, GROUP, "📌", answer)
    assert len(telegram.shown(GROUP)) == 2


def _strangers(telegram: FakeTelegram) -> None:
    stranger = telegram.person(STRANGER, "Khách")
    stranger.says(QUESTION)
    refusal = telegram.wait_text(STRANGER, "Mã ghép nối")
    stranger.says("/kehoach")
    stranger.sends_file("ke-hoach.docx", b"PK")
    query = stranger.presses(refusal, "w:1:0")
    telegram.wait(lambda: [each for each in telegram.answers if each["callback_query_id"] == query])
    assert len(telegram.shown(STRANGER)) == 1


def _bad_network(telegram: FakeTelegram, officer: Person) -> None:
    last = telegram.shown(OFFICER)[-1]
    telegram.fail("getUpdates", Fault(drop="before"), Fault(502, "Bad Gateway"))
    busy = Fault(429, "Too Many Requests: retry after 1", retry_after=1)
    telegram.fail("sendMessage", busy, Fault(502, "Bad Gateway"))
    officer.says(QUESTION)
    _newest(telegram, OFFICER, LEAD, last)
    time.sleep(1)
    assert sum(each["message_id"] > last["message_id"] for each in telegram.shown(OFFICER)) == 1


def _a_new_version(telegram: FakeTelegram, admin: Person, officer: Person, answer: Json) -> None:
    text = (ROOT / "samples" / "chuyen-doi-so.md").read_text("utf-8")
    admin.sends_file("chuyen-doi-so.md", text.replace(LEAD, "Trung tâm Phục vụ hành chính công phường").encode())
    preview = telegram.wait_text(ADMIN, "Chưa có gì thay đổi")
    print(printed(preview))
    assert _asked(telegram, officer, LEAD)
    admin.clicks(preview, "Nạp")
    telegram.wait_text(ADMIN, "Đã nạp")
    assert _asked(telegram, officer, "Trung tâm Phục vụ hành chính công")
    last = telegram.shown(OFFICER)[-1]
    officer.clicks(answer, "Toàn văn")
    assert LEAD in _newest(telegram, OFFICER, "đang dùng bản", last)["text"]
    admin.says("/banban chuyển đổi số")
    admin.clicks(telegram.wait_text(ADMIN, "Các bản của"), "Quay về bản 1")
    telegram.wait_text(ADMIN, "nay dùng lại bản 1")
    assert _asked(telegram, officer, LEAD)


def _asked(telegram: FakeTelegram, officer: Person, expected: str) -> Json:
    last = telegram.shown(OFFICER)[-1]
    officer.says(QUESTION)
    return _newest(telegram, OFFICER, expected, last)


def _stop_in_mid_answer(telegram: FakeTelegram, officer: Person, bot: RunningBot) -> None:
    last = telegram.shown(OFFICER)[-1]
    officer.says(QUESTION)
    telegram.wait(lambda: not telegram.pending)
    assert bot.stop() == 0
    assert [LEAD in each["text"] for each in telegram.shown(OFFICER) if each["message_id"] > last["message_id"]] == [
        True
    ]


def _restart(start: Start, telegram: FakeTelegram, officer: Person, answer: Json) -> RunningBot:
    before = len(telegram.shown(OFFICER))
    officer.says(QUESTION)
    officer.clicks(answer, "Toàn văn")
    bot = _begin(start, telegram)
    telegram.wait(lambda: len(telegram.shown(OFFICER)) == before + 2)
    assert all(LEAD in each["text"] for each in telegram.shown(OFFICER)[before:])
    return bot


@pytest.mark.long
def test_fifty_chats_at_once(start: Start, telegram: FakeTelegram, data_dir: Path) -> None:
    """Every question answered once, in its chat's order; the figures go to the evaluation notes."""
    people = [telegram.person(100 + number, f"Cán bộ {number}") for number in range(50)]
    ids = ",".join(str(who.ident) for who in people)
    bot = _begin(start, telegram, TELEGRAM_OFFICER_IDS=ids)
    asked: dict[tuple[int, int], float] = {}
    for turn, what in enumerate(("Đơn vị nào chủ trì", "Đơn vị nào phối hợp", "Thời hạn của")):
        for place, who in enumerate(people):
            asked[who.ident, turn] = time.monotonic()
            who.says(f"{what} {TOPICS[(place + turn) % len(TOPICS)]}?")
    telegram.wait(lambda: all(len(telegram.shown(who.ident)) == 3 for who in people), 4 * PATIENCE)
    waits = sorted(_waits(telegram, asked))
    seconds = max(call.at for call in telegram.calls if call.method == "sendMessage") - min(asked.values())
    print(f"150 answers in {seconds:.1f} s, {150 / seconds:.1f} a second; p95 {waits[142]:.1f} s")
    assert bot.stop() == 0
    assert all(len(telegram.shown(who.ident)) == 3 for who in people)


def _waits(telegram: FakeTelegram, asked: dict[tuple[int, int], float]) -> Iterator[float]:
    turns: dict[int, int] = {}
    for call in telegram.calls:
        if call.method == "sendMessage":
            chat = int(call.params["chat_id"])
            yield call.at - asked[chat, turns.get(chat, 0)]
            turns[chat] = turns.get(chat, 0) + 1
