"""A shelf that one process fills is asked by another: both call its communes alike."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.evaluation.questions import ROOT
from tests.evaluation.scale import copy_of, sample_plans

_TOLD = "from tests.evaluation.test_scale import places; print(places())"


def places() -> list[str]:
    """What copies of the samples are called."""
    return [copy_of(plan, number).info.place for plan in sample_plans() for number in range(6)]


def test_copies_have_the_same_names_in_every_process() -> None:
    """Sets of strings are in another order in each process; names are drawn in one that does not hang on it."""
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    command = [sys.executable, "-c", _TOLD]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert told.strip() == str(places())
