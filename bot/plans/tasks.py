"""A unit's assignments over the live plans: what `viec <đơn vị>` and `kehoach assignments` list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.plans.amendments import Amendments
from plan.due import Due
from plan.due_reader import base_of, read_due
from plan.model import Assignment, FieldValue, PlanVersion
from plan.text import fold, squeeze
from plan.units import find_units, unit_ids, unit_name


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment with the plan it stands in."""

    plan: PlanVersion
    assignment: Assignment
    place: str  # where it stands, in words

    @property
    def deadline(self) -> str:
        """As the plan writes it; empty when it names none."""
        return value(self.assignment.deadline)

    @property
    def dues(self) -> tuple[Due, ...]:
        """When it is due, as values; empty where the plan names no time."""
        return read_due(self.deadline, base_of(self.plan.info)) if self.deadline else ()

    def leads(self, unit: str) -> bool:
        """Whether the unit leads it, rather than coordinates."""
        return _named(self.assignment.leads, unit)


def tasks_of(plans: Iterable[PlanVersion], unit: str) -> Iterator[Task]:
    """The tasks in which a unit, in any of its spellings, leads or coordinates. No unit: all tasks."""
    for plan in plans:
        places: dict[str, str] = {}
        for assignment in plan.assignments:
            if not unit or _named((*assignment.leads, *assignment.coordinating), unit):
                places = places or {clause.address: clause.words for clause in plan.clauses}
                yield Task(plan, assignment, places.get(assignment.clause, assignment.clause))


def tasks_in_force(plans: Iterable[PlanVersion], unit: str) -> list[Task]:
    """The same without those that one of these plans has given anew or repealed."""
    plans = list(plans)
    amendments = Amendments.among(plans)
    return [task for task in tasks_of(plans, unit) if not amendments.is_superseded(task.plan, task.assignment.clause)]


def is_unit_name(text: str) -> bool:
    """Whether a text is a unit's name and little else, rather than a question about a unit."""
    named = sum(mention.end - mention.start for mention in find_units(text))
    return named >= 0.7 * len(text.strip())


def official_name(unit: str) -> str:
    """The usual name of a unit, however it was typed: 'VHXH' → 'Phòng Văn hóa - Xã hội'."""
    known = unit_ids(unit)
    return unit_name(next(iter(known))) if len(known) == 1 else unit


def value(field: FieldValue | None) -> str:
    """A field on one line."""
    return squeeze(field.value) if field else ""


def _named(fields: Iterable[FieldValue], unit: str) -> bool:
    wanted = unit_ids(unit)
    if wanted:
        return any(wanted & unit_ids(field.value) for field in fields)
    return any(_plain(unit) in _plain(field.value) for field in fields)


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
