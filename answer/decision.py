"""What to say: the answer, the nearest clause as a candidate, or that the plan does not say. One closed type.

A small linear model weighs what the reader found with how near the clause is and how the ranking placed it; what the
plan never names at all is looked up (`answer.checks`). Fitted by `training/deciding.py` on plans whose
authors the reader has never seen, one set of weights with a plan selected and one over all plans.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from answer import checks
from answer.candidates import Ranked, closeness, whole_text
from answer.cells import left_blank
from answer.question import Question
from answer.shelf import Shelf
from plan.model import Answer
from plan.text import fold
from reading.protocol import Reading

FILE = Path(__file__).parent / "data" / "decision.json"
SHIPPED = "encoder"  # the reader whose word is weighed; a language model's is taken as it is
# Of an answer after another question: as sure, it is not asked as leaning on that one too; so sure that has to be in
# place of a refusal.
SURE, BY_ITSELF = 0.75, 0.7
CERTAIN = 6.0  # log-odds beyond which surer is no more telling
_WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = ("bias", "answers", "margin", "telling", "close", "covered", "unknown", "english", "plain", "short", "ranked")


@dataclass(frozen=True, slots=True)
class Answered:
    """The best clause answers, sure enough to be said."""

    chance: float


@dataclass(frozen=True, slots=True)
class Unsure:
    """The best clause may answer: to be shown as a candidate and not in the voice of an answer."""

    chance: float


@dataclass(frozen=True, slots=True)
class NotSaid:
    """Nothing that was read answers."""

    chance: float


@dataclass(frozen=True, slots=True)
class Selected:
    """Parts that a language model chose: they are the answer."""

    reading: Reading
    chance: float


Decision = Answered | Unsure | NotSaid | Selected


def signals(question: Question, shelf: Shelf, ranked: Sequence[Ranked], reading: Reading) -> NDArray[np.float64]:
    """What speaks for and against the best clause, in the order of NAMES. `ranked` stands in the reader's order."""
    top, best = ranked[0], reading.answers[0]
    second = reading.answers[1].probability if len(reading.answers) > 1 else 0.0
    text, words = fold(whole_text(top)), _content(question)
    base = [
        1.0,
        _odds(best.probability, reading.none),
        _odds(best.probability, second),
        best.telling,
        closeness(ranked[:1]),
        _share([word for word in words if word in text], words),
        _share([word for word in words if word not in shelf.vocabulary], words),
        float(question.english),
        float(question.plain),
        float(len(words) <= 2),
        _before(ranked),
    ]
    return np.array(base, dtype=np.float64)


def decide(question: Question, shelf: Shelf, ranked: Sequence[Ranked], reading: Reading, among: bool) -> Decision:
    """Answered, Unsure or NotSaid, by how likely the best clause answers. `among`: no plan was selected."""
    if not ranked or not reading.answers:
        return NotSaid(0.0)
    if reading.reader != SHIPPED:  # it has read the words that the checks below only look for
        best = reading.answers[0]
        return Selected(reading, best.probability) if best.parts else NotSaid(best.probability)
    row = shelf.tree.by_address[ranked[0].hit.passage.address].cells
    if checks.certainly_not(question, shelf, ranked[0]) or left_blank(question, row) is not None:
        return NotSaid(0.0)
    chance = probability(question, shelf, ranked, reading, among)
    sure, unsure = _model(among)[1:]
    if chance >= sure:
        return Answered(chance)
    return Unsure(chance) if chance >= unsure else NotSaid(chance)


def probability(question: Question, shelf: Shelf, ranked: Sequence[Ranked], reading: Reading, among: bool) -> float:
    """How likely the best clause answers, 0..1, as the shipped reader's word is calibrated."""
    return 1.0 / (1.0 + math.exp(-float(signals(question, shelf, ranked, reading) @ _model(among)[0])))


@lru_cache(maxsize=2)
def _model(among: bool) -> tuple[NDArray[np.float64], float, float]:
    """Weights, and from which chance on an answer is sure, and a candidate worth showing."""
    data = json.loads(FILE.read_text(encoding="utf-8"))["all plans" if among else "one plan"]
    weights = np.array([data["weights"].get(name, 0.0) for name in NAMES])
    return weights, float(data["sure"]), float(data["unsure"])


def _odds(one: float, other: float) -> float:
    return max(-CERTAIN, min(CERTAIN, math.log((one + 1e-6) / (other + 1e-6))))


def _before(ranked: Sequence[Ranked]) -> float:
    """How far the ranking put what was read best before all others, as log-odds."""
    others = [each.score for each in ranked[1:]]
    if not others:
        return CERTAIN
    return max(-CERTAIN, min(CERTAIN, ranked[0].score - float(np.logaddexp.reduce(others))))


def _content(question: Question) -> list[str]:
    """Folded words of the question in its first form, each once."""
    return list(dict.fromkeys(_WORD.findall(fold(question.search))))


def _share(part: Sequence[str], whole: Sequence[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def sure(answer: Answer) -> bool:
    """Whether another reading of the question is not worth a look."""
    return not answer.refused and (answer.confidence is None or answer.confidence >= SURE)


def surer(answer: Answer, other: Answer) -> bool:
    """Whether an answer is to be told in place of another, or of a refusal."""
    least = BY_ITSELF if other.refused else (other.confidence or 1.0)
    return not answer.refused and (answer.confidence or 1.0) > least
