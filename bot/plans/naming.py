"""Which plan a person means: its id, its file name, its number, or words that name it in one way, accents optional."""

from __future__ import annotations

import re
from collections.abc import Sequence

from plan.model import PlanVersion
from plan.text import fold, squeeze

# Words that every plan's name has; they tell plans apart only when nothing else was typed.
_COMMON = frozenset(
    ("ke", "hoach", "so", "cua", "ubnd", "uy", "ban", "nhan", "dan", "phuong", "xa", "thi", "tran", "plan", "the", "of")
)


class NoSuchPlan(LookupError):
    """No plan answers to the name."""

    def __init__(self, name: str, choices: Sequence[PlanVersion]) -> None:
        super().__init__(name)
        self.name = name
        self.choices = tuple(choices)


class SeveralPlans(NoSuchPlan):
    """More than one plan answers to the name; `choices` are those."""


def find_plan(name: str, plans: Sequence[PlanVersion]) -> PlanVersion:
    """The one plan meant by `name`. Stricter readings are tried first; the first that fits anything decides."""
    for fits in (_is_id, _is_file, _is_number, _is_phrase, _has_words):
        found = [plan for plan in plans if fits(name.strip(), plan)]
        if len(found) == 1:
            return found[0]
        if found:
            raise SeveralPlans(name, found)
    raise NoSuchPlan(name, plans)


def find_waiting(
    name: str, number: int | None, waiting: Sequence[PlanVersion], live: Sequence[PlanVersion]
) -> PlanVersion:
    """The one version meant among those that wait, named as its plan is or by itself; `number` tells several apart."""
    wanted = [plan for plan in waiting if number in (None, plan.version)]
    try:
        known = find_plan(name, live).plan_id
    except NoSuchPlan:
        known = ""
    for found in ([plan for plan in wanted if _is_id(name.strip(), plan)], [p for p in wanted if p.plan_id == known]):
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


def title(plan: PlanVersion) -> str:
    """How a plan is called in lists: its subject or title on one line, else its file."""
    return squeeze(plan.info.title or plan.info.subject) or plan.file


def short_title(plan: PlanVersion) -> str:
    """How a plan is called under a quote: its number and issuer; a draft without a number by its subject."""
    info = plan.info
    name = info.number or squeeze(info.subject or info.title)
    if not name:
        return plan.file
    name = name if fold(name).startswith("ke hoach") else f"Kế hoạch {name}"
    return " · ".join(part for part in (_cut(name), squeeze(info.issuer or info.place)) if part)


def _cut(name: str, width: int = 90) -> str:
    return name if len(name) <= width else name[:width].rsplit(" ", 1)[0] + " …"


def _is_id(name: str, plan: PlanVersion) -> bool:
    return fold(name) == fold(plan.plan_id)


def _is_file(name: str, plan: PlanVersion) -> bool:
    file = fold(plan.file)
    return fold(name) in (file, file.rpartition(".")[0])


def _is_number(name: str, plan: PlanVersion) -> bool:
    return bool(plan.info.number) and _compact(name) == _compact(plan.info.number)


def _is_phrase(name: str, plan: PlanVersion) -> bool:
    wanted = " ".join(_telling(name))
    return bool(wanted) and any(f" {wanted} " in f" {' '.join(_words(part))} " for part in _names(plan))


def _has_words(name: str, plan: PlanVersion) -> bool:
    wanted = _telling(name) or _words(name)
    return bool(wanted) and set(wanted) <= {word for part in _names(plan) for word in _words(part)}


def _names(plan: PlanVersion) -> tuple[str, ...]:
    info = plan.info
    return plan.plan_id, plan.file, info.title, info.subject, info.place, info.issuer, info.number


def _telling(name: str) -> list[str]:
    return [word for word in _words(name) if word not in _COMMON]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))


def _compact(number: str) -> str:
    return re.sub(r"^(?:kh|ke hoach)?\s*(?:so)?[\s:]*|\s", "", fold(number))
