"""What answers at one moment: the live versions, indexed. Immutable, so readers need no lock while plans change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from plan.model import PlanVersion
from plan.passages import Passage
from vectorstore.embedding import Vectors
from vectorstore.entries import Entry
from vectorstore.errors import UnknownPlan
from vectorstore.matrix import Layout
from vectorstore.vocabulary import Vocabulary
from vectorstore.words import WordIndex

Scope = tuple[str, int]


@dataclass(frozen=True)
class VersionIndex:
    """One version with all that is needed to find its passages."""

    version: PlanVersion
    passages: tuple[Passage, ...]
    entries: tuple[Entry, ...]
    vectors: Vectors | None  # by entry; None when the corpus is too large to hold

    @property
    def scope(self) -> Scope:
        """Plan and number."""
        return self.version.plan_id, self.version.version

    @cached_property
    def layout(self) -> Layout:
        """Which vector belongs to which passage."""
        return Layout.of(self.entries, len(self.passages))

    @cached_property
    def words(self) -> WordIndex:
        """The word index of its passages."""
        return WordIndex.of(self.passages)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The spellings of its text."""
        return Vocabulary.of(self.version.text.splitlines())

    def warm(self) -> None:
        """Make what is made on demand now, so that the first question need not wait."""
        _ = self.layout, self.words, self.vocabulary


@dataclass(frozen=True)
class Snapshot:
    """All live versions at one generation of the catalog."""

    generation: int
    indexes: tuple[VersionIndex, ...] = ()

    @cached_property
    def by_scope(self) -> dict[Scope, VersionIndex]:
        """Indexes by plan and number."""
        return {index.scope: index for index in self.indexes}

    @property
    def live(self) -> tuple[PlanVersion, ...]:
        """The live versions."""
        return tuple(index.version for index in self.indexes)

    def of(self, scopes: Iterable[Scope] | None) -> Sequence[VersionIndex]:
        """The indexes of the scopes asked for; all of them when none are named."""
        if scopes is None:
            return self.indexes
        try:
            return [self.by_scope[scope] for scope in dict.fromkeys(scopes)]
        except KeyError as error:
            raise UnknownPlan(f"{error.args[0]} is not a live version.") from None

    def plan(self, plan_id: str) -> VersionIndex:
        """The live version of a plan."""
        for index in self.indexes:
            if index.version.plan_id == plan_id:
                return index
        raise UnknownPlan(f"There is no plan {plan_id}.")

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """How the live plans spell."""
        return Vocabulary.union(index.vocabulary for index in self.indexes)
