"""Questions with a reader that can read: what it chose reaches the officer, right, refused, verbatim."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from plan.model import PlanVersion
from tests.evaluation.questions import ROOT, Question, QuestionSet, own_sets
from tests.evaluation.score import judge
from tests.reading.language_model.readers import Desk, Make, candidates, version
from tests.reading.language_model.recorded import answer_of, questions, recorded

SAMPLES, PLANS = own_sets()[:2]
OF_SEVERAL = {"gn-032", "gn-045", "gn-087"}  # hold for four to seven plans; the one meant cannot be known
SENT = {"answered", "nothing", "missing", "partly", "which_plan"}


def named(of: QuestionSet, question: Question) -> list[PlanVersion]:
    return [version((of.folder / file).relative_to(ROOT).as_posix()) for file in question.files]


def everything(of: QuestionSet, question: Question) -> list[PlanVersion]:
    return [version(path.relative_to(ROOT).as_posix()) for path in of.plans]


def wrong(
    bot: Desk, of: QuestionSet, asked: Sequence[Question], sent: Callable[[QuestionSet, Question], list[PlanVersion]]
) -> list[str]:
    found = []
    for question in asked:
        reading = bot.read(question.text, candidates(*sent(of, question), words=question.text, most=400))
        verdict = judge(question, answer_of(reading), of.texts)
        assert verdict.verbatim
        if not verdict.right:
            found.append(f"{question.id} {question.text}")
    return found


@pytest.mark.parametrize("sent", [named, everything], ids=["selected", "on the shelf"])
def test_what_a_careful_reader_chooses_is_what_is_said(
    desk: Make, sent: Callable[[QuestionSet, Question], list[PlanVersion]]
) -> None:
    """One question in two; `--reader recorded --set samples` asks all."""
    bot = desk(recorded, daily_tokens=0)
    assert len(questions()) >= 80
    assert not wrong(bot, SAMPLES, questions()[::2], sent)
    assert not set(bot.calls.totals(0).by_outcome) - SENT


def test_what_somebody_chose_blind_in_other_plans_is_what_is_said(desk: Make) -> None:
    """Tables, prose and a bad scan; one question in four, `--reader recorded --set plans` asks them all."""
    bot = desk(recorded, daily_tokens=0)
    asked = [question for question in questions("plans") if question.selected][::4]
    assert len(asked) >= 25
    assert not wrong(bot, PLANS, asked, named)
    assert not set(bot.calls.totals(0).by_outcome) - SENT


@pytest.mark.parametrize(
    ("name", "sent"), [("communes-2", everything), ("communes-3", everything), ("communes-3", named)]
)
def test_what_somebody_chose_blind_of_a_shelf_is_what_is_said(
    desk: Make, name: str, sent: Callable[[QuestionSet, Question], list[PlanVersion]]
) -> None:
    """One question in four, over the set's own plans; `--reader recorded --set communes-2 --shelf` asks all."""
    bot, of = desk(recorded, daily_tokens=0), next(each for each in own_sets() if each.name == name)
    asked = [question for question in questions(name) if question.id not in OF_SEVERAL][::4]
    assert len(asked) >= 25
    assert not wrong(bot, of, asked, sent)
    assert not set(bot.calls.totals(0).by_outcome) - SENT
