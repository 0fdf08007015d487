"""An answer that is still being phrased: its checked part shows as a Telegram draft and on the web page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.messages import Draft
from bot.ports import Drafting
from bot.switchboard import Switchboard
from bot.web.app import create_app
from bot.web.transcripts import Transcripts
from plan.model import Answer, Topic
from tests.bot.fakes import FakeAsker, Scene, make_plan
from tests.bot.telegram.running import ADMIN, OFFICER, Bot, Parrot
from tests.bot.web.visits import Visit, WebHouse
from tests.e2e.fake_telegram import FakeTelegram
from tests.patience import PATIENCE, eventually


@dataclass
class Slow(Parrot):
    """Says the first part aloud and goes on when it is told to."""

    go_on: threading.Event = field(default_factory=threading.Event)

    def ask_aloud(self, question: str, scope: str | None, topic: Topic | None, draft: Draft) -> Answer:
        draft(f"Nháp: {question}")
        assert self.go_on.wait(PATIENCE)
        return self.ask(question, scope, topic)


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def bot(telegram: FakeTelegram, tmp_path: Path) -> Iterator[Bot]:
    telegram.person(ADMIN, "Minh")
    running = Bot(telegram, tmp_path)
    running.parrot = Slow()
    running.start()
    yield running
    running.stop()


def test_the_draft_is_shown_before_the_answer_and_not_after_it(bot: Bot, telegram: FakeTelegram) -> None:
    assert isinstance(bot.parrot, Slow)
    telegram.person(OFFICER, "Lan").says("ai chủ trì?")
    telegram.wait(lambda: telegram.drafts)
    assert telegram.drafts == ["Nháp: ai chủ trì?"]
    assert telegram.shown(OFFICER) == []
    bot.parrot.go_on.set()
    telegram.wait_text(OFFICER, "Trả lời")
    assert len(telegram.drafts) == 1


class Aloud(FakeAsker):
    """Says the first part aloud and goes on when it is told to."""

    go_on = threading.Event()

    def ask_aloud(self, question: str, scope: str | None, topic: Topic | None, draft: Draft) -> Answer:
        draft("Nháp")
        assert self.go_on.wait(PATIENCE)
        return self.ask(question, scope, topic)


def test_the_page_shows_what_is_checked_so_far_and_only_where_there_may_be_something(tmp_path: Path) -> None:
    assert "data-drafts" not in Visit(tmp_path / "plain").browser.get("/").text
    house = WebHouse(tmp_path, make_plan())
    house.engine = Aloud([Scene().answer("II.1")])
    assert isinstance(house.conversation.desk.asker, Drafting)
    receive = Switchboard(house.conversation.handle).receive
    browser = TestClient(create_app(house, receive, Transcripts(), ["127.0.0.1"]), base_url="http://127.0.0.1")
    assert 'data-drafts="/draft"' in browser.get("/").text
    asking = threading.Thread(target=lambda: browser.post("/ask", data={"text": "ai chủ trì?"}))
    asking.start()
    eventually(lambda: browser.get("/draft").json() == {"text": "Nháp"})
    house.engine.go_on.set()
    asking.join(PATIENCE)
    assert browser.get("/draft").json() == {"text": ""}
