"""One poller at a time: two would take each other's messages, as Zalo gives each message out once.

The operating system lets go of a killed process's lock, so a restart never waits for a dead one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO


class PollerLock:
    """A lock file in the data folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def take(self) -> bool:
        """False while another process has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+b")
        if not _try_lock(file.fileno()):
            file.close()
            return False
        self._file = file
        return True

    def give_back(self) -> None:
        """Let another process poll; closing the file lets go of the lock."""
        if self._file:
            self._file.close()
            self._file = None


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
