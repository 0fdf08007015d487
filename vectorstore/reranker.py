"""A second look at the best passages: any sentence-transformers CrossEncoder, from a folder or the local hub cache.

None ships. Like the embedding model it is loaded at the first question, never at start-up, and nothing is fetched
unless a setting allows it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from vectorstore.embedding import folder_of
from vectorstore.errors import NotAReranker

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

MAX_TOKENS = 256  # of question and passage together: a clause with its headings, on two cores
BATCH = 12


class Reranker:
    """How well each text answers a question, read together. Thread-safe."""

    def __init__(self, model: str, weight: float = 1.0, *, allow_download: bool = False) -> None:
        self.name = model
        self.weight = weight  # of its opinion beside the learnt ranking's, see `answer.rerank`
        self._folder = folder_of(model, allow_download, "re-ranking")
        self._scoring = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One number per text, on the model's own scale."""
        if not texts:
            return []
        with self._scoring:  # the tokenizer's settings are not safe to share between threads
            found = self._model.predict(
                [(question, text) for text in texts], batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True
            )
        return [float(score) for score in np.asarray(found, dtype=np.float64)]

    @cached_property
    def _model(self) -> CrossEncoder:
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging

        cast(Any, logging).disable_progress_bar()
        model: CrossEncoder = CrossEncoder(
            str(self._folder), device="cpu", local_files_only=True, max_length=MAX_TOKENS
        )
        if model.num_labels != 1:
            raise NotAReranker(f"RERANK_MODEL {self.name} gives {model.num_labels} numbers for a pair instead of one.")
        return model
