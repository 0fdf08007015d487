"""Which plan a person means: its id, its file name, its number, or words that name it in one way, accents optional."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from plan.listed import READINGS, Named, by_id
from plan.model import PlanVersion
from plan.text import fold, squeeze

P = TypeVar("P", bound=Named)
WIDTH = 72  # characters of a plan's own name under a quote


class NoSuchPlan(LookupError):
    """No plan answers to the name."""

    def __init__(self, name: str, choices: Sequence[Named]) -> None:
        super().__init__(name)
        self.name = name
        self.choices = tuple(choices)


class SeveralPlans(NoSuchPlan):
    """More than one plan answers to the name; `choices` are those."""


def find_plan(name: str, plans: Sequence[P]) -> P:
    """The one plan meant by `name`. Stricter readings are tried first; the first that fits anything decides."""
    for fits in READINGS:
        found = [plan for plan in plans if fits(name.strip(), plan)]
        if len(found) == 1:
            return found[0]
        if found:
            raise SeveralPlans(name, found)
    raise NoSuchPlan(name, plans)


def find_waiting(name: str, number: int | None, waiting: Sequence[PlanVersion], live: Sequence[Named]) -> PlanVersion:
    """The one version meant among those that wait, named as its plan is or by itself; `number` tells several apart."""
    wanted = [plan for plan in waiting if number in (None, plan.version)]
    try:
        known = find_plan(name, live).plan_id
    except NoSuchPlan:
        known = ""
    for found in ([plan for plan in wanted if by_id(name.strip(), plan)], [p for p in wanted if p.plan_id == known]):
        if len(found) > 1:
            raise SeveralPlans(name, found)
        if found:
            return found[0]
    try:
        return find_plan(name, wanted)
    except SeveralPlans:
        raise
    except NoSuchPlan:
        raise NoSuchPlan(name, waiting) from None


def title(plan: Named) -> str:
    """How a plan is called in lists: its subject or title on one line, else its file."""
    return squeeze(plan.info.title or plan.info.subject) or plan.file


def short_title(plan: Named) -> str:
    """How a plan is called under a quote: its number and issuer; a draft without a number by its subject."""
    info = plan.info
    body = squeeze(info.body or info.place)
    name = info.number or _without_place(squeeze(info.subject or info.title), info.place if body else "")
    if not name:
        return plan.file
    name = name if fold(name).startswith("ke hoach") else f"Kế hoạch {name}"
    return " · ".join(part for part in (first_words(name, WIDTH), body) if part)


def _without_place(subject: str, place: str) -> str:
    """The subject without the place that the issuer beside it names: '… năm 2026 trên địa bàn xã Lạc Khê'."""
    if not place:
        return subject
    return re.sub(rf",?\s+(?:(?:trên địa bàn|tại|của)\s+)?{re.escape(place)}\b", "", subject, flags=re.IGNORECASE)


def first_words(name: str, width: int) -> str:
    """Its first words, with a mark where some are left out."""
    return name if len(name) <= width else name[:width].rsplit(" ", 1)[0] + " …"
