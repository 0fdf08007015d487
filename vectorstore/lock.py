"""One writer at a time, over threads and processes, and over machines where they share a Postgres.

The operating system, or the database, lets go of a killed process's lock.

The lock's file also tells whether somebody else has written since we last looked: embedded Chroma keeps parts of its
index in memory, which another process's writing makes stale.
"""

from __future__ import annotations

import math
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout
from sqlalchemy import Connection
from sqlalchemy import Engine as Database
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from vectorstore.errors import LibraryBusy

FOREVER = -1.0
PAUSE = 0.05
_WRITING = "writing"
_OTHER_THREAD = "Another plan is being ingested just now. Try again when it is done."
_OTHER_PROCESS = "Another process is ingesting or changing plans in this library. Try again when it is done."
# Any two programs on one database that use the same numbers shut each other out.
CHANGING_PLANS, PREPARING = 0x6B68, 0x6B69


class BetweenProcesses(Protocol):
    """A lock that other processes see: `filelock.FileLock`, or this."""

    def acquire(self, timeout: float | None = None, poll_interval: float = PAUSE) -> object:
        """Take it, or raise `filelock.Timeout` after so many seconds; a negative number waits for ever."""

    def release(self) -> None:
        """Give it back."""


class PostgresLock:
    """A lock of the database's own (`pg_advisory_lock`). It ends with the connection of whoever holds it."""

    def __init__(self, database: Database, number: int) -> None:
        self._database, self._wanted = database, {"number": number}
        self._held: Connection | None = None

    def acquire(self, timeout: float | None = None, poll_interval: float = PAUSE) -> object:
        until = math.inf if timeout is None or timeout < 0 else time.monotonic() + timeout
        connection = self._database.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # not of the pool: closing it ends the session, and with it the lock
        try:
            while not connection.scalar(sql("SELECT pg_try_advisory_lock(:number)"), self._wanted):
                if time.monotonic() >= until:
                    raise Timeout("postgres")
                time.sleep(poll_interval)
        except BaseException:
            connection.close()
            raise
        self._held = connection
        return self

    def release(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            with suppress(DBAPIError):  # a connection that was lost holds nothing
                held.scalar(sql("SELECT pg_advisory_unlock(:number)"), self._wanted)
            held.close()


class WriterLock:
    """Re-entrant within a thread. Readers never take it.

    Who finds it taken waits `patience` seconds; `waiting` is called once when the waiting begins.
    """

    def __init__(self, path: Path, patience: float, between: BetweenProcesses | None = None) -> None:
        self.patience = patience
        self.waiting: Callable[[], None] = lambda: None
        self._path = path
        self._between: BetweenProcesses = between or FileLock(path)
        self._threads = threading.RLock()
        self._depth = 0
        self._seen = ""

    def look(self) -> None:
        """Note the present state of the file: what we open from now on is as new as that."""
        self._seen = self._note()

    @contextmanager
    def writing(self, timeout: float | None = None) -> Iterator[bool]:
        """Hold the lock; gives True when another process has written since `look`. LibraryBusy after the timeout."""
        limit = self.patience if timeout is None else timeout
        if not self._threads.acquire(blocking=False):
            self._begin_to_wait(limit, _OTHER_THREAD)
            if not self._threads.acquire(timeout=limit):
                raise LibraryBusy(_OTHER_THREAD)
        try:
            if self._depth:
                yield False
                return
            with self._processes_lock(limit):
                stale = self._seen != self._note() or self._seen.endswith(_WRITING)
                self._tell(_WRITING)
                self._depth = 1
                try:
                    yield stale
                finally:
                    self._depth = 0
                    self._tell("done")
        finally:
            self._threads.release()

    @contextmanager
    def alone(self, wait: bool) -> Iterator[bool]:
        """Keep this process's other threads from writing. Without `wait`, gives False when one already is."""
        got = self._threads.acquire(blocking=wait)
        try:
            yield got
        finally:
            if got:
                self._threads.release()

    def _note(self) -> str:
        path = self._path.with_suffix(".note")
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _tell(self, doing: str) -> None:
        self._seen = f"{os.getpid()} {uuid.uuid4().hex} {doing}"
        self._path.with_suffix(".note").write_text(self._seen, encoding="utf-8")

    @contextmanager
    def _processes_lock(self, limit: float) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._between.acquire(timeout=0)
        except Timeout:
            self._begin_to_wait(limit, _OTHER_PROCESS)
            self._wait(limit)
        try:
            yield
        finally:
            self._between.release()

    def _wait(self, limit: float) -> None:
        try:
            self._between.acquire(timeout=limit, poll_interval=PAUSE)
        except Timeout:
            raise LibraryBusy(_OTHER_PROCESS) from None

    def _begin_to_wait(self, limit: float, busy: str) -> None:
        if limit == 0:
            raise LibraryBusy(busy)
        self.waiting()
