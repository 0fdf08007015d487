"""One writer at a time, over threads and processes; the operating system lets go of a killed process's lock.

The lock's file also tells whether somebody else has written since we last looked: embedded Chroma keeps parts of its
index in memory, which another process's writing makes stale.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vectorstore.errors import LibraryBusy

PAUSE = 0.05
_WRITING = "writing"


class WriterLock:
    """Re-entrant within a thread. Readers never take it."""

    def __init__(self, path: Path, timeout: float) -> None:
        self._path, self._timeout = path, timeout
        self._threads = threading.RLock()
        self._depth = 0
        self._seen = ""

    def look(self) -> None:
        """Note the present state of the file: what we open from now on is as new as that."""
        self._seen = self._note()

    @contextmanager
    def writing(self, timeout: float | None = None) -> Iterator[bool]:
        """Hold the lock; gives True when another process has written since `look`. LibraryBusy after the timeout."""
        limit = self._timeout if timeout is None else timeout
        if not self._threads.acquire(timeout=limit):
            raise LibraryBusy("Another plan is being ingested just now. Try again when it is done.")
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
    def _file_lock(self, timeout: float) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        end = time.monotonic() + timeout
        with self._path.open("a+b") as file:
            while not _try_lock(file.fileno()):
                if time.monotonic() > end:
                    raise LibraryBusy(
                        "Another process is ingesting or changing plans in this data folder. Try again when it is done."
                    )
                time.sleep(PAUSE)
            yield  # closing the file lets go of the lock


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
