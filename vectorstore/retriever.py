"""Finding clauses: one LangChain retriever over vectors and words.

`hits` gives every passage of the scope with all its signals, for the learnt ranking in `answer`. `invoke` gives the
best few as LangChain documents, ranked by a plain sum, for anyone who wants just a retriever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from numpy.typing import NDArray

from plan.passages import Line, Passage
from vectorstore.embedding import Vectors, embed_queries
from vectorstore.matrix import FLOOR, Dense, cosines
from vectorstore.snapshot import Scope, Snapshot, VersionIndex
from vectorstore.words import Scores, score

MAX_HITS = 2000
NEAREST = 3000  # entries asked of Chroma when the corpus is too large for exact search
# Weights of the plain sum, by z-score within the scope: measured on 119 questions (notes on retrieval).
WEIGHTS = {"clause": 1.0, "line": 1.0, "bm25_folded": 0.3}

Nearest = Callable[[Vectors, Sequence[Scope], int], dict[str, float]]


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


class ClauseRetriever(BaseRetriever):
    """Passages of the live plans. `scopes` narrows it to certain versions; `k` is the number of documents."""

    snapshot: Callable[[], Snapshot]
    embeddings: Embeddings
    nearest: Nearest
    scopes: tuple[Scope, ...] | None = None
    k: int = 8

    def hits(self, query: str, scopes: Sequence[Scope] | None = None, variants: Sequence[str] = ()) -> list[Hit]:
        """Every passage of the scope in reading order (the best 2,000 of a larger one).

        `variants` are other forms of the question (diacritics restored, abbreviations spelt out, Vietnamese for
        English); each signal is the best over all forms.
        """
        indexes = self.snapshot().of(self.scopes if scopes is None else scopes)
        forms = list(dict.fromkeys((query, *variants)))
        if not indexes or not any(form.strip() for form in forms):
            return []
        dense = self._dense(indexes, embed_queries(self.embeddings, forms))
        words = _best_words(indexes, forms)
        found = [hit for place, index in enumerate(indexes) for hit in _hits(index, dense[place], words[place])]
        return found if len(found) <= MAX_HITS else _best(found, MAX_HITS)

    def _dense(self, indexes: Sequence[VersionIndex], queries: Vectors) -> list[Dense]:
        by_id: dict[str, float] = {}
        held_back = [index.scope for index in indexes if index.vectors is None]
        if held_back:
            for query in queries:
                for name, cosine in self.nearest(query, held_back, NEAREST).items():
                    by_id[name] = max(cosine, by_id.get(name, FLOOR))
        return [index.layout.scores(_cosines(index, queries, by_id)) for index in indexes]

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        snapshot = self.snapshot()
        best = _best(self.hits(query), self.k)
        return [_document(snapshot, hit) for hit in best]


def fused(hits: Sequence[Hit]) -> NDArray[np.float64]:
    """The plain sum of z-scores, by hit."""
    total = np.zeros(len(hits))
    for name, weight in WEIGHTS.items():
        values = np.array([getattr(hit, name) for hit in hits])
        spread = values.std() if len(values) else 0.0
        if spread:
            total += weight * (values - values.mean()) / spread
    return total


def _best(hits: Sequence[Hit], k: int) -> list[Hit]:
    return [hits[place] for place in np.argsort(-fused(hits), kind="stable")[:k]]


def _cosines(index: VersionIndex, queries: Vectors, by_id: dict[str, float]) -> Scores:
    if index.vectors is not None:
        return cosines(index.vectors, queries)
    return np.array([by_id.get(entry.id, FLOOR) for entry in index.entries], np.float32)


def _best_words(indexes: Sequence[VersionIndex], forms: Sequence[str]) -> list[dict[str, Scores]]:
    """By index and view, the best score over the forms of the question."""
    scores = [score([index.words for index in indexes], form) for form in forms]
    return [
        {view: np.maximum.reduce([each[view][place] for each in scores]) for view in scores[0]}
        for place in range(len(indexes))
    ]


def _hits(index: VersionIndex, dense: Dense, words: dict[str, Scores]) -> list[Hit]:
    plan_id, version = index.scope
    columns = zip(
        index.passages,
        dense.clause.tolist(),
        dense.line.tolist(),
        dense.best.tolist(),
        *(words[view].tolist() for view in ("accent", "folded", "trigram", "heading")),
        strict=True,
    )
    return [
        Hit(plan_id, version, passage, clause, line, _line(passage, best), bm25, folded, trigram, heading)
        for passage, clause, line, best, bm25, folded, trigram, heading in columns
    ]


def _line(passage: Passage, number: int) -> Line:
    return passage.lines[number] if passage.lines else Line(passage.text, passage.span)


def _document(snapshot: Snapshot, hit: Hit) -> Document:
    """Its content is cut from the canonical text, so a quote of it can be checked by the offsets."""
    version = snapshot.by_scope[hit.plan_id, hit.version].version
    span = hit.passage.span
    metadata = {
        "plan_id": hit.plan_id,
        "version": hit.version,
        "file": version.file,
        "address": hit.passage.address,
        "start": span.start,
        "end": span.end,
        "page": version.page(span.start),
    }
    return Document(page_content=span.of(version.text), metadata=metadata)
