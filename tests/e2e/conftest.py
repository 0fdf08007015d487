"""What every end-to-end test starts from: a data folder with the samples ingested, and the real bot running on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.plans.service import ingest_one
from bot.settings import Settings
from tests.bot.houses import real_house
from tests.e2e.running import RunningBot
from tests.evaluation.questions import own_sets
from vectorstore.embedding import ClauseEmbeddings

Start = Callable[..., RunningBot]
LIMIT = 1800  # seconds: a busy machine needs minutes for what a free one does in seconds


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """More time for these tests than for others: the first of them reads the samples in."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(LIMIT))


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory, shipped: ClauseEmbeddings) -> Path:
    """The samples that questions are asked of, ingested once for all tests. Not to be changed: use `data_dir`."""
    folder = tmp_path_factory.mktemp("stocked")
    house = real_house(Settings(KEHOACH_DATA_DIR=folder), shipped)
    for path in own_sets()[0].plans:  # what the models make of these is remembered for other rooms too
        ingest_one(house.plans, path)
    house.close()
    return folder


@pytest.fixture
def data_dir(stocked: Path, tmp_path: Path) -> Path:
    """A copy of the stocked folder for one test."""
    return Path(shutil.copytree(stocked, tmp_path / "data"))


@pytest.fixture
def start(data_dir: Path) -> Iterator[Start]:
    """Starts the bot, as often as wanted; what still runs at the end is killed."""
    started: list[RunningBot] = []

    def begin(**settings: str) -> RunningBot:
        started.append(RunningBot(data_dir, **settings))
        return started[-1]

    yield begin
    for bot in started:
        bot.kill()
