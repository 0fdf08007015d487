"""From start to stop: plans first, then the channels, and all of it closed again."""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bot import serve as serving
from bot.conversation.dispatcher import Switchboard
from bot.serve import next_steps, serve, settle
from bot.settings import Settings
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
        found = re.search(r"Trang web: (\S+)", capsys.readouterr().out)
        address = found[1] if found else ""
    async with httpx.AsyncClient(base_url=address, follow_redirects=True, timeout=PATIENCE) as visitor:
        assert "Hỏi đáp kế hoạch" in (await visitor.get("/")).text
        assert "chủ trì" in (await visitor.post("/ask", data={"text": "ai?"})).text
    stop.set()
    await asyncio.wait_for(running, PATIENCE)
    assert house.library.closed


async def test_channels_without_a_token_do_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def module(name: str) -> Any:
        opened.append(name)
        return SimpleNamespace(make=lambda house, switchboard: FakeChannel(switchboard))

    monkeypatch.setattr(serving, "import_module", module)
    house = FakeHouse(tmp_path, make_plan())
    assert len(serving.open_channels(house, Switchboard(house.conversation.handle))) == 1
    assert opened == ["bot.web.channel"]


def test_samples_are_taken_in_only_when_nothing_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    monkeypatch.setattr(serving, "ingest_one", lambda library, file: taken.append(file.name))
    serving.ingest_samples_if_empty(FakeHouse(tmp_path, make_plan()))
    assert taken == []
    serving.ingest_samples_if_empty(FakeHouse(tmp_path))
    assert "chuyen-doi-so.md" in taken


@pytest.mark.parametrize(
    ("settings", "page"),
    [
        ({}, "http://127.0.0.1:8099 (chỉ máy này). Cho máy khác vào: thêm dòng WEB_HOST=0.0.0.0"),
        ({"web_host": "0.0.0.0"}, "http://127.0.0.1:8099. Người ở máy khác trong mạng: http://"),
        ({"public_url": "https://hoi.example.vn"}, "Người ở máy khác trong mạng: https://hoi.example.vn "),
    ],
)
def test_five_lines_say_what_to_do_next(
    settings: dict[str, Any], page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [str(tmp_path / ".venv" / "bin" / "kehoach"), "run"])
    house = FakeHouse(tmp_path, make_plan())
    house.settings = Settings(data_dir=tmp_path / "data", **settings)
    head, *lines = next_steps(house, 8099)
    assert (head, len(lines)) == ("Tiếp theo:", 5)
    assert page in lines[0]
    assert str(tmp_path / "data" / "inbox") in lines[1]
    assert "chạy .venv/bin/kehoach admin rồi" in lines[2]
    assert str(tmp_path / ".env") in lines[3]
    assert lines[4] == "5. Kiểm tra máy và cài đặt: .venv/bin/kehoach doctor."


def test_sample_plans_are_named_for_removal(tmp_path: Path) -> None:
    sample = replace(make_plan(), source=replace(make_plan().source, file="chuyen-doi-so.md"))
    assert f"remove {sample.plan_id} --yes" in list(next_steps(FakeHouse(tmp_path, sample), 1))[-1]


@pytest.fixture
def settled() -> Iterator[None]:
    """This process as a bot that is ready."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)  # Python's own: a command that ran before in this process has set others
    settle()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("settled")
def test_plans_that_stay_in_memory_are_not_gone_through_again_and_again() -> None:
    """Python looks for what nobody needs; through all that is kept it took a tenth of a second within a question."""
    looked: list[int] = []

    def note(phase: str, told: dict[str, int]) -> None:
        looked.extend([told["generation"]] if phase == "start" else [])

    gc.callbacks.append(note)
    kept = [[number] for number in range(1_000_000)]
    gc.callbacks.remove(note)
    assert kept
    assert set(looked) <= {0, 1}
    assert looked
