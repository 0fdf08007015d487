"""Speed and memory: `make bench`.

    python -m tests.evaluation.bench [--rounds N]

Measured from outside, on the command line that an office would run: `kehoach ingest` for the plans, then one
`kehoach batch` process that gets every own question, a line at a time. The stock recipe answers the same questions in a
process beside it, turn by turn, so that a busy machine slows both alike.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from tests.evaluation.questions import ROOT, Question, own_sets
from tests.evaluation.table import aligned, percentile

KEHOACH = (sys.executable, "-c", "from bot.cli import main; main()")
MEGABYTE = 1_000_000


class Process:
    """A program that speaks the lines of `kehoach batch`."""

    def __init__(self, command: Sequence[str], data_dir: Path) -> None:
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=_environment(data_dir), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, request: dict[str, Any]) -> float:
        """Seconds from the question's line going in to the answer's line coming out."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        started = time.perf_counter()
        self._process.stdin.write(json.dumps(request, ensure_ascii=False) + "\n")
        self._process.stdin.flush()
        reply = self._process.stdout.readline()
        if not reply or "error" in json.loads(reply):
            raise RuntimeError(f"no answer to {request['question']!r}: {reply.strip() or 'the process has ended'}")
        return time.perf_counter() - started

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.perf_counter() - self._started

    @property
    def memory(self) -> float:
        """Resident megabytes."""
        return float(psutil.Process(self._process.pid).memory_info().rss) / MEGABYTE

    def close(self) -> None:
        """No more questions."""
        self._process.communicate()


@dataclass
class Measured:
    """One contender's figures."""

    name: str
    process: Process
    start_up: float = 0.0
    memory_at_start: float = 0.0
    seconds: list[float] = field(default_factory=list)

    def begin(self, request: dict[str, Any]) -> None:
        """From nothing to the first answer."""
        self.process.ask(request)
        self.start_up, self.memory_at_start = self.process.age, self.process.memory

    def row(self) -> list[str]:
        """As the table shows it."""
        times = [1000 * each for each in self.seconds]
        figures = [percentile(times, 50), percentile(times, 95), max(times)]
        memory = [self.memory_at_start, self.process.memory]
        return [self.name, *(f"{ms:.0f}" for ms in figures), f"{self.start_up:.1f}", *(f"{mb:.0f}" for mb in memory)]


def requests() -> list[dict[str, Any]]:
    """Every own question; one that asks over several plans searches all of them here."""
    return [_request(question) for each in own_sets() for question in each.questions]


def _request(question: Question) -> dict[str, Any]:
    return {"id": question.id, "question": question.text, "plan": question.selected}


def ingest(plans: Sequence[Path], data_dir: Path) -> tuple[float, int]:
    """Seconds of the whole command, and how many clauses it read."""
    started = time.perf_counter()
    command = [*KEHOACH, "ingest", "--json", *map(str, plans)]
    done = subprocess.run(command, cwd=ROOT, env=_environment(data_dir), capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - started
    return seconds, sum(json.loads(line)["clauses"] for line in done.stdout.splitlines())


def measure(plans: Sequence[Path], data_dir: Path, rounds: int) -> Iterator[Measured]:
    """Bot and stock recipe, started one after the other, then asked in turn."""
    asked = requests()
    contenders = []
    for name, command in _contenders(plans):
        contender = Measured(name, Process(command, data_dir))
        contender.begin(asked[0])
        contenders.append(contender)
    for request in asked * rounds:
        for contender in contenders:
            contender.seconds.append(contender.process.ask(request))
    yield from contenders


def _contenders(plans: Sequence[Path]) -> Iterator[tuple[str, Sequence[str]]]:
    yield "kehoach", [*KEHOACH, "batch"]
    stock = [sys.executable, "-m", "tests.evaluation.stock", "--batch", *map(str, plans)]
    yield "stock recipe (embeds the plans at start)", stock


def _environment(data_dir: Path) -> dict[str, str]:
    return {**os.environ, "KEHOACH_DATA_DIR": str(data_dir), "KEHOACH_LOG_LEVEL": "ERROR"}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Seconds and memory, beside the stock recipe.")
    parser.add_argument("--rounds", type=int, default=1, help="how often every question is asked")
    options = parser.parse_args()
    plans = [path for each in own_sets() for path in each.plans]
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        seconds, clauses = ingest(plans, data_dir)
        rate = clauses / seconds
        print(f"ingest: {len(plans)} plans, {clauses} clauses in {seconds:.1f} s = {rate:.0f} clauses a second")
        measured = list(measure(plans, data_dir, options.rounds))
        head = ["", "p50 ms", "p95 ms", "max ms", "start-up s", "MB at start", "MB at end"]
        print(f"\n{len(measured[0].seconds)} questions\n\n{aligned([head, *(each.row() for each in measured)], True)}")
        for each in measured:
            each.process.close()


if __name__ == "__main__":
    main()
