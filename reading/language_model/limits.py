"""One call to the model within its limits: the day's tokens, seats, time, retries, rest after failures.

What admins should hear – it broke, it cannot read, the day's tokens are used up – waits here until somebody takes it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from prompts import phrase, phrases
from reading.language_model.call_log import Call, CallLog
from reading.language_model.client import Model, ModelSettings, Said, Told, TooLong, version
from reading.language_model.pieces import tokens

FAILURES = 3
REST = 300.0  # seconds


class Circuit:
    """Counts failures in a row. Thread-safe."""

    def __init__(
        self, failures: int = FAILURES, rest: float = REST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rest, self._most, self._clock = rest, failures, clock
        self._lock = threading.Lock()
        self.failures = 0
        self._until = 0.0

    def lets_through(self) -> bool:
        """Whether a call may be tried now; after the rest one may, and the others wait for what becomes of it."""
        with self._lock:
            if self.failures < self._most:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + self.rest
            return True

    def worked(self) -> None:
        """A call came back."""
        with self._lock:
            self.failures = 0

    def failed(self) -> bool:
        """A call did not; True when it is this one that opens the circuit."""
        with self._lock:
            self.failures += 1
            self._until = self._clock() + self.rest
            return self.failures == self._most


AT_ONCE = 4  # calls; who asks meanwhile is answered by the shipped reader: a slow model never holds all of the bot
Result = TypeVar("Result")

log = logging.getLogger("kehoach.language_model")


class NotNow(Exception):
    """No call was made, or none of the calls brought anything; `why` is a word for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def reason(language: str, why: str) -> dict[str, str]:
    """`why` a call brought nothing, in words, and the `advice` for it, which may be empty."""
    known = phrases(language)
    return {"why": known.get(f"reading.outcome_{why}", why), "advice": known.get(f"reading.advice_{why}", "")}


class Limits:
    """Thread-safe."""

    def __init__(
        self,
        settings: ModelSettings,
        calls: CallLog,
        circuit: Circuit | None = None,
        language: str = "vi",
        at_once: int = AT_ONCE,
    ) -> None:
        self.settings = settings
        self.circuit = circuit or Circuit()
        self._calls, self._language = calls, language
        self._seats = threading.BoundedSemaphore(at_once)
        self._news: deque[str] = deque(maxlen=20)
        self._spent_on = ""

    def ask(
        self, model: Model, told: Told, schema: dict[str, Any], read: Callable[[str], Result]
    ) -> tuple[Result, Said, float]:
        """What `read` makes of a model's JSON, with what it said and the seconds that took; as `within`.

        Tokens are estimated where the model does not tell them.
        """
        started = time.perf_counter()

        def call(deadline: float) -> tuple[Result, Said]:
            said = model.ask(told, schema, deadline)
            return read(said.text), said

        result, said = self.within(call)
        used = (said.tokens_in or tokens("x" * told.size), said.tokens_out or tokens(said.text))
        return result, replace(said, tokens_in=used[0], tokens_out=used[1]), time.perf_counter() - started

    def call(
        self, model: Model, language: str, outcome: str, said: Said, seconds: float, clauses: tuple[str, ...] = ()
    ) -> Call:
        """What became of a question to a model, for the book."""
        used = (said.tokens_in, said.tokens_out, round(seconds, 3), said.tokens_cached)
        return Call(model.name, version(language), self.settings.is_hosted, clauses, outcome, 0, 0, *used)

    def within(self, call: Callable[[float], Result]) -> Result:
        """What `call` gives, told its deadline; tried again after a failure while there is time. Raises NotNow."""
        if not self._may_call() or not self._seats.acquire(blocking=False):
            raise NotNow("")
        try:
            return self._tried(call)
        finally:
            self._seats.release()

    def tell(self, key: str, **values: object) -> None:
        """Something that the admins should hear."""
        text = phrase(self._language, key, **values).rstrip()
        log.error("%s", text)
        self._news.append(text)

    def take_news(self) -> list[str]:
        """What the admins should hear, once."""
        taken = []
        while self._news:
            taken.append(self._news.popleft())
        return taken

    def _tried(self, call: Callable[[float], Result]) -> Result:
        deadline, why = time.monotonic() + self.settings.timeout, ""
        for _ in range(self.settings.retries + 1):
            try:
                result = call(deadline)
            except (TimeoutError, TooLong) as error:
                why = self._failed("TooLong" if isinstance(error, TooLong) else "time", error)
                break
            except Exception as error:  # whatever a model or its library does, the shipped reader answers
                why = self._failed(type(error).__name__, error)
            else:
                self.circuit.worked()
                return result
        if self.circuit.failed():
            minutes = round(self.circuit.rest / 60) or 1
            told = {"count": self.circuit.failures, "minutes": minutes, **reason(self._language, why)}
            self.tell("reading.broken", model=self.settings.model, **told)
        raise NotNow(why)

    def _failed(self, why: str, error: Exception) -> str:
        log.warning("%s: %s: %s", self.settings.model, why, str(error)[:300])
        return why

    def _may_call(self) -> bool:
        if not self.settings.is_allowed or not self.circuit.lets_through():
            return False
        limit = self.settings.daily_tokens
        if not limit or self._calls.tokens_today() < limit:
            return True
        today = time.strftime("%Y-%m-%d")
        if self._spent_on != today:
            self._spent_on = today
            self.tell("reading.spent", limit=limit)
        return False
