"""Damaged files are read or refused with a sentence, in bounded time, all the way to passages and differences."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.campaign.conftest import TIMES, Tally
from tests.campaign.mutants import bite

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600 * TIMES + 900)]

SLOWEST = 20.0  # seconds of the processor for one
AT_ONCE = 50  # in one process
PATIENCE = 900.0  # seconds of the clock for those, on a busy machine


def test_mutants(tally: Callable[[str], Tally], tmp_path: Path) -> None:
    told = tally("mutants")
    number, last = 0, 1000 * TIMES
    while number < last and told.has_time(300):
        number = _bitten(told, number, min(last, number + AT_ONCE), tmp_path)
    assert told.tries
    assert told.is_clean(), told


def _bitten(told: Tally, first: int, end: int, folder: Path) -> int:
    """Some mutants in one process; gives the number to go on with."""
    process = multiprocessing.get_context("forkserver").Process(
        target=bite, args=(told.seed, (first, end), str(folder))
    )
    process.start()
    process.join(PATIENCE)
    process.kill()
    process.join()
    lines = [json.loads(line) for line in (folder / "told.jsonl").read_text("utf-8").splitlines()]
    (folder / "told.jsonl").unlink()
    begun = [line for line in lines if "sample" in line]
    ended = [line for line in lines if "outcome" in line]
    told.tries += len(begun)
    for sample, line in zip(begun, ended, strict=False):
        _tell(told, sample["sample"], line)
    if len(ended) < len(begun):
        told.crashes.append(f"{begun[-1]} ended its process: {process.exitcode}")
    return int(begun[-1]["number"]) + 1 if begun else end


def _tell(told: Tally, sample: str, line: dict[str, Any]) -> None:
    outcome = str(line["outcome"])
    if outcome.startswith("error"):
        told.crashes.append(f"{sample} {line['number']}: {outcome}")
    if line["s"] > SLOWEST:
        told.hangs.append(f"{sample} {line['number']}: {line['s']:.0f} s")
    if outcome == "read":
        outcome += Path(sample).suffix.replace(".", " ")
    told.count("error" if outcome.startswith("error") else outcome)
    told.figures["slowest s"] = max(told.figures.get("slowest s", 0.0), round(line["s"], 2))
