"""Text becomes vectors: any sentence-transformers model behind LangChain's `Embeddings`; the shipped one without it.

The default model ships in `models/`, so nothing is ever fetched unless a setting allows it. Importing torch takes
seconds; it happens at the first text that is embedded, not when the bot looks into its catalog.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

import numpy as np

from plan.recent import Recent
from vectorstore.errors import ModelMissing
from vectorstore.matrix import Progress, Vectors, batches

DEFAULT_MODEL = Path(__file__).resolve().parent.parent / "models" / "kehoach-e5"
BATCH = 16  # small, because a question waits for at most one batch while a plan is ingested
CACHED_QUERIES = 256
MAX_TOKENS = 128  # what the shipped model was trained with; longer passages are found by their lines
LOUD = "loudness.safetensors"  # lets a model be computed in 8-bit numbers (vectorstore.bert)
SAMPLE = 1 << 20  # bytes hashed at each probed place of a file
PROBES = 4
_CONTENT = frozenset({".json", ".safetensors", ".bin", ".model", ".txt"})


class Encoder(Protocol):
    """What turns texts into unit vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One per text, in the order given."""


class Prefixes(NamedTuple):
    """What a model wants in front of questions and of passages."""

    query: str = ""
    passage: str = ""


class ClauseEmbeddings:
    """A sentence-transformers model from a folder, or from the local hub cache by its name."""

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        prefixes: Prefixes | None = None,
        max_tokens: int = MAX_TOKENS,
        allow_download: bool = False,
    ) -> None:
        self.name = Path(model or DEFAULT_MODEL).name if _is_folder(model) else str(model)
        self._folder = folder_of(model, allow_download)
        self.prefixes = prefixes or _prefixes_of(self._folder)
        self.max_tokens = max_tokens
        self._queries: Recent[str, Vectors] = Recent(CACHED_QUERIES)
        self._encoding = threading.Lock()

    @cached_property
    def identity(self) -> str:
        """Name and content of the model and all that makes its vectors others. Kept with the index."""
        told = json.dumps([*self.prefixes, self.max_tokens])
        return f"{self.name}@{_fingerprint(self._folder, told)}"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's way in; the store uses `passages`."""
        return [vector.tolist() for vector in self.passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's way in; the retriever uses `queries`."""
        numbers: list[float] = self.queries([text])[0].tolist()
        return numbers

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """One unit vector per text, in the order given."""
        # Neighbours in a batch are padded to the longest of them, so texts of like length travel together.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        rows: dict[int, Vectors] = {}
        for batch in batches(order, BATCH):
            rows.update(zip(batch, self._encode(self.prefixes.passage, [texts[i] for i in batch]), strict=True))
            if progress:
                progress(len(rows), len(texts))
        return np.stack([rows[i] for i in range(len(texts))]) if texts else np.empty((0, 0), np.float32)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per question; recent ones are remembered, since follow-ups repeat their words."""
        found = self._queries.all_of(texts, lambda new: zip(new, self._encode(self.prefixes.query, new), strict=True))
        return np.stack([found[text] for text in texts])

    def _encode(self, prefix: str, texts: Sequence[str]) -> Vectors:
        with self._encoding:  # the tokenizer's settings are not safe to share between threads
            vectors = self._model.encode([prefix + text for text in texts])
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _model(self) -> Encoder:
        from vectorstore.bert import BertEncoder, is_plain_bert  # torch alone takes a second

        if is_plain_bert(self._folder):
            return BertEncoder(self._folder, self.max_tokens)
        return AnyEncoder(self._folder, self.max_tokens)


class AnyEncoder:
    """Whatever sentence-transformers can load."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        cast(Any, logging).disable_progress_bar()  # loading takes a second and needs no bar
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self._model.max_seq_length = min(self._model.max_seq_length or max_tokens, max_tokens)

    def encode(self, texts: Sequence[str]) -> Vectors:
        found = self._model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(found, dtype=np.float32)


def _is_folder(model: str | Path | None) -> bool:
    return model is None or Path(model).is_dir()


def folder_of(model: str | Path | None, allow_download: bool) -> Path:
    """A folder as given, or the snapshot of a hub model; from the cache alone unless a setting allows more."""
    _stay_quiet(allow_download)
    if _is_folder(model):
        folder = Path(model or DEFAULT_MODEL)
        if not folder.is_dir():
            raise ModelMissing(
                f"The embedding model is not at {folder}. It ships with the bot: fetch the release again."
            )
        return folder
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(str(model), local_files_only=not allow_download))
    except Exception as error:
        raise ModelMissing(
            f"The embedding model {model} is neither a folder nor in the local cache. "
            "Give the folder's path, or set KEHOACH_ALLOW_DOWNLOAD=1 once."
        ) from error


def _stay_quiet(allow_download: bool) -> None:
    """Offline unless allowed: the hub's client asks the network even for models it has, and counts its users."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if not allow_download:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")


def _prefixes_of(folder: Path) -> Prefixes:
    """The prefixes that the model's own configuration names, E5's for a folder that says it is one, else none."""
    path = folder / "config_sentence_transformers.json"
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    prompts = told.get("prompts") or {}
    passage = prompts.get("document") or prompts.get("passage") or ""
    if prompts.get("query") or passage:
        return Prefixes(prompts.get("query", ""), passage)
    return Prefixes("query: ", "passage: ") if "e5" in folder.name.lower() else Prefixes()


def _fingerprint(folder: Path, told: str) -> str:
    """A short hash of the model's files. Large files are sampled: training changes every block of the weights.

    How they are rounded does not count: it moves a vector by a thousandth, and an index made without it stays good.
    """
    digest = hashlib.sha256(told.encode())
    for path in sorted(folder.rglob("*")):
        if path.suffix in _CONTENT and not path.name.startswith(".") and path.name != LOUD:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(str(path.stat().st_size).encode())
            for block in _samples(path):
                digest.update(block)
    return digest.hexdigest()[:16]


def _samples(path: Path) -> Iterator[bytes]:
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= SAMPLE * PROBES:
            yield file.read()
            return
        for probe in range(PROBES):
            file.seek((size - SAMPLE) * probe // (PROBES - 1))
            yield file.read(SAMPLE)
