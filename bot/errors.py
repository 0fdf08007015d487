"""What can go wrong, each told in one sentence: on the command line, and while a plan is taken in by any door.

Trouble
├── WrongUsage   exit 2: the person can mend it (a missing file, an unknown plan)
└── Fault        exit 1: the machine's fault (a broken index, a port in use)
"""

from __future__ import annotations

from bot.plans.naming import short_title
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
    """What an admin can do about it, in one sentence: a file that is no plan, a fault of the library, or any other."""
    from ingest.parse import NotAPlan
    from ingest.readers import UnreadableFile
    from vectorstore.errors import LibraryError

    if isinstance(error, UnreadableFile):
        return error.sentence(language)
    if isinstance(error, NotAPlan):
        whole = error.whole  # the plan that it is a part of
        return phrase(language, "cli.part_of", plan=short_title(whole)) if whole else phrase(language, "cli.not_a_plan")
    if isinstance(error, LibraryError):
        key = f"cli.library_{type(error).__name__}"
        return phrase(language, key) if key in phrases(language) else str(error)
    return phrase(language, "cli.fault", error=type(error).__name__)


def is_told(error: Exception) -> bool:
    """Whether its sentence says all: a file's fault or the library's, not one of ours that the log must place."""
    from ingest.parse import NotAPlan
    from ingest.readers import UnreadableFile
    from vectorstore.errors import LibraryError

    return isinstance(error, UnreadableFile | NotAPlan | LibraryError)
