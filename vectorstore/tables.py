"""The catalog's tables and the numbered steps that bring an older catalog up to date.

A version is one row: its text, and the rest of it as one JSON record (see `plan.records`), because nothing but
this bot reads the clauses out of the database and the types that describe them grow.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    event,
    insert,
    inspect,
)
from sqlalchemy import Engine as Database
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from vectorstore import word_table, words
from vectorstore.errors import CatalogTooNew, CatalogUnreachable
from vectorstore.lock import PREPARING, PostgresLock
from vectorstore.sqlite_file import write_ahead


class State(StrEnum):
    """Where a version stands. Exactly one version of a plan is live."""

    STAGED = "staged"
    LIVE = "live"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


class Base(DeclarativeBase):
    """The tables' common root."""


class PlanRow(Base):
    """A plan, as its live version names it."""

    __tablename__ = "plans"

    plan_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    title: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(Text, default="")


class VersionRow(Base):
    """One ingested file of a plan."""

    __tablename__ = "versions"

    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.plan_id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    held: Mapped[bool] = mapped_column(Boolean, default=False)  # staged and waiting for someone's word
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    file: Mapped[str] = mapped_column(Text)
    ingested_at: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    record: Mapped[dict[str, Any]] = mapped_column(JSON)

    # The law "exactly one version is live" is kept by the database itself, whatever the code does.
    __table_args__ = (
        Index(
            "one_live_version",
            "plan_id",
            unique=True,
            sqlite_where=sql("state = 'live'"),
            postgresql_where=sql("state = 'live'"),
        ),
        Index("versions_by_state", "state", "plan_id", "version"),  # whoever lists versions reads no texts
    )


class Number(Base):
    """Counters: the schema's version, the generation of what is live, the id of the passage that is written next."""

    __tablename__ = "numbers"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


class PassageRow(Base):
    """A findable clause of a live version: what an answer shows of it, and its vectors."""

    __tablename__ = "passages"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)  # of one version in one run, see IndexedRow
    key: Mapped[str] = mapped_column(String(260), unique=True)  # its name in Chroma
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    vectors: Mapped[bytes] = mapped_column(LargeBinary)  # half floats: the whole passage, then its lines
    words: Mapped[bytes] = mapped_column(LargeBinary)  # how often it holds each token, see vectorstore.words.packed


class IndexedRow(Base):
    """A live version whose passages are in the index, with the run of their ids."""

    __tablename__ = "indexed"

    plan_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    first: Mapped[int] = mapped_column(Integer, index=True)
    count: Mapped[int] = mapped_column(Integer)
    model: Mapped[str] = mapped_column(Text)  # the identity of what made its vectors
    cut: Mapped[int] = mapped_column(Integer)  # how its passages were cut, see vectorstore.plan_index.CUT
    subject: Mapped[str] = mapped_column(Text)  # this and its place: see vectorstore.plan_names.Called
    place: Mapped[str] = mapped_column(Text)
    card: Mapped[dict[str, Any]] = mapped_column(JSON)  # see vectorstore.plan_index.PlanCard


class CountedRow(Base):
    """What a version that is in the index added to the frequencies: taken off as it was added."""

    __tablename__ = "counted"

    plan_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    rows: Mapped[bytes] = mapped_column(LargeBinary)  # compressed JSON, see vectorstore.words.counted


class VectorsRow(Base):
    """A version that has, or may have, vectors in Chroma: written before they are, deleted after them."""

    __tablename__ = "vector_sets"

    plan_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    count: Mapped[int] = mapped_column(Integer)


class FrequencyRow(Base):
    """How many live passages hold a token of a view of the words; '' counts passages, its `length` their tokens."""

    __tablename__ = "frequencies"

    view: Mapped[str] = mapped_column(String(10), primary_key=True)
    token: Mapped[str] = mapped_column(Text, primary_key=True)
    passages: Mapped[int] = mapped_column(Integer)
    length: Mapped[int] = mapped_column(Integer, default=0)


class NameRow(Base):
    """What a question may call a live plan: a place, a number, a word of its subject (see vectorstore.plan_names)."""

    __tablename__ = "plan_names"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    plan_id: Mapped[str] = mapped_column(String(200), primary_key=True, index=True)


class ListRow(Base):
    """What lists tell of a live plan, and all that it may be called (see vectorstore.plan_list)."""

    __tablename__ = "plan_list"

    plan_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    read_as: Mapped[int] = mapped_column(Integer)
    ref: Mapped[str] = mapped_column(String(10), index=True)
    clauses: Mapped[int] = mapped_column(Integer)
    spelt: Mapped[str] = mapped_column(Text)
    record: Mapped[dict[str, Any]] = mapped_column(JSON)


class PlanWordRow(Base):
    """A spelling in the live plans, for reading questions; what falls to 0 stays."""

    __tablename__ = "plan_words"

    word: Mapped[str] = mapped_column(Text, primary_key=True)
    folded: Mapped[str] = mapped_column(Text, index=True)
    count: Mapped[int] = mapped_column(Integer)
    befores: Mapped[int] = mapped_column(Integer)  # different words before it, but for those of the shipped lexicon
    afters: Mapped[int] = mapped_column(Integer)


class SlipRow(Base):
    """A word of a plan, without diacritics, under what is left of it when a letter is missing."""

    __tablename__ = "plan_slips"

    shortened: Mapped[str] = mapped_column(Text, primary_key=True)
    folded: Mapped[str] = mapped_column(Text, primary_key=True)


class LearntRow(Base):
    """A live version whose words are counted, and what was counted: taken off as it was added."""

    __tablename__ = "learnt"

    plan_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    lexicon: Mapped[str] = mapped_column(String(64))  # the identity of the shipped one
    counts: Mapped[bytes] = mapped_column(LargeBinary)  # compressed JSON


class TaskListRow(Base):
    """A live version whose tasks are looked up by unit and day, and how they were read (vectorstore.plan_tasks)."""

    __tablename__ = "task_lists"

    plan_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    read_as: Mapped[int] = mapped_column(Integer)


class TaskRow(Base):
    """A task of a live version with days between which it can be due: under each unit that it names, each name of
    somebody in it, and under ''."""

    __tablename__ = "plan_tasks"

    plan_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    unit: Mapped[str] = mapped_column(String(200), primary_key=True)
    since: Mapped[str] = mapped_column(String(10), primary_key=True)  # ISO; '' where it has no time
    until: Mapped[str] = mapped_column(String(10), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    leads: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (Index("tasks_of_unit", "unit", "until", "since"),)


class TaskTextRow(Base):
    """What lists tell of a task of a live version."""

    __tablename__ = "task_texts"

    plan_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    record: Mapped[dict[str, Any]] = mapped_column(JSON)  # see plan.listed.Stated


def _index_with_words(connection: Connection) -> None:
    """An index whose passages lack the column `words` goes: what the sums over it were counted from is not known."""
    columns = {column["name"] for column in inspect(connection).get_columns(PassageRow.__tablename__)}
    if "words" not in columns:
        for table in (PassageRow, IndexedRow, CountedRow, FrequencyRow, NameRow, ListRow):
            connection.execute(sql(f"DROP TABLE {table.__tablename__}"))
        word_table.forget(connection)
        Base.metadata.create_all(connection)
        word_table.prepare(connection)
    connection.execute(sql("DROP TABLE IF EXISTS syllables"))


def _versions_by_state(connection: Connection) -> None:
    """An index is not made with a table that is there already."""
    connection.execute(sql("CREATE INDEX IF NOT EXISTS versions_by_state ON versions (state, plan_id, version)"))


def _packed_words(connection: Connection) -> None:
    """Words that passages kept as JSON are packed; what a version added to the frequencies is kept beside them."""
    columns = {column["name"]: column["type"] for column in inspect(connection).get_columns(PassageRow.__tablename__)}
    if isinstance(columns["words"], LargeBinary):  # the table was made anew on the way here
        return
    if connection.dialect.name == "postgresql":
        made = "ALTER TABLE passages ALTER COLUMN words TYPE BYTEA USING convert_to(words, 'UTF8')"
        connection.execute(sql(made))
    versions = sql("SELECT plan_id, version, first, count FROM indexed")
    for plan_id, version, first, count in connection.execute(versions).all():
        run = {"first": first, "end": first + count}
        found = connection.execute(sql("SELECT id, words FROM passages WHERE id >= :first AND id < :end"), run).all()
        terms = {at: orjson.loads(held) for at, held in found}
        packed = [{"id": at, "words": words.packed(each)} for at, each in terms.items()]
        if packed:
            connection.execute(sql("UPDATE passages SET words = :words WHERE id = :id"), packed)
        told = zlib.compress(orjson.dumps(words.counted(list(terms.values()))))
        connection.execute(insert(CountedRow), {"plan_id": plan_id, "version": version, "rows": told})


def _called(connection: Connection) -> None:
    """By what a question speaks of a plan stands beside its run of passages, no longer in its names and card alone."""
    if "subject" in {column["name"] for column in inspect(connection).get_columns(IndexedRow.__tablename__)}:
        return
    names: dict[str, dict[str, list[str]]] = {"subject": defaultdict(list), "place": defaultdict(list)}
    for kind, found in names.items():
        connection.execute(sql(f"ALTER TABLE indexed ADD COLUMN {kind} TEXT NOT NULL DEFAULT ''"))
        for plan_id, name in connection.execute(sql(f"SELECT plan_id, name FROM plan_names WHERE kind = '{kind}'")):
            found[plan_id].append(name)
    told = {plan_id: " ".join(words) for plan_id, words in names["subject"].items()}
    places = {plan_id: max(forms, key=len) for plan_id, forms in names["place"].items()}  # with its kind
    rows = [{"id": at, "subject": told.get(at, ""), "place": places.get(at, "")} for at in {**told, **places}]
    if rows:
        connection.execute(sql("UPDATE indexed SET subject = :subject, place = :place WHERE plan_id = :id"), rows)


def _nothing(connection: Connection) -> None:
    """New tables alone."""


SCHEMA = 9
# MIGRATIONS[n] brings schema n to n + 1. New tables are made by create_all; what stands in those of the index can be
# made from the versions and is, at the next start (see Library.clean_up).
MIGRATIONS: dict[int, Callable[[Connection], None]] = {
    1: _nothing,
    2: _index_with_words,
    3: _nothing,
    4: _nothing,
    5: _versions_by_state,
    6: _nothing,
    7: _packed_words,
    8: _called,
}


def is_postgres(database: Database) -> bool:
    """Whether a server holds the catalog, for several machines."""
    return database.dialect.name == "postgresql"


def prepare(database: Database) -> None:
    """Tables made or brought up to date; safe to repeat, and for several processes at once."""
    if database.dialect.name == "sqlite":
        event.listen(database, "connect", _sqlite_settings)
    alone = PostgresLock(database, PREPARING) if is_postgres(database) else None
    if alone:
        _acquire(alone, database)
    try:
        _prepare(database)
    finally:
        if alone:
            alone.release()


def _acquire(alone: PostgresLock, database: Database) -> None:
    try:  # the first that is asked of the server
        alone.acquire()
    except OperationalError as error:
        raise CatalogUnreachable(f"The database at {database.url} does not let us in: {error.orig}") from error


def _prepare(database: Database) -> None:
    Base.metadata.create_all(database)
    with database.begin() as connection:
        word_table.prepare(connection)
        found = connection.scalar(sql("SELECT value FROM numbers WHERE name = 'schema'"))
        if found is None:
            connection.execute(sql("INSERT INTO numbers VALUES ('schema', :now), ('generation', 0)"), {"now": SCHEMA})
            return
        if found > SCHEMA:
            raise CatalogTooNew(f"The catalog has schema {found}; this release knows {SCHEMA}. Install the newer one.")
        for step in range(found, SCHEMA):
            MIGRATIONS[step](connection)
        connection.execute(sql("UPDATE numbers SET value = :now WHERE name = 'schema'"), {"now": SCHEMA})


def _sqlite_settings(connection: Any, _: Any) -> None:
    """Readers go on while one writes (WAL), and a writer waits instead of failing."""
    write_ahead(connection)
    for line in ("foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {line}")
