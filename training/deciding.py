"""Fit how both readers count and `answer.decision`: how likely the best clause answers, from where on that is said.

    python -m training.deciding --data training/data/reading --keep build/reading-index --authors e p ab af

Only plans of authors whom the reader has never seen (`--hold-out` of `training.reader`) are used. Prints, cross-fitted
by plan, the AUC beside that of the question's words alone, the risk at each coverage, and what every signal is worth.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from answer.candidates import Ranked, as_asked, found_among, found_in, ordered, read
from answer.checks import certainly_not
from answer.decision import FILE, NAMES, signals
from answer.question import Question
from answer.shelf import Shelf, Shelves
from answer.understand import hashed
from reading.close import FOLDER, WEIGHTS, CloseReader, Weights, beside, both
from reading.encoder import EncoderReader, close_texts, depth
from reading.protocol import Candidate, Reading
from reading.states import question_text
from training.groups import (
    SEED,
    Spans,
    asked_of,
    author,
    load_plans,
    plan_questions,
    proves,
    shelf_questions,
    some_plans,
    understand,
)
from vectorstore.library import Library

Numbers = NDArray[np.float64]
SURENESS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
STRENGTH = 0.3  # of the penalty's inverse
STEPS, RATE, PARTS = 400, 0.05, 5  # of fitting how much both readers count; of cross-fitting that
USUAL = 0.25  # share of questions that officers ask and the plans do not answer; the data hold more


@dataclass(frozen=True)
class Judged:
    """One question with its signals. `right`: the clause that was read best answers it."""

    plan: str
    text: str
    answerable: bool
    why: str
    right: bool
    signals: Numbers


@dataclass(frozen=True)
class Case:
    """A question as the first reader read it, with what proves the answer in each plan."""

    plan: str
    question: Question
    answerable: bool
    why: str
    ranked: list[Ranked]
    reading: Reading
    shelves: Shelves
    proofs: Spans

    def proves(self, candidate: Candidate) -> bool:
        return proves(candidate.passage, self.proofs.get(candidate.version.plan_id, []))


def cases(folder: Path, keep: Path, authors: Sequence[str], among: bool) -> Iterator[Case]:
    """Questions of the authors, asked with their plan selected or (`among`) those written for shelves, over one."""
    library = Library.open(keep)
    shelves = load_plans(folder, library)
    reader, by_scope = EncoderReader(), {shelf.scope: shelf for shelf in shelves.values()}
    asked = _of_shelves(folder, shelves, authors) if among else _of_plans(folder, shelves, authors)
    for name, row, proofs, scope in asked:
        question = understand(asked_of(row))
        ranked = (
            found_among(library.search, question, [each.scope for each in scope])
            if among
            else found_in(library.search, question, scope[0])
        )
        done = read([reader], question, ranked, by_scope) if ranked else None
        if done:
            why = row.get("why") or ""
            yield Case(name, question, bool(row["evidence"]), why, ranked, done[0], by_scope, proofs)


@dataclass(frozen=True)
class Twice:
    """A question as the first reader read it, the close one's odds of the best few, and which of all are right."""

    plan: str
    answerable: bool
    first: Reading
    close: list[float]
    right: list[bool]


def fit_weights(rows: Sequence[Twice]) -> Weights:
    """How much both readers count: so that what is right was likeliest, "none" where nothing is."""
    first, close, right, there = _odds(rows)
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


def _odds(rows: Sequence[Twice]) -> tuple[torch.Tensor, ...]:
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


def report_readers(rows: Sequence[Twice]) -> None:
    """Right clause first and AUC of "something answers", of the first reader and, cross-fitted by plan, of both."""
    plans = sorted({row.plan for row in rows})
    made: dict[int, Reading] = {}
    for fold in range(PARTS):
        out = set(plans[fold::PARTS])
        weights = fit_weights([row for row in rows if row.plan not in out])
        made |= {n: both(row.first, row.close, weights) for n, row in enumerate(rows) if row.plan in out}
    _figures("first", rows, [row.first for row in rows])
    _figures("both", rows, [made[n] for n in range(len(rows))])


def _figures(name: str, rows: Sequence[Twice], readings: Sequence[Reading]) -> None:
    answerable: NDArray[np.bool_] = np.array([row.answerable for row in rows])
    known = [dict(zip((id(r.candidate) for r in row.first.answers), row.right, strict=True)) for row in rows]
    top = np.array([at[id(each.answers[0].candidate)] for at, each in zip(known, readings, strict=True)])
    area = roc_auc_score(answerable, [1 - each.none for each in readings])
    print(f"  {name}: {len(rows)} questions, right first {top[answerable].mean():.3f}, AUC {area:.3f}")


def read_twice(found: Sequence[Case], among: bool) -> list[Twice]:
    """The close reader's odds beside the first one's."""
    close, (_, closely), rows = CloseReader(), depth(among), []
    for case in found:
        odds = close.odds(close_texts(question_text(as_asked(case.question)), case.reading, closely))
        right = [case.proves(read.candidate) for read in case.reading.answers]
        rows.append(Twice(case.plan, case.answerable, case.reading, odds, right))
    return rows


def judged(case: Case, reading: Reading) -> Judged | None:
    """The case with its signals; None where a look-up decides."""
    placed = ordered(reading, case.ranked, case.shelves)
    top = placed[0].hit
    own = case.shelves[top.plan_id, top.version]
    if certainly_not(case.question, own, placed[0]):
        return None
    right, values = case.proves(reading.answers[0].candidate), signals(case.question, own, placed, reading)
    return Judged(case.plan, case.question.text, case.answerable, case.why, right, values)


Row = tuple[str, dict[str, Any], Spans, list[Shelf]]  # name of what is left out together, fields, evidence, plans


def _of_plans(folder: Path, shelves: dict[str, Shelf], authors: Sequence[str]) -> Iterator[Row]:
    for name in (name for name in shelves if author(name) in authors):
        for row, evidence in plan_questions(folder, shelves[name]):
            yield name, row, {name: evidence}, [shelves[name]]


def _of_shelves(folder: Path, shelves: dict[str, Shelf], authors: Sequence[str]) -> Iterator[Row]:
    rng = random.Random(SEED)
    for _, row, proofs, known in shelf_questions(folder, shelves, authors):
        yield (known or [""])[0], row, proofs, some_plans(shelves, known, rng)


def fit(judged: Sequence[Judged]) -> Numbers:
    """Weights in the order of NAMES; the first is the bias."""
    values = np.array([each.signals[1:] for each in judged])
    scale = StandardScaler().fit(values)
    model = LogisticRegression(C=STRENGTH, max_iter=500).fit(scale.transform(values), [each.right for each in judged])
    weights = model.coef_[0] / scale.scale_
    return np.array([model.intercept_[0] - float(weights @ scale.mean_), *weights])


def cross_fitted(judged: Sequence[Judged]) -> Numbers:
    """The chance of each, by weights fitted without its plan."""
    chances = np.zeros(len(judged))
    for plan in sorted({each.plan for each in judged}):
        weights = fit([each for each in judged if each.plan != plan])
        for place, each in enumerate(judged):
            if each.plan == plan:
                chances[place] = 1 / (1 + np.exp(-float(each.signals @ weights)))
    return chances


def report(judged: Sequence[Judged], chances: Numbers) -> float:
    """Print the figures; the threshold with most right answers where `USUAL` of the questions have none."""
    right, answerable = np.array([j.right for j in judged]), np.array([j.answerable for j in judged])
    print(f"{len(judged)} questions, best clause right for {right[answerable].mean():.3f} of the answerable")
    print(f"AUC of answering at all {roc_auc_score(answerable, chances):.3f}")
    print(f"AUC of being right {roc_auc_score(right, chances):.3f}")
    print(f"AUC of the question's words alone {_blind(judged, answerable):.3f}")
    best = (0.0, 0.0)
    for least in SURENESS:
        said = chances >= least
        whole = float(((right & said) | (~answerable & ~said)).mean())
        usual = (1 - USUAL) * float((right & said)[answerable].mean()) + USUAL * float((~said)[~answerable].mean())
        best = max(best, (usual, least))
        print(
            f"  from {least:.2f}: right {whole:.3f} answerable {(right & said)[answerable].mean():.3f} falsely refused "
            f"{(~said)[answerable].mean():.3f} refused {(~said)[~answerable].mean():.3f} said {said.mean():.3f} "
            f"wrong of said {(said & ~right).sum() / max(1, said.sum()):.3f}"
        )
    for low in np.arange(0, 1, 0.1):
        inside = (chances >= low) & (chances < low + 0.1)
        if inside.any():
            print(f"    told {low:.1f}–{low + 0.1:.1f}: {inside.sum():4d} questions, right {right[inside].mean():.2f}")
    return best[1]


def ablate(judged: Sequence[Judged]) -> None:
    """What each kind of signal is worth: most right answers, cross-fitted, without it."""
    parts: dict[str, tuple[str, ...]] = {
        "the reader": ("answers", "margin", "telling"),
        "closeness and words": ("close", "covered", "unknown"),
        "the ranking": ("ranked",),
    }
    right, answerable = np.array([j.right for j in judged]), np.array([j.answerable for j in judged])
    for name, without in {"nothing": (), **parts}.items():
        kept = np.array([float(each not in without) for each in NAMES])
        chances = cross_fitted([replace(each, signals=each.signals * kept) for each in judged])
        whole = max(float(((right & (chances >= c)) | (~answerable & (chances < c))).mean()) for c in SURENESS)
        print(f"    without {name:34s} right {whole:.3f} AUC {roc_auc_score(right, chances):.3f}")


def _blind(judged: Sequence[Judged], answerable: NDArray[np.bool_]) -> float:
    """What the wording alone tells, cross-fitted by plan: a reader must do better than this."""
    words, plans = np.array([hashed(each.text) for each in judged]), np.array([each.plan for each in judged])
    chances = np.zeros(len(judged))
    for plan in sorted(set(plans)):
        model = LogisticRegression(C=4.0, max_iter=300).fit(words[plans != plan], answerable[plans != plan])
        chances[plans == plan] = model.predict_proba(words[plans == plan])[:, 1]
    return float(roc_auc_score(answerable, chances))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True, help="where the indexed plans are kept between runs")
    parser.add_argument("--authors", nargs="+", required=True)
    parser.add_argument("--only", choices=["one plan", "all plans"], help="so that both can be fitted side by side")
    options = parser.parse_args()
    for among, name in ((False, "one plan"), (True, "all plans")):
        if options.only in (None, name):
            print(name)
            found = list(cases(options.data, options.keep, options.authors, among))
            twice = read_twice(found, among)
            report_readers(twice)
            weights = fit_weights(twice)
            _write(FOLDER / WEIGHTS, name, weights._asdict())
            readings = [both(each.first, each.close, weights) for each in twice]
            rows = [row for case, each in zip(found, readings, strict=True) if (row := judged(case, each))]
            least = report(rows, cross_fitted(rows))
            ablate(rows)
            named = {key: round(float(value), 4) for key, value in zip(NAMES, fit(rows), strict=True)}
            made = {"weights": named, "sure": least, "unsure": round(least / 2, 2), "questions": len(rows)}
            _write(FILE, name, made)


def _write(file: Path, name: str, value: dict[str, Any]) -> None:
    saved = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    file.write_text(json.dumps(saved | {name: value}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
