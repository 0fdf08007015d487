"""The word index: exact words, numbers and dates, text without accents, and text that was read badly.

Four views of each passage, each a small BM25:

* accent   words with their diacritics; where the tone mark sits does not matter (hoá = hóa)
* folded   words without diacritics, for questions typed so
* trigram  three-letter pieces of the folded text, for garbled scans and typing errors
* heading  folded words of the headings above the passage alone

Our own BM25 rather than rank-bm25 (no release since 2022; it scores every document for every word in Python, 5 ms for
750 passages and one view) or bm25s (its statistics are fixed to one corpus): here a version's postings are made once
and the statistics of any scope are sums over its versions, so nothing is recomputed when a plan is published.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plan import text as texts
from plan.passages import Passage

Scores = NDArray[np.float32]
Tokens = Callable[[str], list[str]]
Terms = dict[str, dict[str, int]]  # by view, how often each token is held

K1, B = 1.2, 0.75
_INNER = re.compile(r"[./-]")
_LETTERS = re.compile(r"[^\W\d_]+(?:[./-][^\W\d_]+)+")
_LEADING_ZERO = re.compile(r"\b0+(?=\d)")


@lru_cache(maxsize=50_000)
def accent_key(word: str) -> str:
    """The word with its tone moved to the end: 'hoá' and 'hóa' meet, 'tam' and 'mat' do not."""
    parts = unicodedata.normalize("NFD", word)
    tone = "".join(mark for mark in parts if mark in texts.TONES)
    return "".join(mark for mark in parts if mark not in texts.TONES) + tone


def words(text: str) -> list[str]:
    """Words, with numbers of documents and dates whole and in parts: '219/kh-ubnd' also as 219, kh, ubnd.

    Abbreviations meet however they are joined: 'VH-XH' also as vhxh.
    """
    found: list[str] = []
    for word in texts.words(text):
        found.append(_LEADING_ZERO.sub("", word))
        parts = [part for part in _INNER.split(word) if part]
        if len(parts) > 1:
            found.extend(_LEADING_ZERO.sub("", part) for part in parts)
            if _LETTERS.fullmatch(word):
                found.append("".join(parts))
    return found


def accent_tokens(text: str) -> list[str]:
    """Words for the accent view."""
    return [accent_key(word) for word in words(text)]


def folded_tokens(text: str) -> list[str]:
    """Words for the folded views."""
    return words(texts.fold(text))


def trigrams(text: str) -> list[str]:
    """Overlapping three-letter pieces, word boundaries included, so that word order counts a little."""
    line = f" {' '.join(texts.syllables(texts.fold(text)))} "
    return [line[place : place + 3] for place in range(len(line) - 2)]


class View(NamedTuple):
    """How a passage and a question become tokens of one view."""

    name: str
    tokens: Tokens
    heading_only: bool = False

    def of(self, passage: Passage) -> list[str]:
        """The passage's tokens."""
        return self.tokens(" ".join(passage.path) if self.heading_only else passage.embedded())


VIEWS = (
    View("accent", accent_tokens),
    View("folded", folded_tokens),
    View("trigram", trigrams),
    View("heading", folded_tokens, heading_only=True),
)


def terms_of(passage: Passage) -> Terms:
    """By view, how often a passage holds each token."""
    return {view.name: dict(Counter(view.of(passage))) for view in VIEWS}


def idf(passages: int, holding: int) -> float:
    """How much holding a token tells, of so many passages."""
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def bm25(
    forms: Sequence[Mapping[str, float]], passages: Sequence[Mapping[str, int]], mean_length: float
) -> list[Scores]:
    """Scores of a few passages, by how often each holds its tokens: one array for each of the `forms` with weights."""
    tokens = list(dict.fromkeys(token for weights in forms for token in weights))
    lengths = np.array([sum(counts.values()) for counts in passages], np.float32)
    held = np.fromiter((counts.get(token, 0) for counts in passages for token in tokens), np.float32)
    held = held.reshape(len(passages), len(tokens))
    norm = K1 * (1 - B + B * lengths / mean_length)[:, None]
    part = held * (K1 + 1) / (held + norm)
    told = np.array([[weights.get(token, 0.0) for token in tokens] for weights in forms], np.float32)
    return list(np.asarray(told.reshape(len(forms), len(tokens)) @ part.T, np.float32))


@dataclass(frozen=True)
class Postings:
    """Which passages hold a token and how often, for one view of one version."""

    terms: dict[str, int]
    starts: NDArray[np.intp]  # of each term's run in the two arrays below
    passages: NDArray[np.intp]
    counts: Scores
    lengths: Scores

    @classmethod
    def of(cls, documents: Iterable[Mapping[str, int]]) -> Postings:
        """From how often each passage holds its tokens."""
        held = list(documents)
        terms: dict[str, int] = {}
        names = [terms.setdefault(token, len(terms)) for counts in held for token in counts]
        term, count = np.array(names, np.intp), np.array([n for counts in held for n in counts.values()], np.float32)
        passage = np.repeat(np.arange(len(held)), [len(counts) for counts in held])
        order = np.argsort(term, kind="stable")
        starts = np.concatenate(([0], np.cumsum(np.bincount(term, minlength=len(terms)), dtype=np.intp)))
        lengths = np.array([sum(counts.values()) for counts in held], np.float32)
        return cls(terms, starts, passage[order], count[order], lengths)

    def frequency(self, token: str) -> int:
        """How many passages hold the token."""
        place = self.terms.get(token)
        return 0 if place is None else int(self.starts[place + 1] - self.starts[place])

    def scores(self, weights: dict[str, float], mean_length: float) -> Scores:
        """BM25 of every passage for weighted tokens."""
        known = [(self.terms[token], weight) for token, weight in weights.items() if token in self.terms]
        if not known:
            return np.zeros(len(self.lengths), np.float32)
        runs = [slice(self.starts[place], self.starts[place + 1]) for place, _ in known]
        where = np.concatenate([self.passages[run] for run in runs])
        counts = np.concatenate([self.counts[run] for run in runs])
        weight = np.repeat([weight for _, weight in known], [run.stop - run.start for run in runs])
        norm = K1 * (1 - B + B * self.lengths / mean_length)
        parts = weight * counts * (K1 + 1) / (counts + norm[where])
        return np.bincount(where, parts, len(self.lengths)).astype(np.float32)


@dataclass(frozen=True)
class WordIndex:
    """The views of one version, by name."""

    views: dict[str, Postings]

    @classmethod
    def of(cls, passages: Sequence[Terms]) -> WordIndex:
        """From the terms of a version's passages."""
        return cls({view.name: Postings.of(terms[view.name] for terms in passages) for view in VIEWS})


def score(indexes: Sequence[WordIndex], query: str) -> dict[str, list[Scores]]:
    """By view, the scores of each index's passages, with the statistics of all of them together."""
    return {view.name: _score([index.views[view.name] for index in indexes], view.tokens(query)) for view in VIEWS}


def _score(all_postings: Sequence[Postings], tokens: Sequence[str]) -> list[Scores]:
    passages = sum(len(postings.lengths) for postings in all_postings)
    length = sum(float(postings.lengths.sum()) for postings in all_postings)
    weights: dict[str, float] = {}
    for token, count in Counter(tokens).items():
        frequency = sum(postings.frequency(token) for postings in all_postings)
        if frequency:
            weights[token] = count * idf(passages, frequency)
    mean = length / passages if length else 1.0
    return [postings.scores(weights, mean) for postings in all_postings]
