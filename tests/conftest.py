"""What every test runs under."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

from reading.encoder import EncoderReader
from tests.evaluation import shelf
from tests.evaluation.memo import remembering_reader
from vectorstore.embedding import DEFAULT_MODEL, ClauseEmbeddings

# On a busy machine the model's threads would otherwise spend most of their time spinning for one another.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
ASKING = ("tests/answer/", "tests/evaluation/", "tests/reading/test_")  # rooms whose tests ask the models that ship
LIGHT = {"plan", "training"}  # rooms whose files take a second each
SIDE_BY_SIDE = "PYTEST_XDIST_WORKER" in os.environ
if SIDE_BY_SIDE:  # one thread each: the processes take the cores already
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def _share(nodeid: str) -> str:
    """A file is one process's, and so are all files that ask the models: what one has read the next has in memory."""
    return ASKING[0] if nodeid.startswith(ASKING) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Instead of the one that `--dist loadfile` names."""
    from xdist.scheduler import LoadFileScheduling

    scheduler = LoadFileScheduling(config, log)
    scheduler._split_scope = _share
    return scheduler


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side one process begins with the models, the other with slow files, whose order is turned round.

    The first of them want what the models make of the samples: by then it is remembered. The lightest come last, so
    that no process ends alone.
    """
    if SIDE_BY_SIDE:
        slow = {item.path: number for number, item in enumerate(items) if item.get_closest_marker("slow")}
        items.sort(
            key=lambda item: (
                not item.nodeid.startswith(ASKING),
                -slow.get(item.path, -1),
                item.path.parent.name in LIGHT,
            )
        )


@pytest.fixture(scope="session")
def shipped() -> ClauseEmbeddings:
    """The model that ships. A text is embedded once for all rooms, and remembered between runs."""
    return shelf.embeddings(str(DEFAULT_MODEL), questions=True)


@pytest.fixture(scope="session")
def reader() -> EncoderReader:
    """The reader that ships, likewise: for `Engine.with_readers`."""
    return remembering_reader(shelf.cache())


@pytest.fixture
def tesseract() -> None:
    """Skip where Vietnamese recognition is not installed."""
    from ingest.readers.recognise import language

    if not language():
        pytest.skip("needs tesseract-ocr and tesseract-ocr-vie")


@pytest.fixture
def libreoffice() -> str:
    """The LibreOffice command; skip where it is not installed."""
    command = shutil.which("soffice")
    if command is None:
        pytest.skip("needs libreoffice-writer-nogui")
    return command
