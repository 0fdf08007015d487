"""The audit log: who published, rolled back, removed, let in – written before the deed and finished after it.

A deed that a kill cut short keeps the outcome '' and is shown as not known to be finished.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.messages import Incoming
from bot.database import Store

DONE = "done"
FAILED = "failed"
INBOX = "inbox"  # who: whoever may write into the folder


class Deed(StrEnum):
    INGEST = "ingest"
    PUBLISH = "publish"
    ROLLBACK = "rollback"
    REMOVE = "remove"
    DISCARD = "discard"
    APPROVE = "approve"
    TURN_AWAY = "turn_away"
    INVITE = "invite"
    END = "end"  # a person's right to ask was taken away


@dataclass
class Entry:
    """One deed. `who` is channel and id, with the name where one is known; `at` in seconds."""

    at: float
    who: str
    deed: Deed
    what: str
    outcome: str = ""


class Audit:
    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def deed(self, who: str, deed: Deed, what: str) -> Iterator[Entry]:
        """Around a deed: its `what` may be made more precise inside. A fault goes on, and is written down."""
        entry = Entry(self._store.clock(), who, deed, what, DONE)
        sql = "INSERT INTO audit (at, who, deed, what) VALUES (?, ?, ?, ?)"
        number = self._store.write(sql, entry.at, who, deed.value, what)
        try:
            yield entry
        except BaseException as error:
            entry.outcome = f"{FAILED}: {type(error).__name__}"
            raise
        finally:
            self._store.write("UPDATE audit SET what = ?, outcome = ? WHERE id = ?", entry.what, entry.outcome, number)

    def note(self, who: str, deed: Deed, what: str) -> None:
        """Write down what takes no time."""
        with self.deed(who, deed, what):
            pass

    def latest(self, limit: int = 100) -> list[Entry]:
        """The last deeds, the latest first."""
        rows = self._store.rows("SELECT * FROM audit ORDER BY id DESC LIMIT ?", limit)
        return [Entry(row["at"], row["who"], Deed(row["deed"]), row["what"], row["outcome"]) for row in rows]


def who_says(message: Incoming) -> str:
    return f"{message.channel}:{message.user_id} {message.user_name}".strip()


def at_terminal() -> str:
    try:
        return f"terminal:{getpass.getuser()}"
    except (KeyError, OSError):  # an account without a name, as in a container
        return "terminal"


def of_version(plan_id: str, number: int) -> str:
    return f"{plan_id} v{number}"
