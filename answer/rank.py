"""The learnt ranking: one weight per signal, fitted by `training/ranking.py` on the held-out training plans."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz

from answer.asked import DOC_INFO, Ask
from answer.facts import Facts, Section
from answer.features import NAMES, Matrix, features
from answer.question import Question
from answer.wanted import Want, counted_noun, holds
from plan.dates import date_phrases
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
VALUE_MARGIN = 1.2  # the same for a clause that holds the value
FIGURES = frozenset({Want.MONEY, Want.PERCENT, Want.COUNT, Want.PHONE, Want.HOUR, Want.MAIL})
SAME_TASK = 88  # how much (of 100) of a task's words the best clause must hold to be about that very task


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


def answering(question: Question, hits: Sequence[Hit], facts: Sequence[Facts], among: bool = False) -> list[int]:
    """Which hits can answer at all: title and letterhead only when the document itself is asked about, the closing only
    when sending, receiving or signing is. `among` several plans openings and conclusions resemble every question."""
    if question.asks & DOC_INFO:
        return list(range(len(hits)))
    shut = {Section.TITLE, Section.LETTERHEAD}
    if not _CLOSING.search(fold(f"{question.text} {question.search}")):
        shut |= {Section.SIGNATURE, Section.RECIPIENTS}
    if among and Ask.BASIS not in question.asks and not question.figures:
        shut |= {Section.OPENING}
    last = {"kết luận"} if among else set()
    return [i for i, fact in enumerate(facts) if fact.section not in shut and hits[i].passage.address not in last]


def closeness(ranked: Sequence[Ranked]) -> float:
    """Cosine of the question with the best clause or its best line, the nearest of the first three."""
    return max((max(r.hit.clause, r.hit.line) for r in ranked[:3]), default=0.0)


def prefer_fields(question: Question, ranked: list[Ranked]) -> list[Ranked]:
    """A close clause that states every field asked for goes before a best one that states none."""
    wanted = [field for ask, field in FIELD_OF.items() if ask in question.asks]
    if not wanted or not ranked or _states(ranked[0], wanted):
        return ranked
    stating = [r for r in ranked[1:12] if _states(r, wanted)]
    near = (r for r in stating if ranked[0].score - r.score <= FIELD_MARGIN)
    same = (r for r in stating if _same_task(ranked[0], r))
    return _first(next(near, None) or next(same, None), ranked)


def prefer_values(question: Question, ranked: list[Ranked]) -> list[Ranked]:
    """A close clause that holds the kind of value asked for goes before a best one that does not."""
    wanted = [want for want in question.wants if want in FIGURES]
    if ranked and Ask.DEADLINE in question.asks and not _dated(ranked[0]):
        return _first(next((r for r in ranked[1:6] if _near(ranked, r) and _dated(r)), None), ranked)
    if not wanted or not ranked or _holds_all(question, ranked[0], wanted):
        return ranked
    near = (r for r in ranked[1:6] if _near(ranked, r))
    return _first(next((r for r in near if _holds_all(question, r, wanted)), None), ranked)


def _near(ranked: list[Ranked], other: Ranked) -> bool:
    return ranked[0].score - other.score <= VALUE_MARGIN


def _dated(ranked: Ranked) -> bool:
    """Says when: by its field or in its words."""
    return Field.DEADLINE in ranked.facts.fields or bool(date_phrases(own_text(ranked)))


def _first(chosen: Ranked | None, ranked: list[Ranked]) -> list[Ranked]:
    return [chosen, *(r for r in ranked if r is not chosen)] if chosen else ranked


def own_text(ranked: Ranked) -> str:
    """A clause's own heading and its lines: a number may stand in either."""
    passage = ranked.hit.passage
    return f"{passage.path[-1]}\n{passage.text}" if passage.path else passage.text


def whole_text(ranked: Ranked) -> str:
    """A clause with all headings above it."""
    return f"{' '.join(ranked.hit.passage.path)} {ranked.hit.passage.text}"


def has_figures(question: Question, ranked: Ranked) -> bool:
    """Whether a clause holds every figure and document number of the question."""
    text = fold(ranked.hit.passage.text)
    return all(figure in text for figure in question.figures)


def _same_task(best: Ranked, other: Ranked) -> bool:
    """The same task told twice, in the text and in the table that gives it out."""
    tasks = [fold(a.task.value) for a in other.facts.assignments]
    text = fold(own_text(best))
    return any(len(task.split()) >= 4 and fuzz.token_set_ratio(task, text) >= SAME_TASK for task in tasks)


def _holds_all(question: Question, ranked: Ranked, wanted: Sequence[Want]) -> bool:
    text = own_text(ranked)
    noun = "" if question.english or Want.COUNT not in wanted else counted_noun(question.search).split(" ")[0]
    counted = not noun or bool(re.search(rf"\d\s+(?:[^\W\d]+\s+)?{re.escape(noun)}\b", fold(text)))
    return counted and all(holds(want, text) for want in wanted)


def states_fields(question: Question, ranked: Ranked) -> bool:
    """Whether fields are asked for and the clause states all of them."""
    wanted = [field for ask, field in FIELD_OF.items() if ask in question.asks]
    return bool(wanted) and _states(ranked, wanted)


def _states(ranked: Ranked, wanted: Sequence[Field]) -> bool:
    return set(wanted) <= ranked.facts.fields
