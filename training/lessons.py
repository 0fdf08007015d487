"""What the reader learns from: groups made into pairs of states, with counterfactuals. Once before a training.

    python -m training.lessons --groups build/groups*.jsonl --out build/lessons.pickle

Counterfactuals are free: of half the answerable questions a second form is kept in which the lines that hold the answer
are taken out of their clauses, so that the same question has become unanswerable.
"""

from __future__ import annotations

import argparse
import pickle
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from answer.features import KNOWN
from reading.encoder import CLAUSE_PIECES, ENCODER, QUESTION_PIECES, READER
from reading.network import Pair
from reading.signals import known
from reading.states import PROJECTION, StateMaker, States, likenesses, own_text, shown, title_text
from training.groups import Choice, Group
from training.pairs import json_lines

READ, READ_OVER_ALL = 8, 16  # candidates of a question with its plan selected, and with none
TAKEN_OUT = 0.5
SEED = 7
REMEMBERED = 4000  # texts


@dataclass(frozen=True)
class Candidate:
    """One candidate ready to be read. `marks` are the pieces that answer, as 0 and 1; None where nothing is marked."""

    pair: Pair
    right: bool
    marks: np.ndarray[tuple[int], np.dtype[np.float32]] | None


@dataclass(frozen=True)
class Lesson:
    """A question with its candidates, and the same with its answer taken out where that could be done."""

    id: str
    selected: bool
    answerable: bool
    why: str
    candidates: tuple[Candidate, ...]
    without: tuple[Candidate, ...] = ()


def read_groups(files: Iterable[Path]) -> list[Group]:
    rows = json_lines(files)
    return [Group(**(row | {"choices": [Choice(**choice) for choice in row["choices"]]})) for row in rows]


class Teacher:
    def __init__(self, reader: Path = READER) -> None:
        self.states = StateMaker(ENCODER, reader / PROJECTION, REMEMBERED)
        self.rng = random.Random(SEED)

    def lesson(self, group: Group) -> Lesson | None:
        """None where there is nothing to choose from."""
        placed = _placed(group)
        if len(placed) < 2:
            return None
        question = self.states([group.question], QUESTION_PIECES)[0]
        whole = self._candidates(group, question, [(place, choice) for place, choice in placed])
        without: tuple[Candidate, ...] = ()
        if any(choice.right for _, choice in placed) and self.rng.random() < TAKEN_OUT:
            left = [(place, without_answer(choice)) for place, choice in placed]
            kept = [(place, choice) for place, choice in left if choice is not None]
            without = self._candidates(group, question, kept) if len(kept) > 1 else ()
        return Lesson(group.id, bool(group.plan), group.answerable, group.why, whole, without)

    def _candidates(
        self, group: Group, question: States, placed: Sequence[tuple[int, Choice]]
    ) -> tuple[Candidate, ...]:
        texts = [shown(choice.path, choice.lines, group.question).text for _, choice in placed]
        clauses = self.states(texts, CLAUSE_PIECES)
        titles = self.states([title_text(choice.subject) for _, choice in placed], CLAUSE_PIECES)
        best = max(choice.prior for choice in group.choices)
        made = []
        for (place, choice), text, clause, title in zip(placed, texts, clauses, titles, strict=True):
            likeness = float(question.mean @ title.mean)
            own = own_text(choice.path, choice.lines)
            signals = known(
                group.question,
                text,
                own,
                choice.subject,
                place,
                choice.prior - best,
                bool(group.plan),
                choice.signals[:KNOWN],
                likeness,
            )
            pair = Pair(_bare(question), _bare(clause), likenesses(question, clause), signals, 0)
            made.append(Candidate(pair, choice.right, _marks(text, clause, group.answers) if choice.right else None))
        return tuple(made)


def _placed(group: Group) -> list[tuple[int, Choice]]:
    """The best candidates with their places, and the right one where it lies behind them."""
    numbered = list(enumerate(group.choices))
    best = numbered[: READ if group.plan else READ_OVER_ALL]
    if group.answerable and not any(choice.right for _, choice in best):
        best += [(place, choice) for place, choice in numbered[len(best) :] if choice.right][:1]
    return best


def without_answer(choice: Choice) -> Choice | None:
    """The clause without the lines that hold the answer; None where nothing is left or it is not known where it is."""
    if not choice.right:
        return choice
    left = [line for number, line in enumerate(choice.lines) if number not in choice.holding]
    return replace(choice, lines=left, right=False, holding=[]) if choice.holding and left else None


def _bare(states: States) -> States:
    """Only what the network reads: the unit vectors are large and have served."""
    empty = np.empty((0, 0), np.float16)
    return replace(states, middle=empty, last=empty)


def _marks(text: str, clause: States, answers: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.float32]] | None:
    marks = np.zeros(len(clause.ids), np.float32)
    for answer in answers:
        at = text.find(answer)
        if at >= 0:
            for number, (start, end) in enumerate(clause.characters):
                marks[number] = max(marks[number], float(start < at + len(answer) and end > at and end > start))
    return marks if marks.any() else None


def lessons(groups: Sequence[Group], teacher: Teacher) -> Iterator[Lesson]:
    """The lessons of all groups, plan by plan, so that what was made of a clause is still remembered."""
    started = time.monotonic()
    for number, group in enumerate(groups):
        made = teacher.lesson(group)
        if made:
            yield made
        if number % 500 == 0:
            print(f"{number} of {len(groups)}, {time.monotonic() - started:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with options.out.open("wb") as out:
        writing = pickle.Pickler(out, protocol=4)  # one for all: what lessons share is written once
        for lesson in lessons(read_groups(options.groups), Teacher()):
            writing.dump(lesson)


if __name__ == "__main__":
    from training.lessons import main as as_module  # so that what is pickled is found again under this module's name

    as_module()
