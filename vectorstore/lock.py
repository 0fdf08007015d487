"""One writer at a time, over threads and processes; the operating system lets go of a killed process's lock.

The lock's file also tells whether somebody else has written since we last looked: embedded Chroma keeps parts of its
index in memory, which another process's writing makes stale.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from vectorstore.errors import LibraryBusy

FOREVER = -1.0
PAUSE = 0.05
_WRITING = "writing"
_OTHER_THREAD = "Another plan is being ingested just now. Try again when it is done."
_OTHER_PROCESS = "Another process is ingesting or changing plans in this data folder. Try again when it is done."


class WriterLock:
    """Re-entrant within a thread. Readers never take it.

    Who finds it taken waits `patience` seconds; `waiting` is called once when the waiting begins.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self.patience = patience
        self.waiting: Callable[[], None] = lambda: None
        self._path = path
        self._file = FileLock(path)
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
            with self._file_lock(limit):
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
    def _file_lock(self, limit: float) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._file.acquire(timeout=0)
        except Timeout:
            self._begin_to_wait(limit, _OTHER_PROCESS)
            self._wait(limit)
        try:
            yield
        finally:
            self._file.release()

    def _wait(self, limit: float) -> None:
        try:
            self._file.acquire(timeout=limit, poll_interval=PAUSE)
        except Timeout:
            raise LibraryBusy(_OTHER_PROCESS) from None

    def _begin_to_wait(self, limit: float, busy: str) -> None:
        if limit == 0:
            raise LibraryBusy(busy)
        self.waiting()
