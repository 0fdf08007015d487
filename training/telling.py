"""How likely a piece of a clause or a cell of a row is the fact asked for: the weights of `answer.weighed`.

    python -m training.telling --data training/data/reading --keep build/telling-index --fit answer/data/telling.json
    python -m training.telling --data training/data/reading
    python -m training.telling --data training/data/reading --keep build/telling-index

Learnt from the questions whose shortest answer is marked in the evidence, all authors' but those of `HELD_OUT`; what
the reader's marks are worth beside that, from those authors whom it has never seen. Without `--fit` the first line is
made of the right clause for the questions of the authors held out, with `--keep` of those that the reader has never
seen, with its marks: printed is how often the whole answer stands within its first 80 characters, 120 where two things
are asked.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from answer import cells, pieces
from answer.candidates import Ranked, found_in, read
from answer.compose import compose
from answer.question import Question
from answer.shelf import Shelf
from answer.weighed import Signals, marked, scored
from plan.model import ClauseKind, Span
from plan.text import fold, nfc, squeeze
from plan.units import find_units
from reading.encoder import EncoderReader
from training.groups import HELD_OUT as JUDGES
from training.groups import asked_of, author, parsed, understand
from training.pairs import json_lines
from vectorstore.library import Library
from vectorstore.search import Hit

HELD_OUT = (*JUDGES, "b", "h", "j", "k", "s", "ac", "ah")
SHARE = 0.4  # of the questions of the authors held out that are asked
EARLY, OF_TWO = 80, 120  # characters of a first line within which one fact, or two, are looked for
SHORT = 60  # characters of an answer that a first line can hold
RARE = 15  # signals of fewer texts are not learnt
LEAST = 0.05  # smaller weights are left out
PULL = {"pieces": 10.0, "cells": 8.0}  # towards 0
_PLACES = frozenset(
    {ClauseKind.OPENING, ClauseKind.LETTERHEAD, ClauseKind.TITLE, ClauseKind.CLOSING, ClauseKind.SIGNATURE}
)
_MARK = re.compile(r"\A(?:[-+•–]\s*|[a-zđ]\)\s*|\d{1,2}(?:\.\d{1,2})*[.)]\s+)")


@dataclass(frozen=True)
class Case:
    """A question with the clause and the line that prove its answer."""

    author: str
    question: Question
    shelf: Shelf
    ranked: Ranked
    answers: tuple[str, ...]
    who: bool  # somebody is asked for: the unit itself is the fact, whatever stands beside it

    @property
    def row(self) -> bool:
        """Whether the clause is a row of a table."""
        return self.ranked.hit.passage.kind is ClauseKind.ROW


@dataclass(frozen=True)
class Lesson:
    """The signals of each text that may be chosen, a reader's marks on it, and the numbers of those that are right."""

    signals: list[Signals]
    right: list[int]
    marked: Sequence[float] = ()


def cases(folder: Path, held_out: bool, share: float = 1.0) -> Iterator[Case]:
    """Questions with one or two short answers, of the authors held out or of the others."""
    rng = random.Random(7)
    for file in sorted((folder / "plans").iterdir()):
        version = parsed(file) if (author(file.stem) in HELD_OUT) is held_out else None
        if version is None:
            continue
        shelf, rows = Shelf(version), json_lines([folder / "questions" / f"{file.stem}.jsonl"])
        for row in (row for row in rows if rng.random() < share):
            found = _given(shelf, row) if _is_short(row) else None
            if found:
                who = bool({"lead", "coord"} & set(row["asks"]))
                answers = tuple(map(nfc, row["answer"]))
                yield Case(author(file.stem), understand(asked_of(row)), shelf, found, answers, who)


def read_cases(folder: Path, keep: Path, share: float) -> Iterator[Case]:
    """Those of authors whom the reader has never seen, with its marks on the right clause where it was a candidate."""
    reader = EncoderReader(close=None)
    with closing(Library.open(keep)) as library:
        for case in (case for case in cases(folder, held_out=True, share=share) if case.author in JUDGES):
            if not library.live_version(case.shelf.version.plan_id):
                library.publish(case.shelf.version)
            ranked = found_in(library.search, case.question, case.shelf)
            _, found = read([reader], case.question, ranked, {case.shelf.scope: case.shelf}) or (None, [])
            address = case.ranked.hit.passage.address
            marks = next((each.marks for each in found if each.hit.passage.address == address), ())
            if marks:
                yield replace(case, ranked=replace(case.ranked, marks=marks))


def _is_short(row: dict[str, Any]) -> bool:
    found = row["answer"]
    return 0 < len(found) <= 2 and sum(map(len, found)) <= SHORT * len(found) and "unit_tasks" not in row["asks"]


def _given(shelf: Shelf, row: dict[str, Any]) -> Ranked | None:
    """The clause and the line with the answer, as a reader would choose them."""
    text, answer = shelf.version.text, nfc(row["answer"][0])
    proof = next((nfc(part) for part in row["evidence"] if answer in nfc(part)), nfc(row["evidence"][0]))
    at = text.find(proof) + max(0, proof.find(answer))
    span = Span(at, at + len(answer))
    lines = [(line.span.overlap(span), -len(p.text), p, line) for p in shelf.passages for line in p.lines]
    best, _, passage, line = max(lines, key=lambda found: found[:2])
    if proof not in text or best == 0 or passage.kind in _PLACES:
        return None
    hit = Hit(shelf.version.plan_id, 1, passage, 1.0, 1.0, line, 0.0, 0.0, 0.0, 0.0)
    return Ranked(hit, shelf.facts[passage.address], 0.0, 1.0, told=True)


def lesson(case: Case) -> Lesson | None:
    """The pieces of the line, or the cells of the row; None where there is nothing to choose."""
    if case.row:
        clause = case.shelf.tree.by_address[case.ranked.hit.passage.address]
        named = cells.named(clause.cells)
        right = [n for n, cell in enumerate(named) for answer in case.answers if _stands(answer, fold(cell.value))]
        marks = cells.marked_cells(named, case.ranked.marks)
        signals = cells.signals(case.question, named)
        return Lesson(signals, sorted(set(right)), marks) if right and len(named) > 2 else None
    text = _MARK.sub("", squeeze(case.ranked.hit.best_line.text), count=1)
    spans = pieces.cut(text)
    found = [(at, at + len(part)) for part in case.answers if (at := text.find(squeeze(part))) >= 0]
    right = [n for n, span in enumerate(spans) if any(Span(*one).overlap(span) for one in found)]
    marks = marked(case.ranked.marks, text, spans)
    return Lesson(pieces.signals(case.question, text, spans), right, marks) if right and len(spans) > 1 else None


def fitted(lessons: Sequence[Lesson], pull: float) -> dict[str, float]:
    """The weights under which what is right is likeliest, pulled towards 0."""
    known = Counter(name for each in lessons for signals in each.signals for name in signals)
    names = {name: n for n, name in enumerate(sorted(name for name, count in known.items() if count >= RARE))}
    texts = [(signals, n in each.right, len(each.right)) for each in lessons for n, signals in enumerate(each.signals)]
    entries = [
        (row, names[k], v) for row, (signals, _, _) in enumerate(texts) for k, v in signals.items() if k in names
    ]
    rows, columns, values = zip(*entries, strict=True)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(texts), len(names)))
    right = np.array([is_right / count for _, is_right, count in texts])
    of = np.repeat(np.arange(len(lessons)), [len(each.signals) for each in lessons])
    starts = np.searchsorted(of, np.arange(len(lessons)))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ weights
        scores -= np.maximum.reduceat(scores, starts)[of]
        logs = scores - np.log(np.add.reduceat(np.exp(scores), starts))[of]
        value = float(-(right * logs).sum() + pull / 2 * weights @ weights)
        return value, matrix.T @ (np.exp(logs) - right) + pull * weights

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return {name: round(float(best[n]), 2) for name, n in names.items() if abs(best[n]) >= LEAST}


def fitted_beside(lessons: Sequence[Lesson], weights: dict[str, float]) -> dict[str, float]:
    """How much scores by `weights` and a reader's marks count, so that what is right is likeliest."""
    read = (each for each in lessons if any(each.marked))
    scores = [(scored(weights, each.signals), np.array(each.marked), each.right) for each in read]

    def loss(values: np.ndarray) -> float:
        wholes = [values[0] * score + values[1] * marks for score, marks, _ in scores]
        logs = [whole - np.logaddexp.reduce(whole) for whole in wholes]
        return -sum(float(log[right].mean()) for log, (_, _, right) in zip(logs, scores, strict=True))

    best = minimize(loss, np.ones(2)).x
    return {"signals": round(float(best[0]), 2), "marked": round(float(best[1]), 2)}


def is_told(case: Case, line: str) -> bool:
    """Whether a first line holds all that is asked for, early enough to be read at a glance."""
    seen = fold(squeeze(line.removeprefix("… ")[: EARLY if len(case.answers) == 1 else OF_TWO]))
    return all(_stands(answer, seen) or (case.who and _names(answer, seen)) for answer in case.answers)


def _stands(answer: str, folded: str) -> bool:
    bare = fold(squeeze(answer)).strip(" .;,:|")
    return re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", squeeze(folded)) is not None


def _names(answer: str, folded: str) -> bool:
    units = [answer[unit.start : unit.end] for unit in find_units(answer)]
    return bool(units) and all(_stands(unit, folded) for unit in units)


def _lessons(of: Iterable[Case]) -> dict[str, list[Lesson]]:
    found: dict[str, list[Lesson]] = {kind: [] for kind in PULL}
    for case in of:
        made = lesson(case)
        if made:
            found["cells" if case.row else "pieces"].append(made)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--fit", type=Path)
    parser.add_argument("--keep", type=Path, help="folder of the index that the reader's candidates are found in")
    told = parser.parse_args()
    if told.fit and not told.keep:
        parser.error("--fit needs --keep: what the reader marks is learnt too")
    if told.fit:
        weights = {
            kind: fitted(found, PULL[kind]) for kind, found in _lessons(cases(told.data, held_out=False)).items()
        }
        beside = _lessons(read_cases(told.data, told.keep, 1.0))
        weights |= {f"{kind} marked": fitted_beside(found, weights[kind]) for kind, found in beside.items()}
        told.fit.write_text(json.dumps(weights, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        return
    seen: dict[str, list[bool]] = defaultdict(list)
    judged = read_cases(told.data, told.keep, SHARE) if told.keep else cases(told.data, held_out=True, share=SHARE)
    for case in judged:
        language = "en" if case.question.english else "vi"
        right = is_told(case, compose(case.question, case.shelf, [case.ranked], language).headline)
        for name in ("all", "row" if case.row else "text", f"asks {len(case.answers)}", language, f"by {case.author}"):
            seen[name].append(right)
    for name, found in sorted(seen.items()):
        print(f"{name:8} {len(found):5} {sum(found) / len(found):.3f}")


if __name__ == "__main__":
    main()
