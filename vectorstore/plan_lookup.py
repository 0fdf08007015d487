"""Which plans there are, looked up: how many, the first, what is told of some, those that a question may name.

Each costs what is asked for, whatever the number of plans.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager

from sqlalchemy import select
from sqlalchemy.orm import Session

from plan.listed import PlanTasks
from plan.model import PlanInfo
from plan.text import fold
from vectorstore import frequencies, looked_up, plan_names, plan_tasks
from vectorstore.plan_index import Cards, PlanCard, Scope
from vectorstore.tables import IndexedRow

LINES, RESEMBLING = 12, 8  # of a text, the longest; plans that hold most of them


class PlanLookup:
    """Look-ups of live plans in the catalog's index. Safe to use from any thread."""

    def __init__(self, sessions: Callable[[], AbstractContextManager[Session]], cards: Cards) -> None:
        self._sessions, self._cards = sessions, cards

    def count(self) -> int:
        """How many plans answer."""
        with self._sessions() as session:
            return frequencies.totals(session.connection(), plan_names.SUBJECT)[0]

    def first(self, count: int) -> list[Scope]:
        """So many live versions, in the order of plan ids."""
        columns = select(IndexedRow.plan_id, IndexedRow.version).order_by(IndexedRow.plan_id).limit(count)
        with self._sessions() as session:
            return [(plan_id, version) for plan_id, version in session.execute(columns)]

    def live(self, plan_id: str) -> Scope | None:
        """A plan's live version."""
        with self._sessions() as session:
            version = session.scalar(select(IndexedRow.version).where(IndexedRow.plan_id == plan_id))
        return None if version is None else (plan_id, version)

    def cards(self, scopes: Iterable[Scope]) -> dict[Scope, PlanCard]:
        """What is told of live versions; one that is no longer live is missing."""
        with self._sessions() as session:
            return self._cards.of(session.connection(), scopes)

    def of_place(self, place: str, saying: Collection[str] = (), number: str = "") -> list[PlanCard]:
        """The live plans of a place, accents or not, by their ids; those of no place where it is empty.

        Only those with one of the words `saying` in their subjects, or with the number, where these are given.
        """
        with self._sessions() as session:
            scopes = plan_names.of_place(session.connection(), place, saying, number)
        return [card for card in self.cards(scopes).values() if fold(card.info.place) == fold(place)]

    def called(self, text: str) -> list[PlanCard]:
        """The live plans whose place or number may stand in a text, by their ids."""
        with self._sessions() as session:
            scopes = plan_names.called(session.connection(), text)
        return list(self.cards(scopes).values())

    def tasks_asked(self, asked: plan_tasks.Asked, start: int = 0, count: int | None = None) -> list[PlanTasks]:
        """The tasks that are asked for, by plan; so many of them, or all, from one on."""
        with self._sessions() as session:
            return plan_tasks.find(session.connection(), asked, start, count)

    def tasks_of(self, plan_ids: Iterable[str]) -> list[PlanTasks]:
        """All tasks of some plans."""
        with self._sessions() as session:
            return plan_tasks.of_plans(session.connection(), plan_ids)

    def tasks_counted(self, asked: plan_tasks.Asked) -> int:
        """How many there are."""
        with self._sessions() as session:
            return plan_tasks.counted(session.connection(), asked)

    def leading(self, most: int) -> list[str]:
        """The units that lead most tasks, by their ids."""
        with self._sessions() as session:
            return plan_tasks.leading(session.connection(), most)

    def working(self) -> list[str]:
        """All units that lead tasks or help with them, the one with the most first, by their ids."""
        with self._sessions() as session:
            return plan_tasks.leading(session.connection(), None, plan_tasks.NAMED)

    def tasks(self) -> int:
        """How many tasks the live plans have."""
        with self._sessions() as session:
            return plan_tasks.count(session.connection())

    def resembling(self, text: str, few: int) -> list[PlanCard]:
        """The live plans that a text may have been taken from, the likeliest first: all where there are few."""
        if self.count() <= few:
            return list(self.cards(self.first(few)).values())
        lines = sorted({line.strip() for line in text.splitlines()}, key=len)[-LINES:]
        with self._sessions() as session:
            found = looked_up.resembling(session.connection(), lines, RESEMBLING)
        return list(self.cards(found).values())

    def beside(self, info: PlanInfo, most: int) -> list[PlanCard]:
        """The plans of one's place; of more than `most` those whose subjects share most words with its own."""
        with self._sessions() as session:
            scopes = plan_names.beside(session.connection(), info, most)
        return [card for card in self.cards(scopes).values() if fold(card.info.place) == fold(info.place)]

    def meant(self, words: str, most: int) -> list[PlanCard]:
        """The live plans that words may name: all where there are not more than `most`."""
        if self.count() <= most:
            return list(self.cards(self.first(most)).values())
        with self._sessions() as session:
            hits = plan_names.find(session.connection(), words)
        return list(self.cards(hit.scope for hit in hits).values())
