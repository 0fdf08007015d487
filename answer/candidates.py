"""Which clauses may answer: found by vectors and words, ranked by one learnt weight per signal, ordered by a reader."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from answer.asked import DOC_INFO, Ask
from answer.facts import Facts, Section, facts_of_hit
from answer.features import NAMES, WORDS, Matrix, features
from answer.question import Question
from answer.sense import content
from answer.shelf import Shelf
from plan.model import Field
from plan.references import matches
from plan.text import fold
from vectorstore.plan_index import Scope
from vectorstore.search import Hit, Search

FILE = Path(__file__).parent / "data" / "ranking.json"
FIELD_OF = {
    Ask.LEAD: Field.LEAD,
    Ask.COORD: Field.COORDINATING,
    Ask.DEADLINE: Field.DEADLINE,
    Ask.PRODUCT: Field.PRODUCT,
}
CLOSE = 0.5  # below this cosine a clause is about something else
_CLOSING = re.compile(
    r"nhan|\bgui|\bluu\b|\bky\b|chu tich|lanh dao|thay mat|thuoc|recipient|cop(?:y|ies)|"
    r"receiv|sen[dt]|sign|chair|leader|\bget"
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit with its facts and score; within one scope the softmax of scores is a probability."""

    hit: Hit
    facts: Facts
    score: float
    share: float
    told: bool = False  # a reader chose its best line
    signals: tuple[float, ...] = ()  # in the order of `answer.features`: NAMES, WORDS


@lru_cache(maxsize=2)
def weights(among: bool = False) -> Matrix:
    """The weight of each feature within one plan, or `among` several; 0 for features that the file does not know."""
    known = json.loads(FILE.read_text(encoding="utf-8"))["all plans" if among else "one plan"]
    return np.array([known.get(name, 0.0) for name in (*NAMES, *WORDS)])


def rank(question: Question, hits: Sequence[Hit], facts: Sequence[Facts], among: bool = False) -> list[Ranked]:
    """Hits of one scope, best first. `among`: they are of several plans."""
    if not hits:
        return []
    signals = features(question, hits, facts)
    scores = signals @ weights(among)
    shares = np.exp(scores - np.logaddexp.reduce(scores))
    order = np.argsort(-scores, kind="stable")
    return [
        Ranked(hits[i], facts[i], float(scores[i]), float(shares[i]), signals=tuple(signals[i].tolist())) for i in order
    ]


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


def states_fields(question: Question, ranked: Ranked) -> bool:
    """Whether fields are asked for and the clause states all of them."""
    wanted = [field for ask, field in FIELD_OF.items() if ask in question.asks]
    return bool(wanted) and _states(ranked, wanted)


def _states(ranked: Ranked, wanted: Sequence[Field]) -> bool:
    return set(wanted) <= ranked.facts.fields


ANCHOR = 3.0  # what the clause of the last answer gains when a follow-up stays with it
RANKED_OVER_ALL = 200  # the best hits over many plans by the plain sum, which the learnt ranking then orders


def found_in(search: Search, question: Question, shelf: Shelf, anchor: str = "") -> list[Ranked]:
    """The clauses of one plan, best first; where the question names a place ('mục III.2'), only those there."""
    hits = search.every(question.search, question.forms, [shelf.scope])
    facts = [shelf.facts[hit.passage.address] for hit in hits]
    kept = answering(question, hits, facts)
    ranked = rank(question, [hits[i] for i in kept], [facts[i] for i in kept])
    if anchor:
        ranked = sorted(ranked, key=lambda r: -(r.score + ANCHOR * (r.hit.passage.address == anchor)))
    return _there(question, shelf, ranked) if question.reference else ranked


def _there(question: Question, shelf: Shelf, ranked: list[Ranked]) -> list[Ranked]:
    reference = question.reference
    clause = shelf.tree.by_address
    there = [r for r in ranked if matches(shelf.tree, clause[r.hit.passage.address], reference)]
    if reference.item and not reference.section:  # "nhiệm vụ 1": the one with such a field
        there = sorted(there, key=lambda r: not states_fields(question, r))
    strict = reference.exact or reference.appendix or reference.in_appendix or not content(question.text)
    return there or ([] if strict else ranked)


class Finds(Protocol):
    """What finds candidates over several plans: `vectorstore.search.Search`."""

    def candidates(self, query: str, forms: Sequence[str], scopes: Sequence[Scope] | None, k: int) -> Sequence[Hit]:
        """The k best passages, the best first."""


def found_among(search: Finds, question: Question, scopes: Sequence[Scope] | None) -> list[Ranked]:
    """The clauses of several plans, or of all there are, as one list, best first. No plan is read for it."""
    hits = search.candidates(question.search, question.forms, scopes, RANKED_OVER_ALL)
    facts = [facts_of_hit(hit) for hit in hits]
    kept = answering(question, hits, facts, among=True)
    return rank(question, [hits[i] for i in kept], [facts[i] for i in kept], among=True)


def closest(search: Finds, question: Question, scopes: Sequence[Scope] | None, most: int) -> Sequence[Scope]:
    """So many of the plans at most: where there are more, those with the clauses nearest to the question."""
    if scopes is not None and len(scopes) <= most:
        return scopes
    hits = search.candidates(question.search, question.forms, scopes, RANKED_OVER_ALL)
    return list(dict.fromkeys(hit.scope for hit in hits))[:most]
