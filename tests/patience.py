"""How long a test waits before it calls something lost.

Far longer than anything takes even on a machine that has much else to do: waiting costs only when the test fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

PATIENCE = 300.0  # seconds; less than pytest's own limit, so that the failure says what was missing


def eventually(found: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits for something that no message tells."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def quickest(work: Callable[[], Result], tries: int = 3) -> tuple[Result, float]:
    """What some work gives, and the processor seconds of its quickest run; what else goes on slows single ones."""
    seconds = []
    for _ in range(tries):
        begun = time.process_time()
        result = work()
        seconds.append(time.process_time() - begun)
    return result, min(seconds)
