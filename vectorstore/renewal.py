"""What an earlier release made of plans, or did not make, is written anew.

A process that starts writes at once what is missing, without which a plan is not found, and what an earlier release
wrote of a few plans. Of many that would take long (a quarter of a second of processor time each: 25 minutes for 5,760),
so what it wrote goes on answering, and is written anew one plan after the other while the bot answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from vectorstore.catalog import LEARNT, Catalog
from vectorstore.errors import ModelMismatch
from vectorstore.matrix import Embeddings, identity_of
from vectorstore.plan_index import CUT, Scope
from vectorstore.search import WHOLE

Step = Callable[[], None]


class Renewal:
    """Which steps there are. Whoever takes one holds the lock of writers."""

    def __init__(self, catalog: Catalog, embeddings: Embeddings, reindex: Callable[[Scope], None]) -> None:
        self._catalog, self._embeddings, self._reindex = catalog, embeddings, reindex

    def check_model(self) -> None:
        """Raises ModelMismatch where another model made some of the index."""
        wanted = identity_of(self._embeddings)
        stored = self._catalog.other_model(wanted)
        if stored is not None:
            raise ModelMismatch(stored, wanted)

    def at_once(self) -> Iterator[Step]:
        """What is done before anything is searched: what is missing, and all where it is of a few plans."""
        model = identity_of(self._embeddings)
        for scope in _few_or(self._catalog.not_indexed(model, CUT), partial(self._catalog.not_indexed, model)):
            yield partial(self._reindex, scope)
        if self._catalog.learnt_otherwise():
            yield self._catalog.unlearn
        for kind in LEARNT:
            for scope in self.lacking(kind):
                yield partial(self._catalog.learn, kind, scope)

    def lacking(self, kind: str) -> list[Scope]:
        """The versions of which something that is looked up is written at once."""
        every = self._catalog.not_learnt(kind)
        return _few_or(every, partial(self._catalog.not_learnt, kind, earlier=False))

    def afterwards(self) -> Iterator[tuple[Scope, Step]]:
        """The rest, each with the version that it is of."""
        for scope in self._catalog.not_indexed(identity_of(self._embeddings), CUT):
            yield scope, partial(self._reindex, scope)
        for kind in LEARNT:
            for scope in self._catalog.not_learnt(kind):
                yield scope, partial(self._catalog.learn, kind, scope)


def _few_or(every: list[Scope], missing: Callable[[], list[Scope]]) -> list[Scope]:
    return every if len(every) <= WHOLE else missing()
