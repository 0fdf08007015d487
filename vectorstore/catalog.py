"""The catalog: which plans there are, their versions, and which of them is live.

It alone decides what answers. Vectors may be missing or left over after a crash; they are repaired to match it.
Superseded versions keep their text, so that a citation given months ago can still be read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson
from sqlalchemy import ColumnElement, and_, create_engine, delete, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from plan.model import PlanVersion
from plan.recent import Recent
from plan.records import from_record, to_record
from vectorstore import plan_index, plan_list, plan_tasks, plan_words
from vectorstore.errors import UnknownPlan, WrongState
from vectorstore.lock import CHANGING_PLANS, BetweenProcesses, PostgresLock
from vectorstore.plan_index import PlanCard, Ready
from vectorstore.tables import (
    IndexedRow,
    LearntRow,
    ListRow,
    Number,
    PlanRow,
    State,
    TaskListRow,
    VectorsRow,
    VersionRow,
    is_postgres,
    prepare,
)

Key = tuple[str, int]
MadeRow = IndexedRow | LearntRow | ListRow | TaskListRow  # what is made of a live version


class Learnt(NamedTuple):
    """Something that is looked up of live versions: the table that tells of which, and how it is written."""

    table: type[MadeRow]
    write: Callable[[Session, PlanVersion], None]
    fits: tuple[ColumnElement[bool], ...] = ()  # else it was read as an earlier release did


LEARNT = {
    "words": Learnt(LearntRow, lambda at, version: plan_words.write(at, version, PlanCard.of(version).garbled)),
    "tasks": Learnt(
        TaskListRow,
        lambda at, version: plan_tasks.write(at.connection(), version),
        (TaskListRow.read_as == plan_tasks.READ_AS,),
    ),
    "list": Learnt(
        ListRow, lambda at, version: plan_list.write(at.connection(), version), (ListRow.read_as == plan_list.READ_AS,)
    ),
}
KEPT = 256  # versions kept in memory once they were read


class Catalog:
    """Plans and versions in a database. Every method is one transaction."""

    def __init__(self, url: str) -> None:
        # Each transaction sees one moment: SQLite's do, Postgres's only if told.
        more = {} if url.startswith("sqlite") else {"isolation_level": "REPEATABLE READ", "pool_pre_ping": True}
        self._database = create_engine(url, json_deserializer=orjson.loads, **more)
        prepare(self._database)
        self._sessions = sessionmaker(self._database)
        self._writing = self._sessions.begin
        self._loaded: Recent[tuple[str, int, str], PlanVersion] = Recent(KEPT)

    @classmethod
    def in_folder(cls, folder: Path) -> Catalog:
        """The default: one SQLite file."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{folder / 'catalog.sqlite3'}")

    def close(self) -> None:
        """Give the database's files back."""
        self._database.dispose()

    def lock(self) -> BetweenProcesses | None:
        """What keeps processes of other machines from writing; None where the database is a file of this one."""
        return PostgresLock(self._database, CHANGING_PLANS) if is_postgres(self._database) else None

    # Writing

    def stage(self, version: PlanVersion, held: bool = False) -> None:
        """Store a version beside the live one; nothing answers from it yet. `held` ones survive the next start, and
        go on being held when they are staged once more on the way to being published."""
        with self._writing() as session:
            row = session.get(VersionRow, (version.plan_id, version.version))
            if row is not None and row.state in (State.LIVE, State.SUPERSEDED):
                raise WrongState(f"Version {version.version} of {version.plan_id} is {row.state} and is never edited.")
            if session.get(PlanRow, version.plan_id) is None:
                session.add(_plan_row(version))
                session.flush()
            held = held or (row is not None and row.state == State.STAGED and row.held)
            session.merge(_version_row(version, held))

    def publish(self, plan_id: str, version: int, ready: Ready | None = None) -> None:
        """The staged version answers from now on, the live one no longer: one transaction, its index included."""
        self._make_live(plan_id, version, State.STAGED, ready)

    def rollback_to(self, plan_id: str, version: int, ready: Ready | None = None) -> int:
        """A certain superseded version answers again."""
        self._make_live(plan_id, version, State.SUPERSEDED, ready)
        return version

    def index(self, ready: Ready) -> None:
        """Write a live version's index anew, of which some is missing or of another release or model."""
        with self._writing() as session:
            plan_index.write(session, ready)
            _count_up(session)

    def learn(self, kind: str, scope: Key) -> None:
        """Write what is looked up of a live version, of one of the kinds `LEARNT`."""
        version = self.version(*scope)
        with self._writing() as session:
            LEARNT[kind].write(session, version)

    def unlearn(self) -> None:
        """Forget the words of all plans."""
        with self._writing() as session:
            plan_words.erase_all(session)

    def note_vectors(self, scope: Key, count: int) -> None:
        """Vectors of a version are about to be written."""
        with self._writing() as session:
            session.merge(VectorsRow(plan_id=scope[0], version=scope[1], count=count))

    def forget_vectors(self, scope: Key) -> None:
        """A version's vectors are gone."""
        with self._writing() as session:
            session.execute(delete(VectorsRow).where(VectorsRow.plan_id == scope[0], VectorsRow.version == scope[1]))

    def discard(self, plan_id: str, version: int) -> None:
        """A staged version will not be published. A plan that never had another goes with it."""
        with self._writing() as session:
            row = self._row(session, plan_id, version)
            if row.state != State.STAGED:
                raise WrongState(f"Version {version} of {plan_id} is {row.state}, not staged.")
            row.state, row.text, row.record = State.DISCARDED, "", {}  # the fact is kept, the content is not
            session.flush()
            self._forget_unborn(session, plan_id)

    def remove(self, plan_id: str) -> None:
        """The plan with all its versions."""
        with self._writing() as session:
            if session.get(PlanRow, plan_id) is None:
                raise UnknownPlan(f"There is no plan {plan_id}.")
            plan_list.erase(session.connection(), plan_id)
            _unindex(session, plan_id)
            _delete_plan(session, plan_id)
            _count_up(session)

    # Reading

    def reading(self) -> Session:
        """A session for look-ups in the index; close it."""
        return self._sessions()

    def not_indexed(self, model: str, cut: int | None = None) -> list[Key]:
        """Live versions whose index is missing, or was made by another model or, with `cut`, by another release."""
        fits = (IndexedRow.model == model, *([] if cut is None else [IndexedRow.cut == cut]))
        return self._live_without(IndexedRow, *fits)

    def learnt_otherwise(self) -> bool:
        """Whether words were counted against another shipped lexicon."""
        other = select(LearntRow.plan_id).where(LearntRow.lexicon != plan_words.identity()).limit(1)
        with self._sessions() as session:
            return session.scalar(other) is not None

    def not_learnt(self, kind: str, earlier: bool = True) -> list[Key]:
        """Live versions of which that was not written, or, with `earlier`, was read as an earlier release did."""
        return self._live_without(LEARNT[kind].table, *(LEARNT[kind].fits if earlier else ()))

    def other_model(self, model: str) -> str | None:
        """The identity of a model that made some of the index and is not this one."""
        with self._sessions() as session:
            return session.scalar(select(IndexedRow.model).where(IndexedRow.model != model).limit(1))

    def passages(self) -> int:
        """How many passages are live."""
        with self._sessions() as session:
            return session.scalar(select(func.sum(IndexedRow.count))) or 0

    def dead_vectors(self, plan_id: str | None = None) -> dict[Key, int]:
        """Versions that may have vectors in Chroma and do not answer, and how many; of one plan or of all."""
        row = (VersionRow.plan_id == VectorsRow.plan_id) & (VersionRow.version == VectorsRow.version)
        answers = select(VersionRow.plan_id).where(row, VersionRow.state == State.LIVE).exists()
        found = select(VectorsRow.plan_id, VectorsRow.version, VectorsRow.count.label("vectors")).where(~answers)
        if plan_id is not None:
            found = found.where(VectorsRow.plan_id == plan_id)
        with self._sessions() as session:
            return {(row.plan_id, row.version): row.vectors for row in session.execute(found)}

    def generation(self) -> int:
        """Changes whenever what is live changes."""
        with self._sessions() as session:
            return session.scalar(select(Number.value).where(Number.name == "generation")) or 0

    def live_keys(self) -> list[Key]:
        """Plan and number of every live version."""
        return self._keys(State.LIVE)

    def is_empty(self) -> bool:
        """Whether no plan answers."""
        with self._sessions() as session:
            return session.scalar(select(VersionRow.plan_id).where(VersionRow.state == State.LIVE).limit(1)) is None

    def live_of_files(self, files: Sequence[str]) -> list[str]:
        """The ids of plans whose live version was made of a file of one of these names."""
        found = select(VersionRow.plan_id).where(VersionRow.state == State.LIVE, VersionRow.file.in_(files))
        with self._sessions() as session:
            return list(session.scalars(found.order_by(VersionRow.plan_id)))

    def live(self) -> list[PlanVersion]:
        """Every live version, in the order of plan ids."""
        return [self.version(*key) for key in self.live_keys()]

    def live_number(self, plan_id: str) -> int:
        alive = (VersionRow.plan_id == plan_id, VersionRow.state == State.LIVE)
        with self._sessions() as session:
            version = session.scalar(select(VersionRow.version).where(*alive))
        if version is None:
            raise UnknownPlan(f"There is no plan {plan_id}.")
        return version

    def version_before_live(self, plan_id: str) -> int:
        live = self.live_number(plan_id)
        earlier = [number for number in self.versions(plan_id) if number < live]
        if not earlier:
            raise WrongState(f"{plan_id} has no version before {live}.")
        return max(earlier)

    def version(self, plan_id: str, version: int) -> PlanVersion:
        """Any stored version with all its clauses."""
        found = self._version(plan_id, VersionRow.version == version, VersionRow.state != State.DISCARDED)
        if found is None:
            raise UnknownPlan(f"There is no version {version} of {plan_id}.")
        return found

    def live_version(self, plan_id: str) -> PlanVersion | None:
        """A plan's live version; None where there is none."""
        return self._version(plan_id, VersionRow.state == State.LIVE)

    def _version(self, plan_id: str, *which: ColumnElement[bool]) -> PlanVersion | None:
        columns = select(VersionRow.version, VersionRow.sha256, VersionRow.ingested_at, VersionRow.state)
        with self._sessions() as session:
            stamp = session.execute(columns.where(VersionRow.plan_id == plan_id, *which)).first()
            if stamp is None:
                return None
            key = (plan_id, stamp.version, stamp.sha256 + stamp.ingested_at)  # a removed plan's number can come again
            is_fixed = stamp.state != State.STAGED  # what waits can still change
            known = self._loaded.get(key) if is_fixed else None
            if known:
                return known
            row = self._row(session, plan_id, stamp.version)
            found = from_record(row.record, row.text)
            return self._loaded.keep(key, found) if is_fixed else found

    def versions(self, plan_id: str) -> list[int]:
        """The numbers of a plan's versions that are or were live."""
        with self._sessions() as session:
            known = VersionRow.state.in_((State.LIVE, State.SUPERSEDED))
            found = select(VersionRow.version).where(VersionRow.plan_id == plan_id, known)
            return list(session.scalars(found.order_by(VersionRow.version)))

    def next_version(self, plan_id: str) -> int:
        with self._sessions() as session:
            last = session.scalar(select(func.max(VersionRow.version)).where(VersionRow.plan_id == plan_id))
            return (last or 0) + 1

    def by_sha(self, sha256: str) -> list[Key]:
        """Versions made of exactly this file, the live ones first; discarded ones do not count."""
        with self._sessions() as session:
            rows = session.execute(
                select(VersionRow.plan_id, VersionRow.version, VersionRow.state)
                .where(VersionRow.sha256 == sha256, VersionRow.state != State.DISCARDED)
                .order_by(VersionRow.plan_id, VersionRow.version)
            ).all()
        ordered = sorted(rows, key=lambda row: row.state != State.LIVE)
        return [(row.plan_id, row.version) for row in ordered]

    def staged(self, held: bool | None = None) -> list[Key]:
        """Staged versions; with `held` only those that wait for someone's word, or only those that do not."""
        return self._keys(State.STAGED, held)

    # Inside

    def _make_live(self, plan_id: str, version: int, current: State, ready: Ready | None) -> None:
        with self._writing() as session:
            row = self._row(session, plan_id, version)
            if row.state != current:
                raise WrongState(f"Version {version} of {plan_id} is {row.state}, not {current}.")
            of_plan = update(VersionRow).where(VersionRow.plan_id == plan_id)
            session.execute(of_plan.where(VersionRow.state == State.LIVE).values(state=State.SUPERSEDED))
            session.execute(of_plan.where(VersionRow.version == version).values(state=State.LIVE, held=False))
            made = ready.version if ready else from_record(row.record, row.text)
            session.merge(_plan_row(made))
            session.flush()
            plan_list.write(session.connection(), made)
            _unindex(session, plan_id)
            if ready is not None:
                plan_index.write(session, ready)
            _count_up(session)

    def _row(self, session: Session, plan_id: str, version: int) -> VersionRow:
        row = session.get(VersionRow, (plan_id, version))
        if row is None:
            raise UnknownPlan(f"There is no version {version} of {plan_id}.")
        return row

    def _live_without(self, made: type[MadeRow], *fits: ColumnElement[bool]) -> list[Key]:
        """Live versions of which one of the tables has no row that fits."""
        mine = and_(made.plan_id == VersionRow.plan_id, made.version == VersionRow.version, *fits)
        found = select(VersionRow.plan_id, VersionRow.version).outerjoin(made, mine)
        missing = found.where(VersionRow.state == State.LIVE, made.plan_id.is_(None))
        with self._sessions() as session:
            return [(row.plan_id, row.version) for row in session.execute(missing.order_by(VersionRow.plan_id))]

    def _keys(self, state: State, held: bool | None = None) -> list[Key]:
        found = select(VersionRow.plan_id, VersionRow.version).where(VersionRow.state == state)
        if held is not None:
            found = found.where(VersionRow.held == held)
        with self._sessions() as session:
            return [(row.plan_id, row.version) for row in session.execute(found.order_by(VersionRow.plan_id))]

    def _forget_unborn(self, session: Session, plan_id: str) -> None:
        others = select(func.count()).where(VersionRow.plan_id == plan_id, VersionRow.state != State.DISCARDED)
        if not session.scalar(others):
            _delete_plan(session, plan_id)


def _unindex(session: Session, plan_id: str) -> None:
    for version in session.scalars(select(IndexedRow.version).where(IndexedRow.plan_id == plan_id)).all():
        plan_index.erase(session, (plan_id, version))


def _delete_plan(session: Session, plan_id: str) -> None:
    session.execute(delete(VersionRow).where(VersionRow.plan_id == plan_id))
    session.execute(delete(PlanRow).where(PlanRow.plan_id == plan_id))


def _count_up(session: Session) -> None:
    session.execute(update(Number).where(Number.name == "generation").values(value=Number.value + 1))


def _plan_row(version: PlanVersion) -> PlanRow:
    title = version.info.title or version.info.subject or version.file
    return PlanRow(plan_id=version.plan_id, title=title, place=version.info.place)


def _version_row(version: PlanVersion, held: bool) -> VersionRow:
    return VersionRow(
        plan_id=version.plan_id,
        version=version.version,
        state=State.STAGED,
        held=held,
        sha256=version.source.sha256,
        file=version.file,
        ingested_at=version.ingested_at,
        text=version.text,
        record=to_record(version),
    )
