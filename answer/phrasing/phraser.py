"""From proven clauses to checked sentences: clauses out, sentences in; what does not stand is left out."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from answer.phrasing.circuit import Circuit
from answer.phrasing.clauses import Numbered
from answer.phrasing.ledger import Call, Ledger
from answer.phrasing.model import Message, Model
from answer.phrasing.prompt import messages
from answer.phrasing.sentences import NotSentences, Reader
from answer.phrasing.settings import ModelSettings
from answer.phrasing.verify import Draft, Verdict, verify
from plan.model import Phrasing
from prompts import phrase

KEPT = 6  # sentences of one answer
ROOM = 900  # characters of all of them

Listen = Callable[[Sequence[Verdict]], None]

log = logging.getLogger("kehoach.phrasing")


@dataclass
class Outcome:
    """What came of one call: the sentences that stand, in order, and the story for the book."""

    kept: list[Verdict] = field(default_factory=list)
    refused: list[Verdict] = field(default_factory=list)
    why: str = ""  # why there is nothing: not_in_plan, unsupported, time, broken, …
    tokens_in: int = 0
    tokens_out: int = 0
    whole: bool = False

    @property
    def phrasing(self) -> Phrasing:
        """The state that officers see."""
        if not self.kept:
            return Phrasing.EXTRACTIVE
        return Phrasing.VERIFIED if not self.refused and self.whole else Phrasing.PARTLY


class Phraser:
    """Asks one model, within its limits. Thread-safe; never raises because of the model."""

    def __init__(
        self,
        settings: ModelSettings,
        model: Model,
        ledger: Ledger,
        circuit: Circuit | None = None,
        language: str = "vi",
        at_once: int = 1,
    ) -> None:
        self.settings = settings
        self.ledger = ledger
        self.circuit = circuit or Circuit()
        self._model = model
        self._language = language
        self._seats = threading.BoundedSemaphore(at_once)
        self._news: deque[str] = deque(maxlen=20)
        self._spent_on = ""

    def phrase(
        self, question: str, clauses: Sequence[Numbered], language: str, listen: Listen | None = None
    ) -> Outcome:
        """Sentences over these clauses; `listen` hears those that stand, whenever one is added."""
        outcome = Outcome(why="idle")
        if clauses:
            told = messages(question, clauses, language)
            names = tuple(f"{c.citation.plan_id}@{c.citation.version} {c.citation.clause}" for c in clauses)
            call = partial(self._call, told, clauses, language, outcome, listen)
            self.within_limits(call, outcome, names, phrase(language, "phrasing.version"))
        return outcome

    def within_limits(self, call: Callable[[], None], outcome: Outcome, names: tuple[str, ...], version: str) -> None:
        """One call, if the budget, the circuit and the others leave room for it; what came of it goes into the book."""
        if not self._may_call() or not self._seats.acquire(blocking=False):
            return
        started = time.perf_counter()
        outcome.why = ""
        try:
            call()
        except TimeoutError as error:
            self._failed(outcome, "time", error)
        except Exception as error:  # whatever a model or its library does, the officer gets the extractive answer
            self._failed(outcome, type(error).__name__, error)
        else:
            self.circuit.worked()
        finally:
            self._seats.release()
        self._book(outcome, names, version, time.perf_counter() - started)

    def text(self, told: Sequence[Message], outcome: Outcome) -> str:
        """All that the model says to this, in the time of one answer."""
        deadline = time.monotonic() + self.settings.timeout
        outcome.tokens_in, used, text = _size(told), 0, ""
        for chunk in self._model.stream(told, deadline):
            text += chunk.text
            outcome.tokens_in, used = chunk.tokens_in or outcome.tokens_in, chunk.tokens_out or used
            outcome.tokens_out = used or len(text) // 3
        return text

    def take_news(self) -> list[str]:
        """What the admins should hear, once."""
        taken = []
        while self._news:
            taken.append(self._news.popleft())
        return taken

    def _call(
        self,
        told: Sequence[Message],
        clauses: Sequence[Numbered],
        language: str,
        outcome: Outcome,
        listen: Listen | None,
    ) -> None:
        deadline = time.monotonic() + self.settings.timeout
        reader = Reader()
        outcome.tokens_in = _size(told)
        for draft in self._drafts(reader, told, deadline, outcome):
            verdict = self._judged(draft, clauses, language, outcome)
            if verdict and listen:
                listen(outcome.kept)
        outcome.whole = reader.whole
        if reader.not_in_plan:
            outcome.kept.clear()
            outcome.why = "not_in_plan"
        elif not outcome.kept:
            outcome.why = "unsupported"

    def _drafts(self, reader: Reader, words: Sequence[Message], deadline: float, outcome: Outcome) -> Iterator[Draft]:
        told = 0
        for chunk in self._model.stream(words, deadline):
            outcome.tokens_in = chunk.tokens_in or outcome.tokens_in
            told = chunk.tokens_out or told
            yield from reader.more(chunk.text)
            outcome.tokens_out = told or len(reader.text) // 3
        yield from reader.end()
        if not reader.text.strip():
            raise NotSentences("empty")

    def _judged(self, draft: Draft, clauses: Sequence[Numbered], language: str, outcome: Outcome) -> bool:
        verdict = verify(draft, clauses, language)
        if not verdict.clause or _dangles(verdict, outcome.kept):
            outcome.refused.append(verdict)
            return False
        told = sum(len(kept.text) for kept in outcome.kept)
        again = any(kept.text == verdict.text for kept in outcome.kept)
        if again or len(outcome.kept) == KEPT or told + len(verdict.text) > ROOM:
            return False
        outcome.kept.append(verdict)
        return True

    def _may_call(self) -> bool:
        if not self.settings.is_allowed or not self.circuit.lets_through():
            return False
        limit = self.settings.daily_tokens
        if not limit or self.ledger.tokens_today() < limit:
            return True
        today = time.strftime("%Y-%m-%d")
        if self._spent_on != today:
            self._spent_on = today
            self._tell("phrasing.spent", limit=limit)
        return False

    def _failed(self, outcome: Outcome, why: str, error: Exception) -> None:
        outcome.why = why
        log.warning("%s: %s: %s", self._model.name, why, str(error)[:300])
        if self.circuit.failed():
            minutes = round(self.circuit.rest / 60) or 1
            self._tell("phrasing.broken", model=self._model.name, count=self.circuit.failures, why=why, minutes=minutes)

    def _tell(self, key: str, **values: object) -> None:
        text = phrase(self._language, key, **values)
        log.error("%s", text)
        self._news.append(text)

    def _book(self, outcome: Outcome, names: tuple[str, ...], version: str, seconds: float) -> None:
        for verdict in outcome.refused:
            log.info("%s: a sentence was left out (%s)", self._model.name, verdict.why or "dangling")
        self.ledger.write(
            Call(
                self._model.name,
                version,
                self.settings.is_hosted,
                names,
                outcome.phrasing.value if outcome.kept else outcome.why,
                len(outcome.kept) + len(outcome.refused),
                len(outcome.kept),
                outcome.tokens_in,
                outcome.tokens_out,
                seconds,
            )
        )


def _size(told: Sequence[Message]) -> int:
    """Tokens, until the model tells them."""
    return sum(len(content) for _, content in told) // 3


def _dangles(verdict: Verdict, kept: Sequence[Verdict]) -> bool:
    """It does not name its task, and what stands before it is about another clause."""
    if verdict.anchored or verdict.clause is None:
        return False
    if kept:
        return kept[-1].clause is not verdict.clause
    return verdict.clause.number != 1
