"""Desks for players, closed after the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from reading.language_model.client import ChatModel
from tests.reading.language_model.readers import Desk, Make
from tests.reading.language_model.scripted import Player, Script, Scripted, scripted


@pytest.fixture(scope="module")
def lasting() -> Iterator[tuple[Scripted, list[ChatModel]]]:
    """One server for all tests of a file, and the client that the first of them opens."""
    with scripted(lambda heard: Script()) as server:
        yield server, []


@pytest.fixture
def quick_desk(lasting: tuple[Scripted, list[ChatModel]], tmp_path: Path) -> Iterator[Make]:
    """As `desk`, one at a time and before a server that never refuses: opening it and its client is what takes long."""
    server, models = lasting
    with ExitStack() as open_:

        def made(play: Player) -> Desk:
            server.play, server.heard = play, []
            found = Desk(server, tmp_path, chat=models[0] if models else None)
            models[:] = [found.model]
            open_.callback(found.calls.close)
            return found

        yield made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Make]:
    """Makes desks for a player."""
    with ExitStack() as open_:

        def made(play: Player, **settings: Any) -> Desk:
            found = Desk(open_.enter_context(scripted(play)), tmp_path, **settings)
            open_.callback(found.calls.close)
            return found

        yield made
