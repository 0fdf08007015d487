"""The whole bot in a thread of the test's own process: real channels, real HTTP, a made-up library and engine."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import Trouble
from bot.serve import serve
from bot.settings import Settings
from plan.model import Answer, PlanVersion, Topic
from tests.bot.fakes import Scene, make_plan
from tests.bot.houses import FakeHouse
from tests.e2e.fake_telegram import FakeTelegram
from tests.patience import PATIENCE

ADMIN, OFFICER, STRANGER = 1, 7, 13
GROUP = -100


@dataclass
class Parrot:
    """An engine that repeats the question in its answer; some words make it refuse, fail or take its time."""

    scene: Scene = field(default_factory=Scene)
    asked: list[str] = field(default_factory=list)
    topics: list[Topic | None] = field(default_factory=list)
    slow: float = 0.0
    many: int = 1

    def ask(self, question: str, scope: str | None = None, topic: Topic | None = None) -> Answer:
        """The answer cites clauses of the scene's plan."""
        self.asked.append(question)
        self.topics.append(topic)
        time.sleep(self.slow)
        if "hỏng" in question:
            raise RuntimeError(question)
        if "không có" in question:
            return self.scene.refusal("II.1")
        head = f"Trả lời: {question}"
        addresses = ("II.1", "II.2", "II.3", "I.1")[: self.many]
        return replace(self.scene.answer(*addresses, text=head, headline=head), topic=Topic(question=question))


class Bot:
    """`kehoach run` with fakes behind the conversation."""

    def __init__(self, fake: FakeTelegram, data_dir: Path, *plans: PlanVersion, **settings: str) -> None:
        self.fake, self._data_dir = fake, data_dir
        self._plans, self._settings = plans or (make_plan(),), settings
        self.parrot = Parrot()
        self.trouble: BaseException | None = None

    def start(self) -> Bot:
        """Begin in a thread; ready when the menus are set."""
        told = self.fake.settings(TELEGRAM_ADMIN_IDS=str(ADMIN), TELEGRAM_OFFICER_IDS=str(OFFICER), WEB_PORT="0")
        values = {**told, **self._settings}
        by_alias = {str(field.validation_alias): name for name, field in Settings.model_fields.items()}
        house = FakeHouse(self._data_dir, *self._plans)
        house.settings = Settings(data_dir=self._data_dir, **{by_alias[key]: value for key, value in values.items()})  # type: ignore[arg-type]
        house.engine = self.parrot
        self.house = house
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def stop(self, seconds: float = PATIENCE) -> None:
        """As on SIGTERM."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(seconds)
        assert not self._thread.is_alive(), "it does not stop"

    def wait_end(self, seconds: float = PATIENCE) -> None:
        """It stops by itself."""
        self._thread.join(seconds)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        async def run() -> None:
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            await serve(self.house, self._stop)

        try:
            asyncio.run(run())
        except BaseException as error:
            self.trouble = error
            if not isinstance(error, Trouble):  # a sentence for whoever started it; the tests expect those
                self.fake.give_up(error)
