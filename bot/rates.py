"""How much one person or address may take in a time: a leaking bucket each, in memory, bounded."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

REMEMBERED = 5000  # people or addresses; the ones not seen for longest are forgotten first


class Rate(NamedTuple):
    """So many at once, and then again as many in so many seconds."""

    burst: int
    seconds: float


MESSAGES = Rate(30, 60)  # of one person, on every channel; nobody reads faster


class Buckets:
    """The buckets, by who and what."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._levels: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait(self, who: str, what: str, rate: Rate) -> float:
        """Seconds to wait before the next one; 0 when it may go on now, and then it counts."""
        now, leak = self._clock(), rate.burst / rate.seconds
        level, at = self._levels.pop((who, what), (0.0, now))
        level = max(0.0, level - (now - at) * leak)
        over = level + 1 - rate.burst
        self._levels[who, what] = (level if over > 0 else level + 1, now)
        while len(self._levels) > REMEMBERED:
            self._levels.popitem(last=False)
        return over / leak if over > 0 else 0.0
