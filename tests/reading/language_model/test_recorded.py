"""The samples' questions with a reader that can read: what it chose reaches the officer, right, refused, verbatim."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from plan.model import PlanVersion
from tests.evaluation.questions import ROOT, Question, own_sets
from tests.evaluation.score import judge
from tests.reading.language_model.readers import Desk, Make, candidates, version
from tests.reading.language_model.recorded import answer_of, questions, recorded

SAMPLES = own_sets()[0]


def plans(question: Question) -> list[PlanVersion]:
    return [version(f"samples/{file}") for file in question.files]


def both(question: Question) -> list[PlanVersion]:
    return [version(path.relative_to(ROOT).as_posix()) for path in SAMPLES.plans]


def wrong(bot: Desk, asked: Sequence[Question], of: Callable[[Question], list[PlanVersion]]) -> list[str]:
    found = []
    for question in asked:
        reading = bot.read(question.text, candidates(*of(question), words=question.text, most=400))
        verdict = judge(question, answer_of(reading), SAMPLES.texts)
        assert verdict.verbatim
        if not verdict.right:
            found.append(f"{question.id} {question.text}")
    return found


@pytest.mark.parametrize("of", [plans, both], ids=["selected", "on the shelf"])
def test_what_a_careful_reader_chooses_is_what_is_said(desk: Make, of: Callable[[Question], list[PlanVersion]]) -> None:
    bot = desk(recorded, daily_tokens=0)
    assert len(questions()) >= 80
    lost = wrong(bot, questions(), of)
    assert not lost
    outcomes = bot.calls.totals(0).by_outcome
    assert not set(outcomes) - {"answered", "nothing", "missing", "partly", "which_plan"}
