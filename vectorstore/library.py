"""The one door of this room: plans come in by `publish`, answers come out of `search`.

A new version is written beside the live one and switched in a single transaction of the catalog, which alone decides
what is live and holds the index of words with it. So a kill at any instant leaves the old version or the new one:

    staged in the catalog → vectors added → catalog and index switched → old vectors dropped
    └─────────── the old version answers ─┘└──────────── the new version answers ─────────┘

What a kill leaves behind (a staged row, vectors nobody needs) `clean_up` repairs; what is missing of the index is put
back before the first search, what is missing of Chroma's files before Chroma is first searched.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy.orm import Session

from plan import passages as cutting
from plan.listed import Listed, PlanTasks
from plan.model import PlanVersion
from vectorstore.catalog import Catalog
from vectorstore.embedding import ClauseEmbeddings
from vectorstore.errors import LibraryBusy, UnknownPlan, VectorsLost
from vectorstore.lock import FOREVER, WriterLock
from vectorstore.matrix import Embeddings, Progress, Vectors, embed_passages, identity_of
from vectorstore.newer import Newer
from vectorstore.plan_index import (
    Entry,
    PlanCard,
    PlanIndex,
    Ready,
    Scope,
    entries_of,
    key_of,
    read_version,
)
from vectorstore.plan_list import PlanList, PlanLookup
from vectorstore.plan_words import PlanWordIndex
from vectorstore.renewal import Renewal
from vectorstore.search import WHOLE, Search
from vectorstore.store import ClauseStore

if TYPE_CHECKING:
    from vectorstore.retriever import ClauseRetriever

POLL_SECONDS = 1.0  # how soon another process's publishing is seen


class Library:
    """Catalog, vectors and words together. Safe to read from any thread while one thread or process writes."""

    def __init__(self, catalog: Catalog, store: ClauseStore, lock: WriterLock) -> None:
        self.catalog = catalog
        self._store, self._lock = store, lock
        self._seen: int | None = None  # the generation that Chroma's client knows; None before it is looked at
        self._checked = 0.0
        self._indexed = False  # the index is known to hold all that is live
        self._whole = False  # and so are Chroma's vectors
        self._newer = Newer(catalog.reading)
        self._all_listed = False  # and the list of plans is
        self._renewal = Renewal(catalog, store.embeddings, self._renew)
        self._closed = Event()
        self.search = Search(self._reading, store.embeddings, self._nearest)
        self.lookup = PlanLookup(self._reading)
        self.listed = PlanList(self._listing)
        self.words = PlanWordIndex(self._reading)

    @cached_property
    def retriever(self) -> ClauseRetriever:
        """The search as LangChain knows retrievers. The bot does without: importing what it stands on takes a while."""
        from vectorstore.retriever import ClauseRetriever

        return ClauseRetriever(search=self.search, catalog=self.catalog)

    @classmethod
    def open(
        cls,
        data_dir: Path,
        model: str | None = None,
        chroma_url: str | None = None,
        catalog_url: str | None = None,
        *,
        embeddings: Embeddings | None = None,
        allow_download: bool = False,
        patience: float = 60.0,
    ) -> Library:
        """Opens the catalog only; Chroma and the model follow when something is searched or published.

        `patience` is how many seconds a writer waits for another one before LibraryBusy.
        """
        catalog = Catalog(catalog_url) if catalog_url else Catalog.in_folder(data_dir)
        embeddings = embeddings or ClauseEmbeddings(model, allow_download=allow_download)
        store = ClauseStore(data_dir / "chroma", embeddings, chroma_url)
        return cls(catalog, store, WriterLock(data_dir / "library.lock", patience, catalog.lock()))

    def close(self) -> None:
        """Give files and connections back."""
        self._closed.set()
        self._store.close()
        self.catalog.close()

    # Reading

    def is_empty(self) -> bool:
        """Whether no plan answers, without waking Chroma."""
        return self.catalog.is_empty()

    def live(self) -> list[PlanVersion]:
        """The live versions, all of them loaded: for tests. Whoever lists plans asks `listed`."""
        return self.catalog.live()

    def live_of(self, place: str, saying: Collection[str] = (), number: str = "") -> list[PlanVersion]:
        """The live versions of one place's plans (of no place where it is empty), accents or not; only those with one
        of the folded words `saying` in their subjects, or with the number, where these are given."""
        return self._loaded(self.lookup.of_place(place, saying, number))

    def resembling(self, text: str) -> list[PlanVersion]:
        """The live versions that a text may have been taken from: all where there are few."""
        return self._loaded(self.lookup.resembling(text, WHOLE))

    def beside(self, version: PlanVersion) -> list[PlanVersion]:
        """The live versions of the plans of its place; where there are very many, those of the nearest subjects."""
        return self._loaded(self.lookup.beside(version.info, WHOLE))

    def ids_beside(self, version: PlanVersion) -> list[str]:
        """The ids of the same plans: none is loaded."""
        return [card.plan_id for card in self.lookup.beside(version.info, WHOLE)]

    def tasks_of(self, plan_ids: Iterable[str]) -> list[PlanTasks]:
        return self.lookup.tasks_of(plan_ids)

    def meant(self, words: str) -> list[PlanVersion]:
        """The live versions that words may name: all where there are few."""
        return self._loaded(self.lookup.meant(words, WHOLE))

    def amending(self, numbers: Collection[str]) -> list[PlanVersion]:
        """The live amendments of plans with these numbers, wherever they are from."""
        return self._loaded(self.listed.amending(numbers))

    def amending_in(self, place: str) -> list[PlanVersion]:
        return self._loaded(self.listed.amending_in(place))

    def live_version(self, plan_id: str) -> PlanVersion | None:
        return self.catalog.live_version(plan_id)

    def generation(self) -> int:
        """Changes whenever what is live changes, by whichever process."""
        return self.catalog.generation()

    # Writing

    def be_patient(self, waiting: Callable[[], None]) -> None:
        """Wait for other writers as long as they take, and call `waiting` when that begins: a person is watching."""
        self._lock.patience, self._lock.waiting = FOREVER, waiting

    @contextmanager
    def writing(self, patience: float | None = None) -> Iterator[None]:
        """Nobody else changes plans meanwhile: for steps that belong together. `patience` in seconds, else our own."""
        with self._lock.writing(patience) as stale:
            if stale and self._store.embedded:
                self._store.close()
            yield

    def publish(self, version: PlanVersion, progress: Progress | None = None) -> None:
        """The version takes the place of the plan's live one. After a fault all is as before: what waited, waits."""
        with self.writing():
            self.catalog.stage(version)
            try:
                self.publish_staged(version.plan_id, version.version, progress)
            except Exception:
                if (version.plan_id, version.version) in self.catalog.staged(held=False):
                    self.catalog.discard(version.plan_id, version.version)
                raise

    def stage(self, version: PlanVersion) -> None:
        """Keep a version until someone decides: `publish_staged` or `discard`. It survives restarts."""
        with self.writing():
            self.catalog.stage(version, held=True)

    def publish_staged(self, plan_id: str, number: int, progress: Progress | None = None) -> None:
        self._switch(plan_id, number, self.catalog.publish, progress)

    def discard(self, plan_id: str, number: int) -> None:
        with self.writing():
            self.catalog.discard(plan_id, number)

    def rollback(self, plan_id: str, number: int | None = None, progress: Progress | None = None) -> int:
        """The version before the live one, or a certain one, answers again. Gives its number."""
        target = self.catalog.version_before_live(plan_id) if number is None else number
        self._switch(plan_id, target, self.catalog.rollback_to, progress)
        return target

    def remove(self, plan_id: str) -> None:
        with self.writing():
            self.catalog.remove(plan_id)
            self._drop_dead_vectors(plan_id)

    def clean_up(self) -> None:
        """Repair what a crash left behind. Does nothing while another process writes: those are its own steps."""
        with suppress(LibraryBusy), self.writing(patience=0):
            for plan_id, number in self.catalog.staged(held=False):
                self.catalog.discard(plan_id, number)
            self._drop_dead_vectors()
            self._mend()
            if not self._store.embedded:  # whether the server answers is told at the start
                self._make_whole()

    def renew(self) -> None:
        """Make anew what an earlier release made of many plans, one by one; what it made answers meanwhile.

        Ends when the library is closed. Rests after each plan as long as that took, for those who ask.
        """
        for (plan_id, number), step in self._renewal.afterwards():
            began = time.monotonic()
            with suppress(LibraryBusy, UnknownPlan), self.writing():
                if self.catalog.live_number(plan_id) == number:
                    step()
                    self._knows_all()
            if self._closed.wait(time.monotonic() - began):
                return

    def reindex(self, progress: Progress | None = None) -> None:
        """Everything that can be searched anew, with the model that is set now."""
        with self.writing():
            self._store.wipe()
            for version in self.catalog.live_keys():
                self._reindex(version, progress)

    # Inside

    def _loaded(self, plans: Iterable[PlanCard | Listed]) -> list[PlanVersion]:
        return [self.catalog.version(plan.plan_id, plan.version) for plan in plans]

    def _reading(self) -> Session:
        self._look()
        return self.catalog.reading()

    def _listing(self) -> Session:
        """Once: list what an earlier release published. Needs no model; while another process writes, it waits."""
        self._all_listed = self._all_listed or not self._renewal.lacking("list")
        if not self._all_listed:
            with suppress(LibraryBusy), self.writing(patience=0):
                for scope in self._renewal.lacking("list"):
                    self.catalog.learn("list", scope)
        return self.catalog.reading()

    def _look(self) -> None:
        """Once: make whole what is not. Then: see what another process has changed, now and then by Chroma's files."""
        if self._seen is not None and time.monotonic() < self._checked + POLL_SECONDS:
            return
        with self._lock.alone(wait=False) as alone:
            if not alone:  # a thread of ours is writing, and knows what it writes
                return
            self._checked, generation = time.monotonic(), self.catalog.generation()
            if self._seen is None:
                self._lock.look()
                self._mend()
                self._newer.none(generation)
            elif self._seen != generation and self._store.embedded and not self._newer.noted(generation):
                self._lock.look()
                self._newer.none(generation)
                self._store.close()
            self._seen = generation

    def _nearest(self, query: Vectors, k: int) -> dict[str, float]:
        self._make_whole()
        try:
            found = self._store.nearest(query, k)
        except VectorsLost:
            with self.writing():
                self._put_back()
            found = self._store.nearest(query, k)
        return {**found, **self._newer.nearest(query, k)}

    def _switch(
        self,
        plan_id: str,
        number: int,
        switch: Callable[[str, int, Ready], object],
        progress: Progress | None = None,
    ) -> None:
        with self.writing():
            self._mend()
            version = self.catalog.version(plan_id, number)
            live = self._live_index(plan_id)
            ready = self._ready(version, live.by_text() if live else {}, progress)
            self._add(ready)
            switch(plan_id, number, ready)
            self._drop_dead_vectors(plan_id)
            self._knows_all()

    def _knows_all(self) -> None:
        """Chroma's client knows what is live: we have written it."""
        self._seen = self.catalog.generation()
        self._newer.none(self._seen)

    def _ready(self, version: PlanVersion, known: dict[str, Vectors], progress: Progress | None) -> Ready:
        """All that publishing the version writes. The vector of a text that is `known` is copied."""
        passages = cutting.passages_of(version)
        entries = entries_of(passages)
        missing = list(dict.fromkeys(entry.text for entry in entries if entry.text not in known))
        if missing:
            made = embed_passages(self._store.embeddings, missing, progress)
            known = {**known, **dict(zip(missing, made, strict=True))}
        vectors = np.stack([known[entry.text] for entry in entries]) if entries else np.empty((0, 0), np.float32)
        return Ready(version, passages, entries, vectors, identity_of(self._store.embeddings))

    def _live_index(self, plan_id: str) -> PlanIndex | None:
        """Of the plan's live version: what did not change costs no embedding."""
        with suppress(UnknownPlan), self.catalog.reading() as session:
            return read_version(session, (plan_id, self.catalog.live_number(plan_id)))
        return None

    def _add(self, ready: Ready, known: PlanIndex | None = None) -> None:
        """Into Chroma, but for what it has of `known`, the same version as it was. An embedded store whose files are
        torn is begun anew: all of it can be put back."""
        self.catalog.note_vectors(ready.scope, len(ready.passages))
        vectors = _of_passages(ready.scope, ready.entries, ready.vectors)
        for place, (old, new) in enumerate(zip(known.passages if known else (), ready.passages, strict=False)):
            if old.embedded() == new.embedded():
                del vectors[key_of(ready.scope, place)]
        try:
            self._store.add(vectors, ready.scope)
        except VectorsLost:
            self._put_back()
            self._store.add(vectors, ready.scope)

    def _drop_dead_vectors(self, plan_id: str | None = None) -> None:
        for scope, count in self.catalog.dead_vectors(plan_id).items():
            self._store.remove([key_of(scope, place) for place in range(count)])
            self.catalog.forget_vectors(scope)

    def _mend(self) -> None:
        """Index what is live and is not, or was indexed by another release."""
        if self._indexed:
            return
        self._renewal.check_model()
        for step in self._renewal.at_once():
            with self.writing():
                step()
        self._indexed = True

    def _make_whole(self) -> None:
        """Put back what Chroma has lost. Only when Chroma is asked: to import and open it takes more than a second."""
        if self._whole:
            return
        with suppress(VectorsLost):
            self._whole = self._store.count() >= self.catalog.passages()
        if not self._whole:
            with self.writing():
                self._put_back()
            self._whole = True

    def _reindex(self, scope: Scope, progress: Progress | None = None, known: PlanIndex | None = None) -> None:
        ready = self._ready(self.catalog.version(*scope), known.by_text() if known else {}, progress)
        self._add(ready, known)
        self.catalog.index(ready)

    def _renew(self, scope: Scope) -> None:
        self._reindex(scope, known=self._live_index(scope[0]))

    def _put_back(self) -> None:
        """Chroma's vectors once more, from those beside the passages."""
        if self._store.embedded:
            self._store.wipe()
        for scope in self.catalog.live_keys():
            with self.catalog.reading() as session:
                index = read_version(session, scope)
            if index is not None:
                self._store.add(_of_passages(scope, entries_of(index.passages), index.vectors), scope)


def _of_passages(scope: Scope, entries: Sequence[Entry], vectors: Vectors) -> dict[str, Vectors]:
    """The vectors of whole passages by their names in Chroma."""
    rows = zip(entries, vectors, strict=True)
    return {key_of(scope, entry.passage): vector for entry, vector in rows if entry.line is None}
