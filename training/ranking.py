"""Fit what ranks: the section prior and the ranking weights, on the training plans as the product parses them.

    python -m training.ranking --data-dir DIR     (DIR keeps the indexed training plans between runs)

The section prior is a multinomial logistic regression over hashed words, from all training questions. The ranking
weights are a conditional logit (softmax over the passages of the plan) with an L2 penalty, from the plans that the
embedding model has not seen, so that its scores are not flattered.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from answer.facts import Facts, facts_of
from answer.features import NAMES, features
from answer.sections import FILE as SECTIONS_FILE
from answer.sections import hashed
from plan.passages import passages_of
from training.plans import HELD_OUT, Asked, clauses_by_plan, load_plan, questions
from training.understanding import understand
from vectorstore.library import Library

Example = tuple[np.ndarray, int, Asked]  # features by passage, gold row, the question


def fit_sections(asked: list[Asked], facts: dict[str, dict[str, Facts]]) -> None:
    """Fit and save the section prior."""
    rows = [(hashed(q.text), facts[q.plan][q.gold].section.value) for q in asked if q.gold]
    x, y = csr_matrix(np.array([r[0] for r in rows])), np.array([r[1] for r in rows])
    model = LogisticRegression(C=4.0, max_iter=400).fit(x, y)
    weights = np.vstack([model.coef_.T, model.intercept_])
    counts = Counter(y.tolist())
    base = np.log([counts[name] / len(y) for name in model.classes_])
    np.savez_compressed(
        SECTIONS_FILE, weights=weights.astype(np.float16), base=base.astype(np.float32), sections=model.classes_
    )


def examples(asked: list[Asked], library: Library, facts: dict[str, dict[str, Facts]]) -> list[Example]:
    """Features of every answerable question over its plan's passages."""
    made: list[Example] = []
    for q in asked:
        question = understand(q.text)
        hits = library.retriever.hits(q.text, [(q.plan, 1)], question.forms)
        matrix = features(question, hits, [facts[q.plan][hit.passage.address] for hit in hits])
        gold = next((i for i, hit in enumerate(hits) if hit.passage.address == q.gold), None)
        if gold is not None:
            made.append((matrix, gold, q))
    return made


def fit_weights(made: list[Example], penalty: float = 0.002, steps: int = 60) -> np.ndarray:
    """The conditional logit by L-BFGS."""
    size = max(len(m) for m, _, _ in made)
    x = torch.zeros(len(made), size, len(NAMES))
    mask = torch.full((len(made), size), -1e9)
    for i, (matrix, _, _) in enumerate(made):
        x[i, : len(matrix)] = torch.from_numpy(matrix)
        mask[i, : len(matrix)] = 0.0
    gold = torch.tensor([g for _, g, _ in made])
    w = torch.zeros(len(NAMES), requires_grad=True)
    optimiser = torch.optim.LBFGS([w], max_iter=steps, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = torch.nn.functional.cross_entropy(x @ w + mask, gold) + penalty * (w**2).sum()
        value.backward()
        return value

    optimiser.step(loss)
    return w.detach().numpy()


def accuracy(made: list[Example], w: np.ndarray) -> dict[str, tuple[float, float]]:
    """hit@1 and hit@3 by language."""
    ranks: dict[str, list[int]] = {}
    for matrix, gold, q in made:
        scores = matrix @ w
        rank = int((scores > scores[gold]).sum())
        ranks.setdefault(q.lang, []).append(rank)
        ranks.setdefault("all", []).append(rank)
    return {
        k: (round(float(np.mean([r < 1 for r in v])), 3), round(float(np.mean([r < 3 for r in v])), 3))
        for k, v in ranks.items()
    }


def cross_validate(made: list[Example]) -> None:
    """Fit without each held-out plan in turn and print what it does on that plan."""
    hits: list[Example] = []
    scored: dict[str, list[int]] = {}
    for plan in HELD_OUT:
        w = fit_weights([m for m in made if m[2].plan != plan])
        for matrix, gold, q in (m for m in made if m[2].plan == plan):
            rank = int((matrix @ w > (matrix @ w)[gold]).sum())
            scored.setdefault(q.lang, []).append(rank)
            scored.setdefault("all", []).append(rank)
            hits.append((matrix, gold, q))
    for lang, ranks in sorted(scored.items()):
        print(
            f"  {lang:9s} n={len(ranks):4d} @1 {np.mean([r < 1 for r in ranks]):.3f} @3 {np.mean([r < 3 for r in ranks]):.3f}"
        )


def main() -> None:
    """Fit everything and write `answer/data`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    args = parser.parse_args()
    plans = {name: load_plan(name, lines) for name, lines in clauses_by_plan().items()}
    facts = {name: facts_of(v, passages_of(v)) for name, v in plans.items()}
    asked = list(questions(plans))
    fit_sections([q for q in asked if q.plan not in HELD_OUT], facts)
    library = Library.open(args.data_dir)
    for name in HELD_OUT:
        if name not in {plan.plan_id for plan in library.plans()}:
            library.publish(plans[name])
    made = examples([q for q in asked if q.gold and q.plan in HELD_OUT], library, facts)
    cross_validate(made)
    w = fit_weights(made)
    named = {name: round(float(value), 4) for name, value in zip(NAMES, w, strict=True)}
    out = {"weights": named, "fitted_on": sorted(HELD_OUT), "questions": len(made), "hit": accuracy(made, w)}
    from answer.rank import FILE

    FILE.write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(out, ensure_ascii=False))


if __name__ == "__main__":
    main()
