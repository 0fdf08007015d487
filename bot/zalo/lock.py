"""One poller at a time: two would take each other's messages, as Zalo gives each message out once.

The operating system lets go of a killed process's lock, so a restart never waits for a dead one.
"""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout


class PollerLock:
    """A lock file in the data folder."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(path, blocking=False)

    def take(self) -> bool:
        """False while another process has it."""
        try:
            self._lock.acquire()
        except Timeout:
            return False
        return True

    def give_back(self) -> None:
        """Let another process poll."""
        self._lock.release()
