"""Sums over all live plans, counted up and down as versions come and go: how many passages hold a token, how many plans
have a word in their subject. Reading them costs what is asked for, never what there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, delete, select

from vectorstore.tables import FrequencyRow
from vectorstore.words import ALL

T = TypeVar("T")
CHUNK = 400  # values in one IN (...)
_COUNT_UP = (
    "INSERT INTO frequencies (view, token, passages, length) VALUES ({0}, {0}, {0}, {0}) "
    "ON CONFLICT (view, token) DO UPDATE SET passages = frequencies.passages + excluded.passages, "
    "length = frequencies.length + excluded.length"
)


class Added(NamedTuple):
    """How many passages (or plans) more hold a token, and how many tokens more there are."""

    view: str
    token: str
    passages: int
    length: int = 0


def add(connection: Connection, rows: Iterable[Added], sign: int = 1) -> None:
    """Count up, or down with sign -1. What falls to 0 stays: finding it to delete it would be a walk.

    A plan has some five thousand rows, so they go to the driver as they are.
    """
    values = sorted((view, token, sign * passages, sign * length) for view, token, passages, length in rows)
    if values:
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        connection.exec_driver_sql(_COUNT_UP.format(mark), values)


def erase(connection: Connection, views: Sequence[str]) -> None:
    """Forget all counts of some views."""
    connection.execute(delete(FrequencyRow).where(FrequencyRow.view.in_(views)))


def of(connection: Connection, view: str, tokens: Iterable[str]) -> dict[str, int]:
    """How many hold each token; those that none holds may be missing."""
    columns = select(FrequencyRow.token, FrequencyRow.passages).where(FrequencyRow.view == view)
    return dict(among(connection, columns, FrequencyRow.token, tokens))


def totals(connection: Connection, view: str) -> tuple[int, int]:
    """How many passages (or plans) there are, and how many tokens of the view they hold together."""
    return every_total(connection, (view,)).get(view, (0, 0))


def every_total(connection: Connection, views: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The same of several views; one of which nothing was counted may be missing."""
    columns = select(FrequencyRow.view, FrequencyRow.passages, FrequencyRow.length)
    rows = connection.execute(columns.where(FrequencyRow.view.in_(views), FrequencyRow.token == ALL))
    return {view: (passages, length) for view, passages, length in rows}


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Pieces that fit one IN (...)."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def among(connection: Connection, wanted: Any, column: Any, values: Iterable[str | int]) -> Iterator[Any]:
    """The rows of a selection that hold one of many values in a column, asked for in pieces."""
    for chunk in chunks(sorted(set(values))):
        yield from connection.execute(wanted.where(column.in_(chunk)))
