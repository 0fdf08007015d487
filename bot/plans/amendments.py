"""What live plans say of each other: what amends what, and one task with two leads or two deadlines. Pure.

'Sửa đổi khoản 1 mục II …' stands in for that place of another plan. Two tasks are the same only when the same words are
left after units and dates are taken out, and enough of them: a plan that says 'báo cáo kết quả' of every unit
contradicts nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bot.plans.naming import short_title
from bot.plans.tasks import Doing, Task, tasks_of
from bot.ports import Amending, LivePlans
from plan.due import date_phrases
from plan.listed import Named, amended_number
from plan.model import Clause, PlanVersion
from plan.patterns import lists
from plan.text import fold, fold_line
from plan.tree import Tree
from plan.units import find_units, unit_ids
from prompts import phrase

_PLACE = re.compile(
    r"(?:(?:dong|gach dau dong|hang|doan) [\w.]+ )?(?:diem \w+ )?(?:(?:khoan|tiet) [\d.]+ )?"
    r"(?:muc|phan|chuong|dieu|phu luc|bang) (?:[ivxlc]+|\d+(?:\.\d+)*|[a-h])\b"
)
_HEADING = re.compile(r"\s*“[^”]*”")
_REPEALED = re.compile(r"\b(?:bai bo|huy bo|bo khoan|bo diem|bo muc|bo noi dung)\b|: bo\b")


@dataclass(frozen=True, slots=True)
class Change:
    """A clause of an amendment and the places of the amended plan that it names, folded."""

    by: PlanVersion
    clause: Clause
    places: frozenset[str]

    @property
    def replaces_tasks(self) -> bool:
        """Whether what was due there is now due as this clause says, or never."""
        own = any(task.clause == self.clause.address and task.deadline for task in self.by.assignments)
        return own or _REPEALED.search(fold(self.clause.span.of(self.by.text))) is not None


@dataclass(frozen=True)
class Amendments:
    """Which live plans amend which; the latest counts."""

    by_plan: dict[str, tuple[PlanVersion, ...]] = field(default_factory=dict)  # amended plan's id → its amendments
    amended: dict[str, PlanVersion] = field(default_factory=dict)  # amendment's id → the plan that it amends

    @cached_property
    def old(self) -> dict[str, PlanVersion]:
        """The amended plans by their ids."""
        return {plan.plan_id: plan for plan in self.amended.values()}

    @classmethod
    def among(cls, live: Iterable[PlanVersion]) -> Amendments:
        """Looked up by number and place; an amendment of a plan that is not here amends nothing."""
        live = list(live)
        amending = [(plan, number) for plan in live if (number := amended_number(plan.info))]
        if not amending:
            return cls()
        numbered = {_key(plan.info.number, plan): plan for plan in live if plan.info.number}
        pairs = [(plan, numbered[key]) for plan, number in amending if (key := _key(number, plan)) in numbered]
        by_plan: dict[str, tuple[PlanVersion, ...]] = {}
        for amendment, old in sorted(pairs, key=lambda pair: (pair[0].info.date, pair[0].info.number)):
            by_plan[old.plan_id] = (amendment, *by_plan.get(old.plan_id, ()))  # the latest first
        return cls(by_plan, {amendment.plan_id: old for amendment, old in pairs})

    @classmethod
    def of_place(cls, plans: LivePlans, place: str) -> Amendments:
        """Those of one place, looked up: an amendment says in its subject that it is one, and of which number."""
        amending = plans.amending_in(place)
        numbers = {amended_number(plan.info) for plan in amending}
        old = [plan for number in sorted(numbers) for plan in plans.live_of(place, number=number)]
        every = {plan.plan_id: plan for plan in (*amending, *old)}
        return cls.among(every[plan_id] for plan_id in sorted(every))

    @classmethod
    def over(cls, shelf: Amending, plans: Iterable[Named]) -> Amendments:
        """Those of some plans, looked up by their numbers: only what amends or is amended is loaded."""
        numbered = {plan.plan_id: plan for plan in plans if plan.info.number}
        amending = shelf.amending({plan.info.number for plan in numbered.values()}) if numbered else ()
        keys = {_key(amended_number(each.info), each) for each in amending}
        amended = [plan_id for plan_id, plan in numbered.items() if _key(plan.info.number, plan) in keys]
        old = map(shelf.live_version, amended)
        every = {plan.plan_id: plan for plan in (*amending, *(plan for plan in old if plan))}
        return cls.among(every[plan_id] for plan_id in sorted(every))

    def changing(self, plan: Named, address: str) -> Change | None:
        """The latest clause that changes this place of a plan, or one that it is part of."""
        amendments = self.by_plan.get(plan.plan_id, ())
        places = set(places_of(self.old[plan.plan_id], address)) if amendments else set()
        found = (change for by in amendments for change in changes_in(by) if change.places & places)
        return next(found, None)

    def is_superseded(self, plan: Named, address: str) -> bool:
        """Whether a task that stands there is now given by an amendment, or by nobody."""
        change = self.changing(plan, address)
        return change is not None and change.replaces_tasks


def changes_in(amendment: PlanVersion) -> list[Change]:
    """The leaves of an amendment that name places, with these."""
    found = []
    for clause in amendment.clauses:
        places = frozenset() if clause.children else frozenset(_PLACE.findall(fold(clause.span.of(amendment.text))))
        if places:
            found.append(Change(amendment, clause, places))
    return found


def places_of(plan: PlanVersion, address: str) -> list[str]:
    """A place and those around it, innermost first, in folded words."""
    tree = Tree(plan.text, plan.clauses)
    return [fold_line(_HEADING.sub("", clause.words)) for clause in tree.upwards(address)]


def changed_clause(plan: PlanVersion, change: Change) -> Clause | None:
    """The clause of the amended plan that a change names first."""
    return next((c for c in plan.clauses if fold(_HEADING.sub("", c.words)) in change.places), None)


def tasks_in_force(shelf: Amending, plans: Iterable[Doing], unit: str) -> list[Task]:
    """The same without those that a live plan has given anew or repealed."""
    found = list(tasks_of(plans, unit))
    amendments = Amendments.over(shelf, (task.plan for task in found))
    return [task for task in found if not amendments.is_superseded(task.plan, task.assignment.clause)]


def with_amendments(shelf: Amending, plan: PlanVersion) -> list[PlanVersion]:
    """A plan with what amends it: whoever asks for a plan's tasks means those that hold now."""
    return [plan, *Amendments.over(shelf, [plan]).by_plan.get(plan.plan_id, ())]


def _key(number: str, plan: Named) -> tuple[str, str]:
    return number, fold(plan.info.place)


LEAST_WORDS = 3  # that say what is to be done
WORDS = Path(__file__).parents[1] / "data" / "tasks.txt"
_OF_ALL = frozenset(" ".join(lists(WORDS)["of all"]).split())
_FRAME = frozenset(" ".join(lists(WORDS)["frame"]).split())


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two places that say the same task with different leads or deadlines. `field`: lead or deadline."""

    field: str
    one: Task
    other: Task


def contradictions(plans: Iterable[Doing], amendments: Amendments) -> list[Contradiction]:
    """All among these plans; what an amendment has replaced contradicts nothing."""
    same: defaultdict[tuple[str, ...], list[Task]] = defaultdict(list)
    for task in tasks_of(plans, ""):
        words = _words(task.name)
        telling = [word for word in words if word not in _OF_ALL]
        if len(telling) >= LEAST_WORDS and not amendments.is_superseded(task.plan, task.assignment.clause):
            same[words].append(task)
    return [found for tasks in same.values() for found in _among(tasks)]


def about(found: Iterable[Contradiction], plan_id: str, address: str) -> list[Contradiction]:
    """Those of one place: a task, or a clause in it or around it."""
    return [each for each in found if any(_is_at(task, plan_id, address) for task in (each.one, each.other))]


def warnings(language: str, version: PlanVersion, live: Sequence[PlanVersion]) -> list[str]:
    """What a version that is not live yet contradicts: itself, or the other live plans of its place."""
    place = fold(version.info.place)
    others = [p for p in live if p.plan_id != version.plan_id and fold(p.info.place) == place]
    plans = [version, *others]
    sides = ((each, (each.one, each.other)) for each in contradictions(plans, Amendments.among(plans)))
    return [told(language, each) for each, tasks in sides if any(task.plan is version for task in tasks)]


def told(language: str, found: Contradiction) -> str:
    """In a sentence, with both places."""
    sides = [_side(language, found.field, task) for task in (found.one, found.other)]
    return phrase(language, f"notices.two_{found.field}s", one=sides[0], other=sides[1])


def _among(tasks: Sequence[Task]) -> Iterator[Contradiction]:
    for number, one in enumerate(tasks):
        for other in tasks[number + 1 :]:
            if (one.plan.plan_id, one.assignment.clause) == (other.plan.plan_id, other.assignment.clause):
                continue
            if _leads(one) and _leads(other) and not _leads(one) & _leads(other):
                yield Contradiction("lead", one, other)
            both = _ends(one) and _ends(other) and one.assignment.leads and other.assignment.leads
            if both and _ends(one) != _ends(other):
                yield Contradiction("deadline", one, other)


def _leads(task: Task) -> frozenset[str]:
    """Offices only: a list of visits with who goes where is no task with two leads."""
    return frozenset(unit for lead in task.assignment.leads for unit in unit_ids(lead.value))


def _ends(task: Task) -> frozenset[object]:
    """The last days that are given; of cycles and open times none, as two of them can hold together."""
    return frozenset(due.last for due in task.dues if due.last and not due.cycle)


def _words(text: str) -> tuple[str, ...]:
    taken = [(m.start, m.end) for m in find_units(text)] + [(s.start, s.end) for s in date_phrases(text)]
    for start, end in sorted(taken, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return tuple(word for word in re.findall(r"\w+", fold(text)) if word not in _FRAME)


def _is_at(task: Task, plan_id: str, address: str) -> bool:
    here = task.assignment.clause
    return task.plan.plan_id == plan_id and (address == here or address.startswith((f"{here}.", f"{here}-")))


def _side(language: str, field: str, task: Task) -> str:
    said = task.deadline if field == "deadline" else task.who
    return phrase(language, "notices.side", said=said, place=task.place, plan=short_title(task.plan))
