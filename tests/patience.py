"""How long a test waits before it calls something lost.

Far longer than anything takes even on a machine that has much else to do: waiting costs only when the test fails.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

WORDS = ["ke", "hoach", "phong", "nao", "chu", "tri", "han", "nop", "bao", "cao"] * 40
YARDSTICK = 0.002  # seconds of a usual office processor for the work in _yardstick
PATIENCE = 300.0  # seconds; less than pytest's own limit, so that the failure says what was missing


def eventually(found: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits for something that no message tells."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def quickest(work: Callable[[], Result], tries: int = 5) -> tuple[Result, float]:
    """What some work gives, and the seconds its quickest run takes of a usual processor that has nothing else to do.

    A yardstick is measured beside each run, so that neither a slow machine nor a busy one changes the figure much.
    """
    shares = []
    for _ in range(tries):
        before = _spent(_yardstick)
        began = time.process_time()
        result = work()
        shares.append((time.process_time() - began) / max(before, _spent(_yardstick)))
    return result, min(shares) * YARDSTICK


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _yardstick() -> int:
    """Words counted, joined and searched, as most of this product's own work is."""
    found = 0
    for _ in range(20):
        counts: dict[str, int] = {}
        for word in WORDS:
            counts[word] = counts.get(word, 0) + 1
        found += len(re.sub(r"\s+", "-", " ".join(WORDS).upper()))
    return found
