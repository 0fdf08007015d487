"""Houses for players, closed after the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.answer.phrasing.fake_model import Player, fake_model
from tests.answer.phrasing.houses import House, Make


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Make]:
    """Makes houses for a player."""
    with ExitStack() as open_:

        def made(play: Player, **settings: Any) -> House:
            found = House(open_.enter_context(fake_model(play)), tmp_path, **settings)
            open_.callback(found.ledger.close)
            return found

        yield made
