"""Which clauses may answer: found by vectors and words, ranked by learnt weights, within one plan or over many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from answer.facts import facts_of_hit
from answer.question import Question
from answer.rank import Ranked, answering, rank, states_fields
from answer.sense import content
from answer.shelf import Shelf
from plan.references import matches
from vectorstore.plan_index import Scope
from vectorstore.search import Hit, Search

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
