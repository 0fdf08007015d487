"""How loud each feature of the embedding model's states gets: what lets its matrices be rounded to 8-bit numbers.

    python -m training.loudness --model models/kehoach-e5 --data training/data/reading

A few features of the states are many times as large as the others; rounded with one scale a row they would leave the
others a handful of steps. `vectorstore.bert` divides each by what is written here and multiplies the matrix with it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from vectorstore.bert import TINY, BertEncoder, Matrix
from vectorstore.embedding import LOUD

PLANS, LINES, LENGTH, SEED = 60, 4, 40, 1  # plans, lines of each, characters that a line has at least
BATCH, MAX_TOKENS = 16, 128


@dataclass(slots=True)
class Heard:
    """A matrix that notes how loud what it is given gets."""

    matrix: Matrix
    loud: Tensor | None = None

    def __call__(self, states: Tensor) -> Tensor:
        size = states.reshape(-1, states.shape[-1]).abs().amax(0)
        self.loud = size if self.loud is None else torch.maximum(self.loud, size)
        return self.matrix(states)


def loudness(encoder: BertEncoder, texts: Sequence[str]) -> dict[str, Tensor]:
    """Of each matrix the greatest size of each feature (in) over these texts, float16."""
    heard = {name: Heard(matrix) for name, matrix in encoder.matrices.items()}
    encoder.matrices = heard
    for start in range(0, len(texts), BATCH):
        encoder.encode(texts[start : start + BATCH])
    return {name: each.loud.clamp(min=TINY).half() for name, each in heard.items() if each.loud is not None}


def lines(folder: Path) -> list[str]:
    """Lines of plans as passages, and some as questions."""
    rng = random.Random(SEED)
    found = []
    for file in rng.sample(sorted((folder / "plans").glob("*.txt")), PLANS):
        long = [line.strip() for line in file.read_text("utf-8").splitlines() if len(line) >= LENGTH]
        found.extend(rng.sample(long, min(LINES, len(long))))
    return [f"{'query' if number % 4 == 0 else 'passage'}: {line}" for number, line in enumerate(found)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    (options.model / LOUD).unlink(missing_ok=True)
    save_file(loudness(BertEncoder(options.model, MAX_TOKENS), lines(options.data)), options.model / LOUD)


if __name__ == "__main__":
    main()
