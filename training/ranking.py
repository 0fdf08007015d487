"""Fit the learnt ranking on what the product itself finds for the questions over whole plans.

    python -m training.ranking --groups build/groups.jsonl             (a minute)
    python -m training.ranking --groups build/groups.jsonl --sections  (the section prior too, from the older questions)

1. The section prior (`--sections`): a multinomial logistic regression over hashed words.
2. The ranking weights: a conditional logit (softmax over the candidates of a question) with an L2 penalty, one set for
   one plan and one for all plans. None of the plans has been seen by the embedding model, so its scores are not
   flattered.

Prints, for one set and the other, how often the right clause is first, before and after, each author judged by weights
fitted without him.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from answer import candidates
from answer.features import NAMES, WORDS
from answer.shelf import Shelf
from answer.understand import FILE as SECTIONS_FILE
from answer.understand import hashed
from training.groups import HELD_OUT as AUTHORS_HELD_OUT
from training.groups import author
from training.pairs import HELD_OUT, clauses_by_plan, json_lines, load_plan, questions

Numbers = NDArray[np.float32]
PENALTY, STEPS, FOLDS = 0.003, 80, 5
LEAST_SPREAD = 1e-3


@dataclass(frozen=True)
class Example:
    """One answerable question. `signals` has a row for each candidate, in the ranking's order."""

    author: str
    signals: Numbers
    right: NDArray[np.bool_]


def fit_sections() -> None:
    plans = {name: load_plan(name, lines) for name, lines in clauses_by_plan().items()}
    shelves = {name: Shelf(version) for name, version in plans.items()}
    asked = [q for q in questions(plans) if q.gold and q.plan not in HELD_OUT]
    rows = [(hashed(q.text), shelves[q.plan].facts[q.gold].section.value) for q in asked]
    x, y = csr_matrix(np.array([row for row, _ in rows])), np.array([name for _, name in rows])
    model = LogisticRegression(C=4.0, max_iter=400).fit(x, y)
    counts = Counter(y.tolist())
    base = np.log([counts[name] / len(y) for name in model.classes_])
    weights = np.vstack([model.coef_.T, model.intercept_]).astype(np.float16)
    np.savez_compressed(SECTIONS_FILE, weights=weights, base=base.astype(np.float32), sections=model.classes_)


def examples(files: Sequence[Path], among: bool) -> Iterator[Example]:
    """The answerable questions of the groups with their plan selected, or (`among`) asked over a shelf."""
    for row in json_lines(files):
        if row["answerable"] and row["choices"] and among == (not row["plan"]):
            signals = np.array([choice["signals"] for choice in row["choices"]], dtype=np.float32)
            yield Example(author(row["id"]), signals, np.array([choice["right"] for choice in row["choices"]]))


def fit(made: Sequence[Example]) -> Numbers:
    """The conditional logit by L-BFGS, weights in the order of NAMES and WORDS."""
    rows = np.concatenate([each.signals for each in made])
    spread = torch.from_numpy(np.maximum(rows.std(0), LEAST_SPREAD))
    signals, there, right = _padded(made)
    signals, weights = signals / spread, torch.zeros(rows.shape[1], requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        scores = (signals @ weights).masked_fill(~there, -torch.inf)
        missed = torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~right, -torch.inf), 1)
        value: Tensor = missed.mean() + PENALTY * (weights**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)
    return np.asarray((weights.detach() / spread).numpy(), dtype=np.float32)


def _padded(made: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """Signals (questions, candidates, signals), which candidates there are, and which are right."""
    most = max(len(each.right) for each in made)
    signals = torch.zeros(len(made), most, made[0].signals.shape[1])
    there = torch.zeros(len(made), most, dtype=torch.bool)
    right = torch.zeros(len(made), most, dtype=torch.bool)
    for row, each in enumerate(made):
        signals[row, : len(each.right)] = torch.from_numpy(each.signals)
        there[row, : len(each.right)] = True
        right[row, : len(each.right)] = torch.from_numpy(each.right)
    return signals, there, right


def cross_validate(made: Sequence[Example]) -> None:
    """Fit without each part of the authors in turn and print how often the right clause is first."""
    authors = sorted({each.author for each in made})
    before, after = [], []
    for held in (authors[part::FOLDS] for part in range(FOLDS)):
        weights = fit([each for each in made if each.author not in held and each.right.any()])
        for each in (each for each in made if each.author in held):
            before.append(bool(each.right[0]))
            after.append(bool(each.right[int(np.argmax(each.signals @ weights))]))
    among = np.mean([each.right.any() for each in made])
    print(
        f"{len(made)} questions, right among the candidates {among:.3f}, "
        f"first as it was {np.mean(before):.3f}, first as fitted {np.mean(after):.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", type=Path, nargs="+", required=True)
    parser.add_argument("--sections", action="store_true")
    parser.add_argument("--hold-out", nargs="*", default=AUTHORS_HELD_OUT, help="authors that are never learnt from")
    options = parser.parse_args()
    if options.sections:
        fit_sections()
    saved = {}
    for among, name in ((False, "one plan"), (True, "all plans")):
        made = list(examples(options.groups, among))
        print(name)
        cross_validate(made)
        weights = fit([each for each in made if each.author not in options.hold_out and each.right.any()])
        saved[name] = {key: round(float(value), 4) for key, value in zip((*NAMES, *WORDS), weights, strict=True)}
    candidates.FILE.write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
