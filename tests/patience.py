"""How long a test waits before it calls something lost.

Far longer than anything takes even on a machine that has much else to do: waiting costs only when the test fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 300.0  # seconds; less than pytest's own limit, so that the failure says what was missing


def eventually(found: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits for something that no message tells."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
