"""What a reader is given and what it may give back: clauses to choose from, and spans of them. Nothing it says is text.

A reader *selects*. It sees a question and the candidate clauses and tells how likely each of them answers, which of
its characters answer which facet, and how likely none does. The program turns spans into quotes; what cannot be
selected cannot be said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from plan.model import PlanVersion, Span
from plan.passages import Line, Passage


class Facet(StrEnum):
    """What a question asks of a clause."""

    LEAD = "lead"
    COORD = "coord"
    DEADLINE = "deadline"
    PRODUCT = "product"
    UNIT_TASKS = "unit_tasks"
    FUNDING = "funding"
    REPORTING = "reporting"
    BASIS = "basis"
    TARGET = "target"
    PURPOSE = "purpose"
    NUMBER = "number"  # a count or another figure
    DATE = "date"  # when something is or was, that is no deadline
    SIGNER = "signer"
    RECIPIENTS = "recipients"
    PLACE = "place"
    PERSON = "person"
    CONTACT = "contact"
    CONTENT = "content"
    YESNO = "yesno"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a reader sees it. Where it leans on the one before, `after` is that and `own` what was typed."""

    text: str  # as typed, with what it leans on
    mended: str  # diacritics restored, typos mended; the typed text where there was no need
    english: bool = False
    vietnamese: str = ""  # for an English question: its known terms in Vietnamese
    after: str = ""
    own: str = ""
    brief: bool = False  # of many plans, each read by itself: the reader had better look at the best clauses alone


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause that may answer. `prior` is the ranking's log-odds, comparable within one question only."""

    version: PlanVersion
    passage: Passage
    prior: float
    signals: tuple[float, ...] = ()  # what the ranking saw, in the order of `answer.features.NAMES`


@dataclass(frozen=True, slots=True)
class Part:
    """Characters of the plan that answer; `facet` says which of the things asked, None where the reader cannot tell.

    Of a badly read page `said` is what the characters most likely say, of a cell that a page cuts all of it: for the
    first line, never quoted.
    """

    span: Span
    facet: Facet | None = None
    said: str = ""

    def words(self, text: str) -> str:
        """What it says in that plan's text."""
        return self.said or self.span.of(text)


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters of a line's text, from `start` to `end`, with their share of a reader's marks on the clause, 0..1."""

    line: Line
    start: int
    end: int
    share: float


@dataclass(frozen=True, slots=True)
class Read:
    """One candidate as it was read."""

    candidate: Candidate
    probability: float  # 0..1, that it answers
    parts: tuple[Part, ...] = ()
    telling: float = 0.0  # 0..1, how sure its best part is
    marks: tuple[Mark, ...] = ()  # the same piece by piece, of a reader that gives them


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a question and its candidates: those that may answer, the likeliest first."""

    answers: tuple[Read, ...]
    none: float  # 0..1, that none of the candidates answers
    facets: frozenset[Facet] = frozenset()  # what the question asks, as the reader understands it
    missing: frozenset[Facet] = frozenset()  # of these, what the task that was found does not state
    reader: str = ""  # which reader this is, for the log
    headline: str = ""  # a first line of a language model, already proved against the parts; '' for ours
    choices: tuple[str, ...] = ()  # ids of plans with different answers, where the question must say which it means


class Reader(Protocol):
    """Reads candidates of one plan or of many."""

    def read(self, asked: Asked, candidates: Sequence[Candidate]) -> Reading | None:
        """None where it cannot read now (switched off, over budget, too slow, broken): another reader is asked."""
