"""Finding clauses in one plan or in all of a province: the k best passages with all their signals.

Plans that are chosen, and all of them where they are few, are scored whole and exactly, each from an index that is
kept while it is used. Over more, passages are first looked up (`vectorstore.looked_up`). So a question costs what it
asks for, not what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from plan.passages import Passage
from plan.recent import Recent
from vectorstore import plan_names
from vectorstore.errors import UnknownPlan
from vectorstore.looked_up import OVER_ALL, WEIGHTS, Hit, Nearest, looked_up, meant, runs_of, summed
from vectorstore.matrix import Dense, Embeddings, Scores, Vectors, cosines, embed_queries
from vectorstore.plan_index import PlanIndex, Scope, read_version
from vectorstore.plan_names import PlanHit
from vectorstore.tables import IndexedRow
from vectorstore.words import VIEWS, score

__all__ = ["Hit", "Search"]

K = 48
WHOLE = 48  # plans at most that are scored whole, as most offices have; more are searched through the look-ups
KEPT = 64  # plans' indexes kept in memory, about 2 MB each

Sessions = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Part:
    """A plan scored whole."""

    index: PlanIndex
    dense: Dense
    words: dict[str, Scores]  # by view

    @property
    def scope(self) -> Scope:
        return self.index.scope

    @property
    def signals(self) -> dict[str, Scores]:
        """By passage, what the sums are made of."""
        words = {"bm25": self.words["accent"], "bm25_folded": self.words["folded"]}
        return {"clause": self.dense.clause, "line": self.dense.line, **words}

    def hit(self, place: int) -> Hit:
        dense = float(self.dense.clause[place]), float(self.dense.line[place]), int(self.dense.best[place])
        accent, folded, trigram, heading = (float(self.words[view.name][place]) for view in VIEWS)
        return Hit.of(self.scope, self.index.stored[place], dense, (accent, folded, trigram, heading))

    def hits(self) -> list[Hit]:
        return [self.hit(place) for place in range(len(self.index.stored))]


class Search:
    """Look-ups in the catalog's index and in Chroma. Safe to use from any thread."""

    def __init__(self, sessions: Sessions, embeddings: Embeddings, nearest: Nearest) -> None:
        self._sessions, self._embeddings, self._nearest = sessions, embeddings, nearest
        self._kept: Recent[tuple[Scope, int], PlanIndex] = Recent(KEPT)

    def candidates(
        self, query: str, forms: Sequence[str] = (), scopes: Sequence[Scope] | None = None, k: int = K
    ) -> list[Hit]:
        """The k best passages of the live versions in `scopes`, or of all, the best first.

        `forms` are other forms of the question (diacritics restored, abbreviations spelt out, Vietnamese for English);
        each signal is the best over all of them. Raises UnknownPlan for a scope that is not live.
        """
        asked = _forms(query, forms)
        if not asked or (scopes is not None and not scopes):
            return []
        vectors = embed_queries(self._embeddings, asked)
        with self._sessions() as session:
            few = _all_if_few(session.connection()) if scopes is None else list(dict.fromkeys(scopes))
            if few is None or len(few) > WHOLE:
                return looked_up(session.connection(), asked, vectors, scopes, self._nearest, k)
            parts = self._whole(session, asked, vectors, few)
            spoken = (
                {} if scopes else meant(session.connection(), asked, {each.scope: each.index.called for each in parts})
            )
            return _best_of(parts, k, spoken)

    def every(self, query: str, forms: Sequence[str], scopes: Sequence[Scope]) -> list[Hit]:
        """Every passage of the live versions in `scopes`, in reading order, with its signals."""
        asked = _forms(query, forms)
        if not asked or not scopes:
            return []
        with self._sessions() as session:
            parts = self._whole(session, asked, embed_queries(self._embeddings, asked), scopes)
            return [hit for part in parts for hit in part.hits()]

    def passages(self, scope: Scope) -> tuple[Passage, ...]:
        """What can be found in a live version, in reading order. Raises UnknownPlan for one that is not live."""
        with self._sessions() as session:
            return self._indexes(session, [scope])[0].passages

    def plans(self, text: str) -> list[PlanHit]:
        """The live plans a question may name, the likeliest first: by place, number, or words of their subjects."""
        with self._sessions() as session:
            return plan_names.find(session.connection(), text)

    # A few plans, whole

    def _whole(self, session: Session, asked: Sequence[str], vectors: Vectors, scopes: Sequence[Scope]) -> list[Part]:
        indexes = self._indexes(session, list(dict.fromkeys(scopes)))
        words = _best_words(indexes, asked)
        return [
            Part(index, index.layout.scores(cosines(index.vectors, vectors)), scores)
            for index, scores in zip(indexes, words, strict=True)
        ]

    def _indexes(self, session: Session, scopes: Sequence[Scope]) -> list[PlanIndex]:
        runs = runs_of(session.connection(), scopes)
        return [self._index(session, scope, first) for scope, (first, _) in zip(scopes, runs, strict=True)]

    def _index(self, session: Session, scope: Scope, first: int) -> PlanIndex:
        name = scope, first  # a removed plan's number can come again, with other ids
        index = self._kept.get(name) or read_version(session, scope)
        if index is None:
            raise UnknownPlan(f"{scope} is not a live version.")
        return self._kept.keep(name, index)


def _forms(query: str, forms: Sequence[str]) -> list[str]:
    return [form for form in dict.fromkeys((query, *forms)) if form.strip()]


def _best_of(parts: Sequence[Part], k: int, spoken: Mapping[Scope, float]) -> list[Hit]:
    """The best of plans scored whole; `spoken`: by version, how much the question speaks of it, if none is chosen."""
    owners = [(part, place) for part in parts for place in range(len(part.index.stored))]
    if not owners:
        return []
    signals = {name: np.concatenate([part.signals[name] for part in parts]) for name in parts[0].signals}
    if spoken:
        signals["plan"] = np.array([spoken[part.scope] for part, _ in owners])
    total = summed(signals, OVER_ALL if spoken else WEIGHTS, len(owners))
    best = (owners[at] for at in np.argsort(-total, kind="stable")[:k])
    return [replace(part.hit(place), plan=spoken.get(part.scope, 0.0)) for part, place in best]


def _all_if_few(connection: Connection) -> list[Scope] | None:
    """All live versions, or None where they are more than are scored whole."""
    columns = select(IndexedRow.plan_id, IndexedRow.version).order_by(IndexedRow.plan_id).limit(WHOLE + 1)
    found = [(plan_id, version) for plan_id, version in connection.execute(columns)]
    return found if len(found) <= WHOLE else None


def _best_words(indexes: Sequence[PlanIndex], asked: Sequence[str]) -> list[dict[str, Scores]]:
    """By index and view, the best score over the forms of the question."""
    scores = [score([index.words for index in indexes], form) for form in asked]
    return [
        {view: np.maximum.reduce([each[view][place] for each in scores]) for view in scores[0]}
        for place in range(len(indexes))
    ]
