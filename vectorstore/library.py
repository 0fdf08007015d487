"""The one door of this room: plans come in by `publish`, answers read a `snapshot`.

A new version is written beside the live one and switched in a single transaction of the catalog, which alone decides
what is live. So a kill at any instant leaves the old version or the new one:

    staged in the catalog → vectors added → catalog switched → readers switched → old vectors dropped
    └──────── the old version answers ────┘└─────────────── the new version answers ──────────────┘

What a kill leaves behind (a staged row, vectors nobody needs, a live version without vectors) `clean_up` repairs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from langchain_core.embeddings import Embeddings

from plan import passages as cutting
from plan.model import Plan, PlanVersion
from plan.passages import Passage
from vectorstore.catalog import Catalog
from vectorstore.embedding import ClauseEmbeddings, Progress, Vectors
from vectorstore.entries import Entry, entries_of
from vectorstore.errors import LibraryBusy, VectorsLost
from vectorstore.lock import FOREVER, WriterLock
from vectorstore.retriever import ClauseRetriever
from vectorstore.snapshot import Scope, Snapshot, VersionIndex
from vectorstore.store import ClauseStore
from vectorstore.vocabulary import Vocabulary

EXACT_LIMIT = 60_000  # entries held as a matrix: 92 MB, about 15 ms a question over all of them; some 65 plans
POLL_SECONDS = 1.0  # how soon another process's publishing is seen


class Library:
    """Catalog, vectors and words together. Safe to read from any thread while one thread or process writes."""

    def __init__(self, catalog: Catalog, store: ClauseStore, lock: WriterLock) -> None:
        self.catalog = catalog
        self._store, self._lock = store, lock
        self._snapshot: Snapshot | None = None
        self._checked = 0.0
        self.retriever = ClauseRetriever(snapshot=self.snapshot, embeddings=store.embeddings, nearest=store.nearest)

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
        return cls(catalog, store, WriterLock(data_dir / "library.lock", patience))

    def close(self) -> None:
        """Give files and connections back."""
        self._store.close()
        self.catalog.close()

    # Reading

    def snapshot(self) -> Snapshot:
        """What answers now. Hold on to it for one question: it never changes under you."""
        current = self._snapshot
        if current is not None and time.monotonic() < self._checked + POLL_SECONDS:
            return current
        with self._lock.alone(wait=current is None) as alone:
            # While a thread of ours publishes, the old snapshot answers; that thread swaps it.
            return self._renewed() if alone or current is None else current

    def plans(self) -> list[Plan]:
        """The plans that answer."""
        return self.catalog.plans()

    def live(self) -> list[PlanVersion]:
        """The live versions, without waking Chroma."""
        return self.catalog.live()

    def passages(self, plan_id: str) -> tuple[Passage, ...]:
        """The passages of a plan's live version."""
        return self.snapshot().plan(plan_id).passages

    @property
    def vocabulary(self) -> Vocabulary:
        """How the live plans spell."""
        return self.snapshot().vocabulary

    # Writing

    def be_patient(self, waiting: Callable[[], None]) -> None:
        """Wait for other writers as long as they take, and call `waiting` when that begins: a person is watching."""
        self._lock.patience, self._lock.waiting = FOREVER, waiting

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Nobody else changes plans meanwhile: for steps that belong together."""
        with self._writing():
            yield

    def publish(self, version: PlanVersion, progress: Progress | None = None) -> None:
        """The version takes the place of the plan's live one. After a fault all is as before."""
        self.snapshot()  # so that readers have one while we write
        with self._writing():
            self.catalog.stage(version)
            try:
                self.publish_staged(version.plan_id, version.version, progress)
            except Exception:
                if (version.plan_id, version.version) in self.catalog.staged():
                    self.catalog.discard(version.plan_id, version.version)
                raise

    def stage(self, version: PlanVersion) -> None:
        """Keep a version until someone decides: `publish_staged` or `discard`. It survives restarts."""
        with self._writing():
            self.catalog.stage(version, held=True)

    def publish_staged(self, plan_id: str, number: int, progress: Progress | None = None) -> None:
        """A staged version takes the place of the live one."""
        self._switch(plan_id, number, lambda: self.catalog.publish(plan_id, number), progress)

    def discard(self, plan_id: str, number: int) -> None:
        """A staged version will not be published."""
        with self._writing():
            self.catalog.discard(plan_id, number)

    def rollback(self, plan_id: str, number: int | None = None, progress: Progress | None = None) -> int:
        """The version before the live one, or a certain one, answers again. Gives its number."""
        target = self.catalog.version_before_live(plan_id) if number is None else number
        self._switch(plan_id, target, lambda: self.catalog.rollback_to(plan_id, target), progress)
        return target

    def remove(self, plan_id: str) -> None:
        """Forget a plan with all its versions."""
        with self._writing():
            before = self._renewed()
            self.catalog.remove(plan_id)
            self._swap(before)

    def clean_up(self) -> None:
        """Repair what a crash left behind. Does nothing while another process writes: those are its own steps."""
        with suppress(LibraryBusy), self._writing(patience=0):
            for plan_id, number in self.catalog.staged(held=False):
                self.catalog.discard(plan_id, number)
            live = self._renewed().by_scope
            for scope in self._store.versions() - live.keys():
                self._store.remove(scope)

    def reindex(self, progress: Progress | None = None) -> None:
        """All vectors anew, with the model that is set now."""
        with self._writing():
            self._store.wipe()
            for version in self.catalog.live():
                scope = version.plan_id, version.version
                self._store.add(scope, entries_of(*scope, cutting.passages_of(version)), progress)
            self._snapshot = self._load(())

    # Inside

    @contextmanager
    def _writing(self, patience: float | None = None) -> Iterator[None]:
        with self._lock.writing(patience) as stale:
            if stale:
                self._store.close()
            yield

    def _switch(
        self, plan_id: str, number: int, switch: Callable[[], object], progress: Progress | None = None
    ) -> None:
        self.snapshot()  # so that readers have one while we write
        with self._writing():
            before = self._renewed()
            index = self._index(self.catalog.version(plan_id, number), progress)
            switch()
            self._swap(before, index)

    def _swap(self, before: Snapshot, *fresh: VersionIndex) -> None:
        """Readers get what the catalog now calls live; vectors of what no longer is are dropped."""
        self._snapshot = self._load((*before.indexes, *fresh))
        for scope in before.by_scope.keys() - self._snapshot.by_scope.keys():
            self._store.remove(scope)

    def _renewed(self) -> Snapshot:
        """The snapshot, loaded again if another process has changed what is live."""
        self._checked = time.monotonic()
        if self._snapshot is None or self.catalog.generation() != self._snapshot.generation:
            if self._snapshot is not None:
                self._store.close()
            self._lock.look()
            self._snapshot = self._load(self._snapshot.indexes if self._snapshot else ())
        return self._snapshot

    def _load(self, known: Iterable[VersionIndex]) -> Snapshot:
        """What the catalog calls live, with the indexes that are already made."""
        generation = self.catalog.generation()  # read first: what is published meanwhile is seen at the next look
        made = {index.scope: index for index in known}
        live = [(version, made.get((version.plan_id, version.version))) for version in self.catalog.live()]
        indexes = [old if old and old.version is version else self._index(version) for version, old in live]
        if sum(len(index.entries) for index in indexes) > EXACT_LIMIT:
            indexes = [replace(index, vectors=None) for index in indexes]
        return Snapshot(generation, tuple(indexes))

    def _index(self, version: PlanVersion, progress: Progress | None = None) -> VersionIndex:
        """The version ready for searching; what the store lacks of it is added."""
        scope = version.plan_id, version.version
        passages = cutting.passages_of(version)
        entries = entries_of(*scope, passages)
        index = VersionIndex(version, passages, entries, self._vectors(scope, entries, progress))
        index.warm()
        return index

    def _vectors(self, scope: Scope, entries: Sequence[Entry], progress: Progress | None) -> Vectors:
        try:
            return self._store.vectors(scope, entries)
        except VectorsLost:
            with self._writing():
                return self._mended(scope, entries, progress)

    def _mended(self, scope: Scope, entries: Sequence[Entry], progress: Progress | None) -> Vectors:
        """Add what is missing. An embedded store whose files are torn is begun anew: all of it can be made again."""
        try:
            self._store.add(scope, entries, progress)
            return self._store.vectors(scope, entries)
        except VectorsLost:
            if not self._store.embedded:
                raise
        self._store.wipe()
        self._store.add(scope, entries, progress)
        return self._store.vectors(scope, entries)
