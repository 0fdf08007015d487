"""The vectors of one version as a matrix: exact scores of every passage and of its best line in one product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding import Vectors

Scores = NDArray[np.float32]
FLOOR = 0.0  # cosine of a passage without a vector


class Dense(NamedTuple):
    """By passage: cosine of the whole, cosine of its best line, and that line's number."""

    clause: Scores
    line: Scores
    best: NDArray[np.intp]


@dataclass(frozen=True)
class Layout:
    """Which row of a version's vectors belongs to which passage and line."""

    passages: int
    passage: NDArray[np.intp]  # by row
    line: NDArray[np.intp]  # by row, -1 for the whole passage

    @classmethod
    def of(cls, lines: Sequence[int]) -> Layout:
        """Of vectors that stand passage by passage, the whole and then its lines: how many lines each has."""
        rows = [(place, line) for place, count in enumerate(lines) for line in range(-1, count)]
        passage, line = zip(*rows, strict=True) if rows else ((), ())
        return cls(len(lines), np.array(passage, np.intp), np.array(line, np.intp))

    def scores(self, cosines: Scores) -> Dense:
        """From one cosine per row. A passage without line vectors is its own only line."""
        clause = np.full(self.passages, FLOOR, np.float32)
        whole = self.line < 0
        clause[self.passage[whole]] = cosines[whole]
        # Rows sorted so that the best line of a passage comes last and wins the assignment.
        rows = np.flatnonzero(~whole)
        rows = rows[np.argsort(cosines[rows], kind="stable")]
        line, best = clause.copy(), np.zeros(self.passages, np.intp)
        line[self.passage[rows]] = cosines[rows]
        best[self.passage[rows]] = self.line[rows]
        return Dense(clause, line, best)


def cosines(matrix: Vectors, queries: Vectors) -> Scores:
    """By row the best cosine with any form of the question."""
    if not len(matrix):
        return np.empty(0, np.float32)
    return np.asarray((matrix @ queries.T).max(axis=1), dtype=np.float32)
