"""The book of calls: what went to the model, what it took, what it chose and what the shipped reader had chosen.

SQLite, addresses and no words. It is the budget's memory too – several processes of one house share it – and keeps how
the model did when it was last tried.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from vectorstore.sqlite_file import Store

KEPT_DAYS = 400
_TABLES = """
CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, at REAL NOT NULL, model TEXT NOT NULL, prompt TEXT NOT NULL,
    hosted INTEGER NOT NULL, clauses TEXT NOT NULL, outcome TEXT NOT NULL, pieces INTEGER NOT NULL,
    kept INTEGER NOT NULL, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, seconds REAL NOT NULL,
    tokens_cached INTEGER NOT NULL DEFAULT 0, chosen TEXT NOT NULL DEFAULT '[]', shipped TEXT);
CREATE TABLE IF NOT EXISTS trials (model TEXT NOT NULL, prompt TEXT NOT NULL, at REAL NOT NULL, right INTEGER NOT NULL,
    asked INTEGER NOT NULL, PRIMARY KEY (model, prompt));
"""
# Books of the release in which the model phrased sentences.
_OLDER = (
    "ALTER TABLE calls RENAME COLUMN sentences TO pieces",
    "ALTER TABLE calls ADD COLUMN tokens_cached INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE calls ADD COLUMN chosen TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE calls ADD COLUMN shipped TEXT",
)
_COLUMNS = (
    "model, prompt, hosted, clauses, outcome, pieces, kept, tokens_in, tokens_out, seconds, tokens_cached, chosen,"
    " shipped"
)


class Agreement(StrEnum):
    """How a model's choice stands to what the shipped reader would have chosen for the same question."""

    SAME = "same"  # a clause in common
    OTHER = "other"  # both chose, other clauses
    MODEL = "model"  # only the model found an answer
    SHIPPED = "shipped"  # only the shipped reader did
    NEITHER = "neither"


ALIKE = frozenset({Agreement.SAME, Agreement.NEITHER})
DROPPED = "dropped"  # the outcome of a choice of which nothing stands: the shipped reader's was said


@dataclass(frozen=True, slots=True)
class Call:
    """One call. Clauses are 'plan@version address', a whole plan 'plan@version'; `outcome`: answered, missing, nothing,
    which_plan, or why nothing came of it. `shipped` is what the shipped reader chose, None where it was not asked.
    """

    model: str
    prompt: str
    hosted: bool
    clauses: tuple[str, ...]
    outcome: str
    pieces: int = 0  # that the model named
    kept: int = 0  # of them those that stand
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    tokens_cached: int = 0
    chosen: tuple[str, ...] = ()
    shipped: tuple[str, ...] | None = None
    at: float = 0.0

    @property
    def agreement(self) -> Agreement | None:
        """None where there are not two choices to compare."""
        if self.shipped is None or self.outcome == DROPPED:
            return None
        if not (self.chosen and self.shipped):
            found = Agreement.MODEL if self.chosen else Agreement.SHIPPED
            return found if self.chosen or self.shipped else Agreement.NEITHER
        return Agreement.SAME if set(self.chosen) & set(self.shipped) else Agreement.OTHER

    @property
    def differs(self) -> bool:
        """Whether an officer was told something else than without the model."""
        return self.agreement is not None and self.agreement not in ALIKE


@dataclass(frozen=True, slots=True)
class Totals:
    """What a stretch of time came to."""

    calls: int = 0
    by_outcome: dict[str, int] = field(default_factory=dict)
    pieces: int = 0
    kept: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    by_agreement: dict[Agreement, int] = field(default_factory=dict)

    @property
    def compared(self) -> int:
        """Calls of which both choices are known."""
        return sum(self.by_agreement.values())

    @property
    def differing(self) -> int:
        """Of them those in which the two readers told something else."""
        return sum(n for agreement, n in self.by_agreement.items() if agreement not in ALIKE)


@dataclass(frozen=True, slots=True)
class Trial:
    """How many of the set questions a model read right, and when."""

    right: int
    asked: int
    at: float = 0.0


class CallLog:
    """Writes calls and adds them up. Thread-safe."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock, self._book = clock, Store(file, (_TABLES,), clock)
        if any(row["name"] == "sentences" for row in self._book.rows("PRAGMA table_info(calls)")):
            for change in _OLDER:
                self._book.write(change)

    def write(self, call: Call) -> None:
        told = (call.model, call.prompt, int(call.hosted), _listed(call.clauses), call.outcome)
        counts = (call.pieces, call.kept, call.tokens_in, call.tokens_out, call.seconds, call.tokens_cached)
        shipped = None if call.shipped is None else _listed(call.shipped)
        values = (self._clock(), *told, *counts, _listed(call.chosen), shipped)
        self._book.write(f"INSERT INTO calls (at, {_COLUMNS}) VALUES ({', '.join('?' * len(values))})", *values)
        self._book.write("DELETE FROM calls WHERE at < ?", self._clock() - KEPT_DAYS * 86400)

    def tokens_today(self) -> int:
        """Tokens used since this machine's midnight."""
        sums = "SELECT SUM(tokens_in + tokens_out) FROM calls WHERE at >= ?"
        return int(self._book.rows(sums, self._midnight())[0][0] or 0)

    def totals(self, since: float) -> Totals:
        """Everything since a moment."""
        calls = self._calls("WHERE at >= ? ORDER BY id", since)
        agreements = (call.agreement for call in calls)
        return Totals(
            len(calls),
            dict(Counter(call.outcome for call in calls)),
            sum(call.pieces for call in calls),
            sum(call.kept for call in calls),
            sum(call.tokens_in for call in calls),
            sum(call.tokens_out for call in calls),
            dict(Counter(each for each in agreements if each)),
        )

    def latest(self, limit: int = 50) -> list[Call]:
        return self._calls("ORDER BY id DESC LIMIT ?", limit)

    def differing(self, since: float) -> list[Call]:
        """The calls since a moment in which the two readers told something else, the newest first."""
        return [call for call in self._calls("WHERE at >= ? ORDER BY id DESC", since) if call.differs]

    def keep_trial(self, model: str, prompt: str, trial: Trial) -> None:
        """How the model did on the set questions."""
        self._book.put("trials", model, prompt, self._clock(), trial.right, trial.asked)

    def trial(self, model: str, prompt: str, since: float) -> Trial | None:
        """How it did when it was last tried with this wording, None where that was before `since` or never."""
        sql = "SELECT right, asked, at FROM trials WHERE model = ? AND prompt = ? AND at >= ?"
        row = self._book.row(sql, model, prompt, since)
        return Trial(*row) if row else None

    def close(self) -> None:
        self._book.close()

    def _calls(self, how: str, value: float) -> list[Call]:
        return [_call(tuple(row)) for row in self._book.rows(f"SELECT {_COLUMNS}, at FROM calls {how}", value)]

    def _midnight(self) -> float:
        now = datetime.fromtimestamp(self._clock()).astimezone()
        return now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def _call(row: tuple[Any, ...]) -> Call:
    model, prompt, hosted, clauses, *counts, chosen, shipped, at = row
    told = {"chosen": _read(chosen), "shipped": _read(shipped) if shipped else None, "at": at}
    return Call(model, prompt, bool(hosted), _read(clauses), *counts, **told)


def _listed(names: tuple[str, ...]) -> str:
    return json.dumps(names, ensure_ascii=False)


def _read(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
