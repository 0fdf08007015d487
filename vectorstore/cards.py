"""What is told of live plans beside their clauses, read from the index and kept: file, title, place, subject.

Clauses found over all plans are of some hundred of them, question after question of much the same ones.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from sqlalchemy import Connection, select

from vectorstore.frequencies import chunks
from vectorstore.plan_index import PlanCard, Scope, card_of
from vectorstore.tables import IndexedRow

KEPT = 4096  # about 2 kB each
Name = tuple[Scope, int]  # with the first of its passages' ids: a removed plan's number can come again, with others


class Cards:
    """Cards by version. Safe to use from any thread."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Name, PlanCard] = OrderedDict()
        self._lock = Lock()

    def of(self, connection: Connection, scopes: Iterable[Scope]) -> dict[Scope, PlanCard]:
        """What is told of live versions; one that is no longer live is missing."""
        wanted = dict.fromkeys(scopes)
        names = {name[0]: name for name in _names(connection, wanted)}
        known = self._known(names.values())
        missing = [scope for scope, name in names.items() if name not in known]
        for scope, card in _read(connection, missing):
            known[names[scope]] = card
            self._keep(names[scope], card)
        found = {scope: known[name] for scope, name in names.items() if name in known}
        return {scope: found[scope] for scope in wanted if scope in found}

    def _known(self, names: Iterable[Name]) -> dict[Name, PlanCard]:
        found = {}
        with self._lock:
            for name in names:
                if name in self._kept:
                    self._kept.move_to_end(name)
                    found[name] = self._kept[name]
        return found

    def _keep(self, name: Name, card: PlanCard) -> None:
        with self._lock:
            self._kept[name] = card
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def _names(connection: Connection, scopes: Iterable[Scope]) -> list[Name]:
    columns, wanted = select(IndexedRow.plan_id, IndexedRow.version, IndexedRow.first), set(scopes)
    return [
        ((plan_id, version), first)
        for chunk in chunks(sorted({plan_id for plan_id, _ in wanted}))
        for plan_id, version, first in connection.execute(columns.where(IndexedRow.plan_id.in_(chunk)))
        if (plan_id, version) in wanted
    ]


def _read(connection: Connection, scopes: Iterable[Scope]) -> list[tuple[Scope, PlanCard]]:
    found, wanted = [], set(scopes)
    for chunk in chunks(sorted(plan_id for plan_id, _ in wanted)):
        cards = select(IndexedRow.card).where(IndexedRow.plan_id.in_(chunk))
        found += [card_of(record) for (record,) in connection.execute(cards)]
    return [(card.scope, card) for card in found if card.scope in wanted]  # another version may be live by now
