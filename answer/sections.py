"""Where a question's answer usually stands: a small linear model from the question's words to the kinds of sections.

Learnt from the training questions (`training/ranking.py`); 8,192 hashed words and word pairs by 15 kinds of sections.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from answer.facts import Section
from plan.text import fold

BUCKETS = 8192
FILE = Path(__file__).parent / "data" / "sections.npz"
_TOKEN = re.compile(r"\d+|[^\W\d]+|[?%]")


def hashed(text: str) -> NDArray[np.float32]:
    """Words and word pairs of a question as a unit vector of BUCKETS columns."""
    tokens = ["#" if token.isdigit() else token for token in _TOKEN.findall(fold(text))]
    vector = np.zeros(BUCKETS, dtype=np.float32)
    for gram in (*tokens, *(f"{a} {b}" for a, b in pairwise(tokens))):
        vector[crc32(gram.encode()) % BUCKETS] += 1
    norm = float(np.linalg.norm(vector))
    return vector / norm if norm else vector


@lru_cache(maxsize=1)
def _model() -> tuple[NDArray[np.float32], NDArray[np.float32], tuple[Section, ...]]:
    with np.load(FILE) as data:
        names = tuple(Section(str(name)) for name in data["sections"])
        return data["weights"].astype(np.float32), data["base"].astype(np.float32), names


def section_prior(question: str) -> dict[Section, float]:
    """For each kind of section the log of how much likelier than usual the answer stands there."""
    weights, base, names = _model()
    logits = hashed(question) @ weights[:-1] + weights[-1]
    logits -= np.logaddexp.reduce(logits)
    return {name: float(value) for name, value in zip(names, logits - base, strict=True)}
