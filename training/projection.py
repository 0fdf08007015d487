"""Fit the shortening of states: `python -m training.projection --groups build/groups.jsonl --out FOLDER`.

Principal components of the embedding model's middle and last states over pieces of clauses, both layers scaled alike.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch

from reading.encoder import CLAUSE_PIECES, ENCODER
from reading.network import SHORT
from reading.states import LAST, MIDDLE, PROJECTION, shown
from training.lessons import read_groups

TEXTS, EVERY, MOST = 900, 3, 20_000
SEED = 0


def main() -> None:
    from transformers import BertModel, PreTrainedTokenizerFast

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    found = {shown(c.path, c.lines, g.question).text for g in read_groups(options.groups) for c in g.choices[:2]}
    chosen = np.random.default_rng(SEED).permutation(sorted(found))[:TEXTS]
    tokenizer = PreTrainedTokenizerFast.from_pretrained(str(ENCODER))
    model: Any = BertModel.from_pretrained(ENCODER, dtype=torch.float32)
    model.eval()
    rows = []
    for text in chosen:
        told = tokenizer(str(text), truncation=True, max_length=CLAUSE_PIECES, return_tensors="pt")
        with torch.inference_mode():
            layers = model(**told, output_hidden_states=True).hidden_states
        rows.append(torch.cat([layers[MIDDLE][0], layers[LAST][0]], -1)[::EVERY].numpy())
    states = np.concatenate(rows)
    half = states.shape[1] // 2
    scale = np.repeat([1 / states[:, :half].std(), 1 / states[:, half:].std()], half).astype(np.float32)
    states = states * scale
    mean = states.mean(0)
    _, spread, axes = np.linalg.svd((states - mean)[:MOST], full_matrices=False)
    print(f"{len(states)} pieces; {SHORT} components keep {(spread[:SHORT] ** 2).sum() / (spread**2).sum():.3f}")
    options.out.mkdir(parents=True, exist_ok=True)
    half_precision = {"scale": scale, "mean": mean.astype(np.float32), "axes": axes[:SHORT].T.astype(np.float16)}
    np.savez_compressed(options.out / PROJECTION, **half_precision)


if __name__ == "__main__":
    main()
