"""The parent's side of the child process that parses binary files: start it, listen, and stop it when it is silent.

A parser may crash, hang or eat all memory on a hostile file; here that costs one child and becomes one sentence.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO

from ingest.readers.detect import Kind
from ingest.readers.draft import Draft
from ingest.readers.limits import Limits, UnreadableFile

ROOT = Path(__file__).resolve().parents[2]
Progress = Callable[[int, int], None]
PRINT, PRINTED = "print", "printed.pdf"  # the child's other task, and the file that it leaves in its folder
_KEPT = ("PATH", "LANG", "LC_ALL", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "SYSTEMROOT")


def read_in_child(path: Path, kind: Kind, limits: Limits, progress: Progress | None = None) -> Draft:
    """Read a file that needs a parser, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="kehoach-") as folder:
        child = _start(path, kind, limits, folder)
        try:
            return _listen(child, limits, progress)
        finally:
            _stop(child)


def print_in_child(path: Path, target: Path, limits: Limits) -> Draft:
    """Let LibreOffice print a file as the PDF `target`; gives back what stands on its pages."""
    with tempfile.TemporaryDirectory(prefix="kehoach-") as folder:
        child = _start(path, PRINT, limits, folder)
        try:
            draft = _listen(child, limits, None)
            shutil.move(Path(folder, PRINTED), target)
        finally:
            _stop(child)
    return draft


def _start(path: Path, task: str, limits: Limits, folder: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ingest.readers.child", task, str(path.resolve()), json.dumps(asdict(limits))]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        start_new_session=True,  # so that its own children (tesseract, soffice) die with it
    )


def _environment(folder: str) -> dict[str, str]:
    """Nothing of ours but the path: no tokens, no home; one thread (four would slow Tesseract down fourfold)."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    threads = dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {
        **kept,
        **threads,
        "PYTHONPATH": str(ROOT),
        "HOME": folder,
        "TMPDIR": folder,
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _listen(child: subprocess.Popen[str], limits: Limits, progress: Progress | None) -> Draft:
    assert child.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_pump, args=(child.stdout, lines), daemon=True).start()
    end = time.monotonic() + limits.total_seconds
    while line := _next(lines, min(limits.silence_seconds, end - time.monotonic())):
        report = json.loads(line)
        if "draft" in report:
            return Draft.from_json(report["draft"])
        if "fault" in report:
            raise UnreadableFile(*report["fault"])
        if progress:
            progress(*report["page"])
    raise _died(child)


def _pump(stream: IO[str], lines: queue.Queue[str]) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


def _next(lines: queue.Queue[str], seconds: float) -> str:
    try:
        return lines.get(timeout=max(seconds, 0.01))
    except queue.Empty:
        raise UnreadableFile("timeout") from None


def _died(child: subprocess.Popen[str]) -> UnreadableFile:
    """The child ended without a report: say what the system says."""
    status = child.wait(timeout=5)
    if -status in (signal.SIGXCPU, signal.SIGALRM):
        return UnreadableFile("timeout", f"status {status}")
    return UnreadableFile("out_of_memory" if -status == signal.SIGKILL else "crashed", f"status {status}")


def _stop(child: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdout:
        child.stdout.close()
