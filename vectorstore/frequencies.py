"""Sums over all live plans, counted up and down as versions come and go: how many passages hold a token, how many plans
have a word in their subject. Reading them costs what is asked for, never what there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, bindparam, delete, or_, select

from vectorstore.matrix import batches
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


class Known(NamedTuple):
    """What is counted of some tokens of a view over all plans."""

    held: dict[str, int]  # by token, how many passages (or plans) hold it; those that none holds are missing
    passages: int  # that there are
    length: int  # tokens of the view that they hold together


def known(connection: Connection, tokens: Mapping[str, Iterable[str]]) -> dict[str, Known]:
    """By view, what is counted of the view's tokens that are given."""
    rows: dict[str, dict[str, tuple[int, int]]] = {view: {ALL: (0, 0)} for view in tokens}
    columns = select(FrequencyRow.view, FrequencyRow.token, FrequencyRow.passages, FrequencyRow.length)
    for chunk in chunks([(view, token) for view, each in tokens.items() for token in sorted({ALL, *each})]):
        views = groupby(chunk, key=itemgetter(0))
        asked = ((FrequencyRow.view == view) & FrequencyRow.token.in_([at[1] for at in each]) for view, each in views)
        for view, token, passages, length in connection.execute(columns.where(or_(*asked))).all():
            rows[view][token] = passages, length
    return {view: _known(each) for view, each in rows.items()}


def _known(rows: dict[str, tuple[int, int]]) -> Known:
    whole = rows.pop(ALL)
    return Known({token: held for token, (held, _) in rows.items() if held > 0}, *whole)


def of(connection: Connection, view: str, tokens: Iterable[str]) -> dict[str, int]:
    """How many hold each token; those that none holds are missing."""
    return known(connection, {view: tokens})[view].held


def totals(connection: Connection, view: str) -> tuple[int, int]:
    """How many passages (or plans) there are, and how many tokens of the view they hold together."""
    counted = known(connection, {view: ()})[view]
    return counted.passages, counted.length


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Pieces that fit one IN (...)."""
    return batches(values, CHUNK)


def among(connection: Connection, wanted: Any, column: Any, values: Iterable[str | int]) -> Iterator[Any]:
    """The rows of a selection that hold one of many values in a column, asked for in pieces."""
    asked = wanted.where(column.in_(bindparam("values", expanding=True)))  # one statement, however many values
    for chunk in chunks(sorted(set(values))):
        yield from connection.execute(asked, {"values": chunk}).all()  # row by row costs twice as much
