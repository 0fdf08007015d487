"""What live plans change in others: 'Sửa đổi khoản 1 mục II …' stands in for that place of another plan. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.ports import LivePlans
from ingest.identity import amended_number
from plan.model import Clause, PlanVersion
from plan.text import fold

_PLACE = re.compile(
    r"(?:(?:dong|gach dau dong|hang|doan) [\w.]+ )?(?:diem \w+ )?(?:(?:khoan|tiet) [\d.]+ )?"
    r"(?:muc|phan|chuong|dieu|phu luc|bang) (?:[ivxlc]+|\d+(?:\.\d+)*|[a-h])\b"
)
_HEADING = re.compile(r"\s*“[^”]*”")
_REPEALED = re.compile(r"\b(?:bai bo|huy bo|bo khoan|bo diem|bo muc|bo noi dung)\b|: bo\b")


_AMENDING = ("sua", "doi", "bo", "sung", "dieu", "chinh")  # of every amendment's subject one or more


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
        amending = [plan for plan in plans.live_of(place, _AMENDING) if amended_number(plan.info)]
        numbers = {amended_number(plan.info) for plan in amending}
        old = [plan for number in sorted(numbers) for plan in plans.live_of(place, number=number)]
        every = {plan.plan_id: plan for plan in (*amending, *old)}
        return cls.among(every[plan_id] for plan_id in sorted(every))

    def changing(self, plan: PlanVersion, address: str) -> Change | None:
        """The latest clause that changes this place of a plan, or one that it is part of."""
        amendments = self.by_plan.get(plan.plan_id, ())
        places = set(places_of(plan, address)) if amendments else set()
        found = (change for by in amendments for change in changes_in(by) if change.places & places)
        return next(found, None)

    def is_superseded(self, plan: PlanVersion, address: str) -> bool:
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
    by_address = {clause.address: clause for clause in plan.clauses}
    found, here = [], by_address.get(address)
    while here is not None:
        found.append(" ".join(fold(_HEADING.sub("", here.words)).split()))
        here = by_address.get(here.parent or "")
    return found


def changed_clause(plan: PlanVersion, change: Change) -> Clause | None:
    """The clause of the amended plan that a change names first."""
    return next((c for c in plan.clauses if fold(_HEADING.sub("", c.words)) in change.places), None)


def with_amendments(plans: Sequence[PlanVersion], live: Sequence[PlanVersion]) -> list[PlanVersion]:
    """Plans with what amends them: whoever asks for a plan's tasks means those that hold now."""
    by_plan = Amendments.among(live).by_plan
    every = {each.plan_id: each for plan in plans for each in (plan, *by_plan.get(plan.plan_id, ()))}
    return list(every.values())


def _key(number: str, plan: PlanVersion) -> tuple[str, str]:
    return number, fold(plan.info.place)
