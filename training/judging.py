"""Fit the judge of `answer.judge`: does the best clause answer the question?

Answerable questions over plans that the embedding model was trained on have flattered cosines, so those plans carry
nuisance features that are dropped afterwards; the threshold is chosen on held-out plans for few false refusals.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from answer import judge
from answer.desk import passage_words
from answer.rank import prefer_fields, prefer_values, rank
from answer.shelf import Shelf
from training.evidence import Evidence
from training.plans import HELD_OUT

Numbers = NDArray[np.float64]
PENALTY, STEPS = 0.004, 200
THRESHOLD = 0.3  # about 1.5 % of answerable questions refused in cross-validation
_FLATTERED = ("share", "margin", "clause", "line")


def fit_judge(found: Sequence[Evidence], shelves: dict[str, Shelf]) -> None:
    """Cross-validate on the held-out plans, print, fit on everything and save."""
    words = {name: passage_words(shelf) for name, shelf in shelves.items()}
    x = np.array([_row(item, words[item.asked.plan]) for item in found])
    y = np.array([float(bool(item.asked.gold)) for item in found])
    plans = np.array([item.asked.plan for item in found])
    seen = np.array([float(not item.held_out) for item in found])
    wide = np.hstack([x, _nuisance(x, seen)])
    _print_figures(wide, y, plans, x.shape[1])
    weights = _fit(wide, y)[: x.shape[1]]
    named = {name: round(float(value), 4) for name, value in zip(judge.NAMES, weights, strict=True)}
    saved = {"weights": named, "threshold": THRESHOLD, "questions": len(y)}
    judge.FILE.write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")


def _row(item: Evidence, words: dict[str, int]) -> Numbers:
    best = prefer_fields(item.question, rank(item.question, item.hits, item.facts))
    ranked = prefer_values(item.question, best)
    return judge.judge_features(item.question, ranked, words)


def _nuisance(x: Numbers, seen: Numbers) -> Numbers:
    return np.column_stack([seen, *(x[:, judge.NAMES.index(name)] * seen for name in _FLATTERED)])


def _fit(x: Numbers, y: Numbers) -> Numbers:
    spread = x.std(axis=0)
    spread[spread < 1e-6] = 1.0
    data, target, scale = torch.from_numpy(x), torch.from_numpy(y), torch.from_numpy(spread)
    w = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([w], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        wrong = torch.nn.functional.binary_cross_entropy_with_logits(data @ w, target)
        value = wrong + PENALTY * ((w * scale) ** 2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)
    return np.asarray(w.detach().numpy(), dtype=np.float64)


def _print_figures(wide: Numbers, y: Numbers, plans: NDArray[np.str_], own: int) -> None:
    held = np.isin(plans, HELD_OUT)
    plain = wide.copy()
    plain[:, own:] = 0.0
    guess = np.zeros(len(y))
    for plan in HELD_OUT:
        mine = plans == plan
        guess[mine] = 1 / (1 + np.exp(-(plain[mine] @ _fit(wide[~mine], y[~mine]))))
    print(f"  judge: {len(y)} questions, AUC on held-out plans {roc_auc_score(y[held], guess[held]):.3f}")
    for cut in (0.2, 0.25, 0.3, 0.35, 0.4):
        false, true = (guess[held & (y == 1)] < cut).mean(), (guess[held & (y == 0)] < cut).mean()
        print(f"    below {cut:.2f}: {false:.3f} of answerable, {true:.3f} of unanswerable refused")
