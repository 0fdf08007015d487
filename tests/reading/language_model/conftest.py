"""Desks for players, closed after the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.reading.language_model.readers import Desk, Make
from tests.reading.language_model.scripted import Player, scripted


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Make]:
    """Makes desks for a player."""
    with ExitStack() as open_:

        def made(play: Player, **settings: Any) -> Desk:
            found = Desk(open_.enter_context(scripted(play)), tmp_path, **settings)
            open_.callback(found.calls.close)
            return found

        yield made
