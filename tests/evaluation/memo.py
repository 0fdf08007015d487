"""Passage vectors remembered on disk between runs: a change of the parser embeds only the passages it changed.

Questions are not remembered, for their time is part of what is measured.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from vectorstore.embedding import ClauseEmbeddings
from vectorstore.matrix import Progress, Vectors

TABLE = "CREATE TABLE IF NOT EXISTS vectors (model TEXT, text TEXT, vector BLOB, PRIMARY KEY (model, text))"
PUT = "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)"


class RememberingEmbeddings(ClauseEmbeddings):
    """The model, asked only for passages it has not embedded before."""

    def __init__(self, file: Path, model: str | None = None) -> None:
        super().__init__(model)
        self._file = file

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """One unit vector per text, in the order given."""
        known = self._recall()
        missing = [text for text in dict.fromkeys(texts) if _key(text) not in known]
        if missing:
            fresh = dict(zip(map(_key, missing), super().passages(missing, progress), strict=True))
            self._remember(fresh)
            known |= fresh
        return np.stack([known[_key(text)] for text in texts]) if texts else np.empty((0, 0), np.float32)

    def _recall(self) -> dict[str, Vectors]:
        with closing(self._open()) as memo:
            rows = memo.execute("SELECT text, vector FROM vectors WHERE model = ?", (self.identity,)).fetchall()
        return {text: np.frombuffer(vector, np.float32) for text, vector in rows}

    def _remember(self, vectors: dict[str, Vectors]) -> None:
        with closing(self._open()) as memo, memo:
            memo.executemany(PUT, [(self.identity, text, vector.tobytes()) for text, vector in vectors.items()])

    def _open(self) -> sqlite3.Connection:
        memo = sqlite3.connect(self._file, timeout=60)
        memo.execute(TABLE)
        return memo


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
