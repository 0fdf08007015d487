"""The tasks of all plans as rows of a table: filtered by unit, plan, role and deadline, sorted by any column. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from urllib.parse import urlencode

from bot.plans.due_list import Wanted as Asked
from bot.plans.due_list import When, day_of, fits
from bot.plans.naming import title
from bot.plans.tasks import Task, tasks_of, value
from plan.due import due_in, late_since
from plan.model import FieldValue, PlanVersion
from plan.text import fold
from plan.units import unit_ids, unit_name

_NEVER = date.max


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form asks for; every field may be empty."""

    unit: str = ""
    plan: str = ""
    role: str = ""  # lead | coordinating
    due: str = ""  # dated | week | month | quarter | overdue
    until: str = ""  # ISO date
    sort: str = ""  # task | leads | deadline | plan, with a minus in front for the other way

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """From an address; whatever else is in it is left out."""
        return cls(**{field.name: query.get(field.name, "").strip()[:200] for field in fields(cls)})

    def query(self, **changes: str) -> str:
        """As the query of an address, with some changes."""
        told = {field.name: getattr(self, field.name) for field in fields(self)} | changes
        return urlencode({name: text for name, text in told.items() if text})

    def next_sort(self, column: str) -> str:
        """What pressing a column's head asks for."""
        return f"-{column}" if self.sort == column else column

    def sorted_by(self, column: str) -> str:
        """How a column is sorted, in the words of ARIA."""
        return {column: "ascending", f"-{column}": "descending"}.get(self.sort, "none")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a task, and the day by which it stands in its list: its next one, else the last that has passed."""

    task: Task
    due: date | None
    is_late: bool = False


def lines(plans: Sequence[PlanVersion], wanted: Wanted, today: date) -> list[Line]:
    """The rows that are wanted, in their order."""
    chosen = [plan for plan in plans if wanted.plan in ("", plan.plan_id)]
    asked = Asked(When(wanted.due) if wanted.due in {when.value for when in When} else When.ALL)
    found = [task for task in tasks_of(chosen, wanted.unit) if _has_role(task, wanted) and fits(task, asked, today)]
    kept = [line for line in (_line(task, asked, today) for task in found) if _is_due(line, wanted)]
    return _in_order(kept, wanted.sort)


def units(plans: Iterable[PlanVersion]) -> list[str]:
    """The units that have tasks, those with the most first."""
    count: Counter[str] = Counter()
    for plan in plans:
        for assignment in plan.assignments:
            for field in (*assignment.leads, *assignment.coordinating):
                count.update(unit_ids(field.value))
    return [unit_name(unit) for unit, _ in count.most_common()]


def _line(task: Task, asked: Asked, today: date) -> Line:
    day = day_of(task, asked, today)
    late = late_since(task.dues, today)
    return Line(task, day or late, is_late=bool(late) and (day is None or asked.when is When.OVERDUE))


def _has_role(task: Task, wanted: Wanted) -> bool:
    if not wanted.role or not wanted.unit:
        return True
    return task.leads(wanted.unit) is (wanted.role == "lead")


def _is_due(line: Line, wanted: Wanted) -> bool:
    until = _day(wanted.until)
    dated = line.due is not None or wanted.due != "dated"
    return dated and (until is None or bool(due_in(line.task.dues, date.min, until)))


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def _in_order(found: list[Line], sort: str) -> list[Line]:
    keys: dict[str, Callable[[Line], tuple[object, ...]]] = {
        "task": lambda line: (fold(value(line.task.assignment.task)),),
        "leads": lambda line: (fold(" ".join(_values(line.task.assignment.leads))),),
        "deadline": lambda line: (line.due or _NEVER, not line.task.deadline, fold(line.task.deadline)),
        "plan": lambda line: (fold(title(line.task.plan)),),
    }
    key = keys.get(sort.removeprefix("-"))
    return sorted(found, key=key, reverse=sort.startswith("-")) if key else found


def _values(found: Iterable[FieldValue]) -> Iterator[str]:
    return (value(field) for field in found)
