"""The vectors of clauses and lines, kept in Chroma through `langchain-chroma`.

Chroma holds them and gives them back; the search itself is exact dot products over a matrix (`vectorstore.matrix`),
because all passages of a plan are wanted with all their signals. Measured for 4,500 entries on two cores: asking Chroma
for all of one plan's 900 entries takes 55 ms and for all 4,500 takes 300 ms; the matrix takes under 1 ms. Chroma's own
query serves corpora too large to hold (`nearest`).

Chroma's default embedding function would import onnxruntime (which writes a device identifier), so every vector is
made here and every collection is opened with `embedding_function=None`, as `langchain-chroma` does too.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

import numpy as np
from langchain_core.embeddings import Embeddings

from vectorstore.embedding import Progress, Vectors, embed_passages, identity_of
from vectorstore.entries import Entry
from vectorstore.errors import ModelMismatch, StoreUnreachable, VectorsLost

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from langchain_chroma import Chroma

Scope = tuple[str, int]
T = TypeVar("T")

COLLECTION = "clauses"
BATCH = 500
# Below this many changes everything stays in SQLite's log, which survives a kill at any instant; above it Chroma
# writes index files, which do not (a torn file is found at the next start and the vectors are made again).
SYNC_EVERY = 10_000
INDEX = {"space": "ip", "ef_construction": 40, "max_neighbors": 8, "ef_search": 400, "sync_threshold": SYNC_EVERY}


class ClauseStore:
    """Vectors by plan and version. Knows nothing of what is live; `vectorstore.library` does."""

    def __init__(self, folder: Path, embeddings: Embeddings, url: str | None = None) -> None:
        self.embeddings = embeddings
        self._folder, self._url = folder, url
        self._chroma: Chroma | None = None

    # Writing

    def add(self, scope: Scope, entries: Sequence[Entry], progress: Progress | None = None) -> int:
        """Make the store hold exactly these entries of the version; gives how many texts had to be embedded.

        Repeating it after a crash completes what is missing. The vector of a text that another version of the plan
        has too is copied, so that an unchanged plan costs no embedding.
        """
        with _finding_losses():
            present = self.ids(scope)
            wanted = {entry.id: entry for entry in entries}
            self._delete(sorted(present - wanted.keys()))
            missing = [entry for name, entry in wanted.items() if name not in present]
            known = self._vectors_by_text(scope[0]) if missing else {}
            fresh = list(dict.fromkeys(entry.text for entry in missing if entry.text not in known))
            if fresh:
                known.update(zip(fresh, embed_passages(self.embeddings, fresh, progress), strict=True))
            self._insert(scope, missing, known)
        return len(fresh)

    def remove(self, scope: Scope) -> None:
        """Forget a version's vectors."""
        with _finding_losses():
            self._delete(sorted(self.ids(scope)))

    def wipe(self) -> None:
        """Forget everything: after a change of model, or when the embedded store's files are torn."""
        if self.embedded:
            self.close()
            shutil.rmtree(self._folder, ignore_errors=True)
            return
        client = self._client()
        if COLLECTION in [found.name for found in client.list_collections()]:
            client.delete_collection(COLLECTION)
        self.close()

    # Reading

    def versions(self) -> set[Scope]:
        """Every version that has any vector here."""
        with _finding_losses():
            found = self._collection.get(include=["metadatas"])
        return {(str(meta["plan_id"]), int(meta["version"])) for meta in found["metadatas"] or ()}

    def ids(self, scope: Scope) -> set[str]:
        """The entries of a version that have a vector."""
        return set(self._collection.get(where=_where([scope]), include=[])["ids"])

    def vectors(self, scope: Scope, entries: Sequence[Entry]) -> Vectors:
        """The vectors of a version's entries, in their order; VectorsLost when any is missing."""
        if not entries:
            return np.empty((0, 0), np.float32)
        with _finding_losses():
            found = self._collection.get(where=_where([scope]), include=["embeddings"])
        rows = {name: row for row, name in enumerate(found["ids"])}
        if any(entry.id not in rows for entry in entries):
            raise VectorsLost(f"Vectors of {scope[0]} version {scope[1]} are missing. Run `kehoach reindex`.")
        return np.asarray(found["embeddings"], dtype=np.float32)[[rows[entry.id] for entry in entries]]

    def nearest(self, query: Vectors, scopes: Sequence[Scope], k: int) -> dict[str, float]:
        """Chroma's own, approximate search: cosine by entry id."""
        found = self._collection.query(
            query_embeddings=[query], n_results=k, where=_where(scopes), include=["distances"]
        )
        distances = (found["distances"] or [[]])[0]
        return {name: 1.0 - distance for name, distance in zip(found["ids"][0], distances, strict=True)}

    # Inside

    @property
    def embedded(self) -> bool:
        """True without a Chroma server."""
        return self._url is None

    def close(self) -> None:
        """Let go of the client. The next use opens a new one, which sees what other processes have written."""
        if self._chroma is not None:
            _release(self._chroma._client)  # langchain-chroma has no close of its own
        self._chroma = None

    @property
    def _collection(self) -> Any:
        if self._chroma is None:
            self._chroma = self._open()
        return self._chroma._collection

    def _open(self) -> Chroma:
        from langchain_chroma import Chroma

        client = self._client()
        try:
            self._check_model(client)
            return Chroma(collection_name=COLLECTION, embedding_function=self.embeddings, client=client)
        except Exception:
            _release(client)  # or its files would stay open under `wipe`
            raise

    def _check_model(self, client: ClientAPI) -> None:
        identity = identity_of(self.embeddings)
        collection = client.get_or_create_collection(
            COLLECTION, embedding_function=None, metadata={"model": identity}, configuration={"hnsw": cast(Any, INDEX)}
        )
        stored = str((collection.metadata or {}).get("model", ""))
        if stored != identity:
            raise ModelMismatch(stored, identity)

    def _client(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        if self._chroma is not None:
            return cast("ClientAPI", self._chroma._client)
        quiet = Settings(anonymized_telemetry=False)
        if self._url is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                return chromadb.PersistentClient(str(self._folder), settings=quiet)
            except Exception as error:  # of many types: what a torn file raises is not Chroma's own
                raise VectorsLost(f"The vector store at {self._folder} cannot be opened ({error}).") from error
        parts = urlsplit(self._url if "//" in self._url else f"//{self._url}")
        port = parts.port or (443 if parts.scheme == "https" else 8000)
        try:
            return chromadb.HttpClient(parts.hostname or "", port, ssl=parts.scheme == "https", settings=quiet)
        except ValueError as error:
            raise StoreUnreachable(
                f"No Chroma server answers at {self._url}. Start it, or unset CHROMA_URL."
            ) from error

    def _vectors_by_text(self, plan_id: str) -> dict[str, Vectors]:
        found = self._collection.get(where={"plan_id": plan_id}, include=["embeddings", "documents"])
        if not found["ids"]:
            return {}
        return dict(zip(found["documents"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))

    def _insert(self, scope: Scope, entries: Sequence[Entry], vectors: dict[str, Vectors]) -> None:
        for batch in _batches(entries):
            self._collection.upsert(
                ids=[entry.id for entry in batch],
                embeddings=np.stack([vectors[entry.text] for entry in batch]),
                documents=[entry.text for entry in batch],
                metadatas=[_metadata(scope, entry) for entry in batch],
            )

    def _delete(self, names: Sequence[str]) -> None:
        for batch in _batches(names):
            self._collection.delete(ids=list(batch))


def _release(client: Any) -> None:
    client.close()  # every client has it; Chroma's interface type forgets to say so


@contextmanager
def _finding_losses() -> Iterator[None]:
    """Chroma's complaints about its own files, as ours."""
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        raise VectorsLost(f"The vector store cannot be read ({error}). Run `kehoach reindex`.") from error


def _metadata(scope: Scope, entry: Entry) -> dict[str, str | int]:
    return {
        "plan_id": scope[0],
        "version": scope[1],
        "address": entry.address,
        "kind": entry.kind,
        "start": entry.span.start,
        "end": entry.span.end,
    }


def _where(scopes: Sequence[Scope]) -> dict[str, Any]:
    each: list[dict[str, Any]] = [{"$and": [{"plan_id": plan}, {"version": number}]} for plan, number in scopes]
    return each[0] if len(each) == 1 else {"$or": each}


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
