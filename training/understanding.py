"""Training questions read as the product reads them."""

from __future__ import annotations

from functools import lru_cache

from answer.question import Question
from answer.understand import Understanding


@lru_cache(maxsize=1)
def _reader() -> Understanding:
    return Understanding()


def understand(text: str) -> Question:
    """The question with its forms, asks, units and prior."""
    reader = _reader()
    return reader.read(text, reader.english(text)).over()
