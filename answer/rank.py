"""The learnt ranking: one weight per signal, fitted by `training/ranking.py` on the held-out training plans."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from answer.facts import Facts
from answer.features import NAMES, Matrix, features
from answer.question import Question
from vectorstore.retriever import Hit, fused

FILE = Path(__file__).parent / "data" / "ranking.json"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit with its facts and score; within one scope the softmax of scores is a probability."""

    hit: Hit
    facts: Facts
    score: float
    share: float


@lru_cache(maxsize=1)
def weights() -> Matrix:
    """The weight of each feature, 0 for features that the file does not know."""
    known = json.loads(FILE.read_text(encoding="utf-8"))["weights"]
    return np.array([known.get(name, 0.0) for name in NAMES])


def rank(question: Question, hits: Sequence[Hit], facts: Sequence[Facts], learnt: bool = True) -> list[Ranked]:
    """Hits of one scope, best first. Without `learnt` by the plain sum of the retriever."""
    if not hits:
        return []
    scores = features(question, hits, facts) @ weights() if learnt else fused(hits)
    shares = np.exp(scores - np.logaddexp.reduce(scores))
    order = np.argsort(-scores, kind="stable")
    return [Ranked(hits[i], facts[i], float(scores[i]), float(shares[i])) for i in order]
