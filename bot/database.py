"""The bot's own small database under the data folder: chats, people, answers given. SQLite, one connection, one lock.

Its tables are made step by step by `data/database.sql`.
"""

from __future__ import annotations

import time
from pathlib import Path

from vectorstore import sqlite_file
from vectorstore.sqlite_file import Clock

MIGRATIONS = tuple(Path(__file__).with_name("data").joinpath("database.sql").read_text(encoding="utf-8").split("\n\n"))


class Store(sqlite_file.Store):
    """`vectorstore.sqlite_file.Store` with these tables; without a path in memory."""

    def __init__(self, path: Path | None, clock: Clock = time.time) -> None:
        super().__init__(path, MIGRATIONS, clock)
