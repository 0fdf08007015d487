"""A live version with everything an answer needs of it at hand: tree, passages, facts. Built once, then only read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from answer.facts import Facts, facts_of
from language.syllable import canonical
from plan.model import PlanVersion
from plan.passages import Passage, passages_of
from plan.text import fold, lower
from plan.tree import Tree
from plan.units import unit_ids
from vectorstore.plan_index import Scope

_WORD = re.compile(r"[^\W\d_]{2,}")


class Shelves(Protocol):
    """Plans by their versions, however they are kept."""

    def __getitem__(self, scope: Scope, /) -> Shelf:
        """The plan's shelf."""


@dataclass(frozen=True)
class Shelf:
    """One version. Compared by identity, so it can be a key."""

    version: PlanVersion
    cut: Callable[[PlanVersion], tuple[Passage, ...]] = passages_of  # or what tells how the index has cut it

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    @property
    def scope(self) -> Scope:
        """Plan id and version number."""
        return self.version.plan_id, self.version.version

    @cached_property
    def tree(self) -> Tree:
        """Its clauses by address."""
        return Tree(self.version.text, self.version.clauses)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """What can be found in it."""
        return self.cut(self.version)

    @cached_property
    def facts(self) -> dict[str, Facts]:
        """Facts of each passage, by address."""
        return facts_of(self.version, self.passages)

    @cached_property
    def units(self) -> frozenset[str]:
        """Every unit the plan names outside its legal bases."""
        return frozenset().union(*(unit_ids(clause_text) for clause_text in self._texts()))

    @cached_property
    def folded(self) -> str:
        """Its whole text as it is compared: every question looks whether the plan has a word at all."""
        return fold(self.version.text)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Its folded words."""
        return frozenset(_WORD.findall(self.folded))

    @cached_property
    def spelt(self) -> frozenset[str]:
        """Its words with their accents, each spelt as `canonical` does."""
        return frozenset(self._words)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Two of these words each that follow one another, and the same folded."""
        beside = set(pairwise(self._words))
        return frozenset(beside | {(fold(one), fold(other)) for one, other in beside})

    @cached_property
    def common(self) -> frozenset[str]:
        """Folded words that stand in a fifth of its passages and so single nothing out, and those of its title."""
        counts: Counter[str] = Counter()
        for passage in self.passages:
            counts.update(set(_WORD.findall(fold(f"{' '.join(passage.path)} {passage.text}"))))
        title = re.findall(r"[^\W\d]+", fold(f"{self.version.info.title} {self.version.info.place}"))
        often = (word for word, n in counts.items() if n >= max(4, len(self.passages) / 5))
        return frozenset(often) | frozenset(title)

    @cached_property
    def garbled(self) -> bool:
        """Read from a poor image: its quotes need a readable form beside them."""
        return any(warning.code == "poor_ocr" for warning in self.version.warnings)

    @cached_property
    def _words(self) -> list[str]:
        return [canonical(word) for word in _WORD.findall(lower(self.version.text))]

    def _texts(self) -> tuple[str, ...]:
        return tuple(f"{' '.join(p.path)} {p.text}" for p in self.passages)
