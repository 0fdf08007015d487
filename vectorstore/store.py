"""The clause vectors, kept and searched in Chroma.

One vector a passage: 600,000 of them with Chroma's index take about 1 GB, and finding the nearest 200 takes 5 ms. The
vectors of their lines, six times as many, are kept beside the passages in the catalog's database and are read only for
what was found. A version or plan is never asked for here: Chroma resolves `where` by reading the metadata of all (18 ms
for 20,000 vectors, 110 ms for 100,000), so whoever searches in few plans scores them whole (`vectorstore.search`).

Chroma's default embedding function would import onnxruntime (which writes a device identifier), so every vector is
made here and every collection is opened with `embedding_function=None`. `langchain-chroma` would only hand the same
collection on, and its import costs every start as much as Chroma's own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from vectorstore.errors import ModelMismatch, StoreUnreachable, VectorsLost
from vectorstore.matrix import Embeddings, Vectors, batches, identity_of

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

Scope = tuple[str, int]
T = TypeVar("T")

COLLECTION = "passages"
FORMER = "clauses"  # of earlier releases: lines too, under other names
BATCH = 200
# Below this many changes everything stays in SQLite's log, which survives a kill at any instant; above it Chroma
# writes index files, which do not (a torn file is found at the next start and the vectors are put back).
SYNC_EVERY = 10_000
INDEX = {"space": "ip", "ef_construction": 40, "max_neighbors": 8, "ef_search": 400, "sync_threshold": SYNC_EVERY}


class ClauseStore:
    """Vectors by a passage's name. Knows nothing of what is live; `vectorstore.library` does."""

    def __init__(self, folder: Path, embeddings: Embeddings, url: str | None = None) -> None:
        self.embeddings = embeddings
        self._folder, self._url = folder, url
        self._opened: tuple[ClientAPI, Collection] | None = None
        self._lock = RLock()  # nobody closes it under a search

    # Writing

    def add(self, vectors: dict[str, Vectors], scope: Scope) -> None:
        """Passages' vectors by name; repeating it after a crash completes what is missing."""
        names = list(vectors)
        metadata = {"plan_id": scope[0], "version": scope[1]}
        for batch in batches(names, BATCH):
            with self._used() as collection:
                collection.upsert(
                    ids=list(batch), embeddings=[vectors[name] for name in batch], metadatas=[metadata] * len(batch)
                )

    def remove(self, names: Sequence[str]) -> None:
        """Forget vectors; names that are not there do no harm."""
        for batch in batches(names, BATCH):
            with self._used() as collection:
                present = collection.get(ids=list(batch), include=[])["ids"]
                if present:
                    collection.delete(ids=present)

    def wipe(self) -> None:
        """Forget everything: after a change of model, or when the embedded store's files are torn."""
        with self._lock:
            if self.embedded:
                self.close()
                shutil.rmtree(self._folder, ignore_errors=True)
                return
            client = self._client()
            for collection in client.list_collections():
                if collection.name in (COLLECTION, FORMER):
                    client.delete_collection(collection.name)
            self.close()

    # Reading

    def count(self) -> int:
        """How many vectors there are."""
        with self._used() as collection:
            return int(collection.count())

    def names(self) -> set[str]:
        """The name of every vector: for repairs and tests, since it reads them all."""
        with self._used() as collection:
            return set(collection.get(include=[])["ids"])

    def nearest(self, query: Vectors, k: int) -> dict[str, float]:
        """The nearest passages: cosine by name."""
        with self._used() as collection:
            found = collection.query(query_embeddings=[query], n_results=k, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return {name: 1.0 - distance for name, distance in zip(found["ids"][0], distances, strict=True)}

    # Inside

    @property
    def embedded(self) -> bool:
        """True without a Chroma server."""
        return self._url is None

    def close(self) -> None:
        """Let go of the client. The next use opens a new one, which sees what other processes have written."""
        with self._lock:
            if self._opened is not None:
                _release(self._opened[0])
            self._opened = None

    @contextmanager
    def _used(self) -> Iterator[Any]:
        """The collection, while nobody closes it; Chroma's complaints about its own files are VectorsLost."""
        from chromadb.errors import ChromaError

        with self._lock:
            try:
                if self._opened is None:
                    self._opened = self._open()
                yield self._opened[1]
            except ChromaError as error:
                raise VectorsLost(f"The vector store cannot be read ({error}). Run `kehoach reindex`.") from error

    def _open(self) -> tuple[ClientAPI, Collection]:
        client = self._client()
        try:
            return client, self._collection(client)
        except Exception:
            _release(client)  # or its files would stay open under `wipe`
            raise

    def _collection(self, client: ClientAPI) -> Collection:
        """Ours. Raises ModelMismatch where another model made it."""
        identity = identity_of(self.embeddings)
        collection = client.get_or_create_collection(
            COLLECTION, embedding_function=None, metadata={"model": identity}, configuration={"hnsw": cast(Any, INDEX)}
        )
        stored = str((collection.metadata or {}).get("model", ""))
        if stored != identity:
            raise ModelMismatch(stored, identity)
        return collection

    def _client(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        if self._opened is not None:
            return self._opened[0]
        quiet = Settings(anonymized_telemetry=False)
        if self._url is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                return chromadb.PersistentClient(str(self._folder), settings=quiet)
            except Exception as error:  # of many types: what a torn file raises is not Chroma's own
                _forget(str(self._folder))
                raise VectorsLost(f"The vector store at {self._folder} cannot be opened ({error}).") from error
        parts = urlsplit(self._url if "//" in self._url else f"//{self._url}")
        port = parts.port or (443 if parts.scheme == "https" else 8000)
        try:
            return chromadb.HttpClient(parts.hostname or "", port, ssl=parts.scheme == "https", settings=quiet)
        except ValueError as error:
            raise StoreUnreachable(
                f"No Chroma server answers at {self._url}. Start it, or unset KEHOACH_CHROMA_URL."
            ) from error


def _release(client: Any) -> None:
    client.close()  # every client has it; Chroma's interface type forgets to say so


def _forget(folder: str) -> None:
    """Chroma remembers a client that could not be opened, and would give it out again."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient._identifier_to_system.pop(folder, None)
    SharedSystemClient._identifier_to_refcount.pop(folder, None)
