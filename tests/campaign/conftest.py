"""A campaign: many seeded attacks, bounded in count and time, on this machine alone. `make campaign` runs it long.

    KEHOACH_CAMPAIGN=1        how many times the small counts of `make test-all`
    KEHOACH_CAMPAIGN_SEED=18  another seed finds other faults
    KEHOACH_CAMPAIGN_LOG=f    a line is added for every run, so that runs add up

Every count is of what was really done: a run that ends by its time says how far it came.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

import pytest

TIMES = int(os.environ.get("KEHOACH_CAMPAIGN", "1"))
SEED = int(os.environ.get("KEHOACH_CAMPAIGN_SEED", "18"))


@dataclass
class Tally:
    """What one attack came to."""

    attack: str
    seed: int = SEED
    tries: int = 0
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    halves: list[str] = field(default_factory=list)  # what was neither before nor after
    begun: float = field(default_factory=time.monotonic, repr=False)
    figures: dict[str, float] = field(default_factory=dict)

    def has_time(self, seconds: float) -> bool:
        """Whether this many seconds, times the campaign's factor, are not over since it began."""
        return time.monotonic() < self.begun + seconds * TIMES

    def rounds(self, count: int, seconds: float) -> Iterator[random.Random]:
        """A chance of its own for each try; at most `count` times the campaign's factor, and not for longer."""
        for number in range(count * TIMES):
            if not self.has_time(seconds):
                return
            self.tries += 1
            yield random.Random(f"{self.seed}-{self.attack}-{number}")

    def count(self, what: str, happened: bool = True) -> None:
        """One more in the figures."""
        self.figures[what] = self.figures.get(what, 0) + happened

    def is_clean(self) -> bool:
        """Whether nothing broke, hung or was left half done."""
        return not (self.crashes or self.hangs or self.halves)


@pytest.fixture
def tally() -> Iterator[Callable[[str], Tally]]:
    """Begins the tally of an attack; it is printed, and kept where the log is named."""
    begun: list[Tally] = []

    def begin(attack: str) -> Tally:
        begun.append(Tally(attack))
        return begun[-1]

    yield begin
    for each in begun:
        row = {name: len(value) if isinstance(value, list) else value for name, value in asdict(each).items()}
        row["seconds"] = round(time.monotonic() - row.pop("begun"))
        print(f"\ncampaign {json.dumps(row)}", *each.crashes, *each.hangs, *each.halves, sep="\n  ")
        if log := os.environ.get("KEHOACH_CAMPAIGN_LOG"):
            with open(log, "a", encoding="utf-8") as out:
                out.write(json.dumps(row) + "\n")
