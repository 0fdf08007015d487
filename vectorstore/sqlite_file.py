"""Opening a SQLite file that other threads and processes may be opening or writing at the same moment."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

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
