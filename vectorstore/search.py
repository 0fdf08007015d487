"""Finding clauses in one plan or in all of a province: the k best passages with all their signals.

Plans that are chosen, and all of them where they are few, are scored whole and exactly, each from an index that is
kept while it is used. Over more, passages are first looked up: the nearest clause vectors in Chroma (HNSW), those that
hold the question's rarest words, those of plans that it names. Only these are loaded and scored, exactly, with the
statistics of all live plans. So a question costs what it asks for, not what there is.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from plan.model import Assignment
from plan.passages import Line, Passage
from plan.text import fold
from vectorstore import frequencies, plan_names, word_table
from vectorstore.errors import UnknownPlan
from vectorstore.frequencies import chunks
from vectorstore.matrix import Dense, Embeddings, Layout, Scores, Vectors, cosines, embed_queries
from vectorstore.plan_index import (
    LOOKED_UP,
    Loaded,
    PlanCard,
    PlanIndex,
    Scope,
    Stored,
    card_of,
    ids_of,
    read_passages,
    read_version,
)
from vectorstore.plan_names import PlanHit
from vectorstore.tables import IndexedRow
from vectorstore.words import VIEWS, View, bm25, idf, score

K = 48
WHOLE = 48  # plans at most that are scored whole, as most offices have; more are searched through the look-ups
NAMED = 8  # plans that the question names by place or number, every passage of which is scored
KEPT = 64  # plans' indexes kept in memory, about 2 MB each
NEAREST = 200  # vectors asked of Chroma for each form of the question
BY_WORDS = 200  # passages taken of those that hold its words
POSTINGS = 20_000  # passages looked through for words, the rarest words first; about 1 µs each
FEWEST_WORDS = 2  # are looked up, however common
# Weights of the sums by z-score: of one scope as measured on 119 questions (notes on retrieval), over all plans below.
WEIGHTS = {"clause": 1.0, "line": 1.0, "bm25_folded": 0.3}
OVER_ALL = {"clause": 1.0, "line": 1.0, "bm25": 0.3, "bm25_folded": 0.3, "plan": 0.6}

Nearest = Callable[[Vectors, int], dict[str, float]]
Sessions = Callable[[], AbstractContextManager[Session]]


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


@dataclass(frozen=True)
class Part:
    """A plan scored whole."""

    index: PlanIndex
    dense: Dense
    words: dict[str, Scores]  # by view

    @property
    def scope(self) -> Scope:
        """Plan and number of the version."""
        return self.index.scope

    @property
    def card(self) -> PlanCard:
        """What is told of the plan."""
        return self.index.card

    @property
    def signals(self) -> dict[str, Scores]:
        """By passage, what the sums are made of."""
        words = {"bm25": self.words["accent"], "bm25_folded": self.words["folded"]}
        return {"clause": self.dense.clause, "line": self.dense.line, **words}

    def hit(self, place: int) -> Hit:
        """One passage."""
        dense = float(self.dense.clause[place]), float(self.dense.line[place]), int(self.dense.best[place])
        accent, folded, trigram, heading = (float(self.words[view.name][place]) for view in VIEWS)
        return _hit(self.card, self.index.stored[place], dense, (accent, folded, trigram, heading))

    def hits(self) -> list[Hit]:
        """Every passage, in reading order."""
        return [self.hit(place) for place in range(len(self.index.stored))]


class Search:
    """Look-ups in the catalog's index and in Chroma. Safe to use from any thread."""

    def __init__(self, sessions: Sessions, embeddings: Embeddings, nearest: Nearest) -> None:
        self._sessions, self._embeddings, self._nearest = sessions, embeddings, nearest
        self._kept: OrderedDict[tuple[Scope, int], PlanIndex] = OrderedDict()
        self._lock = Lock()

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
                return self._looked_up(session, asked, vectors, scopes, k)
            parts = self._whole(session, asked, vectors, few)
            meant = {} if scopes else _meant(session.connection(), asked, {each.scope: each.card for each in parts})
            return _best_of(parts, k, meant)

    def every(self, query: str, forms: Sequence[str], scopes: Sequence[Scope]) -> list[Hit]:
        """Every passage of the live versions in `scopes`, in reading order, with its signals."""
        asked = _forms(query, forms)
        if not asked or not scopes:
            return []
        with self._sessions() as session:
            parts = self._whole(session, asked, embed_queries(self._embeddings, asked), scopes)
            return [hit for part in parts for hit in part.hits()]

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
        runs = _runs(session.connection(), scopes)
        return [self._index(session, scope, first) for scope, (first, _) in zip(scopes, runs, strict=True)]

    def _index(self, session: Session, scope: Scope, first: int) -> PlanIndex:
        name = scope, first  # a removed plan's number can come again, with other ids
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        index = read_version(session, scope)
        if index is None:
            raise UnknownPlan(f"{scope} is not a live version.")
        with self._lock:
            self._kept[name] = index
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return index

    # Over everything

    def _looked_up(
        self, session: Session, asked: Sequence[str], vectors: Vectors, scopes: Sequence[Scope] | None, k: int
    ) -> list[Hit]:
        connection = session.connection()
        runs = None if scopes is None else _runs(connection, scopes)
        near = self._near(connection, vectors, runs)
        ids = near | _holding(connection, asked, runs)
        if scopes is None:
            named = [hit.scope for hit in plan_names.find(connection, " ".join(asked[:1])) if hit.named][:NAMED]
            ids |= _holding(connection, asked, _runs(connection, named)) if named else set()
        loaded = read_passages(connection, ids)
        hits = _scored(connection, asked, vectors, loaded)
        return _best(hits, OVER_ALL, k)

    def _near(self, connection: Connection, vectors: Vectors, runs: Sequence[tuple[int, int]] | None) -> set[int]:
        keys = {key for vector in vectors for key in self._nearest(vector, NEAREST)}
        found = np.fromiter(ids_of(connection, keys).values(), np.int64)
        return set((found if runs is None else found[word_table.within(found, runs)]).tolist())


def _forms(query: str, forms: Sequence[str]) -> list[str]:
    return [form for form in dict.fromkeys((query, *forms)) if form.strip()]


def fused(hits: Sequence[Hit], weights: dict[str, float] | None = None) -> NDArray[np.float64]:
    """The plain sum of z-scores, by hit."""
    weights = weights or WEIGHTS
    return _sum({name: np.array([getattr(hit, name) for hit in hits]) for name in weights}, weights, len(hits))


def _sum(signals: Mapping[str, NDArray[Any]], weights: dict[str, float], size: int) -> NDArray[np.float64]:
    total = np.zeros(size)
    for name, weight in weights.items():
        values = signals[name].astype(np.float64)
        spread = values.std() if size else 0.0
        if spread:
            total += weight * (values - values.mean()) / spread
    return total


def _best(hits: Sequence[Hit], weights: dict[str, float], k: int) -> list[Hit]:
    return [hits[place] for place in np.argsort(-fused(hits, weights), kind="stable")[:k]]


def _best_of(parts: Sequence[Part], k: int, meant: Mapping[Scope, float]) -> list[Hit]:
    """The best of plans scored whole; `meant`: by version, how much the question speaks of it, where none is chosen."""
    owners = [(part, place) for part in parts for place in range(len(part.index.stored))]
    if not owners:
        return []
    signals = {name: np.concatenate([part.signals[name] for part in parts]) for name in parts[0].signals}
    if meant:
        signals["plan"] = np.array([meant[part.scope] for part, _ in owners])
    total = _sum(signals, OVER_ALL if meant else WEIGHTS, len(owners))
    best = (owners[at] for at in np.argsort(-total, kind="stable")[:k])
    return [replace(part.hit(place), plan=meant.get(part.scope, 0.0)) for part, place in best]


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


def _hit(
    card: PlanCard, stored: Stored, dense: tuple[float, float, int], words: tuple[float, float, float, float]
) -> Hit:
    passage = stored.passage
    best = passage.lines[dense[2]] if passage.lines else Line(passage.text, passage.span)
    return Hit(
        card.plan_id, card.version, passage, dense[0], dense[1], best, *words,
        card=card, assignments=stored.assignments,
    )  # fmt: skip


def _runs(connection: Connection, scopes: Iterable[Scope]) -> list[tuple[int, int]]:
    """The ids of versions as runs."""
    wanted = dict.fromkeys(scopes)
    found: dict[Scope, tuple[int, int]] = {}
    columns = select(IndexedRow.plan_id, IndexedRow.version, IndexedRow.first, IndexedRow.count)
    for chunk in chunks(sorted({plan_id for plan_id, _ in wanted})):
        rows = connection.execute(columns.where(IndexedRow.plan_id.in_(chunk)))
        found.update(((plan_id, version), (first, count)) for plan_id, version, first, count in rows)
    missing = wanted.keys() - found.keys()
    if missing:
        raise UnknownPlan(f"{min(missing)} is not a live version.")
    return [found[scope] for scope in wanted]


def _holding(connection: Connection, asked: Sequence[str], runs: Sequence[tuple[int, int]] | None) -> set[int]:
    """The passages that hold the question's rarest words, those that hold most of them."""
    best: dict[int, float] = {}
    for form in asked:
        for at, weight in _weighed(connection, form, runs).items():
            best[at] = max(best.get(at, 0.0), weight)
    return set(heapq.nlargest(BY_WORDS, best, key=best.__getitem__))


def _weighed(connection: Connection, form: str, runs: Sequence[tuple[int, int]] | None) -> dict[int, float]:
    told = sorted(_told(connection, form), key=lambda each: each[0])
    ids, weights, spent = [], [], 0
    for number, (count, token, weight) in enumerate(told):
        spent += count
        if spent > POSTINGS and number >= FEWEST_WORDS:
            break
        found = word_table.holders(connection, token, runs)
        ids.append(found)
        weights.append(np.full(len(found), weight))
    if not ids:
        return {}
    names, place = np.unique(np.concatenate(ids), return_inverse=True)
    sums = np.bincount(place, np.concatenate(weights))
    top = np.argsort(-sums, kind="stable")[:BY_WORDS]
    return dict(zip(names[top].tolist(), sums[top].tolist(), strict=True))


def _told(connection: Connection, form: str) -> list[tuple[int, str, float]]:
    """For each token looked up: how many passages hold it, its name there, and what holding it tells."""
    found = []
    for view in VIEWS:
        if view.name in LOOKED_UP:
            passages, _ = frequencies.totals(connection, view.name)
            counts = frequencies.of(connection, view.name, view.tokens(form))
            found += [
                (count, word_table.name_of(view.name, token), idf(passages, count))
                for token, count in counts.items()
                if count > 0
            ]
    return found


def _scored(connection: Connection, asked: Sequence[str], vectors: Vectors, loaded: dict[int, Loaded]) -> list[Hit]:
    """All signals of loaded passages, with the statistics of all live plans."""
    if not loaded:
        return []
    cards = _cards(connection, loaded)
    stored = [each.stored for each in loaded.values()]
    matrix = np.concatenate([each.vectors for each in loaded.values()])
    dense = Layout.of([each.vectors - 1 for each in stored]).scores(cosines(matrix, vectors))
    best = [_words(connection, view, [each.terms[view.name] for each in loaded.values()], asked) for view in VIEWS]
    meant = _meant(connection, asked, {card.scope: card for card in cards.values()})
    return [
        replace(
            _hit(cards[at], each, (float(dense.clause[i]), float(dense.line[i]), int(dense.best[i])),
                 (float(best[0][i]), float(best[1][i]), float(best[2][i]), float(best[3][i]))),
            plan=meant[cards[at].scope],
        )
        for i, (at, each) in enumerate(zip(loaded, stored, strict=True))
    ]  # fmt: skip


def _cards(connection: Connection, ids: Iterable[int]) -> dict[int, PlanCard]:
    """By passage, the card of its version."""
    found: dict[int, PlanCard] = {}
    columns = select(IndexedRow.first, IndexedRow.count, IndexedRow.card).order_by(IndexedRow.first.desc()).limit(1)
    end, card = 0, None
    for at in sorted(ids):
        if card is None or at >= end:
            row = connection.execute(columns.where(IndexedRow.first <= at)).one()
            end, card = row.first + row.count, card_of(row.card)
        found[at] = card
    return found


def _words(connection: Connection, view: View, passages: Sequence[Mapping[str, int]], asked: Sequence[str]) -> Scores:
    """BM25 of passages in one view, the best over the forms of the question."""
    forms = [Counter(view.tokens(form)) for form in asked]
    count, length = frequencies.totals(connection, view.name)
    spread = frequencies.of(connection, view.name, {token for form in forms for token in form})
    known = {token: idf(count, holding) for token, holding in spread.items() if holding > 0}
    mean = length / count if length else 1.0
    weights = [{token: n * known[token] for token, n in form.items() if token in known} for form in forms]
    best: Scores = np.maximum.reduce([bm25(each, passages, mean) for each in weights])
    return best


def _meant(connection: Connection, asked: Sequence[str], cards: dict[Scope, PlanCard]) -> dict[Scope, float]:
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
