"""Kills of the real command, broken files, odd questions, floods: no crash, no hang, nothing left half done."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.campaign.conftest import TIMES, Tally
from tests.e2e.fake_telegram import FakeTelegram
from tests.e2e.fake_zalo import FakeZaloBot
from tests.e2e.running import KEHOACH, ROOT, RunningBot, environment, kehoach

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600 * TIMES + 900)]

SLOWEST = 20.0  # seconds for a file, processor time of a busy machine included
STOP = 15.0  # seconds from SIGTERM to the end
SAMPLES = [path for path in sorted((ROOT / "samples").iterdir()) if path.suffix in (".txt", ".md", ".docx", ".pdf")]
TOPICS = ("tập huấn kỹ năng số", "số hóa hồ sơ", "họp không giấy", "trực ban", "lắp đặt wifi công cộng", "tuyên truyền")
ODD = (
    "\x00",
    "\ud800",
    "\u202e",
    "😀",
    "̣" * 50,
    "[" * 500,
    "(" * 500,
    "\\",
    "%s{}",
    "'; DROP TABLE",
    "ﬀ",
    "٣",
    "0" * 400,
)
Begin = Callable[[str], Tally]


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plans taken in; not to be changed."""
    folder = tmp_path_factory.mktemp("stocked")
    names = ("chuyen-doi-so.md", "phong-chong-thien-tai.txt")
    done = kehoach(folder, "ingest", *(str(ROOT / "samples" / name) for name in names))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def data_dir(stocked: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stocked, tmp_path / "data"))


def test_odd_questions(tally: Begin, data_dir: Path) -> None:
    """Every line of a batch is answered or told what is wrong with it, whatever stands in it."""
    told = tally("odd questions")
    lines = [json.dumps({"id": told.tries, "question": _odd(chance)}) for chance in told.rounds(150, 600)]
    done = subprocess.run(
        [*KEHOACH, "batch"],
        input="\n".join(lines),
        cwd=data_dir,
        env=environment(data_dir),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=1800 * TIMES,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    told.crashes += [each["error"] for each in answers if "Error" in each.get("error", "")]
    told.halves += [f"line {n}" for n, each in enumerate(answers, 1) if each["id"] != n]
    assert len(answers) == told.tries
    assert told.is_clean(), told


def _batch(data_dir: Path, lines: list[str]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [*KEHOACH, "batch"],
        input="\n".join(lines),
        cwd=data_dir,
        env=environment(data_dir),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=1800 * TIMES,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _odd(chance: random.Random) -> str:
    words = [*f"Ai chủ trì {chance.choice(TOPICS)}, hạn khi nào?".split(), *chance.sample(ODD, chance.randint(0, 4))]
    chance.shuffle(words)
    text = " ".join(words) * chance.choice((1, 1, 1, 3, 40))
    return text[: chance.choice((3000, 3000, 12))]


def test_flood_on_telegram(tally: Begin, data_dir: Path) -> None:
    """2,000 messages of one officer: another one waits about as long as when all is quiet, and the bot still stops."""
    told = tally("flood on Telegram")
    with FakeTelegram() as telegram:
        bot = RunningBot(data_dir, **telegram.settings(TELEGRAM_OFFICER_IDS="7,8", TELEGRAM_ADMIN_IDS="1"))
        bot.wait_for("đang trực")
        flooder, other = telegram.person(7, "Lan"), telegram.person(8, "Mai")
        _wait_of(telegram, lambda: other.says("Ai chủ trì?"), 8)  # the first answer warms up
        told.figures["quiet s"] = _typical(telegram, other.says, 8)
        for number in range(2000):
            flooder.says(f"Ai chủ trì {TOPICS[number % len(TOPICS)]} {number}?")
        told.tries = 2000
        told.figures["flooded s"] = _typical(telegram, other.says, 8)
        told.figures["SIGTERM s"] = _stopped(bot)
        told.figures["answers to the flooder"] = len([each for each in telegram.calls if _is_to(each, 7)])
    _check_flood(told, data_dir)


def test_flood_on_zalo(tally: Begin, data_dir: Path) -> None:
    """The same on Zalo, where every message sent is paid for."""
    told = tally("flood on Zalo")
    zalo = FakeZaloBot()
    settings = {"ZALO_BOT_TOKEN": zalo.token, "ZALO_BASE_URL": zalo.address, "ZALO_OFFICER_IDS": "lan,mai"}
    bot = RunningBot(data_dir, **settings)
    ask = iter(range(10_000))

    def wait() -> float:
        before, started = len(zalo.texts("mai")), time.monotonic()
        zalo.says(f"Ai chủ trì {TOPICS[next(ask) % len(TOPICS)]}?", user="mai")
        while len(zalo.texts("mai")) == before and time.monotonic() - started < 300:
            time.sleep(0.02)
        return time.monotonic() - started

    wait()
    told.figures["quiet s"] = round(statistics.median(wait() for _ in range(5)), 2)
    for number in range(2000):
        zalo.says(f"Ai chủ trì việc {number}?", user="lan")
    told.tries = 2000
    told.figures["flooded s"] = round(wait(), 2)
    told.figures["SIGTERM s"] = _stopped(bot)
    told.figures["answers to the flooder"] = len(zalo.texts("lan"))
    zalo.close()
    if told.figures["SIGTERM s"] > STOP:
        told.hangs.append("SIGTERM")
    assert told.figures["answers to the flooder"] < 200, told
    assert told.is_clean(), told


def _check_flood(told: Tally, data_dir: Path) -> None:
    if told.figures["SIGTERM s"] > STOP:
        told.hangs.append("SIGTERM")
    with closing(sqlite3.connect(data_dir / "bot.sqlite3")) as db:
        told.figures["kept for the next start"] = db.execute(
            "SELECT count(*) FROM mailbox WHERE state = 'waiting'"
        ).fetchone()[0]
    assert told.figures["answers to the flooder"] < 200, told
    assert told.is_clean(), told


def _stopped(bot: RunningBot) -> float:
    started = time.monotonic()
    bot.stop()
    return round(time.monotonic() - started, 2)


def _typical(telegram: FakeTelegram, says: Callable[[str], int], chat: int) -> float:
    """Seconds from question to answer: the median of some."""
    waits = [_wait_of(telegram, lambda topic=topic: says(f"Ai chủ trì {topic}?"), chat) for topic in TOPICS]  # type: ignore[misc]
    return round(statistics.median(waits), 2)


def _wait_of(telegram: FakeTelegram, ask: Callable[[], int], chat: int) -> float:
    before = sum(_is_to(each, chat) for each in telegram.calls)
    started = time.monotonic()
    ask()
    while sum(_is_to(each, chat) for each in telegram.calls) == before and time.monotonic() - started < 300:
        time.sleep(0.02)
    return time.monotonic() - started


def _is_to(call: object, chat: int) -> bool:
    params = getattr(call, "params", {})
    return getattr(call, "method", "") == "sendMessage" and str(params.get("chat_id")) == str(chat)
