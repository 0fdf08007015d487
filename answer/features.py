"""The signals of a question and a passage as numbers, for the learnt ranking. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from answer.asked import Ask
from answer.facts import Facts
from answer.question import Question
from answer.wanted import holds
from plan.model import ClauseKind, Field
from plan.passages import Passage
from plan.text import fold
from reading.signals import content
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
    *("gap_clause", "gap_line", "prior"),
    *(f"field_{ask}" for ask, _ in _FIELD_ASKS),
    *("unit_any", "unit_lead", "unit_heading", "unit_missing", "tasks_unit_heading", "holds", "lacks"),
    *("figures", "figures_missing", "row", "row_table", "short", "heading_only"),
)
WORDS: tuple[str, ...] = (  # of the question, which of them
    "words_covered",  # by the clause and its headings, as a share
    "words_missing",  # as a count
    "words_in_headings",
    "words_in_lines",
    "words_in_nearest",  # heading
    "words_in_one_line",
    "words_rare",  # covered, each weighed by how few hits have it
    "words_rare_missing",  # the rarest of those that some hit has and this one lacks
    "pairs_covered",  # two words in a row
    "pairs_in_lines",
)
KNOWN = len(NAMES)  # signals that the shipped reader has learnt to read
_WORD = re.compile(r"[^\W_]+")
REMEMBERED = 4000  # passages whose words are kept


@dataclass(frozen=True, slots=True)
class _Words:
    """Folded words of a passage that single something out, and all its pairs of words."""

    headings: frozenset[str]
    nearest: frozenset[str]
    by_line: tuple[frozenset[str], ...]
    lines: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    line_pairs: frozenset[tuple[str, str]]


def features(question: Question, hits: Sequence[Hit], facts: Sequence[Facts]) -> Matrix:
    """One row per hit, columns as NAMES and WORDS. z-scores are taken over the hits, which are one scope."""
    z = np.column_stack([_z([getattr(hit, name) for hit in hits]) for name in SIGNALS])
    english, plain = float(question.english), float(question.plain and not question.english)
    gaps = np.column_stack([_gap([hit.clause for hit in hits]), _gap([hit.line for hit in hits])])
    facts_part = np.array([_facts_row(question, hit, fact) for hit, fact in zip(hits, facts, strict=True)])
    return np.hstack([z, z * english, z * plain, gaps, facts_part, _words_part(question, hits)])


def _words_part(question: Question, hits: Sequence[Hit]) -> Matrix:
    """Columns as WORDS."""
    text = " ".join((question.text, *question.forms[1:2])) if question.english else question.search
    asked, pairs = content(text), _pairs(text)
    told = [_words(hit.passage) for hit in hits]
    counts = Counter(word for words in told for word in asked & (words.headings | words.lines))
    rare = {word: math.log((len(hits) + 1) / (counts[word] + 0.5)) for word in counts}
    return np.array([_words_row(asked, pairs, words, rare) for words in told])


def _words_row(
    asked: frozenset[str], pairs: frozenset[tuple[str, str]], words: _Words, rare: dict[str, float]
) -> list[float]:
    whole, all_pairs, all_rare = max(1, len(asked)), max(1, len(pairs)), sum(rare.values()) or 1.0
    covered = asked & (words.headings | words.lines)
    return [
        len(covered) / whole,
        float(len(asked) - len(covered)),
        len(asked & words.headings) / whole,
        len(asked & words.lines) / whole,
        len(asked & words.nearest) / whole,
        max((len(asked & line) for line in words.by_line), default=0) / whole,
        sum(rare[word] for word in covered) / all_rare,
        max((rare[word] for word in rare if word not in covered), default=0.0),
        len(pairs & words.pairs) / all_pairs,
        len(pairs & words.line_pairs) / all_pairs,
    ]


@lru_cache(maxsize=REMEMBERED)
def _words(passage: Passage) -> _Words:
    headings, lines = " ".join(passage.path), [line.text for line in passage.lines] or [passage.text]
    by_line = tuple(content(line) for line in lines)
    line_pairs = _pairs(" ".join(lines))
    return _Words(
        _of_heading(headings),
        _of_heading(passage.path[-1]) if passage.path else frozenset(),
        by_line,
        frozenset().union(*by_line),
        line_pairs | _pairs(f"{headings} {lines[0]}"),
        line_pairs,
    )


_of_heading = lru_cache(maxsize=REMEMBERED)(content)  # many clauses stand below one


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    words = _WORD.findall(fold(text))
    return frozenset(pairwise(words))


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
    folded = fold(text) if question.figures else ""
    held = [holds(want, text) for want in question.wants]
    figures = [figure in folded for figure in question.figures]
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
