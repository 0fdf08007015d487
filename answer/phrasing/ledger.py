"""The book of calls: which clauses went to the model, what it took, what became of its sentences. SQLite, no words.

It is the budget's memory too: several processes of one house share it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

KEPT_DAYS = 400
_TABLE = """
CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, at REAL NOT NULL, model TEXT NOT NULL, prompt TEXT NOT NULL,
    hosted INTEGER NOT NULL, clauses TEXT NOT NULL, outcome TEXT NOT NULL, sentences INTEGER NOT NULL,
    kept INTEGER NOT NULL, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, seconds REAL NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `clauses` are 'plan@version address'; `outcome`: verified, partly, or why nothing came of it."""

    model: str
    prompt: str
    hosted: bool
    clauses: tuple[str, ...]
    outcome: str
    sentences: int = 0
    kept: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Totals:
    """What a stretch of time came to."""

    calls: int
    by_outcome: dict[str, int]
    sentences: int
    kept: int
    tokens_in: int
    tokens_out: int


class Ledger:
    """Writes calls and adds them up. Thread-safe; opens its file with the first call."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    def write(self, call: Call) -> None:
        """Keep a call."""
        told = (call.model, call.prompt, int(call.hosted), json.dumps(call.clauses, ensure_ascii=False), call.outcome)
        counts = (call.sentences, call.kept, call.tokens_in, call.tokens_out, call.seconds)
        with self._lock:
            db = self._opened()
            db.execute(
                "INSERT INTO calls (at, model, prompt, hosted, clauses, outcome, sentences, kept, tokens_in,"
                " tokens_out, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (self._clock(), *told, *counts),
            )
            db.execute("DELETE FROM calls WHERE at < ?", (self._clock() - KEPT_DAYS * 86400,))

    def tokens_today(self) -> int:
        """Tokens used since this machine's midnight."""
        totals = self.totals(self._midnight())
        return totals.tokens_in + totals.tokens_out

    def totals(self, since: float) -> Totals:
        """Everything since a moment."""
        rows = self._rows(
            "SELECT outcome, COUNT(*), SUM(sentences), SUM(kept), SUM(tokens_in), SUM(tokens_out) FROM calls"
            " WHERE at >= ? GROUP BY outcome",
            since,
        )
        sums = [sum(int(row[i] or 0) for row in rows) for i in range(1, 6)]
        return Totals(sums[0], {str(row[0]): int(row[1]) for row in rows}, *sums[1:])

    def latest(self, limit: int = 50) -> list[Call]:
        """The last calls, the newest first."""
        rows = self._rows(
            "SELECT model, prompt, hosted, clauses, outcome, sentences, kept, tokens_in, tokens_out, seconds, at"
            " FROM calls ORDER BY id DESC LIMIT ?",
            limit,
        )
        return [Call(r[0], r[1], bool(r[2]), tuple(json.loads(r[3])), *r[4:]) for r in rows]

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            if self._db:
                self._db.close()
                self._db = None

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._opened().execute(sql, values).fetchall()

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self._file, check_same_thread=False, timeout=10, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute(_TABLE)
        return self._db

    def _midnight(self) -> float:
        now = datetime.fromtimestamp(self._clock()).astimezone()
        return now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
