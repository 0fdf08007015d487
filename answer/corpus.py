"""The live plans as questions need them: looked up, loaded where something was found in them, kept while used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answer.shelf import Shelf, Shelves
from answer.understand import Understanding
from language.lexicon import PlanLexicon, shipped
from plan.model import PlanVersion
from plan.passages import Passage
from plan.recent import Recent
from vectorstore.library import Library
from vectorstore.plan_index import Scope
from vectorstore.search import Hit, K

KEPT = 64  # shelves kept in memory, about 2 MB each
WORDS_KEPT = 500_000  # look-ups of words that are remembered
QUESTIONS_KEPT = 8
NAMED = 5  # plans named where it is told what was searched


@dataclass(frozen=True)
class Searched:
    """The plans a question was asked over: how many, and those that are named where it is told. Read only then."""

    count: int
    scopes: Sequence[Scope]
    plans: Shelves

    @property
    def shelves(self) -> list[Shelf]:
        """The plans that are named."""
        return [self.plans[scope] for scope in self.scopes]

    @property
    def ids(self) -> tuple[str, ...]:
        """Theirs."""
        return tuple(plan_id for plan_id, _ in self.scopes)


class Candidates:
    """The library's search, which remembers what it has just found: one question asks for it up to three times."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kept: Recent[tuple[object, ...], list[Hit]] = Recent(QUESTIONS_KEPT)

    def candidates(
        self, query: str, forms: Sequence[str] = (), scopes: Sequence[Scope] | None = None, k: int = K
    ) -> list[Hit]:
        """The k best passages, the best first."""
        asked = (query, tuple(forms), None if scopes is None else tuple(scopes), k)
        found = self._kept.get(asked)
        if found is None:
            found = self._kept.keep(asked, self._library.search.candidates(query, forms, scopes, k))
        return found


class Corpus:
    """What is live at one generation of the library. Safe to use from any thread."""

    def __init__(self, library: Library, generation: int, former: Corpus | None = None) -> None:
        self.library, self.generation = library, generation
        self._shelves: Recent[Scope, Shelf] = Recent(KEPT)
        self._former = former._shelves if former else self._shelves
        self._understanding: Understanding | None = None
        self._lexicon: PlanLexicon | None = None
        self.candidates = Candidates(library)
        self.count = library.lookup.count()

    def __getitem__(self, scope: Scope, /) -> Shelf:
        """A version with all that an answer needs of it. Raises UnknownPlan where it was removed."""
        kept = self._shelves.get(scope)
        if kept is not None:
            return kept
        version = self.library.catalog.version(*scope)
        former = self._former.get(scope)
        shelf = former if former is not None and former.version is version else Shelf(version, self._cut)
        return self._shelves.keep(scope, shelf)

    def _cut(self, version: PlanVersion) -> tuple[Passage, ...]:
        """What can be found in a version as the index has it: to cut it once more takes three times as long."""
        return self.library.search.passages((version.plan_id, version.version))

    @property
    def understanding(self) -> Understanding:
        """How questions over these plans are read."""
        if self._understanding is None or self._lexicon is None or self._lexicon.kept > WORDS_KEPT:
            self._lexicon = PlanLexicon(shipped(), self.library.words)
            self._understanding = Understanding(self._lexicon)
        return self._understanding
