"""A shelf that one process fills is asked by another: both call its communes alike."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.evaluation.questions import ROOT

_PLACES = """
from tests.evaluation.scale import copy_of, sample_plans
print([copy_of(plan, number).info.place for plan in sample_plans() for number in range(6)])
"""


def test_copies_have_the_same_names_in_every_process() -> None:
    """Sets of strings are in another order in each process; names are drawn in one that does not hang on it."""
    told = {_run(seed) for seed in ("1", "2")}
    assert len(told) == 1


def _run(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", _PLACES]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
