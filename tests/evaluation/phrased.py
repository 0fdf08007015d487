"""The same questions with a scripted language model behind the engine: `make eval` must not fall by it.

`good` phrases its clauses as an officer would, `lying` turns each sentence false. Both are served over real HTTP.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from answer.engine import Engine
from answer.phrasing.engine import PhrasedEngine
from answer.phrasing.ledger import Ledger, Totals
from answer.phrasing.model import ChatModel
from answer.phrasing.phraser import Phraser
from answer.phrasing.settings import ModelSettings
from tests.answer.phrasing.fake_model import Player, fake_model
from tests.answer.phrasing.good_model import good
from tests.answer.phrasing.lying_model import lying

PLAYERS: dict[str, Player] = {"good": good, "lying": lying}


@contextmanager
def phrasing(engine: Engine, player: str) -> Iterator[PhrasedEngine]:
    """The engine with this player behind it; its book of calls is thrown away."""
    with tempfile.TemporaryDirectory() as folder, fake_model(PLAYERS[player]) as server:
        settings = ModelSettings("scripted", server.url, timeout=120, daily_tokens=0)
        ledger = Ledger(Path(folder) / "calls.sqlite3")
        try:
            yield PhrasedEngine(engine, Phraser(settings, ChatModel(settings), ledger))
        finally:
            ledger.close()


def told(totals: Totals) -> str:
    """One line: what became of the model's sentences."""
    outcomes = ", ".join(f"{name} {n}" for name, n in sorted(totals.by_outcome.items()))
    return f"{totals.calls} calls ({outcomes}); {totals.kept} of {totals.sentences} sentences kept"
