"""One writer at a time: whoever finds the lock taken says that it waits, and goes on when it is free."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from vectorstore.errors import LibraryBusy
from vectorstore.lock import FOREVER, WriterLock

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from vectorstore.lock import WriterLock
with WriterLock(Path(sys.argv[1]), 0).writing():
    print("held", flush=True)
    sys.stdin.readline()
"""


def _holder(path: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_waiting_writer_says_so_and_goes_on_when_the_other_is_done(tmp_path: Path) -> None:
    path = tmp_path / "library.lock"
    holder = _holder(path)
    lock, said = WriterLock(path, FOREVER), threading.Event()
    lock.waiting = said.set
    stale: list[bool] = []

    def write() -> None:
        with lock.writing() as changed:
            stale.append(changed)

    writer = threading.Thread(target=write)
    writer.start()
    assert said.wait(PATIENCE)
    assert not stale
    holder.communicate("\n")
    writer.join(PATIENCE)
    assert stale == [True]  # another process has written since


def test_a_killed_writer_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "library.lock"
    holder = _holder(path)
    with pytest.raises(LibraryBusy), WriterLock(path, 0).writing():
        pass
    holder.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    holder.wait()
    with WriterLock(path, 0).writing() as stale:
        assert stale


def test_patience_ends(tmp_path: Path) -> None:
    one, other, said = WriterLock(tmp_path / "l", 0), WriterLock(tmp_path / "l", 0.1), []
    other.waiting = lambda: said.append("waits")
    # Once more within the same thread does no harm.
    with one.writing(), one.writing(), pytest.raises(LibraryBusy), other.writing():
        pass
    with other.writing():
        pass
    assert said == ["waits"]
