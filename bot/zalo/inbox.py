"""Messages that have arrived and not been answered yet. They survive a kill; none is taken in or answered twice.

    waiting → (thinking) → sending → done
              a kill here: again   └ a kill here: it counts as sent, because Zalo may have it already

The mark is set an instant before the message leaves, so what a kill can lose is that instant and not a whole answer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
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
        """Begin the chat's earliest message that waits. Begun too often before, a message is given up."""
        while letter := self.peek(chat):
            if self._tries(letter) < TRIES:
                self.begin(letter)
                return letter
            self.done(letter)
        return None

    def peek(self, chat: str, besides: Sequence[Letter] = ()) -> Letter | None:
        """The chat's earliest message that waits, without beginning it."""
        known = {letter.ident for letter in besides}
        rows = self._store.rows(
            "SELECT * FROM zalo_inbox WHERE channel = ? AND chat = ? AND state = 'waiting' ORDER BY sent, at, rowid",
            *(self._channel, chat),
        )
        return next((_letter(row) for row in rows if row["message"] not in known), None)

    def begin(self, letter: Letter) -> None:
        """It is being worked on; it counts, in case it is what kills the bot."""
        self._set("tries = tries + 1", letter)

    def chats(self) -> list[str]:
        """Chats in which something waits."""
        sql = "SELECT DISTINCT chat FROM zalo_inbox WHERE channel = ? AND state = 'waiting'"
        return [row["chat"] for row in self._store.rows(sql, self._channel)]

    def sending(self, *letters: Letter) -> None:
        """Their answer is about to leave."""
        self._set("state = 'sending'", *letters)

    def put_back(self, *letters: Letter) -> None:
        """The answer could not leave, which is not the messages' fault; they wait again."""
        self._set("state = 'waiting', tries = tries - 1", *letters)

    def done(self, *letters: Letter) -> None:
        """Nothing is left to do; only the ids are kept."""
        self._set("state = 'done', body = ''", *letters)

    def recover(self) -> list[Letter]:
        """At the start: what was just leaving counts as sent, and is given back. Old ids are forgotten."""
        self._store.write(
            "DELETE FROM zalo_inbox WHERE channel = ? AND state = 'done' AND at < ?",
            *(self._channel, self._store.clock() - KEPT),
        )
        sql = "SELECT * FROM zalo_inbox WHERE channel = ? AND state = 'sending'"
        leaving = [_letter(row) for row in self._store.rows(sql, self._channel)]
        for letter in leaving:
            self.done(letter)
        return leaving

    def last_heard(self, chat: str) -> float:
        """When somebody wrote in the chat last, as far as is remembered; 0 for never."""
        sql = "SELECT MAX(at) AS at FROM zalo_inbox WHERE channel = ? AND chat = ?"
        row = self._store.row(sql, self._channel, chat)
        return float(row["at"] or 0) if row else 0.0

    def _tries(self, letter: Letter) -> int:
        sql = "SELECT tries FROM zalo_inbox WHERE channel = ? AND message = ?"
        row = self._store.row(sql, self._channel, letter.ident)
        return int(row["tries"]) if row else TRIES

    def _set(self, change: str, *letters: Letter) -> None:
        marks = ", ".join("?" * len(letters))
        sql = f"UPDATE zalo_inbox SET {change} WHERE channel = ? AND message IN ({marks})"
        self._store.write(sql, self._channel, *(letter.ident for letter in letters))


def _letter(row: sqlite3.Row) -> Letter:
    return Letter(row["message"], row["chat"], row["body"])
