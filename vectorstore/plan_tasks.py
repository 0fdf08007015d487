"""Who does what by when in the live plans, looked up: lists of tasks read the tasks that they show, and load no plan.

Each task of a live version has a row for every unit that it names and every time that it is due, one for no unit, and
one for every name of somebody, known or not, behind `SAID`. What is due is looked up by the first and last day that it
can be; whoever lists tasks reads their words and decides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, insert, select

from plan.due import Due, Within
from plan.due_reader import base_of, read_due
from plan.listed import Listed, PlanTasks, Stated
from plan.model import FieldValue, PlanVersion
from plan.records import reader, to_json
from plan.text import fold_line
from plan.units import unit_ids
from vectorstore import frequencies
from vectorstore.frequencies import Added, among
from vectorstore.tables import FrequencyRow, ListRow, TaskListRow, TaskRow, TaskTextRow
from vectorstore.words import ALL

READ_AS = 5  # raise it when the units or times of a stored text are read otherwise: the rows are made anew
ANY = ""  # the unit of a task's row for whoever asks of no unit
SAID = "~"  # before somebody's name as the plan writes it
NEVER, ALWAYS = "", "9999-12-31"
LEAD, NAMED = "lead", "actor"  # views of the frequencies: tasks that a unit leads; that name a unit or a somebody
PIECE, STEP = 190, 95  # characters of a long name in one row; how much two pieces of it have in common


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tasks: of one of these units, or with these words in a name (of anybody without either), due then."""

    units: frozenset[str] = frozenset()
    said: str = ""
    due: Within | None = None
    plan_id: str = ""
    leads: bool | None = None  # of a unit: only what it leads, or only what it helps with

    @classmethod
    def of(cls, unit: str, due: Within | None = None, plan_id: str = "", leads: bool | None = None) -> Asked:
        """A unit in any of its spellings; one that we do not know is looked for in the words of names."""
        units = unit_ids(unit)
        return cls(units, "" if units else fold_line(unit), due, plan_id, leads if units else None)


def write(connection: Connection, version: PlanVersion) -> None:
    """The tasks of a plan's live version; they replace those of any other."""
    erase(connection, version.plan_id)
    listed = {"plan_id": version.plan_id, "version": version.version, "read_as": READ_AS}
    connection.execute(insert(TaskListRow), [listed])
    if version.assignments:
        connection.execute(insert(TaskRow), list(_rows(version)))
        connection.execute(insert(TaskTextRow), list(_texts(version)))
    frequencies.add(connection, _counts(connection, version.plan_id))


def erase(connection: Connection, plan_id: str) -> None:
    frequencies.add(connection, _counts(connection, plan_id), -1)
    for table in (TaskRow, TaskTextRow, TaskListRow):
        connection.execute(delete(table).where(table.plan_id == plan_id))


def find(connection: Connection, asked: Asked, start: int = 0, count: int | None = None) -> list[PlanTasks]:
    """The tasks, by plan; so many of them, or all, from one on."""
    found = select(TaskTextRow.plan_id, TaskTextRow.record).order_by(TaskTextRow.plan_id, TaskTextRow.number)
    wanted = _wanted(connection, asked)
    if wanted is not None:
        mine = wanted.distinct().subquery()
        found = found.join(mine, and_(mine.c.plan_id == TaskTextRow.plan_id, mine.c.number == TaskTextRow.number))
    found = found.offset(start) if start else found
    return _read(connection, connection.execute(found.limit(count) if count is not None else found).all())


def of_plans(connection: Connection, plan_ids: Iterable[str]) -> list[PlanTasks]:
    columns = select(TaskTextRow.plan_id, TaskTextRow.record).order_by(TaskTextRow.plan_id, TaskTextRow.number)
    return _read(connection, list(among(connection, columns, TaskTextRow.plan_id, plan_ids)))


def units_of(connection: Connection, plan_ids: Iterable[str]) -> defaultdict[tuple[str, int], set[str]]:
    """By live version of some plans, the units that its tasks name, and the names of others behind `SAID`."""
    columns = select(TaskRow.plan_id, TaskRow.version, TaskRow.unit).distinct()
    found: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for plan_id, version, unit in among(connection, columns, TaskRow.plan_id, plan_ids):
        found[plan_id, version].add(unit)
    return found


def _read(connection: Connection, rows: Sequence[Row[Any]]) -> list[PlanTasks]:
    stated = {plan_id: tuple(of_plan) for plan_id, of_plan in groupby(rows, key=lambda row: str(row.plan_id))}
    return [
        PlanTasks(plan, tuple(reader(Stated)(row.record) for row in stated[plan.plan_id]))
        for plan in _plans(connection, stated)
    ]


def counted(connection: Connection, asked: Asked) -> int:
    """How many there are."""
    wanted = _wanted(connection, asked)
    if wanted is None:
        return count(connection)
    return connection.scalar(select(func.count()).select_from(wanted.distinct().subquery())) or 0


def leading(connection: Connection, most: int | None = None, view: str = LEAD) -> list[str]:
    """The units that lead most tasks of all plans (or stand in most), the one with the most first."""
    found = select(FrequencyRow.token).where(FrequencyRow.view == view, FrequencyRow.token != ALL)
    found = found.where(FrequencyRow.passages > 0, FrequencyRow.token.not_like(f"{SAID}%"))
    return list(connection.scalars(found.order_by(FrequencyRow.passages.desc(), FrequencyRow.token).limit(most)))


def count(connection: Connection) -> int:
    return frequencies.totals(connection, LEAD)[0]


def _wanted(connection: Connection, asked: Asked) -> Select[str, int] | None:
    """Plan and number of the tasks; None for all of them."""
    found = select(TaskRow.plan_id, TaskRow.number)
    if not asked.units and not asked.said and asked.due is None:
        return found.where(TaskRow.plan_id == asked.plan_id) if asked.plan_id else None
    found = found.where(TaskRow.unit.in_(_under(connection, asked)), *_due(asked.due))
    if asked.leads is not None:
        found = found.where(TaskRow.leads == asked.leads)
    return found.where(TaskRow.plan_id == asked.plan_id) if asked.plan_id else found


def _due(due: Within | None) -> list[ColumnElement[bool]]:
    if due is None:
        return []
    found = [TaskRow.until != NEVER, TaskRow.since <= due.last.isoformat()]
    return found if due.first is None else [*found, TaskRow.until >= due.first.isoformat()]


def _under(connection: Connection, asked: Asked) -> list[str]:
    """What the rows stand under: gone through are the different names of all plans, not their tasks."""
    if not asked.said:
        return sorted(asked.units) or [ANY]
    wanted = FrequencyRow.token.startswith(SAID) & FrequencyRow.token.contains(asked.said[:STEP], autoescape=True)
    alive = (FrequencyRow.view == NAMED, FrequencyRow.passages > 0)
    return list(connection.scalars(select(FrequencyRow.token).where(*alive, wanted)))


def _plans(connection: Connection, plan_ids: Iterable[str]) -> Iterator[Listed]:
    rows = among(connection, select(ListRow.record).order_by(ListRow.plan_id), ListRow.plan_id, plan_ids)
    return (reader(Listed)(record) for (record,) in rows)


def _texts(version: PlanVersion) -> Iterator[dict[str, object]]:
    places = {clause.address: clause.words for clause in version.clauses}
    for number, task in enumerate(version.assignments):
        stated = Stated(task, places.get(task.clause, task.clause))
        yield {"plan_id": version.plan_id, "number": number, "record": to_json(stated)}


def _rows(version: PlanVersion) -> Iterator[dict[str, object]]:
    base = base_of(version.info)
    for number, task in enumerate(version.assignments):
        leads, helps = _units(task.leads), _units(task.coordinating)
        dues = read_due(task.deadline.value, base) if task.deadline else ()
        names = {piece for field in (*task.leads, *task.coordinating) for piece in _pieces(fold_line(field.value))}
        for unit in sorted({ANY} | leads | helps | names):
            for since, until in sorted({_days(due) for due in dues}) or [(NEVER, NEVER)]:
                yield {"plan_id": version.plan_id, "version": version.version, "number": number, "unit": unit,
                       "leads": unit in leads, "since": since, "until": until}  # fmt: skip


def _pieces(name: str) -> Iterator[str]:
    """A name behind its mark; one that is very long in pieces, so that whatever is looked for stands in one whole."""
    for start in range(0, max(1, len(name) - STEP), STEP):
        yield f"{SAID}{name[start : start + PIECE]}"


def _units(fields: Iterable[FieldValue]) -> frozenset[str]:
    return frozenset().union(*(unit_ids(field.value) for field in fields))


def _days(due: Due) -> tuple[str, str]:
    """The first and the last day on which it can be due: of what comes round all its time, else its end."""
    if due.cycle is not None:
        return (due.first.isoformat() if due.first else NEVER, due.last.isoformat() if due.last else ALWAYS)
    day = due.last.isoformat() if due.last else NEVER
    return day, day


def _counts(connection: Connection, plan_id: str) -> list[Added]:
    """How many tasks of a plan there are, how many each unit leads, and in how many each name stands."""
    rows = connection.execute(
        select(TaskRow.unit, TaskRow.number, TaskRow.leads).distinct().where(TaskRow.plan_id == plan_id)
    ).all()
    led = Counter(row.unit for row in rows if row.leads)
    named = Counter(row.unit for row in rows)
    whole = [Added(LEAD, ALL, named.pop(ANY))] if ANY in named else []
    return [*whole, *(Added(LEAD, *each) for each in led.items()), *(Added(NAMED, *each) for each in named.items())]
