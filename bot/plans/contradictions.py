"""One task with two leads or two deadlines, in a plan or between live plans of one place. Pure.

Two tasks are the same only when the same words are left after units and dates are taken out, and enough of them: a
plan that says 'báo cáo kết quả' of every unit contradicts nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.plans.amendments import Amendments
from bot.plans.naming import short_title
from bot.plans.tasks import Task, tasks_of, value
from plan.dates import date_phrases
from plan.model import PlanVersion
from plan.text import fold
from plan.units import find_units, unit_ids
from prompts import phrase

LEAST_WORDS = 3  # that say what is to be done
# What every plan asks of every unit: two that report have two deadlines, and nothing is wrong.
_OF_ALL = re.compile(
    r"bao|ket|qua|tong|hop|gui|danh|gia|so|kiem|tra|giam|sat|don|doc|tuyen|truyen|pho|bien|quan|triet|trien|khai|ke|"
    r"hoach|nhiem|vu|noi|dung|cong|tac|xay|dinh|ky|tham|muu|huong|dan|ban|hanh|van|phuong|xa|kinh|phi|dia|don|vi|hang"
)
# Words of the frame around a task, which two plans may word differently.
_PLAIN = re.compile(
    r"va|cac|cho|cua|tren|theo|duoc|voi|de|trong|o|tai|ve|la|nhung|mot|xong|phai|truoc|ngay|thang|nam|den|tu|het|hoan|"
    r"thanh|chu|tri|phoi|hop|thuc|hien|thoi|gian|han|cham|nhat|quy|giao|lam"
)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two places that say the same task with different leads or deadlines. `field`: lead or deadline."""

    field: str
    one: Task
    other: Task


def contradictions(plans: Sequence[PlanVersion]) -> list[Contradiction]:
    """All among these plans; what an amendment has replaced contradicts nothing."""
    amendments = Amendments.among(plans)
    same: defaultdict[tuple[str, ...], list[Task]] = defaultdict(list)
    for task in tasks_of(plans, ""):
        words = _words(value(task.assignment.task))
        telling = [word for word in words if not _OF_ALL.fullmatch(word)]
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
    sides = ((each, (each.one, each.other)) for each in contradictions([version, *others]))
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
    return tuple(word for word in re.findall(r"\w+", fold(text)) if not _PLAIN.fullmatch(word))


def _is_at(task: Task, plan_id: str, address: str) -> bool:
    here = task.assignment.clause
    return task.plan.plan_id == plan_id and (address == here or address.startswith((f"{here}.", f"{here}-")))


def _side(language: str, field: str, task: Task) -> str:
    said = task.deadline if field == "deadline" else "; ".join(map(value, task.assignment.leads))
    return phrase(language, "notices.side", said=said, place=task.place, plan=short_title(task.plan))
