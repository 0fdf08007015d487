"""The learnt ranking: one weight per signal, fitted by `training/ranking.py` on the held-out training plans."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from answer.asked import DOC_INFO, Ask
from answer.facts import Facts, Section
from answer.features import NAMES, Matrix, features
from answer.question import Question
from plan.model import Field
from plan.text import fold
from vectorstore.retriever import Hit, fused

FILE = Path(__file__).parent / "data" / "ranking.json"
FIELD_OF = {
    Ask.LEAD: Field.LEAD,
    Ask.COORD: Field.COORDINATING,
    Ask.DEADLINE: Field.DEADLINE,
    Ask.PRODUCT: Field.PRODUCT,
}
_CLOSING = re.compile(
    r"nhan|\bgui|\bluu\b|\bky\b|chu tich|lanh dao|thay mat|thuoc|recipient|cop(?:y|ies)|"
    r"receiv|sen[dt]|sign|chair|leader|\bget"
)
FIELD_MARGIN = 1.6  # how far (in log-odds of the ranking) a clause that states the field may lie behind


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


def answering(question: Question, hits: Sequence[Hit], facts: Sequence[Facts]) -> list[int]:
    """Which hits can answer at all: title and letterhead only when the document itself is asked about, the closing only
    when sending, receiving or signing is."""
    if question.asks & DOC_INFO:
        return list(range(len(hits)))
    shut = {Section.TITLE, Section.LETTERHEAD}
    if not _CLOSING.search(fold(f"{question.text} {question.search}")):
        shut |= {Section.SIGNATURE, Section.RECIPIENTS}
    return [i for i, fact in enumerate(facts) if fact.section not in shut]


def closeness(ranked: Sequence[Ranked]) -> float:
    """Cosine of the question with the best clause or its best line, the nearest of the first three."""
    return max((max(r.hit.clause, r.hit.line) for r in ranked[:3]), default=0.0)


def prefer_fields(question: Question, ranked: list[Ranked]) -> list[Ranked]:
    """A close clause that states every field asked for goes before a best one that states none."""
    wanted = [field for ask, field in FIELD_OF.items() if ask in question.asks]
    if not wanted or not ranked or _states(ranked[0], wanted):
        return ranked
    near = (r for r in ranked[1:6] if ranked[0].score - r.score <= FIELD_MARGIN and _states(r, wanted))
    chosen = next(near, None)
    return [chosen, *(r for r in ranked if r is not chosen)] if chosen else ranked


def _states(ranked: Ranked, wanted: Sequence[Field]) -> bool:
    return set(wanted) <= ranked.facts.fields
