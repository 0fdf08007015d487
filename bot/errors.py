"""What can go wrong on the command line, each told in one sentence.

Trouble
├── WrongUsage   exit 2: the person can mend it (a missing file, an unknown plan)
└── Fault        exit 1: the machine's fault (a broken index, a port in use)
"""

from __future__ import annotations

from prompts import phrase, phrases


class Trouble(Exception):
    """Carries the sentence to show; never a traceback."""

    exit_code = 1


class WrongUsage(Trouble):
    """The person asked for something that is not there or not possible."""

    exit_code = 2


class Fault(Trouble):
    """Something failed that should not have."""


def sentence(error: Exception, language: str) -> str:
    """What an admin can do about a fault of the library, in one sentence; its own words where there is none for it."""
    key = f"cli.library_{type(error).__name__}"
    return phrase(language, key) if key in phrases(language) else str(error)
