"""What a publication changed, for everybody or for one unit: a digest with the changed clauses word for word. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from answer.cite import cite_clause
from bot.conversation.messages import Reply
from bot.conversation.plain import shorten
from bot.plans.naming import short_title
from bot.plans.preview import difference_line, misread
from bot.plans.tasks import Task, tasks_of, value
from plan.diff import Difference, Kind, differences
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
        return tuple(sorted(found, key=lambda each: each.kind is Kind.RENUMBERED))

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
    old, new = change.old, change.new
    if old is None:
        tasks = change.tasks(unit)
        yield phrase(language, "notices.new_plan", plan=short_title(new), count=len(tasks))
        yield from (_task(language, task) for task in tasks[:SHOWN])
        more = len(tasks) - SHOWN
    else:
        found = change.of(unit)
        yield phrase(language, "notices.new_version", plan=short_title(new), version=new.version, old=old.version)
        yield from misread(language, new)
        yield from (difference_line(language, each, old, new) for each in found[:SHOWN])
        more = len(found) - SHOWN
    if more > 0:
        yield phrase(language, "upload.more_changes", count=more)


def _task(language: str, task: Task) -> str:
    told = value(task.assignment.task)
    told = shorten(told, LENGTH) + phrase(language, "bot.cut") if len(told) > LENGTH else told
    due = f" — {phrase(language, 'bot.deadline', deadline=task.deadline)}" if task.deadline else ""
    return f"+ {told}{due} ({task.place})"


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
