"""The real bot tells people what they have not asked: over Telegram and Zalo, through publications and power cuts."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.plans.service import ingest_one
from bot.settings import Settings
from tests.bot.houses import real_house
from tests.e2e.conftest import Start
from tests.e2e.fake_telegram import FakeTelegram
from tests.e2e.fake_zalo import FakeZaloBot
from tests.e2e.running import ROOT, kehoach
from tests.e2e.telegram_rules import printed
from tests.patience import eventually
from vectorstore.embedding import ClauseEmbeddings

pytestmark = [pytest.mark.model, pytest.mark.slow]

ADMIN, OFFICER = 1, 7
UNIT = "Văn phòng HĐND và UBND"
PLAN = """ỦY BAN NHÂN DÂN
PHƯỜNG HẠ VÂN
Số: 99/KH-UBND

KẾ HOẠCH
Vệ sinh môi trường

I. MỤC TIÊU
1. Đường sạch, ngõ đẹp.

II. NHIỆM VỤ
1. Thu gom rác khu chợ
- Cơ quan thực hiện: {unit}.
- Thời gian: trước ngày {day}.
"""


@pytest.fixture
def zalo() -> Iterator[FakeZaloBot]:
    zalo = FakeZaloBot()
    yield zalo
    zalo.close()


def in_a_week() -> str:
    return f"{datetime.now(timezone(timedelta(hours=7))) + timedelta(7):%d/%m/%Y}"


def test_from_pairing_to_the_digest_of_a_new_version(
    start: Start, data_dir: Path, tmp_path: Path, shipped: ClauseEmbeddings
) -> None:
    """The new version comes from another process: this one, which has the model loaded already."""
    with FakeTelegram() as telegram:
        admin, officer = telegram.person(ADMIN, "Minh"), telegram.person(OFFICER, "Lan")
        start(**telegram.settings(TELEGRAM_ADMIN_IDS=str(ADMIN))).wait_for("đang trực")
        officer.says("/start")
        asked = telegram.wait_text(ADMIN, "Lan (Telegram) xin vào")
        admin.clicks(asked, "Duyệt")
        welcome = telegram.wait_text(OFFICER, "đã được phép hỏi")
        officer.clicks(welcome, UNIT)
        telegram.wait_text(OFFICER, "Đã nhớ đơn vị")
        text = (ROOT / "samples" / "chuyen-doi-so.md").read_text("utf-8")
        changed = tmp_path / "chuyen-doi-so.md"
        changed.write_text(text.replace("31/10/2026", "30/11/2026"), "utf-8")
        house = real_house(Settings(KEHOACH_DATA_DIR=data_dir), shipped)
        ingest_one(house.plans, changed)
        house.close()
        digest = telegram.wait_text(OFFICER, "Kế hoạch có thay đổi")
        print(printed(digest))
        assert UNIT in digest["text"]
        assert "đợt 2 trước ngày 30/11/2026" in digest["text"].partition("📌")[2]  # the clause, word for word
        assert "Kế hoạch có thay đổi" in telegram.wait_text(ADMIN, "Kế hoạch có thay đổi")["text"]
        officer.clicks(digest, "Tắt tin thay đổi")
        telegram.wait_text(OFFICER, "Đã tắt tin báo")
        time.sleep(3)
        assert sum("có thay đổi:" in each["text"] for each in telegram.shown(OFFICER)) <= 1
        told = kehoach(data_dir, "audit").stdout
        assert "telegram:1 Minh  duyệt người: telegram:7 Lan officer" in told
        assert "nạp tệp: chuyen-doi-so v2" in told


@pytest.mark.long
def test_reminders_come_once_through_power_cuts(
    start: Start, zalo: FakeZaloBot, data_dir: Path, tmp_path: Path
) -> None:
    """Twelve officers; the power fails while the first message leaves, while others do, and while digests do."""
    zalo.answer_delay, zalo.idle_seconds = 0.3, 1.0
    users = [f"officer-{number}" for number in range(12)]
    people = {"ZALO_OFFICER_IDS": ",".join(users), "ZALO_ADMIN_IDS": "admin"}
    settings = {"ZALO_BOT_TOKEN": zalo.token, "ZALO_BASE_URL": zalo.address, "ZALO_BOT_NAME": zalo.bot_name, **people}
    bot = start(**settings, KEHOACH_REMIND_AT="23:59")
    for user in users:
        zalo.says(f"Đơn vị của tôi là {UNIT}", user)
        zalo.wait_texts(user, 1)
    eventually(lambda: _told(data_dir))
    assert bot.stop() == 0
    plan = tmp_path / "ve-sinh.txt"
    plan.write_text(PLAN.format(unit=UNIT, day=in_a_week()), "utf-8")
    done = kehoach(data_dir, "ingest", str(plan))
    assert done.returncode == 0, done.stderr
    everybody = set(users)
    for sign, begins, seconds in (
        ("Nhắc việc", "Nhắc việc", 0.0),
        ("Nhắc việc", "Nhắc việc", 0.4),
        ("Kế hoạch mới", "Kế hoạch", 0.1),
    ):
        bot = start(**settings, KEHOACH_REMIND_AT="00:00")
        already, doubt = _count(zalo, sign), f"bị ngắt đúng lúc gửi tin “{begins}"
        if already.total() < len(users):  # what was cut off while it left is not sent again, only told of
            zalo.wait(
                lambda s=sign, d=doubt, a=already: (  # type: ignore[misc]
                    _count(zalo, s) != a or {*_count(zalo, s), *_count(zalo, d)} == everybody
                )
            )
        time.sleep(seconds)
        bot.kill()
    bot = start(**settings, KEHOACH_REMIND_AT="00:00")
    eventually(lambda: _told(data_dir) and not _unfinished(data_dir))
    reminded, changes = _count(zalo, "Nhắc việc –", "1. "), _count(zalo, "Kế hoạch mới")
    doubts = _count(zalo, "bị ngắt đúng lúc gửi tin “Nhắc việc")
    assert max(reminded.values()) == 1
    assert max(changes.values()) == 1
    assert {*reminded, *doubts} == set(users)  # nobody was forgotten
    for user in set(doubts) - set(reminded):
        seen = len(zalo.texts(user))
        zalo.says("1", user)
        assert "Thu gom rác" in zalo.wait_texts(user, seen + 1)[-1] or "Kế hoạch" in zalo.texts(user)[-1]
    assert bot.stop() == 0


def _count(zalo: FakeZaloBot, *words: str) -> Counter[str]:
    """How many messages of each officer have all these words and are no lines about a message."""
    told = [each for each in zalo.sent if "text" in each and each["chat"] != "admin"]
    is_doubt = "bị ngắt" in words[0]
    fits = (e for e in told if all(w in e["text"] for w in words) and is_doubt == ("bị ngắt" in e["text"]))
    return Counter(each["chat"] for each in fits)


def _told(data_dir: Path) -> bool:
    return bool(_rows(data_dir, "SELECT 1 FROM told"))


def _unfinished(data_dir: Path) -> list[tuple[str]]:
    return _rows(data_dir, "SELECT message FROM mailbox WHERE state <> 'done'")


def _rows(data_dir: Path, sql: str) -> list[tuple[str]]:
    with closing(sqlite3.connect(data_dir / "bot.sqlite3", timeout=30)) as database:
        return database.execute(sql).fetchall()
