"""The learnt ranking with a second opinion: a model that reads question and clause together, where one is set.

Only which clause comes first is the model's to say. How sure the engine may be stays the learnt ranking's: each place
keeps the score it had, since the judge that refuses was fitted to those, and a z-score finds a best one in anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from answer.question import Question
from answer.rank import Ranked

READ = 12  # passages that are read again; what the learnt ranking puts behind them is not the answer


class Reranking(Protocol):
    """`vectorstore.reranker.Reranker`."""

    weight: float

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers, on any scale."""


def reranked(question: Question, ranked: list[Ranked], model: Reranking) -> list[Ranked]:
    """The best passages in the order of learnt score plus weighted z-score; the rest follow as they were."""
    best, rest = ranked[:READ], ranked[READ:]
    if len(best) < 2:
        return ranked
    given = np.array(model.scores(question.search, [_read(r) for r in best]))
    spread = float(given.std())
    if not np.isfinite(spread) or spread < 1e-9:
        return ranked
    total = np.array([r.score for r in best]) + model.weight * (given - given.mean()) / spread
    order = np.argsort(-total, kind="stable")
    placed = [replace(best[i], score=at.score, share=at.share) for i, at in zip(order, best, strict=True)]
    return [*placed, *rest]


def _read(ranked: Ranked) -> str:
    passage = ranked.hit.passage
    return "\n".join((*passage.path, passage.text))
