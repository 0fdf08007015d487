"""What the engine keeps of one set of live plans: shelves, words that are common, the understanding of spelling."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from answer.shelf import Shelf
from answer.understand import Understanding
from plan.text import fold
from vectorstore.plan_index import Scope


class Desk:
    """What the engine keeps of one set of live plans: shelves, words that are common, the understanding of spelling."""

    def __init__(self, shelves: Sequence[Shelf]) -> None:
        self.shelves = tuple(shelves)
        self.by_scope: dict[Scope, Shelf] = {shelf.scope: shelf for shelf in shelves}
        self._common: dict[Shelf, frozenset[str]] = {}

    @cached_property
    def understanding(self) -> Understanding:
        """How questions over these plans are read."""
        return Understanding([s.version.text for s in self.shelves if not s.garbled])

    def common(self, shelf: Shelf) -> frozenset[str]:
        """Words that stand in a fifth of a plan's passages and so single nothing out, and those of its title."""
        if shelf not in self._common:
            self._common[shelf] = _common_words(shelf)
        return self._common[shelf]


def _common_words(shelf: Shelf) -> frozenset[str]:
    size = len(shelf.passages)
    title = re.findall(r"[^\W\d]+", fold(f"{shelf.version.info.title} {shelf.version.info.place}"))
    often = (word for word, n in passage_words(shelf).items() if n >= max(4, size / 5))
    return frozenset(often) | frozenset(title)


def passage_words(shelf: Shelf) -> Counter[str]:
    """For each folded word of a plan how many of its passages use it."""
    counts: Counter[str] = Counter()
    for passage in shelf.passages:
        counts.update(set(re.findall(r"[^\W\d_]{2,}", fold(f"{' '.join(passage.path)} {passage.text}"))))
    return counts
