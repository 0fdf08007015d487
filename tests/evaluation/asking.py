"""Asking a set of questions, of the bot or of anything else that answers in the same way."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping

from plan.model import Answer, Topic
from tests.evaluation.questions import Question, QuestionSet
from tests.evaluation.score import judge
from tests.evaluation.table import Asked

FAULT = "fault"
Ask = Callable[..., Answer]  # a question, the id of the plan that is selected, for a follow-up the topic


def ask_all(questions: QuestionSet, ask: Ask, ids: Mapping[str, str]) -> list[Asked]:
    """Every question of the set, judged and timed. `ids` are the plans' ids by file name."""
    return [ask_one(question, questions, ask, ids) for question in questions.questions]


def ask_one(question: Question, questions: QuestionSet, ask: Ask, ids: Mapping[str, str]) -> Asked:
    """One question, with its plan selected where it does not tell by itself."""
    return judged(question, ask, ids[question.selected] if question.selected else None, questions.texts)


def judged(question: Question, ask: Ask, scope: str | None, texts: Mapping[str, str]) -> Asked:
    """One question with this plan selected, None for no plan; a follow-up comes after its own first question."""
    before = (_answer(ask, question.after, scope, question.id).topic,) if question.after else ()
    started = time.perf_counter()
    answer = _answer(ask, question.text, scope, question.id, *before)
    seconds = time.perf_counter() - started
    return Asked(question, answer, judge(question, answer, texts), seconds)


def _answer(ask: Ask, text: str, scope: str | None, ident: str, *topic: Topic | None) -> Answer:
    """A fault costs its own question only, as in `kehoach batch`, and is never taken for a refusal."""
    try:
        return ask(text, scope, *topic)
    except Exception as error:
        logging.getLogger(__name__).exception("fault while answering %s", ident)
        return Answer(f"{type(error).__name__}: {error}", reason=FAULT)
