"""The language model as a reader: pieces out, numbers back, spans of the plan to whoever asked.

Only what may leave is sent: never a plan that bears the stamp of a secret, to hosted models only where that is allowed,
and to a model that has shown that it can read. Whenever it cannot, it says None and the shipped reader reads.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from plan.model import PlanVersion
from plan.recent import Recent
from plan.secrecy import secrecy
from reading.language_model.call_log import DROPPED, Call, CallLog
from reading.language_model.choice import SCHEMA, Choice, choice_of, reading_of
from reading.language_model.client import Model, Said, Told, told_of
from reading.language_model.limits import Limits, NotNow
from reading.language_model.pieces import Sheet, Sheets, tokens
from reading.language_model.self_test import SelfTest
from reading.protocol import Asked, Candidate, Reader, Reading

CACHED = 500  # answers kept, by what was sent: plan, question and rules
LIKELY = 0.5  # from here on the shipped reader would have answered

log = logging.getLogger("kehoach.language_model")


@dataclass(frozen=True, slots=True)
class _Answered:
    """What came of one call."""

    choice: Choice
    said: Said
    seconds: float = 0.0


class LanguageModelReader:
    """See `Reader`. Thread-safe; never raises because of the model."""

    def __init__(
        self,
        model: Model,
        limits: Limits,
        calls: CallLog,
        self_test: SelfTest | None = None,
        beside: Reader | None = None,
    ) -> None:
        """`beside` is the shipped reader: what it would have said is kept in the book. No `self_test`: trusted."""
        self.limits, self.calls, self.self_test, self.model = limits, calls, self_test, model
        self.beside = beside
        self._sheets = Sheets(limits.settings.answer_tokens)
        self._known: Recent[str, _Answered] = Recent(CACHED)
        self._lock = threading.Lock()

    def read(self, asked: Asked, candidates: Sequence[Candidate]) -> Reading | None:
        """The model's choice as spans; None where it was not asked, gave nothing, or nothing of it stands."""
        settings = self.limits.settings
        plans = {(each.version.plan_id, each.version.version): each.version for each in candidates}
        if not plans or not settings.is_allowed or any(map(is_secret, plans.values())):
            return None
        if not self.is_trusted():
            return None
        language = "en" if asked.english else "vi"
        with self._lock:
            sheet = self._sheets.of(candidates, language)
        told = told_of(asked, sheet.text, language)
        key = hashlib.sha256("\0".join((told.rules, told.plan, told.question)).encode()).hexdigest()
        known = self._known.get(key)
        answered = known or self._asked(told, sheet, language)
        if answered is None:
            return None
        reading = reading_of(answered.choice, sheet, candidates)
        if not known:
            self._known.keep(key, answered)
            self._book(answered, reading, sheet, language, self._shipped(asked, candidates))
        return replace(reading, reader=self.model.name) if reading else None

    def is_trusted(self) -> bool:
        """Whether the model has shown that it can read; it is tried where nobody has tried it lately."""
        return self.self_test is None or (self.limits.settings.is_allowed and self.self_test.passed())

    def take_news(self) -> list[str]:
        """What the admins should hear, once."""
        return self.limits.take_news()

    def _asked(self, told: Told, sheet: Sheet, language: str) -> _Answered | None:
        started = time.perf_counter()
        try:
            return _Answered(*self.limits.ask(self.model, told, SCHEMA, choice_of))
        except NotNow as reason:
            if reason.why:
                spent = Said("", tokens("x" * told.size))
                self.calls.write(self._call(reason.why, spent, sheet, language, time.perf_counter() - started))
            return None

    def _book(
        self,
        answered: _Answered,
        reading: Reading | None,
        sheet: Sheet,
        language: str,
        shipped: tuple[str, ...] | None,
    ) -> None:
        named = [*answered.choice.answers, *answered.choice.missing]
        kept = sum(sheet.piece(pick.number) is not None for pick in named) if reading else 0
        call = self._call(_outcome(reading), answered.said, sheet, language, answered.seconds)
        self.calls.write(replace(call, pieces=len(named), kept=kept, chosen=_chosen(reading), shipped=shipped))

    def _call(self, outcome: str, said: Said, sheet: Sheet, language: str, seconds: float) -> Call:
        return self.limits.call(self.model, language, outcome, said, seconds, sent(sheet))

    def _shipped(self, asked: Asked, candidates: Sequence[Candidate]) -> tuple[str, ...] | None:
        """For the book alone: whatever happens to it, the model's reading stands."""
        try:
            reading = self.beside.read(asked, candidates) if self.beside else None
        except Exception:
            log.exception("the shipped reader could not read beside the model")
            return None
        if reading is None:
            return None
        return _chosen(reading) if reading.none < LIKELY else ()


def is_secret(version: PlanVersion) -> bool:
    """Marked so when it was taken in, or by its own stamp."""
    return any(warning.code == "secret" for warning in version.warnings) or bool(secrecy(version.text))


def sent(sheet: Sheet) -> tuple[str, ...]:
    """What left, by address: a whole plan as 'plan@version', else each clause."""
    if sheet.whole:
        return tuple({f"{p.version.plan_id}@{p.version.version}": None for p in sheet.pieces})
    return tuple(dict.fromkeys(_address(p.version, p.passage.address) for p in sheet.pieces if p.passage))


def _address(version: PlanVersion, address: str) -> str:
    return f"{version.plan_id}@{version.version} {address}"


def _chosen(reading: Reading | None) -> tuple[str, ...]:
    reads = reading.answers if reading else ()
    return tuple(_address(r.candidate.version, r.candidate.passage.address) for r in reads if r.probability >= LIKELY)


def _outcome(reading: Reading | None) -> str:
    if reading is None:
        return DROPPED
    if reading.choices:
        return "which_plan"
    if reading.none > LIKELY:
        return "missing" if reading.missing else "nothing"
    return "partly" if reading.missing else "answered"
