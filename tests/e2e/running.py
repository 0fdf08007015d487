"""The real bot as a process, for tests that talk to it over real HTTP and stop it as an operating system would."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, Queue

from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
KEHOACH = (sys.executable, "-m", "bot")


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """An environment without the developer's own settings."""
    ours = re.compile(r"^(?:KEHOACH|TELEGRAM|ZALO|WEB)_")
    kept = {name: value for name, value in os.environ.items() if not ours.match(name)}
    # One thread: two that wait for one another take ten times as long when something else runs on the machine.
    kept["OMP_NUM_THREADS"] = "1"
    return {**kept, "PYTHONPATH": str(ROOT), "KEHOACH_DATA_DIR": str(data_dir), "WEB_PORT": "0", **settings}


def kehoach(data_dir: Path, *argv: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """One command, run in the data folder so that no `.env` is found."""
    return subprocess.run(
        [*KEHOACH, *argv],
        cwd=data_dir,
        env=environment(data_dir, **settings),
        capture_output=True,
        encoding="utf-8",
        timeout=4 * PATIENCE,  # reading plans in is the longest work there is
        check=False,
    )


class RunningBot:
    """`kehoach run`. What it prints is in `lines`; `address` is its web page."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.lines: list[str] = []
        self._queue: Queue[str | None] = Queue()
        self.process = subprocess.Popen(
            [*KEHOACH, "run"],
            cwd=data_dir,
            env=environment(data_dir, **settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        threading.Thread(target=self._read, daemon=True).start()
        self.address = self.wait_for(r"(http://\S+:\d+)")

    def wait_for(self, pattern: str, seconds: float = PATIENCE) -> str:
        """The first group of the next printed line that matches."""
        while True:
            try:
                line = self._queue.get(timeout=seconds)
            except Empty:
                line = None
            if line is None:
                raise AssertionError(f"never printed {pattern}:\n{''.join(self.lines)}")
            match = re.search(pattern, line)
            if match:
                return match[1] if match.groups() else match[0]

    def stop(self, seconds: float = PATIENCE) -> int:
        """SIGTERM, and the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            self._queue.put(line)
        self._queue.put(None)
