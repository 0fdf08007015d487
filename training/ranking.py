"""Fit what ranks and what refuses, on the training plans as the product parses them.

    python -m training.ranking --data-dir DIR     (DIR keeps the indexed training plans between runs; 6 minutes)

1. The section prior: a multinomial logistic regression over hashed words, from all training questions.
2. The ranking weights: a conditional logit (softmax over the passages of the plan) with an L2 penalty, from the plans
   that the embedding model has not seen, so that its scores are not flattered.

Prints cross-validated figures, each held-out plan judged by weights fitted without it.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from answer import rank
from answer.features import NAMES, features
from answer.sections import FILE as SECTIONS_FILE
from answer.sections import hashed
from answer.shelf import Shelf
from training.evidence import Evidence, collect, training_plans
from training.plans import HELD_OUT, Asked, questions

Numbers = NDArray[np.float64]
Example = tuple[Numbers, int, Asked]  # features by passage, gold row, the question
PENALTY, STEPS = 0.002, 60


def fit_sections(asked: Sequence[Asked], shelves: dict[str, Shelf]) -> None:
    """Fit and save the section prior."""
    rows = [(hashed(q.text), shelves[q.plan].facts[q.gold].section.value) for q in asked]
    x, y = csr_matrix(np.array([row for row, _ in rows])), np.array([name for _, name in rows])
    model = LogisticRegression(C=4.0, max_iter=400).fit(x, y)
    counts = Counter(y.tolist())
    base = np.log([counts[name] / len(y) for name in model.classes_])
    weights = np.vstack([model.coef_.T, model.intercept_]).astype(np.float16)
    np.savez_compressed(SECTIONS_FILE, weights=weights, base=base.astype(np.float32), sections=model.classes_)


def examples(found: Sequence[Evidence]) -> list[Example]:
    """Features of the answerable questions over held-out plans."""
    wanted = [item for item in found if item.held_out and item.asked.gold]
    made = [(features(item.question, item.hits, item.facts), item.gold, item.asked) for item in wanted]
    return [(matrix, gold, asked) for matrix, gold, asked in made if gold is not None]


def fit_weights(made: Sequence[Example]) -> Numbers:
    """The conditional logit by L-BFGS."""
    size = max(len(matrix) for matrix, _, _ in made)
    x = torch.zeros(len(made), size, len(NAMES))
    mask = torch.full((len(made), size), -1e9)
    for i, (matrix, _, _) in enumerate(made):
        x[i, : len(matrix)] = torch.from_numpy(matrix)
        mask[i, : len(matrix)] = 0.0
    gold = torch.tensor([g for _, g, _ in made])
    w = torch.zeros(len(NAMES), requires_grad=True)
    optimiser = torch.optim.LBFGS([w], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = torch.nn.functional.cross_entropy(x @ w + mask, gold) + PENALTY * (w**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)
    return np.asarray(w.detach().numpy(), dtype=np.float64)


def cross_validate(made: Sequence[Example]) -> None:
    """Fit without each held-out plan in turn and print the ranks of the gold passages of that plan."""
    ranks: dict[str, list[int]] = {}
    for plan in HELD_OUT:
        w = fit_weights([m for m in made if m[2].plan != plan])
        for matrix, gold, asked in (m for m in made if m[2].plan == plan):
            scores = matrix @ w
            place = int((scores > scores[gold]).sum())
            ranks.setdefault(asked.lang, []).append(place)
            ranks.setdefault("all", []).append(place)
    for lang, places in sorted(ranks.items()):
        first, third = np.mean([p < 1 for p in places]), np.mean([p < 3 for p in places])
        print(f"  {lang:9s} n={len(places):4d} @1 {first:.3f} @3 {third:.3f}")


def main() -> None:
    """Fit everything and write `answer/data`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True, help="where the indexed training plans are kept")
    args = parser.parse_args()
    plans = training_plans()
    whole = {name: Shelf(version) for name, version in plans.items()}
    fit_sections([q for q in questions(plans) if q.gold and q.plan not in HELD_OUT], whole)
    found, _ = collect(args.data_dir, plans)
    made = examples(found)
    cross_validate(made)
    named = {name: round(float(value), 4) for name, value in zip(NAMES, fit_weights(made), strict=True)}
    saved = {"weights": named, "fitted_on": sorted(HELD_OUT), "questions": len(made)}
    rank.FILE.write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")
    rank.weights.cache_clear()


if __name__ == "__main__":
    main()
