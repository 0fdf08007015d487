"""Digests of what was published, for everybody or for one unit, with the changed clauses word for word.

Found by comparing what is live with what people were told of (the table `told`), so no publication has to be reported
and none is lost to a kill. The notices and the mark are written together, so none is made twice.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from answer.cite import cite_clause
from bot.conversation.callback_data import Verb, button
from bot.conversation.desk import Desk
from bot.conversation.messages import Button, Incoming, Kind, Proof, Reply
from bot.conversation.plain import more_note, shortened
from bot.conversation.replies import SHOWN_AT_ONCE, more, pieces, rows
from bot.database import Store
from bot.people import Role, Subscriber, Wish
from bot.plans.naming import short_title
from bot.plans.preview import difference_line, misread
from bot.plans.tasks import Task, deadline_told, tasks_of
from bot.ports import Versions
from plan.diff import Difference, differences
from plan.diff import Kind as DiffKind
from plan.model import Citation, Clause, PlanVersion
from plan.units import unit_ids
from prompts import phrase

SHOWN = 6  # changes named of each plan; the clauses and the page have the rest
LENGTH = 200  # characters of a new task
CITED = 30  # clauses that the buttons of one digest can reach


@dataclass(frozen=True)
class Change:
    """A plan as it answers now, and as people were told of it before: None for a plan that is new to them."""

    old: PlanVersion | None
    new: PlanVersion

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """All that is not as it was; what only moved comes last."""
        found = differences(self.old, self.new) if self.old else ()
        return tuple(sorted(found, key=lambda each: each.kind is DiffKind.RENUMBERED))

    def of(self, unit: str) -> tuple[Difference, ...]:
        """The differences in a unit's tasks and in clauses that name it. No unit: all."""
        if not unit or self.old is None:
            return self.differences
        wanted = unit_ids(unit)
        mine = {False: _places(self.old, unit), True: _places(self.new, unit)}
        return tuple(each for each in self.differences if _touches(each, mine) or _names(each, wanted))

    def tasks(self, unit: str) -> list[Task]:
        """Of a new plan: what it asks of the unit, or of anybody."""
        return list(tasks_of([self.new], unit)) if self.old is None else []

    def concerns(self, unit: str) -> bool:
        """Whether the unit has to know of it."""
        return bool(self.of(unit) or self.tasks(unit))


def digest(language: str, changes: Sequence[Change], unit: str) -> tuple[Reply, tuple[Citation, ...]]:
    """All changes in one notice, for a unit or (no unit) for who keeps house; with the clauses to be quoted."""
    count = sum(len(change.of(unit)) + len(change.tasks(unit)) for change in changes)
    key = "notices.changes_of_unit" if unit else "notices.changes"
    lines = [line for change in changes for line in _told(language, change, unit)]
    head = phrase(language, key, count=count, unit=unit)
    cited = dict.fromkeys(citation for change in changes for citation in _cited(change, unit))
    return Reply(head, lines=tuple(lines), language=language), tuple(cited)[:CITED]


def _told(language: str, change: Change, unit: str) -> Iterator[str]:
    old, new, tasks, found = change.old, change.new, change.tasks(unit), change.of(unit)
    if old is None:
        yield phrase(language, "notices.new_plan", plan=short_title(new), count=len(tasks))
        yield from (_task(language, task) for task in tasks[:SHOWN])
    else:
        yield phrase(language, "notices.new_version", plan=short_title(new), version=new.version, old=old.version)
        yield from misread(language, new)
        yield from (difference_line(language, each, old, new) for each in found[:SHOWN])
    yield from more_note(language, len(tasks) + len(found), SHOWN, "upload.more_changes")  # one of them is empty


def _task(language: str, task: Task) -> str:
    return f"+ {shortened(task.name, LENGTH, language)}{deadline_told(language, task, ' — ')} ({task.place})"


def _cited(change: Change, unit: str) -> Iterator[Citation]:
    """The changed clauses as they are now; what is gone, as it was."""
    if change.old is None:
        places = {clause.address: clause for clause in change.new.clauses}
        yield from (cite_clause(change.new, places[task.assignment.clause]) for task in change.tasks(unit))
        return
    for each in change.of(unit):
        plan, address = (change.new, each.new) if each.new else (change.old, each.old)
        clause = next((clause for clause in plan.clauses if clause.address == address), None)
        if clause:
            yield cite_clause(plan, _asking(plan, clause), clause.span)


def _asking(plan: PlanVersion, clause: Clause) -> Clause:
    """The task that a changed field's line belongs to, so that the quote says what is to be done."""
    tasks = {assignment.clause for assignment in plan.assignments}
    above = next((each for each in plan.clauses if each.address == clause.parent), None)
    return above if above and clause.address not in tasks and above.address in tasks else clause


def _places(plan: PlanVersion, unit: str) -> frozenset[str]:
    """The clauses that give the unit something to do, with all below them."""
    mine = {task.assignment.clause for task in tasks_of([plan], unit)}
    for clause in plan.clauses:  # parents come before their children
        if clause.parent in mine:
            mine.add(clause.address)
    return frozenset(mine)


def _touches(found: Difference, mine: dict[bool, frozenset[str]]) -> bool:
    return found.old in mine[False] or found.new in mine[True]


def _names(found: Difference, wanted: frozenset[str]) -> bool:
    return bool(wanted & unit_ids(" . ".join((found.old_value, found.new_value, *(text for _, text in found.pieces)))))


QUIET = 8.0  # seconds without another publication before people are told: one digest for all that is put in together
AT_MOST = 300.0  # … but no longer than this
BEGUN = ""  # the row of `told` that says that telling has begun; what was live before it is no news

log = logging.getLogger("kehoach.notices")


class Publications:
    """Looks at what is live; cheap while nothing has changed."""

    def __init__(
        self, store: Store, versions: Versions, desk: Desk, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._versions, self._desk, self._clock = store, versions, desk, clock
        self._generation: object = None
        self._first = self._last = 0.0  # when a change was seen first and last; 0: all is told

    def look(self, channels: Collection[str]) -> None:
        """Tell what has changed, once it has been quiet for a while."""
        now, generation = self._clock(), self._versions.generation()
        if self._generation is None and not self._store.row("SELECT 1 FROM told"):
            self.tell(channels)  # at the first start: what is here already is no news, what comes next is
            self._generation = generation
        if generation != self._generation:
            self._generation, self._last = generation, now
            self._first = self._first or now
        if self._first and (now - self._last >= QUIET or now - self._first >= AT_MOST):
            self.tell(channels)
            self._first = 0.0

    def tell(self, channels: Collection[str]) -> None:
        """Leave everybody's digest, and mark all that is live as told."""
        live = dict(self._versions.live_keys())
        told = {row["plan"]: int(row["version"]) for row in self._store.rows("SELECT * FROM told")}
        changes = self._changes(live, told) if BEGUN in told else []
        if BEGUN in told and not changes and told.keys() - {BEGUN} == live.keys():
            return
        readers = self._desk.subscribers.all(channels) if changes else []
        with self._store.together():
            for reader in readers:
                self._leave(reader, changes)
            self._mark({BEGUN: 0, **live}, told)

    def _mark(self, live: dict[str, int], told: dict[str, int]) -> None:
        """Write down what has been told, where it was another."""
        for plan in told.keys() - live.keys():
            self._store.write("DELETE FROM told WHERE plan = ?", plan)
        for plan, version in live.items():
            if told.get(plan) != version:
                self._store.write("INSERT OR REPLACE INTO told VALUES (?, ?)", plan, version)

    def _changes(self, live: dict[str, int], told: dict[str, int]) -> list[Change]:
        from vectorstore.errors import UnknownPlan

        found = []
        for plan, version in live.items():
            if told.get(plan) == version:
                continue
            old = None
            with suppress(UnknownPlan):  # removed, and put in anew: as good as a new one
                old = self._versions.version(plan, told[plan]) if plan in told else None
            with suppress(UnknownPlan):  # gone this instant
                found.append(Change(old, self._versions.version(plan, version)))
        return found

    def _leave(self, reader: Subscriber, changes: Sequence[Change]) -> None:
        """One digest: who keeps house gets the whole, an officer what concerns his unit."""
        unit = "" if reader.role is Role.ADMIN else reader.unit
        concerning = [change for change in changes if change.concerns(unit)]
        if (not unit and reader.role is not Role.ADMIN) or not concerning or not reader.wants(Wish.CHANGES):
            return
        reply, citations = digest(reader.language, concerning, unit)
        reply = self._shown(reader, reply, citations)
        self._desk.outbox.hold(reader.channel, reader.chat, f"changes:{secrets.token_hex(6)}", reply)
        log.info("a digest of %d plans is on its way to %s", len(concerning), reader.channel)

    def _shown(self, reader: Subscriber, reply: Reply, citations: tuple[Citation, ...]) -> Reply:
        place = Incoming(reader.channel, reader.chat, "")
        ref = self._desk.log_book.write(place, reply.headline, reader.language, Kind.NOTICE, citations)
        turning = more(reader.language, ref, len(citations), SHOWN_AT_ONCE)
        return replace(
            reply,
            pieces=pieces(citations, self._desk.shelf, 0, Proof.CITED),
            notes=more_note(reader.language, len(citations), SHOWN_AT_ONCE),
            buttons=rows(turning, (off_button(reader.language, Wish.CHANGES),)),
            ref=ref,
        )


def off_button(language: str, wish: Wish) -> Button:
    """No more of this, at one tap."""
    return button(language, f"notices.off_{wish}", Verb.WANT, wish.value)
