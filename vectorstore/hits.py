"""A passage that was found, with all its signals, and how they are summed where nothing learnt ranks them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from plan.model import Assignment
from plan.passages import Line, Passage
from plan.text import fold
from vectorstore import frequencies, plan_names
from vectorstore.matrix import Vectors
from vectorstore.plan_index import PlanCard, Scope, Stored

# Weights of the sums by z-score: of one scope as measured on 119 questions (notes on retrieval), over all plans below.
WEIGHTS = {"clause": 1.0, "line": 1.0, "bm25_folded": 0.3}
OVER_ALL = {"clause": 1.0, "line": 1.0, "bm25": 0.3, "bm25_folded": 0.3, "plan": 0.6}

ByView = tuple[float, float, float, float]  # in the order of vectorstore.words.VIEWS
Nearest = Callable[[Vectors, int], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its scores: cosines of the whole and of its best line, BM25 of each view of the words."""

    plan_id: str
    version: int
    passage: Passage
    clause: float
    line: float
    best_line: Line
    bm25: float
    bm25_folded: float
    trigram: float
    heading: float
    plan: float = 0.0  # how much the question speaks of this plan; 0 where plans are chosen
    card: PlanCard | None = None  # file, title, place … of its version
    assignments: tuple[Assignment, ...] = ()  # the tasks the passage states

    @property
    def scope(self) -> Scope:
        """Plan and number of the version."""
        return self.plan_id, self.version

    @classmethod
    def of(
        cls, card: PlanCard, stored: Stored, dense: tuple[float, float, int], words: ByView, plan: float = 0.0
    ) -> Hit:
        """`dense`: both cosines and the number of the best line; `words`: BM25 in the order of the views."""
        passage = stored.passage
        best = passage.lines[dense[2]] if passage.lines else Line(passage.text, passage.span)
        scores = (dense[0], dense[1], best, *words, plan)
        return cls(card.plan_id, card.version, passage, *scores, card, stored.assignments)


def fused(hits: Sequence[Hit], weights: dict[str, float] | None = None) -> NDArray[np.float64]:
    """The plain sum of z-scores, by hit."""
    weights = weights or WEIGHTS
    return summed({name: np.array([getattr(hit, name) for hit in hits]) for name in weights}, weights, len(hits))


def summed(signals: Mapping[str, NDArray[Any]], weights: dict[str, float], size: int) -> NDArray[np.float64]:
    """The sum of z-scores of so many passages, by the signals that have a weight."""
    total = np.zeros(size)
    for name, weight in weights.items():
        values = signals[name].astype(np.float64)
        spread = values.std() if size else 0.0
        if spread:
            total += weight * (values - values.mean()) / spread
    return total


def meant(connection: Connection, asked: Sequence[str], cards: Mapping[Scope, PlanCard]) -> dict[Scope, float]:
    """By version, which share of what the question tells of plans speaks of this one."""
    words = set(plan_names.words_of(" ".join(asked)))
    spread = frequencies.of(connection, plan_names.SUBJECT, words)
    plans, _ = frequencies.totals(connection, plan_names.SUBJECT)
    weights = {word: math.log((plans + 1) / (count + 0.5)) for word, count in spread.items() if count > 0}
    whole = sum(weights.values()) or 1.0
    folded = " ".join(fold(form) for form in asked)
    return {
        scope: sum(weights.get(word, 0.0) for word in plan_names.subject_words(card.info)) / whole
        + 2.0 * plan_names.says_place(folded, card.info)
        for scope, card in cards.items()
    }
