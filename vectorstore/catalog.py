"""The catalog: which plans there are, their versions, and which of them is live.

It alone decides what answers. Vectors may be missing or left over after a crash; they are repaired to match it.
Superseded versions keep their text, so that a citation given months ago can still be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, delete, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from plan.model import Plan, PlanVersion
from vectorstore.errors import UnknownPlan, WrongState
from vectorstore.records import from_record, to_record
from vectorstore.tables import Number, PlanRow, State, VersionRow, prepare

Key = tuple[str, int]


class Catalog:
    """Plans and versions in a database. Every method is one transaction."""

    def __init__(self, url: str) -> None:
        self._database = create_engine(url)
        prepare(self._database)
        self._sessions = sessionmaker(self._database)
        self._loaded: dict[tuple[str, int, str], PlanVersion] = {}

    @classmethod
    def in_folder(cls, folder: Path) -> Catalog:
        """The default: one SQLite file."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{folder / 'catalog.sqlite3'}")

    def close(self) -> None:
        """Give the database's files back."""
        self._database.dispose()

    # Writing

    def stage(self, version: PlanVersion, held: bool = False) -> None:
        """Store a version beside the live one; nothing answers from it yet. `held` ones survive the next start."""
        with self._writing() as session:
            row = session.get(VersionRow, (version.plan_id, version.version))
            if row is not None and row.state in (State.LIVE, State.SUPERSEDED):
                raise WrongState(f"Version {version.version} of {version.plan_id} is {row.state} and is never edited.")
            if session.get(PlanRow, version.plan_id) is None:
                session.add(_plan_row(version))
                session.flush()
            session.merge(_version_row(version, held))

    def publish(self, plan_id: str, version: int) -> None:
        """The staged version answers from now on, the live one no longer: one transaction."""
        self._make_live(plan_id, version, State.STAGED)

    def rollback(self, plan_id: str) -> int:
        """The version before the live one answers again. Gives its number."""
        return self.rollback_to(plan_id, self.version_before_live(plan_id))

    def rollback_to(self, plan_id: str, version: int) -> int:
        """A certain superseded version answers again."""
        self._make_live(plan_id, version, State.SUPERSEDED)
        return version

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
            _delete_plan(session, plan_id)
            _count_up(session)
        self._loaded = {key: version for key, version in self._loaded.items() if key[0] != plan_id}

    # Reading

    def generation(self) -> int:
        """Changes whenever what is live changes."""
        with self._sessions() as session:
            return session.scalar(select(Number.value).where(Number.name == "generation")) or 0

    def plans(self) -> list[Plan]:
        """The plans that have a live version."""
        with self._sessions() as session:
            rows = session.execute(
                select(PlanRow.plan_id, PlanRow.title, PlanRow.place, VersionRow.version, VersionRow.state)
                .join(VersionRow, VersionRow.plan_id == PlanRow.plan_id)
                .where(VersionRow.state.in_((State.LIVE, State.SUPERSEDED)))
                .order_by(PlanRow.plan_id, VersionRow.version)
            ).all()
        numbers: dict[str, list[int]] = {}
        for row in rows:
            numbers.setdefault(row.plan_id, []).append(row.version)
        alive = (row for row in rows if row.state == State.LIVE)
        return [Plan(row.plan_id, row.title, row.place, row.version, tuple(numbers[row.plan_id])) for row in alive]

    def live_keys(self) -> list[Key]:
        """Plan and number of every live version."""
        return self._keys(State.LIVE)

    def live(self) -> list[PlanVersion]:
        """Every live version, in the order of plan ids."""
        return [self.version(*key) for key in self.live_keys()]

    def live_version(self, plan_id: str) -> int:
        """The number of a plan's live version."""
        for found, version in self.live_keys():
            if found == plan_id:
                return version
        raise UnknownPlan(f"There is no plan {plan_id}.")

    def version_before_live(self, plan_id: str) -> int:
        """The number that `rollback` would go back to."""
        live = self.live_version(plan_id)
        earlier = [number for number in self.versions(plan_id) if number < live]
        if not earlier:
            raise WrongState(f"{plan_id} has no version before {live}.")
        return max(earlier)

    def version(self, plan_id: str, version: int) -> PlanVersion:
        """Any stored version with all its clauses."""
        with self._sessions() as session:
            wanted = (VersionRow.plan_id == plan_id, VersionRow.version == version)
            kept = VersionRow.state != State.DISCARDED
            stamp = session.scalar(select(VersionRow.sha256 + VersionRow.ingested_at).where(*wanted, kept))
            if stamp is None:
                raise UnknownPlan(f"There is no version {version} of {plan_id}.")
            key = (plan_id, version, stamp)  # with the stamp: a removed plan's number can come again
            if key not in self._loaded:
                row = self._row(session, plan_id, version)
                self._loaded[key] = from_record(row.record, row.text)
            return self._loaded[key]

    def versions(self, plan_id: str) -> list[int]:
        """The numbers of a plan's versions that are or were live."""
        with self._sessions() as session:
            known = VersionRow.state.in_((State.LIVE, State.SUPERSEDED))
            found = select(VersionRow.version).where(VersionRow.plan_id == plan_id, known)
            return list(session.scalars(found.order_by(VersionRow.version)))

    def state(self, plan_id: str, version: int) -> State:
        """Where a version stands."""
        with self._sessions() as session:
            return State(self._row(session, plan_id, version).state)

    def next_version(self, plan_id: str) -> int:
        """The number that the next version of a plan gets."""
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

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self._sessions.begin() as session:
            yield session

    def _make_live(self, plan_id: str, version: int, current: State) -> None:
        with self._writing() as session:
            row = self._row(session, plan_id, version)
            if row.state != current:
                raise WrongState(f"Version {version} of {plan_id} is {row.state}, not {current}.")
            of_plan = update(VersionRow).where(VersionRow.plan_id == plan_id)
            session.execute(of_plan.where(VersionRow.state == State.LIVE).values(state=State.SUPERSEDED))
            session.execute(of_plan.where(VersionRow.version == version).values(state=State.LIVE, held=False))
            session.merge(_plan_row(from_record(row.record, row.text)))
            _count_up(session)

    def _row(self, session: Session, plan_id: str, version: int) -> VersionRow:
        row = session.get(VersionRow, (plan_id, version))
        if row is None:
            raise UnknownPlan(f"There is no version {version} of {plan_id}.")
        return row

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
