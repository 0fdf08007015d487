"""Asking a set of questions, of the bot or of anything else that answers in the same way."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from plan.model import Answer
from tests.evaluation.questions import Question, QuestionSet
from tests.evaluation.score import judge
from tests.evaluation.table import Asked

FAULT = "fault"
Ask = Callable[[str, str | None], Answer]  # a question and the id of the plan that is selected


def ask_all(questions: QuestionSet, ask: Ask, ids: dict[str, str]) -> list[Asked]:
    """Every question of the set, judged and timed. `ids` are the plans' ids by file name."""
    return [ask_one(question, questions, ask, ids) for question in questions.questions]


def ask_one(question: Question, questions: QuestionSet, ask: Ask, ids: dict[str, str]) -> Asked:
    """One question, with its plan selected where it does not tell by itself."""
    scope = ids[question.selected] if question.selected else None
    started = time.perf_counter()
    answer = _answer(ask, question, scope)
    seconds = time.perf_counter() - started
    return Asked(question, answer, judge(question, answer, questions.texts), seconds)


def _answer(ask: Ask, question: Question, scope: str | None) -> Answer:
    """A fault costs its own question only, as in `kehoach batch`, and is never taken for a refusal."""
    try:
        return ask(question.text, scope)
    except Exception as error:
        logging.getLogger(__name__).exception("fault while answering %s", question.id)
        return Answer(f"{type(error).__name__}: {error}", reason=FAULT)
