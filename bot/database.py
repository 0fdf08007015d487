"""The bot's own small database under the data folder: chats, people, answers given. SQLite, one connection, one lock.

Its tables are made step by step by `data/database.sql`.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vectorstore.sqlite_file import open_file

Clock = Callable[[], float]

MIGRATIONS = tuple(Path(__file__).with_name("data").joinpath("database.sql").read_text(encoding="utf-8").split("\n\n"))


class Store:
    """A thread-safe handle: `rows` reads, `write` changes; every statement commits by itself."""

    def __init__(self, path: Path | None, clock: Clock = time.time) -> None:
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            path.chmod(0o600)  # it holds the signing key and the tokens of chat services; nobody else's business
        self.clock = clock
        self._lock = threading.RLock()
        self._db = open_file(path)
        self._db.row_factory = sqlite3.Row
        self._migrate()

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

    def _migrate(self) -> None:
        """Under the database's own lock: two processes may meet a new file at once."""
        self._db.execute("BEGIN IMMEDIATE")
        seen = self._db.execute("PRAGMA user_version").fetchone()[0]
        for script in MIGRATIONS[seen:]:
            for statement in script.split(";"):
                self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        self._db.execute("COMMIT")
