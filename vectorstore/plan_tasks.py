"""Which live plans give a unit a task, and when their tasks are due: looked up, so that a list loads those plans alone.

Each task of a live version has a row for every unit that it names and every time that it is due, and one for no unit.
What a row gives is never an answer: whoever lists tasks reads them in the plans that were found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import Connection, delete, func, insert, select

from plan.due import Due, Within
from plan.due_reader import base_of, read_due
from plan.model import FieldValue, PlanVersion
from plan.units import unit_ids
from vectorstore import frequencies
from vectorstore.frequencies import ALL, Added
from vectorstore.tables import FrequencyRow, TaskListRow, TaskRow

READ_AS = 1  # raise it when the units or times of a stored text are read otherwise: the rows are made anew
ANY = ""  # the unit of a task's row for whoever asks of no unit
NEVER, ALWAYS = "", "9999-12-31"
LEAD = "lead"  # view of the frequencies


def write(connection: Connection, version: PlanVersion) -> None:
    """The tasks of a plan's live version; they replace those of any other."""
    erase(connection, version.plan_id)
    listed = {"plan_id": version.plan_id, "version": version.version, "read_as": READ_AS}
    connection.execute(insert(TaskListRow), [listed])
    rows = list(_rows(version))
    if rows:
        connection.execute(insert(TaskRow), rows)
    frequencies.add(connection, _counts(connection, version.plan_id))


def erase(connection: Connection, plan_id: str) -> None:
    """Forget a plan's tasks."""
    frequencies.add(connection, _counts(connection, plan_id), -1)
    for table in (TaskRow, TaskListRow):
        connection.execute(delete(table).where(table.plan_id == plan_id))


def plans(connection: Connection, units: Collection[str], due: Within | None = None) -> list[tuple[str, int]]:
    """The live versions with a task of one of these units (of any if there is none), due then where that is asked."""
    found = select(TaskRow.plan_id, TaskRow.version).distinct().where(TaskRow.unit.in_(sorted(units) or [ANY]))
    if due is not None:
        found = found.where(TaskRow.until != NEVER, TaskRow.since <= due.last.isoformat())
        if due.first is not None:
            found = found.where(TaskRow.until >= due.first.isoformat())
    return [(plan_id, version) for plan_id, version in connection.execute(found.order_by(TaskRow.plan_id))]


def leading(connection: Connection, most: int) -> list[str]:
    """The units that lead most tasks of all plans, the one with the most first."""
    counted = select(FrequencyRow.token).where(FrequencyRow.view == LEAD, FrequencyRow.token != ALL)
    counted = counted.where(FrequencyRow.passages > 0).order_by(FrequencyRow.passages.desc(), FrequencyRow.token)
    return list(connection.scalars(counted.limit(most)))


def count(connection: Connection) -> int:
    """How many tasks all plans have."""
    return frequencies.totals(connection, LEAD)[0]


def _rows(version: PlanVersion) -> Iterator[dict[str, object]]:
    base = base_of(version.info)
    for number, task in enumerate(version.assignments):
        leads, helps = _units(task.leads), _units(task.coordinating)
        dues = read_due(task.deadline.value, base) if task.deadline else ()
        for unit in sorted({ANY} | leads | helps):
            for since, until in sorted({_days(due) for due in dues}) or [(NEVER, NEVER)]:
                yield {"plan_id": version.plan_id, "version": version.version, "number": number, "unit": unit,
                       "leads": unit in leads, "since": since, "until": until}  # fmt: skip


def _units(fields: Iterable[FieldValue]) -> frozenset[str]:
    return frozenset().union(*(unit_ids(field.value) for field in fields))


def _days(due: Due) -> tuple[str, str]:
    """The first and the last day on which it can be due: of what comes round all its time, else its end."""
    if due.cycle is not None:
        return (due.first.isoformat() if due.first else NEVER, due.last.isoformat() if due.last else ALWAYS)
    day = due.last.isoformat() if due.last else NEVER
    return day, day


def _counts(connection: Connection, plan_id: str) -> list[Added]:
    """How many tasks of a plan there are, and how many each unit leads."""
    tasks = func.count(TaskRow.number.distinct())
    mine = select(TaskRow.unit, tasks).where(TaskRow.plan_id == plan_id).group_by(TaskRow.unit)
    led = connection.execute(mine.where(TaskRow.leads)).all()
    whole = connection.execute(mine.where(TaskRow.unit == ANY)).all()
    return [Added(LEAD, ALL, number) for _, number in whole] + [Added(LEAD, unit, number) for unit, number in led]
