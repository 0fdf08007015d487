"""Candidates over more plans than are scored whole: looked up first, then scored exactly, and only the best are read.

Looked up are the nearest clause vectors in Chroma (HNSW), the passages that hold the question's rarest words, and those
of plans that it names. They are scored with the statistics of all live plans; what a passage says is read from the
database only where it is among the best.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from plan.model import Assignment
from plan.passages import Line, Passage
from plan.text import fold
from vectorstore import frequencies, plan_names, word_table
from vectorstore.errors import UnknownPlan
from vectorstore.frequencies import Known, chunks
from vectorstore.matrix import Layout, Scores, Vectors, cosines
from vectorstore.plan_index import (
    HALF,
    LOOKED_UP,
    Scope,
    Scorable,
    Stored,
    halves,
    read_called,
    read_scorable,
    read_stored,
    scope_of,
)
from vectorstore.plan_names import SUBJECT, Called
from vectorstore.tables import IndexedRow, PassageRow
from vectorstore.words import ALL, VIEWS, WordIndex, idf, number_of

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
    assignments: tuple[Assignment, ...] = ()  # the tasks the passage states

    @property
    def scope(self) -> Scope:
        return self.plan_id, self.version

    @classmethod
    def of(cls, scope: Scope, stored: Stored, dense: tuple[float, float, int], words: ByView, plan: float = 0.0) -> Hit:
        """`dense`: both cosines and the number of the best line; `words`: BM25 in the order of the views."""
        passage = stored.passage
        best = passage.lines[dense[2]] if passage.lines else Line(passage.text, passage.span)
        scores = (dense[0], dense[1], best, *words, plan)
        return cls(scope[0], scope[1], passage, *scores, stored.assignments)


def summed(signals: Mapping[str, NDArray[Any]], weights: dict[str, float], size: int) -> NDArray[np.float64]:
    """The sum of z-scores of so many passages, by the signals that have a weight."""
    total = np.zeros(size)
    for name, weight in weights.items():
        values = signals[name].astype(np.float64)
        spread = values.std() if size else 0.0
        if spread:
            total += weight * (values - values.mean()) / spread
    return total


def meant(connection: Connection, asked: Sequence[str], plans: Mapping[Scope, Called]) -> dict[Scope, float]:
    """By version, which share of what the question tells of plans speaks of this one."""
    words = plan_names.words_of(" ".join(asked))
    return _meant(asked, frequencies.known(connection, {SUBJECT: words})[SUBJECT], plans)


def _meant(asked: Sequence[str], subjects: Known, plans: Mapping[Scope, Called]) -> dict[Scope, float]:
    weights = {word: math.log((subjects.passages + 1) / (count + 0.5)) for word, count in subjects.held.items()}
    whole = sum(weights.values()) or 1.0
    folded = " ".join(fold(form) for form in asked)
    shares = {
        subject: sum(weights.get(word, 0.0) for word in subject.split()) / whole
        for subject in {called.subject for called in plans.values()}  # plans of many places share one
    }
    return {scope: shares[called.subject] + 2.0 * called.says(folded) for scope, called in plans.items()}


NAMED = 8  # plans that the question names by place or number, every passage of which is scored
NEAREST = 200  # vectors asked of Chroma for each form of the question
BY_WORDS = 200  # passages taken of those that hold its words
POSTINGS = 20_000  # passages looked through for words, the rarest words first; about 0.2 µs each
FEWEST_WORDS = 2  # are looked up, however common

Run = tuple[int, int]  # the first of some ids in a row, and how many there are


@dataclass(frozen=True, slots=True)
class _Told:
    """A token of a question: how many live passages hold it, its name in the word table, what holding it tells."""

    count: int
    name: str
    weight: float


class Question:
    """A question's words in every view, with what is known of them over all live plans; each is looked up once."""

    def __init__(self, connection: Connection, asked: Sequence[str]) -> None:
        self._connection = connection
        self._forms = {view.name: [Counter(view.tokens(form)) for form in asked] for view in VIEWS}
        tokens = {view: {token for form in forms for token in form} for view, forms in self._forms.items()}
        self.known = frequencies.known(connection, {**tokens, SUBJECT: plan_names.words_of(" ".join(asked))})
        self._holders: dict[str, word_table.Ids] = {}
        self._rarest = [self._ordered(number) for number in range(len(asked))]

    def holding(self, runs: Sequence[Run] | None) -> set[int]:
        """The passages that hold its rarest words, those that hold most of them; `runs`: of these ids alone."""
        best: dict[int, float] = {}
        for told in self._rarest:
            for at, weight in self._weighed(told, runs).items():
                best[at] = max(best.get(at, 0.0), weight)
        return set(heapq.nlargest(BY_WORDS, best, key=best.__getitem__))

    def scores(self, passages: Sequence[bytes]) -> list[Scores]:
        """By view, BM25 of passages by their packed words, the best over the forms of the question."""
        asked = {
            number_of(view, token) for view, forms in self._forms.items() for form in forms for token in (ALL, *form)
        }
        index = WordIndex.of(passages, asked)
        return [self._scores(index, view.name) for view in VIEWS]

    def _scores(self, index: WordIndex, view: str) -> Scores:
        all_held, count, length = self.known[view]
        known = {token: idf(count, held) for token, held in all_held.items()}
        mean = length / count if length else 1.0
        forms = [{token: n * known[token] for token, n in form.items() if token in known} for form in self._forms[view]]
        best: Scores = np.maximum.reduce([index.scores(view, weights, mean) for weights in forms])
        return best

    def _ordered(self, number: int) -> list[_Told]:
        """The tokens of one form that lead to passages, the rarest first."""
        found = []
        for view in LOOKED_UP:
            all_held, passages, _ = self.known[view]
            held = ((token, all_held[token]) for token in sorted(self._forms[view][number]) if token in all_held)
            found += [_Told(n, word_table.name_of(view, token), idf(passages, n)) for token, n in held]
        return sorted(found, key=lambda told: told.count)

    def _weighed(self, told: Sequence[_Told], runs: Sequence[Run] | None) -> dict[int, float]:
        taken = _affordable(told)
        missing = [each.name for each in taken if each.name not in self._holders]
        for chunk in chunks(missing):
            self._holders |= word_table.holders(self._connection, chunk)
        found = [self._holders[each.name] for each in taken]
        found = found if runs is None else [ids[word_table.within(ids, runs)] for ids in found]
        if not found:
            return {}
        names, place = np.unique(np.concatenate(found), return_inverse=True)
        sums = np.bincount(place, np.repeat([each.weight for each in taken], [len(ids) for ids in found]))
        top = np.argsort(-sums, kind="stable")[:BY_WORDS]
        return dict(zip(names[top].tolist(), sums[top].tolist(), strict=True))


def _affordable(told: Sequence[_Told]) -> Sequence[_Told]:
    """The rarest words, as many as are looked up."""
    spent = accumulate(each.count for each in told)
    return told[: max(FEWEST_WORDS, sum(each <= POSTINGS for each in spent))]


def looked_up(
    connection: Connection,
    asked: Sequence[str],
    vectors: Vectors,
    scopes: Sequence[Scope] | None,
    nearest: Nearest,
    k: int,
) -> list[Hit]:
    """The k best passages of many live versions, or of all, the best first."""
    runs = None if scopes is None else runs_of(connection, scopes)
    question = Question(connection, asked)
    found = _near(connection, vectors, nearest, runs)
    ids = question.holding(runs)
    if scopes is None:
        named = [hit.scope for hit in plan_names.named(connection, " ".join(asked[:1]))[:NAMED]]
        ids |= question.holding(runs_of(connection, named)) if named else set()
    found |= read_scorable(connection, PassageRow.id, ids - found.keys())
    return _best(connection, asked, question, vectors, dict(sorted(found.items())), k)


def resembling(connection: Connection, lines: Sequence[str], most: int) -> list[Scope]:
    """The plans with most of the passages that hold the rarest words of some lines."""
    ids = Question(connection, lines).holding(None) if lines else set()
    found: Counter[Scope] = Counter()
    for chunk in chunks(sorted(ids)):
        keys = connection.scalars(select(PassageRow.key).where(PassageRow.id.in_(chunk)))
        found.update(map(scope_of, keys))
    return [scope for scope, _ in found.most_common(most)]


def runs_of(connection: Connection, scopes: Iterable[Scope]) -> list[Run]:
    """The ids of versions as runs. Raises UnknownPlan for one that is not live."""
    wanted = dict.fromkeys(scopes)
    found: dict[Scope, Run] = {}
    columns = select(IndexedRow.plan_id, IndexedRow.version, IndexedRow.first, IndexedRow.count)
    for chunk in chunks(sorted({plan_id for plan_id, _ in wanted})):
        rows = connection.execute(columns.where(IndexedRow.plan_id.in_(chunk)))
        found.update(((plan_id, version), (first, count)) for plan_id, version, first, count in rows)
    missing = wanted.keys() - found.keys()
    if missing:
        raise UnknownPlan(f"{min(missing)} is not a live version.")
    return [found[scope] for scope in wanted]


def _near(
    connection: Connection, vectors: Vectors, nearest: Nearest, runs: Sequence[Run] | None
) -> dict[int, Scorable]:
    found = read_scorable(connection, PassageRow.key, {key for vector in vectors for key in nearest(vector, NEAREST)})
    if runs is None:
        return found
    inside = word_table.within(np.fromiter(found, np.int64), runs)
    return {at: each for (at, each), there in zip(found.items(), inside, strict=True) if there}


def _best(
    connection: Connection,
    asked: Sequence[str],
    question: Question,
    vectors: Vectors,
    found: Mapping[int, Scorable],
    k: int,
) -> list[Hit]:
    """Scored with the statistics of all live plans; the k best are read."""
    known = read_called(connection, {each.scope for each in found.values()})
    found = {at: each for at, each in found.items() if each.scope in known}
    if not found:
        return []
    names, passages = list(found), list(found.values())
    held = [len(each.vectors) // (HALF * vectors.shape[1]) for each in passages]
    matrix = halves([each.vectors for each in passages], sum(held))
    dense = Layout.of([count - 1 for count in held]).scores(cosines(matrix, vectors))
    words, spoken = question.scores([each.words for each in passages]), _meant(asked, question.known[SUBJECT], known)
    plan = np.array([spoken[each.scope] for each in passages])
    signals = {"clause": dense.clause, "line": dense.line, "bm25": words[0], "bm25_folded": words[1], "plan": plan}
    top = np.argsort(-summed(signals, OVER_ALL, len(passages)), kind="stable")[:k].tolist()
    stored = read_stored(connection, [names[i] for i in top])
    return [
        Hit.of(
            passages[i].scope,
            stored[names[i]],
            (float(dense.clause[i]), float(dense.line[i]), int(dense.best[i])),
            (float(words[0][i]), float(words[1][i]), float(words[2][i]), float(words[3][i])),
            float(plan[i]),
        )
        for i in top
        if names[i] in stored
    ]
