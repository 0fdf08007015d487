"""Can this model read? A few questions over a piece of a sample plan, before it is let near an officer's question.

A model that is too small chooses at random or answers what the plan does not say. The verdict is kept in the book of
calls, so that a model is tried once a month and not with every start.
"""

from __future__ import annotations

import threading
import time
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from reading.language_model.call_log import CallLog, Trial
from reading.language_model.choice import SCHEMA, Choice, Pick, choice_of
from reading.language_model.client import Model, Said, told_of, version
from reading.language_model.limits import Limits, NotNow
from reading.language_model.pieces import tokens
from reading.protocol import Asked

FAULTS = 2  # questions that a model may get wrong
GOOD_FOR, BAD_FOR = 30 * 86400.0, 86400.0  # seconds until it is tried again
_LANGUAGE = "vi"
NOT_JSON = Choice((Pick(None, 0),))  # wrong for every question


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """A question and the pieces that answer it; none for one that the plan does not answer."""

    text: str
    right: frozenset[int]
    also: frozenset[int] = frozenset()

    def is_right(self, choice: Choice) -> bool:
        """All of the right pieces and no wrong one."""
        chosen = {pick.number for pick in choice.answers}
        return self.right <= chosen <= self.right | self.also if self.right else not chosen


class SelfTest:
    """Tries a model when nobody has lately. Thread-safe."""

    def __init__(self, model: Model, limits: Limits, calls: CallLog) -> None:
        self._model, self._limits, self._calls = model, limits, calls
        self._lock = threading.Lock()
        self._trial: Trial | None = None
        self._waited = False

    def passed(self) -> bool:
        """Whether the model may read. Where that is not known it is tried: who asks first waits for it as long as for
        one answer, the trial goes on behind, and whoever asks meanwhile, or after a trial that came to nothing, hears
        False.
        """
        if self._known() is None and self._lock.acquire(blocking=False):
            trying = threading.Thread(target=self._try, name="self-test", daemon=True)
            trying.start()
            trying.join(0.0 if self._waited else self._limits.settings.timeout)
            self._waited = True
        trial = self._known()
        return trial is not None and can_read(trial)

    def run(self, begun: Trial | None = None) -> Trial:
        """Ask the set questions now, from where a trial has `begun` on, until it is clear whether it can read; the
        admins hear of one that cannot. Raises NotNow where the model gave no answer; what it gave before is kept.
        """
        trial = begun or Trial(0, 0)
        pieces, questions = set_questions()
        for question in questions[trial.asked :]:
            right = trial.right + question.is_right(self._asked(question, pieces))
            trial = Trial(right, trial.asked + 1, time.time())
            self._calls.keep_trial(self._model.name, version(_LANGUAGE), trial)
            if is_over(trial):
                break
        if not can_read(trial):
            self._limits.tell("reading.cannot_read", model=self._model.name, right=trial.right, asked=trial.asked)
        return trial

    def _asked(self, question: SetQuestion, pieces: str) -> Choice:
        told = told_of(Asked(question.text, question.text), pieces, _LANGUAGE)
        try:
            choice, said, seconds = self._limits.ask(self._model, told, SCHEMA, _choice)
        except NotNow as reason:
            if reason.why:
                self._write(reason.why, Said("", tokens("x" * told.size)), 0.0)
            raise
        self._write("trial", said, seconds)
        return choice or NOT_JSON

    def _write(self, outcome: str, said: Said, seconds: float) -> None:
        self._calls.write(self._limits.call(self._model, _LANGUAGE, outcome, said, seconds))

    def _try(self) -> None:
        try:
            self._trial = self.run(self._kept())
        except NotNow:
            pass  # the book and the admins' news say why
        finally:
            self._lock.release()

    def _known(self) -> Trial | None:
        """The last trial, of this start or of one before, where it is over and good."""
        trial = self._trial or self._kept()
        self._trial = trial if trial and is_over(trial) and time.time() - trial.at < _good_for(trial) else None
        return self._trial

    def _kept(self) -> Trial | None:
        """The trial of the book, over or not, while it is good."""
        trial = self._calls.trial(self._model.name, version(_LANGUAGE), time.time() - GOOD_FOR)
        return trial if trial and time.time() - trial.at < _good_for(trial) else None


def is_over(trial: Trial) -> bool:
    """Whether more questions would change nothing."""
    return trial.asked - trial.right > FAULTS or trial.asked >= len(set_questions()[1])


def can_read(trial: Trial) -> bool:
    """Right but for a few."""
    return trial.asked - trial.right <= FAULTS


@cache
def set_questions() -> tuple[str, tuple[SetQuestion, ...]]:
    """The pieces and the questions."""
    told = tomllib.loads((resources.files("reading") / "data" / "self_test.toml").read_text("utf-8"))
    questions = (
        SetQuestion(each["text"], frozenset(each["right"]), frozenset(each.get("also", ())))
        for each in told["questions"]
    )
    return told["pieces"].strip(), tuple(questions)


def _good_for(trial: Trial) -> float:
    return GOOD_FOR if can_read(trial) else BAD_FOR


def _choice(text: str) -> Choice | None:
    """None where the model does not even give the JSON it was asked for: that is a wrong answer, not a broken line."""
    try:
        return choice_of(text)
    except ValueError:
        return None
