"""Which plans there are, looked up: how many, the first, what is told of some, those that a question may name.

Each costs what is asked for, whatever the number of plans.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager

from sqlalchemy import select
from sqlalchemy.orm import Session

from plan.due import Within
from plan.model import PlanInfo
from plan.text import fold
from vectorstore import frequencies, plan_names, plan_tasks
from vectorstore.cards import Cards
from vectorstore.plan_index import PlanCard, Scope
from vectorstore.tables import IndexedRow


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

    def saying(self, words: Collection[str]) -> list[PlanCard]:
        """The live plans with one of the folded words in their subjects, by their ids."""
        with self._sessions() as session:
            scopes = plan_names.saying(session.connection(), words)
        return list(self.cards(scopes).values())

    def with_tasks(self, units: Collection[str], due: Within | None = None) -> list[Scope]:
        """The live versions that give one of these units (or anybody) a task, due then where that is asked."""
        with self._sessions() as session:
            return plan_tasks.plans(session.connection(), units, due)

    def leading(self, most: int) -> list[str]:
        """The units that lead most tasks, by their ids."""
        with self._sessions() as session:
            return plan_tasks.leading(session.connection(), most)

    def tasks(self) -> int:
        """How many tasks the live plans have."""
        with self._sessions() as session:
            return plan_tasks.count(session.connection())

    def beside(self, info: PlanInfo, most: int) -> list[PlanCard]:
        """The plans of one's place; of more than `most` those whose subjects share most words with its own."""
        cards, words = self.of_place(info.place), plan_names.subject_words(info)
        if len(cards) > most:
            cards.sort(key=lambda card: -len(words & plan_names.subject_words(card.info)))
        return sorted(cards[:most], key=lambda card: card.plan_id)

    def meant(self, words: str, most: int) -> list[PlanCard]:
        """The live plans that words may name: all where there are not more than `most`."""
        if self.count() <= most:
            return list(self.cards(self.first(most)).values())
        with self._sessions() as session:
            hits = plan_names.find(session.connection(), words)
        return list(self.cards(hit.scope for hit in hits).values())
