"""How much the first reader's odds and the close one's count: fitted on what both make of authors neither has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from reading.close import Weights, beside, both
from reading.protocol import Reading

STEPS, RATE = 400, 0.05
FOLDS = 5


@dataclass(frozen=True)
class Twice:
    """A question as the first reader read it, the close one's odds of the best few, and which of all are right."""

    plan: str
    answerable: bool
    first: Reading
    close: list[float]
    right: list[bool]


def fit(rows: Sequence[Twice]) -> Weights:
    """The weights under which what is right was likeliest, "none" where nothing is."""
    first, close, right, there = _table(rows)
    values = torch.tensor([1.0, 0.5, 0.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([values], lr=RATE)
    for _ in range(STEPS):
        whole = values[0] * first + values[1] * close + values[2]
        whole = torch.cat([whole.masked_fill(~there, -torch.inf), torch.zeros(len(rows), 1)], 1)
        held = torch.log_softmax(whole, 1).masked_fill(~right, -torch.inf)
        loss = -torch.logsumexp(held, 1).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return Weights(*(round(float(value), 4) for value in values.detach()))


def _table(rows: Sequence[Twice]) -> tuple[torch.Tensor, ...]:
    """Odds of both readers, what is right ("none" last) and what is there: (questions, candidates)."""
    most = max(len(row.right) for row in rows)
    first, close = (torch.zeros(len(rows), most, dtype=torch.float64) for _ in range(2))
    right = torch.zeros(len(rows), most + 1, dtype=torch.bool)
    there = torch.zeros(len(rows), most, dtype=torch.bool)
    for place, row in enumerate(rows):
        size, pairs = len(row.right), torch.tensor(beside(row.first, row.close), dtype=torch.float64)
        first[place, :size], close[place, :size] = pairs[:, 0], pairs[:, 1]
        right[place, :size], there[place, :size] = torch.tensor(row.right), True
        right[place, most] = not any(row.right)
    return first, close, right, there


def report(rows: Sequence[Twice]) -> None:
    """Right clause first and AUC of "something answers", of the first reader and, cross-fitted by plan, of both."""
    plans = sorted({row.plan for row in rows})
    made: dict[int, Reading] = {}
    for fold in range(FOLDS):
        out = set(plans[fold::FOLDS])
        weights = fit([row for row in rows if row.plan not in out])
        made |= {n: both(row.first, row.close, weights) for n, row in enumerate(rows) if row.plan in out}
    _figures("first", rows, [row.first for row in rows])
    _figures("both", rows, [made[n] for n in range(len(rows))])


def _figures(name: str, rows: Sequence[Twice], readings: Sequence[Reading]) -> None:
    answerable: NDArray[np.bool_] = np.array([row.answerable for row in rows])
    known = [dict(zip((id(r.candidate) for r in row.first.answers), row.right, strict=True)) for row in rows]
    top = np.array([at[id(each.answers[0].candidate)] for at, each in zip(known, readings, strict=True)])
    area = roc_auc_score(answerable, [1 - each.none for each in readings])
    print(f"  {name}: {len(rows)} questions, right first {top[answerable].mean():.3f}, AUC {area:.3f}")
