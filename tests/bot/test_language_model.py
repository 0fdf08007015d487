"""The language model as admins meet it: doctor, the book of calls, figures and news in the chat."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import House, without_model
from bot.cli import main
from bot.conversation.messages import Incoming
from bot.settings import Settings
from prompts import phrase
from reading.language_model.call_log import Call
from tests.bot.fakes import make_plan
from tests.bot.houses import FakeHouse
from tests.reading.language_model.scripted import Script, choosing, scripted
from tests.reading.language_model.test_self_test import able

SENT, CHOSEN, SHIPPED = ("so-hoa@1",), ("so-hoa@1 II.1",), ("so-hoa@1 III",)
CALL = Call("qwen3", "vi-1", True, SENT, "answered", 3, 3, 700, 90, 1.5, 0, CHOSEN, SHIPPED)


class ModelHouse(FakeHouse):
    """A fake house with settings for a language model."""

    def __init__(self, data: Path, **settings: Any) -> None:
        super().__init__(data, make_plan())
        self.settings = Settings(data_dir=data, **{"llm_timeout": 600, **settings})  # a busy machine is no fault


def ran(capsys: pytest.CaptureFixture[str], house: House, *argv: str) -> tuple[object, str]:
    with pytest.raises(SystemExit) as left:
        main(list(argv), house)
    return left.value.code, capsys.readouterr().out


def test_the_book_of_calls_shows_what_was_sent_and_both_decisions(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    house = ModelHouse(tmp_path, llm_price_in=2.0, llm_price_out=10.0)
    house.calls.write(CALL)
    status, out = ran(capsys, house, "llm-log")
    assert status == 0
    assert all(part in out for part in (SENT[0], CHOSEN[0], SHIPPED[0], "3/3", "≠", "có trả lời"))
    assert out.count("0.0023") == 2  # 700 tokens at 2 and 90 at 10 a million, of the call and of all
    assert "khác điều khoản 1;" in out
    assert "Hôm nay 790 token" in out
    house.calls.write(CALL)
    assert json.loads(ran(capsys, house, "llm-log", "--json", "--limit", "1")[1])["chosen"] == list(CHOSEN)


def test_those_in_which_the_readers_differ_can_be_looked_at_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    house = ModelHouse(tmp_path)
    for shipped in (SHIPPED, CHOSEN, ()):
        house.calls.write(replace(CALL, shipped=shipped))
    _, out = ran(capsys, house, "llm-log", "--differing", "--json")
    assert [json.loads(line)["agreement"] for line in out.splitlines()] == ["model", "other"]


def told_of_model(capsys: pytest.CaptureFixture[str], house: House) -> str:
    lines = ran(capsys, house, "doctor")[1].splitlines()
    return next(line for line in lines if phrase("vi", "doctor.llm") in line)


def test_doctor_says_which_model_and_whether_it_can_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert told_of_model(capsys, ModelHouse(tmp_path)).startswith("✓")
    assert "LLM_ALLOW_HOSTED" in told_of_model(capsys, ModelHouse(tmp_path, llm_model="openai:gpt-4.1-mini"))
    lacking = ModelHouse(tmp_path, llm_model="mistralai:small", llm_allow_hosted=True)
    assert "langchain-mistralai" in told_of_model(capsys, lacking)
    with scripted(lambda heard: able(heard) if "[1]" in heard.user else Script("{}")) as server:
        line = told_of_model(capsys, ModelHouse(tmp_path, llm_model="able", llm_base_url=f"{server.root}/v1"))
    assert line.startswith("✓")
    assert "20/20" in line
    assert phrase("vi", "doctor.llm_stays") in line
    with scripted(lambda heard: choosing(("content", 1))) as server:
        line = told_of_model(capsys, ModelHouse(tmp_path, llm_model="weak", llm_base_url=f"{server.root}/v1"))
    assert line.startswith("✗")
    assert "0/3" in line
    with scripted(lambda heard: Script(status=500)) as server:
        broken = ModelHouse(tmp_path, llm_model="scripted", llm_base_url=f"{server.root}/v1", llm_retries=0)
        assert told_of_model(capsys, broken).startswith("✗")
    gate = threading.Event()
    with scripted(lambda heard: Script(hang=gate)) as server:
        slow = ModelHouse(tmp_path, llm_model="slow", llm_base_url=f"{server.root}/v1", llm_timeout=1)
        assert "LLM_TIMEOUT" in told_of_model(capsys, slow)
        gate.set()
    with scripted(lambda heard: Script("maximum context length", 400) if "[1]" in heard.user else Script()) as server:
        small = ModelHouse(tmp_path, llm_model="small", llm_base_url=f"{server.root}/v1")
        assert "LLM_ANSWER_TOKENS" in told_of_model(capsys, small)


def test_without_a_model_there_is_none_in_the_house(tmp_path: Path) -> None:
    house = ModelHouse(tmp_path)
    assert house.model_reader is None
    assert without_model(house.engine) is house.engine
    assert not (tmp_path / "language-model.sqlite3").exists()


def test_admins_hear_of_a_broken_model_and_see_its_figures(tmp_path: Path) -> None:
    house = ModelHouse(tmp_path, llm_model="scripted", llm_base_url="http://127.0.0.1:1/v1", telegram_admin_ids=("7",))
    assert house.model_reader
    house.calls.write(CALL)
    house.model_reader.limits.tell("reading.spent", limit=5)
    console = Incoming("console", "console", "console", "ai chủ trì?")
    letters = house.conversation.handle(console)
    assert [letter.channel for letter in letters] == ["console", "telegram"]
    assert "5" in letters[1].reply.headline
    assert not house.model_reader.take_news()
    told = house.conversation.handle(replace(console, text="/thongke"))[0].reply
    assert any("790 token" in line and "1/1" in line for line in told.lines)
