"""A circuit breaker: after failures in a row the model rests, then one call may try again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 3
REST = 300.0  # seconds


class Circuit:
    """Counts failures in a row. Thread-safe."""

    def __init__(
        self, failures: int = FAILURES, rest: float = REST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rest = rest
        self._most = failures
        self._clock = clock
        self._lock = threading.Lock()
        self.failures = 0
        self._until = 0.0

    def lets_through(self) -> bool:
        """Whether a call may be tried now; after the rest one may, and the others wait for what becomes of it."""
        with self._lock:
            if self.failures < self._most:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + self.rest
            return True

    def worked(self) -> None:
        """A call came back."""
        with self._lock:
            self.failures = 0

    def failed(self) -> bool:
        """A call did not; True when it is this one that opens the circuit."""
        with self._lock:
            self.failures += 1
            self._until = self._clock() + self.rest
            return self.failures == self._most
