"""Which live passages hold a token: SQLite's FTS5, or an inverted index over arrays on Postgres.

Both only look tokens up. How much a token tells, and the exact BM25 of what was found, is worked out by
`vectorstore.search` from the counts in `frequencies`, so that both databases rank alike. FTS5's own `bm25()` would read
the passages of every word of a question; "cơ quan thực hiện" stands in half of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy import text as sql

Ids = NDArray[np.int64]

# Tokens are ours already: only blanks part them. detail=none keeps which rows hold a token and nothing else.
_FTS5 = """CREATE VIRTUAL TABLE IF NOT EXISTS passage_words USING fts5(
    tokens, detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'")"""
_ARRAYS = "CREATE TABLE IF NOT EXISTS passage_words (rowid BIGINT PRIMARY KEY, tokens TEXT[] NOT NULL)"
# Without a list of what is not sorted in yet, which every look-up would go through.
_INVERTED = """CREATE INDEX IF NOT EXISTS passage_words_tokens
    ON passage_words USING gin (tokens) WITH (fastupdate = off)"""
_HOLDERS = "SELECT ?, group_concat(rowid) FROM passage_words WHERE passage_words MATCH ?"
_ARRAY_HOLDERS = """SELECT CAST(%s AS TEXT), string_agg(CAST(rowid AS TEXT), ',') FROM passage_words
    WHERE tokens @> ARRAY[CAST(%s AS TEXT)]"""


def name_of(view: str, token: str) -> str:
    """A token as it is kept: under the first letter of its view."""
    return f"{view[0]}:{token}"


def prepare(connection: Connection) -> None:
    """The table, where it is missing."""
    if _is_sqlite(connection):
        connection.execute(sql(_FTS5))
        return
    connection.execute(sql(_ARRAYS))
    connection.execute(sql(_INVERTED))


def forget(connection: Connection) -> None:
    """The table with all it holds."""
    connection.execute(sql("DROP TABLE passage_words"))


def put(connection: Connection, tokens: Mapping[int, Iterable[str]]) -> None:
    """The tokens of new passages, by id."""
    joined = _is_sqlite(connection)
    rows = [{"id": at, "tokens": " ".join(each) if joined else list(each)} for at, each in tokens.items()]
    if rows:
        connection.execute(sql("INSERT INTO passage_words (rowid, tokens) VALUES (:id, :tokens)"), rows)


def drop(connection: Connection, first: int, count: int) -> None:
    """Forget a run of passages."""
    run = {"first": first, "end": first + count}
    connection.execute(sql("DELETE FROM passage_words WHERE rowid >= :first AND rowid < :end"), run)


def holders(connection: Connection, tokens: Sequence[str]) -> dict[str, Ids]:
    """The ids of all passages that hold each token: thousands of rows, so a database gives one text of them each."""
    if not tokens:
        return {}
    sqlite = _is_sqlite(connection)
    if not sqlite:  # Postgres takes reading all arrays, 5 µs each, for cheaper than its index
        connection.execute(sql("SET LOCAL enable_seqscan = off"))
    asked = " UNION ALL ".join([_HOLDERS if sqlite else _ARRAY_HOLDERS] * len(tokens))
    matched = ('"' + token.replace('"', '""') + '"' if sqlite else token for token in tokens)
    found = connection.exec_driver_sql(asked, tuple(chain.from_iterable(zip(tokens, matched, strict=True)))).all()
    return {token: np.fromstring(ids or "", np.int64, sep=",") for token, ids in found}


def within(ids: Ids, runs: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which ids lie in one of the runs (first, count)."""
    ordered = np.array(sorted(runs), np.int64).reshape(-1, 2)
    if not len(ordered):
        return np.zeros(len(ids), bool)
    place = np.searchsorted(ordered[:, 0], ids, side="right") - 1
    inside: NDArray[np.bool_] = (place >= 0) & (ids < (ordered[:, 0] + ordered[:, 1])[place])
    return inside


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
