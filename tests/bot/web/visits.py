"""The web application over fakes: a house with plans in memory, and browsers that visit it."""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import uvicorn
from starlette.testclient import TestClient

from bot.conversation.dispatcher import Switchboard
from bot.security import Pass
from bot.settings import Settings
from bot.web.channel import create_app
from bot.web.chat import Transcripts
from ingest.parse import parse
from ingest.readers import read
from plan.model import Answer, Citation, PlanVersion, Topic
from plan.text import fold
from tests.bot.fakes import Scene
from tests.bot.houses import FakeHouse, FakeLibrary
from tests.patience import PATIENCE

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


class WordAsker:
    """Answers with the smallest clause that shares most words with the question: enough to see pages work."""

    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def ask(self, question: str, scope: str | None = None, topic: Topic | None = None) -> Answer:
        wanted = set(re.findall(r"\w+", fold(question)))
        plans = [plan for plan in self._library.live() if scope in (None, plan.plan_id)]
        leaves = [(plan, clause) for plan in plans for clause in plan.clauses if not clause.cells]
        found = max(leaves, key=lambda pair: self._likeness(wanted, pair[0], pair[1].span.of(pair[0].text)))
        plan, clause = found
        if self._likeness(wanted, plan, clause.span.of(plan.text)) < 0.25:
            return Answer("Kế hoạch không nói.", (), True, "not_said", headline="Không thấy trong các kế hoạch.")
        span = clause.span
        quote = span.of(plan.text)
        place = (plan.plan_id, plan.version, plan.file, clause.address, clause.words)
        head = "Kế hoạch có nêu."  # nothing of the quote, so that all of it is shown
        return Answer(head, (Citation(*place, span.start, span.end, quote, plan.page(span.start)),), headline=head)

    def _likeness(self, wanted: set[str], plan: PlanVersion, text: str) -> float:
        words = re.findall(r"\w+", fold(text))
        return len(wanted & set(words)) / (len(wanted) + math.sqrt(len(words)))


class WebHouse(FakeHouse):
    """A house for the web page."""

    def __init__(self, data_dir: Path, *plans: PlanVersion, **settings: str) -> None:
        super().__init__(data_dir, *plans)
        self.settings = Settings(data_dir=data_dir, **settings)  # type: ignore[arg-type]


@lru_cache
def sample(file: str, plan_id: str = "", version: int = 1) -> PlanVersion:
    """One of the plans that ship with the bot, read by the real reader and parser."""
    path = SAMPLES / file
    return parse(read(path), plan_id or path.stem, version, "2026-04-01T08:00:00+00:00")


class Visit:
    """A visitor's browser before the page of a house with one small plan."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.scene = Scene()
        self.house = WebHouse(data_dir, self.scene.plan, **settings)
        self.switchboard = Switchboard(self.house.conversation.handle)
        self.transcripts = Transcripts()
        self.app = create_app(self.house, self.switchboard.receive, self.transcripts, ["127.0.0.1"])
        self.browser = self.another()

    def another(self, address: str = "127.0.0.1") -> TestClient:
        """One more browser."""
        headers = {"Accept-Language": "vi-VN"}
        return TestClient(self.app, base_url="http://127.0.0.1", client=(address, 5000), headers=headers)

    def seal(self, path: str = "/") -> str:
        """What a page puts into its forms."""
        match = re.search(r'name="seal" value="([0-9a-f]+)"', self.browser.get(path).text)
        assert match
        return match[1]

    def sign_in(self) -> None:
        """By the one-time link."""
        key = self.house.vault.issue(Pass.LINK)
        self.browser.get(f"/admin/enter?key={key}")
        assert self.browser.post("/admin/enter", data={"key": key}).url.path == "/admin"

    def do(self, path: str, **fields: str) -> Any:
        """Send a form of an admin page."""
        return self.browser.post(path, data={"seal": self.seal("/admin"), **fields})

    def wait(self, address: str) -> Any:
        """The page of a piece of work once it is over."""
        end = time.monotonic() + PATIENCE
        while not self.browser.get(f"{address}/state").json()["over"]:
            assert time.monotonic() < end, "the work is never over"
            time.sleep(0.05)
        return self.browser.get(address)


@contextmanager
def serving(house: WebHouse) -> Iterator[str]:
    """The pages over real HTTP; gives their address."""
    house.engine = WordAsker(house.library)
    switchboard = Switchboard(house.conversation.handle)
    app = create_app(house, switchboard.receive, Transcripts(), ["127.0.0.1"])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
    switchboard.close()
