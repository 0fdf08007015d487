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
import zlib
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
NAME, COUNT = np.dtype("<u4"), np.dtype("<u2")
ENTRY, MOST, LOW = NAME.itemsize + COUNT.itemsize, 2**16 - 1, 2**16 - 1
ALL = ""  # the token that stands for everything of a view
Tokens = Callable[[str], list[str]]
Terms = dict[str, dict[str, int]]  # by view, how often each token is held
Counted = tuple[str, str, int, int]  # a token of a view, how many passages hold it; under ALL how many tokens there are

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
    return [accent_key(word) for word in words(text)]


def folded_tokens(text: str) -> list[str]:
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


@lru_cache(maxsize=20_000)
def number_of(view: str, token: str) -> int:
    """A token's name in an index. Of 100,000 tokens one or two pairs share theirs, and count as one another."""
    return zlib.crc32(f"{view[0]}:{token}".encode())


def packed(terms: Terms) -> bytes:
    """A passage's tokens as the index keeps them: their names, then how often it holds each. Under the name of a view's
    empty token stands how many it holds of that view together."""
    held = {
        number_of(view, token): min(count, MOST)
        for view, counts in terms.items()
        for token, count in ((ALL, sum(counts.values())), *counts.items())
    }
    return np.array([*held], NAME).tobytes() + np.array([*held.values()], COUNT).tobytes()


def counted(passages: Sequence[Terms]) -> list[Counted]:
    """What passages add to the sums over all plans."""
    counts: list[Counted] = []
    for view in (view.name for view in VIEWS):
        held = Counter(token for each in passages for token in each[view])
        counts.append((view, ALL, len(passages), sum(sum(each[view].values()) for each in passages)))
        counts += ((view, token, count, 0) for token, count in held.items())
    return counts


@dataclass(frozen=True)
class WordIndex:
    """Which of some passages hold a token and how often, in every view."""

    size: int  # how many passages
    places: dict[int, int]  # by name of a token, which of the runs below is its own
    starts: NDArray[np.intp]  # of the runs in the two arrays below
    passages: NDArray[np.intp]
    counts: Scores

    @classmethod
    def of(cls, passages: Sequence[bytes], only: Iterable[int] | None = None) -> WordIndex:
        """From packed tokens. `only` the tokens of these names are asked for: others may be left out."""
        parted = [len(each) // ENTRY * NAME.itemsize for each in passages]
        name = np.frombuffer(b"".join(each[:at] for each, at in zip(passages, parted, strict=True)), NAME)
        count = np.frombuffer(b"".join(each[at:] for each, at in zip(passages, parted, strict=True)), COUNT)
        passage = np.repeat(np.arange(len(passages)), [at // NAME.itemsize for at in parted])
        if only is not None:
            kept = _may_be(name, only)
            name, count, passage = name[kept], count[kept], passage[kept]
        order = np.argsort(name, kind="stable")
        names, starts = np.unique(name[order], return_index=True)
        places = {each: place for place, each in enumerate(names.tolist())}
        starts = np.append(starts, len(name))
        return cls(len(passages), places, starts, passage[order], count[order].astype(np.float32))

    def frequency(self, view: str, token: str) -> int:
        run = self._run(view, token)
        return int(run.stop - run.start)

    def lengths(self, view: str) -> Scores:
        """How many tokens of the view each passage holds."""
        lengths, run = np.zeros(self.size, np.float32), self._run(view, ALL)
        lengths[self.passages[run]] = self.counts[run]
        return lengths

    def scores(self, view: str, weights: Mapping[str, float], mean_length: float) -> Scores:
        """BM25 of every passage for weighted tokens of a view."""
        runs = [self._run(view, token) for token in weights]
        if not any(run.stop for run in runs):
            return np.zeros(self.size, np.float32)
        where = np.concatenate([self.passages[run] for run in runs])
        counts = np.concatenate([self.counts[run] for run in runs])
        weight = np.repeat([*weights.values()], [run.stop - run.start for run in runs])
        norm = K1 * (1 - B + B * self.lengths(view) / mean_length)
        parts = weight * counts * (K1 + 1) / (counts + norm[where])
        return np.bincount(where, parts, self.size).astype(np.float32)

    def _run(self, view: str, token: str) -> slice:
        place = self.places.get(number_of(view, token))
        return slice(0, 0) if place is None else slice(self.starts[place], self.starts[place + 1])


def _may_be(names: NDArray[np.uint32], wanted: Iterable[int]) -> NDArray[np.intp]:
    """Where names stand that may be among those wanted, by half their bits: the others need no sorting."""
    table = np.zeros(LOW + 1, bool)
    table[np.fromiter(wanted, NAME) & LOW] = True
    return np.flatnonzero(table[names & LOW])


def score(indexes: Sequence[WordIndex], query: str) -> dict[str, list[Scores]]:
    """By view, the scores of each index's passages, with the statistics of all of them together."""
    return {view.name: _score(indexes, view.name, view.tokens(query)) for view in VIEWS}


def _score(indexes: Sequence[WordIndex], view: str, tokens: Sequence[str]) -> list[Scores]:
    passages = sum(index.size for index in indexes)
    length = sum(float(index.lengths(view).sum()) for index in indexes)
    weights: dict[str, float] = {}
    for token, count in Counter(tokens).items():
        frequency = sum(index.frequency(view, token) for index in indexes)
        if frequency:
            weights[token] = count * idf(passages, frequency)
    mean = length / passages if length else 1.0
    return [index.scores(view, weights, mean) for index in indexes]
