"""The signals of a question and a passage as numbers, for the learnt ranking and the judge. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from answer.asked import Ask
from answer.facts import Facts
from answer.question import Question
from answer.wanted import holds
from plan.model import ClauseKind, Field
from plan.text import fold
from vectorstore.search import Hit

Matrix = NDArray[np.float64]
SIGNALS = ("clause", "line", "bm25", "bm25_folded", "trigram", "heading")
_FIELD_ASKS = (
    (Ask.LEAD, Field.LEAD),
    (Ask.COORD, Field.COORDINATING),
    (Ask.DEADLINE, Field.DEADLINE),
    (Ask.PRODUCT, Field.PRODUCT),
)

NAMES: tuple[str, ...] = (
    *(f"z_{name}" for name in SIGNALS),
    *(f"en_{name}" for name in SIGNALS),
    *(f"plain_{name}" for name in SIGNALS),
    "gap_clause",
    "gap_line",
    "prior",
    *(f"field_{ask}" for ask, _ in _FIELD_ASKS),
    "unit_any",
    "unit_lead",
    "unit_heading",
    "unit_missing",
    "tasks_unit_heading",
    "holds",
    "lacks",
    "figures",
    "figures_missing",
    "row",
    "row_table",
    "short",
    "heading_only",
)


def features(question: Question, hits: Sequence[Hit], facts: Sequence[Facts]) -> Matrix:
    """One row per hit, columns as NAMES. z-scores are taken over the hits, which are one scope."""
    z = np.column_stack([_z([getattr(hit, name) for hit in hits]) for name in SIGNALS])
    english, plain = float(question.english), float(question.plain and not question.english)
    gaps = np.column_stack([_gap([hit.clause for hit in hits]), _gap([hit.line for hit in hits])])
    facts_part = np.array([_facts_row(question, hit, fact) for hit, fact in zip(hits, facts, strict=True)])
    return np.hstack([z, z * english, z * plain, gaps, facts_part])


def _z(values: Sequence[float]) -> Matrix:
    array = np.array(values, dtype=np.float64)
    spread = array.std()
    scaled: Matrix = (array - array.mean()) / spread if spread > 1e-9 else np.zeros_like(array)
    return scaled


def _gap(values: Sequence[float]) -> Matrix:
    """How far below the best of the scope, in tenths of cosine."""
    array = np.array(values, dtype=np.float64)
    tenths: Matrix = (array - array.max()) * 10
    return tenths


def _facts_row(question: Question, hit: Hit, fact: Facts) -> list[float]:
    asks, units = question.asks, question.units
    fields = [(1.0 if field in fact.fields else -1.0) if ask in asks else 0.0 for ask, field in _FIELD_ASKS]
    shared = bool(units & fact.units)
    tasks = Ask.UNIT_TASKS in asks and bool(units & fact.heading_units)
    text = f"{' '.join(hit.passage.path)} {hit.passage.text}"
    held = [holds(want, text) for want in question.wants]
    figures = [figure in fold(text) for figure in question.figures]
    row = hit.passage.kind is ClauseKind.ROW
    return [
        question.prior(fact.section),
        *fields,
        float(shared),
        float(bool(units & fact.leads)),
        float(bool(units & fact.heading_units)),
        float(bool(units) and not shared),
        float(tasks),
        float(bool(held) and all(held)),
        float(bool(held) and not all(held)),
        float(sum(figures)),
        float(len(figures) - sum(figures)),
        float(row),
        float(row and question.table),
        float(len(hit.passage.text) < 60),
        float(not re.search(r"\w", hit.passage.text)),
    ]
