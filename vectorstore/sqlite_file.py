"""A SQLite file that others may be opening or writing at the same moment, and a small database in one."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Clock = Callable[[], float]

PATIENCE = 10.0  # seconds that a writer waits for another
_PAUSE = 0.02  # seconds between two tries


def open_file(path: Path | None) -> sqlite3.Connection:
    """A connection whose statements commit by themselves and may come from any thread; without a path in memory.

    Raises `sqlite3.OperationalError` where another program keeps the file locked for `PATIENCE` seconds.
    """
    connection = sqlite3.connect(path or ":memory:", check_same_thread=False, timeout=PATIENCE, isolation_level=None)
    write_ahead(connection)
    return connection


def write_ahead(connection: Any) -> None:
    """Let readers go on while one writes (WAL).

    Where another connection is writing to a file that has no such journal yet, SQLite refuses the change at once,
    whatever the connection's own patience (two that both hold the file and want it whole would wait for ever), so we
    ask again.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE)


class Store:
    """A small database, one connection, one lock: `rows` reads, `write` changes; every statement commits by itself."""

    def __init__(self, path: Path | None, steps: Sequence[str], clock: Clock = time.time) -> None:
        """`steps` are scripts, only ever added: `PRAGMA user_version` counts those that the file has seen."""
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            path.chmod(0o600)  # what officers ask, keys and tokens are nobody else's business
        self.clock = clock
        self._lock = threading.RLock()
        self._db = open_file(path)
        self._db.row_factory = sqlite3.Row
        self._migrate(steps)

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        return next(iter(self.rows(sql, *values)), None)

    def write(self, sql: str, *values: object) -> int:
        """Change something; gives the new row's id, or for UPDATE and DELETE how many rows changed."""
        with self._lock:
            cursor: Any = self._db.execute(sql, values)
            inserted = sql.lstrip().upper().startswith("INSERT")
            return int(cursor.lastrowid if inserted else cursor.rowcount)

    def find(self, table: str, **key: object) -> sqlite3.Row | None:
        """The row with these values, if any."""
        return self.row(f"SELECT * FROM {table} WHERE {' AND '.join(f'{name} = ?' for name in key)}", *key.values())

    def put(self, table: str, *row: object) -> None:
        """Keep a row, in place of the one with the same key."""
        self.write(f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * len(row))})", *row)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside is written whole or not at all, whatever kills the process."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _migrate(self, steps: Sequence[str]) -> None:
        """Under the database's own lock: two processes may meet a new file at once."""
        self._db.execute("BEGIN IMMEDIATE")
        seen = self._db.execute("PRAGMA user_version").fetchone()[0]
        for script in steps[seen:]:
            for statement in script.split(";"):
                self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {len(steps)}")
        self._db.execute("COMMIT")
