"""From start to stop: plans first, then the channels, and all of it closed again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from bot import channels, ready
from bot.app import House
from bot.ports import Channel
from bot.run import serve
from bot.switchboard import Switchboard
from tests.bot.fakes import FakeChannel, make_plan
from tests.bot.houses import FakeHouse
from tests.patience import PATIENCE


async def test_run_serves_until_it_is_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = FakeHouse(tmp_path, make_plan())
    house.settings.web_port = 0
    stop = asyncio.Event()
    running = asyncio.create_task(serve(house, stop))
    address = ""
    while not address:
        await asyncio.sleep(0.01)
        address = capsys.readouterr().out.partition(": ")[2].strip()
    async with httpx.AsyncClient(base_url=address, follow_redirects=True, timeout=PATIENCE) as visitor:
        assert "Hỏi đáp kế hoạch" in (await visitor.get("/")).text
        assert "chủ trì" in (await visitor.post("/ask", data={"text": "ai?"})).text
    stop.set()
    await asyncio.wait_for(running, PATIENCE)
    assert house.library.closed


async def test_channels_without_a_token_do_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make(house: House, switchboard: Switchboard) -> Channel | None:
        return FakeChannel(switchboard) if house.settings.telegram_bot_token else None

    monkeypatch.setattr(channels, "import_module", lambda name: type("Module", (), {"make": staticmethod(make)}))
    house = FakeHouse(tmp_path, make_plan())
    assert channels.open_channels(house, Switchboard(house.conversation.handle)) == []


def test_samples_are_taken_in_only_when_nothing_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    monkeypatch.setattr(ready, "ingest_one", lambda library, file: taken.append(file.name))
    ready.ingest_samples_if_empty(FakeHouse(tmp_path, make_plan()))
    assert taken == []
    ready.ingest_samples_if_empty(FakeHouse(tmp_path))
    assert "chuyen-doi-so.md" in taken
