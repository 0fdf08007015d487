"""Messages that have arrived and not been answered yet. They survive a kill; none is taken in or answered twice.

    waiting → (thinking) → sending → done
              a kill here: again   └ a kill here: it counts as sent, because Zalo may have it already

The mark is set an instant before the message leaves, so what a kill can lose is that instant and not a whole answer.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from bot.store import Store

KEPT = 7 * 24 * 3600  # seconds that a message's id is remembered, to know it when Zalo brings it again
TRIES = 3  # a message that kills the bot must not do so forever


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it arrived."""

    ident: str
    chat: str
    body: str


class Inbox:
    """The messages of one channel, each chat's in the order they were sent."""

    def __init__(self, store: Store, channel: str) -> None:
        self._store = store
        self._channel = channel

    def add(self, ident: str, chat: str, body: str, sent: float) -> bool:
        """Keep a message; False when it was here before."""
        now = self._store.clock()
        try:
            self._store.write(
                "INSERT INTO zalo_inbox VALUES (?, ?, ?, ?, ?, 'waiting', 0, ?)",
                *(self._channel, ident, chat, body, sent, now),
            )
        except sqlite3.IntegrityError:
            return False
        return True

    def next(self, chat: str) -> Letter | None:
        """The chat's earliest message that waits. Begun too often before, a message is given up."""
        while row := self._store.row(
            "SELECT * FROM zalo_inbox WHERE channel = ? AND chat = ? AND state = 'waiting' ORDER BY sent, at, rowid",
            *(self._channel, chat),
        ):
            if row["tries"] < TRIES:
                self._set(row["message"], "tries = tries + 1")
                return Letter(row["message"], chat, row["body"])
            self.done(row["message"])
        return None

    def chats(self) -> list[str]:
        """Chats in which something waits."""
        sql = "SELECT DISTINCT chat FROM zalo_inbox WHERE channel = ? AND state = 'waiting'"
        return [row["chat"] for row in self._store.rows(sql, self._channel)]

    def sending(self, ident: str) -> None:
        """The answer is about to leave."""
        self._set(ident, "state = 'sending'")

    def put_back(self, ident: str) -> None:
        """The answer could not leave; the message waits again."""
        self._set(ident, "state = 'waiting'")

    def done(self, ident: str) -> None:
        """Nothing is left to do; only the id is kept."""
        self._set(ident, "state = 'done', body = ''")

    def recover(self) -> list[str]:
        """At the start: what was just leaving counts as sent; gives the ids, for the log. Old ids are forgotten."""
        self._store.write(
            "DELETE FROM zalo_inbox WHERE channel = ? AND state = 'done' AND at < ?",
            *(self._channel, self._store.clock() - KEPT),
        )
        sql = "SELECT message FROM zalo_inbox WHERE channel = ? AND state = 'sending'"
        leaving = [row["message"] for row in self._store.rows(sql, self._channel)]
        for ident in leaving:
            self.done(ident)
        return leaving

    def last_heard(self, chat: str) -> float:
        """When somebody wrote in the chat last, as far as is remembered; 0 for never."""
        sql = "SELECT MAX(at) AS at FROM zalo_inbox WHERE channel = ? AND chat = ?"
        row = self._store.row(sql, self._channel, chat)
        return float(row["at"] or 0) if row else 0.0

    def _set(self, ident: str, change: str) -> None:
        self._store.write(f"UPDATE zalo_inbox SET {change} WHERE channel = ? AND message = ?", self._channel, ident)
