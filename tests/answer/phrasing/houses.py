"""A phrased engine before a scripted model, everything real between them but the index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from answer.phrasing.circuit import Circuit
from answer.phrasing.engine import PhrasedEngine
from answer.phrasing.ledger import Ledger
from answer.phrasing.model import ChatModel
from answer.phrasing.phraser import Phraser
from answer.phrasing.settings import ModelSettings
from plan.model import Answer
from tests.answer.phrasing.fake_model import FakeModel
from tests.answer.phrasing.plain import PlainEngine

QUESTION = "Đơn vị nào chủ trì bồi dưỡng cán bộ, công chức?"
PLAN = "chuyen-doi-so"
PATIENT = 60.0  # seconds: a busy machine is no fault of the model


class House:
    """A phrased engine before a scripted model."""

    def __init__(self, server: FakeModel, data: Path, plain: PlainEngine | None = None, **settings: object) -> None:
        self.server = server
        known = {"model": "scripted", "base_url": server.url, "timeout": PATIENT, "retries": 0, **settings}
        self.settings = ModelSettings(**known)  # type: ignore[arg-type]
        self.ledger = Ledger(data / "calls.sqlite3")
        self.circuit = Circuit()
        self.plain = plain or PlainEngine()
        self.phraser = Phraser(self.settings, ChatModel(self.settings), self.ledger, self.circuit)
        self.engine = PhrasedEngine(self.plain, self.phraser)

    def ask(self, question: str = QUESTION, scope: str | None = PLAN) -> Answer:
        return self.engine.ask(question, scope)

    def is_extractive(self, question: str = QUESTION, scope: str | None = PLAN) -> bool:
        """The answer is, letter by letter, the one without a model."""
        return self.ask(question, scope) == self.plain.ask(question, scope)


Make = Callable[..., House]
