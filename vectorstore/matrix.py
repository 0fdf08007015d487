"""Vectors as matrices: made by any embeddings; exact scores of a version's passages and lines in one product."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
Scores = NDArray[np.float32]
FLOOR = 0.0  # cosine of a passage without a vector


class Embeddings(Protocol):
    """What LangChain's class of that name has, so that any of LangChain's fit here. Importing that one costs 0.15 s."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector per passage."""

    def embed_query(self, text: str) -> list[float]:
        """A question's vector."""


@runtime_checkable
class Vectorizer(Protocol):
    """Embeddings that give normalised vectors as arrays: `vectorstore.embedding.ClauseEmbeddings`."""

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """One row per passage."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row per question."""


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
        held = np.array(lines, np.intp) + 1
        ends, rows = held.cumsum(), held.sum()
        return cls(
            len(lines), np.repeat(np.arange(len(lines)), held), np.arange(rows) - np.repeat(ends - held, held) - 1
        )

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


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """So many at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def identity_of(embeddings: Embeddings) -> str:
    """The identity of any LangChain embeddings; those that do not state one go by their class."""
    return str(getattr(embeddings, "identity", type(embeddings).__name__))


def embed_passages(embeddings: Embeddings, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
    """Vectors of passages by any LangChain embeddings, normalised so that a dot product is the cosine."""
    if isinstance(embeddings, Vectorizer):
        return embeddings.passages(texts, progress)
    vectors = _unit(embeddings.embed_documents(list(texts)))
    if progress:
        progress(len(texts), len(texts))
    return vectors


def embed_queries(embeddings: Embeddings, texts: Sequence[str]) -> Vectors:
    if isinstance(embeddings, Vectorizer):
        return embeddings.queries(texts)
    return _unit([embeddings.embed_query(text) for text in texts])


def _unit(rows: Sequence[Sequence[float]]) -> Vectors:
    vectors = np.asarray(rows, dtype=np.float32)
    if not len(vectors):
        return vectors
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float32)
