"""The catalog's tables and the numbered steps that bring an older catalog up to date.

A version is one row: its text, and the rest of it as one JSON record (see `vectorstore.records`), because nothing but
this bot reads the clauses out of the database and the types that describe them grow.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, ForeignKey, Index, Integer, String, Text, event
from sqlalchemy import Engine as Database
from sqlalchemy import text as sql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from vectorstore.errors import CatalogTooNew


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
    )


class Number(Base):
    """Counters: the schema's version and the generation of what is live."""

    __tablename__ = "numbers"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


SCHEMA = 1
# MIGRATIONS[n] brings schema n to n + 1. None yet; the tables of schema 1 are made by create_all.
MIGRATIONS: dict[int, Callable[[Connection], None]] = {}


def prepare(database: Database) -> None:
    """Tables made or brought up to date; safe to repeat."""
    if database.dialect.name == "sqlite":
        event.listen(database, "connect", _sqlite_settings)
    Base.metadata.create_all(database)
    with database.begin() as connection:
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
    for line in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {line}")
