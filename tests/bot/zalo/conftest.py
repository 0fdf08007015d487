"""A house of fakes, both channels on it, and Zalo's fake servers; only HTTP and the database are real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.conversation import mailbox
from bot.conversation.dispatcher import Switchboard
from bot.zalo import bot_channel, constants, oa_channel
from bot.zalo.bot_channel import ZaloBot
from bot.zalo.oa_channel import ZaloOa
from tests.bot.fakes import make_plan
from tests.bot.houses import FakeHouse
from tests.e2e.fake_zalo import FakeOa, FakeZaloBot


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of real services would only make tests slow."""
    monkeypatch.setattr(constants, "IDLE_PAUSE", 0.01)
    monkeypatch.setattr(mailbox, "PATIENCE", 0.01)


@pytest.fixture
def service() -> Iterator[FakeZaloBot]:
    service = FakeZaloBot()
    yield service
    service.close()


@pytest.fixture
def account() -> Iterator[FakeOa]:
    account = FakeOa()
    yield account
    account.close()


@pytest.fixture
def house(tmp_path: Path, service: FakeZaloBot, account: FakeOa) -> Iterator[FakeHouse]:
    """A house whose settings name both services, with one admin and one officer on each."""
    house = FakeHouse(tmp_path, make_plan())
    settings = house.settings
    settings.zalo_bot_token = SecretStr(service.token)
    settings.zalo_base_url = service.address
    settings.zalo_bot_name = service.bot_name
    for name, value in account.settings.items():
        is_secret = name.endswith(("SECRET", "KEY", "TOKEN"))
        setattr(settings, name.lower(), SecretStr(value) if is_secret else value)
    settings.zalo_admin_ids = settings.zalo_oa_admin_ids = ("admin",)
    settings.zalo_officer_ids = settings.zalo_oa_officer_ids = ("officer",)
    yield house
    house.store.close()


def connect(house: FakeHouse) -> tuple[ZaloBot, ZaloOa, Switchboard]:
    """Both channels, connected."""
    switchboard = Switchboard(house.conversation.handle, admins=house.people.admins)
    bot, oa = bot_channel.make(house, switchboard), oa_channel.make(house, switchboard)
    for channel in (bot, oa):
        switchboard.connect(channel)
    return bot, oa, switchboard


@pytest.fixture
async def bot(house: FakeHouse) -> AsyncIterator[ZaloBot]:
    """The Zalo bot, running."""
    bot, _, switchboard = connect(house)
    await bot.start()
    yield bot
    await bot.stop()
    switchboard.close()


@pytest.fixture
async def oa(house: FakeHouse) -> AsyncIterator[ZaloOa]:
    """The Official Account, running."""
    _, oa, switchboard = connect(house)
    await oa.start()
    yield oa
    await oa.stop()
    switchboard.close()
