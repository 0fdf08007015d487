"""A fake Telegram, people in it, and the bot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.telegram.running import ADMIN, GROUP, OFFICER, STRANGER, Bot
from tests.e2e.fake_telegram import FakeTelegram
from tests.e2e.telegram_people import Person


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def admin(telegram: FakeTelegram) -> Person:
    return telegram.person(ADMIN, "Minh")


@pytest.fixture
def officer(telegram: FakeTelegram, admin: Person) -> Person:
    person = telegram.person(OFFICER, "Lan")
    person.joins(GROUP)
    return person


@pytest.fixture
def stranger(telegram: FakeTelegram) -> Person:
    person = telegram.person(STRANGER, "Khách")
    person.joins(GROUP)
    return person


@pytest.fixture
def bot(telegram: FakeTelegram, officer: Person, tmp_path: Path) -> Iterator[Bot]:
    running = Bot(telegram, tmp_path).start()
    yield running
    running.stop()
