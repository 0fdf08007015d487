"""What the channel must not forget over a restart: updates in hand, and which message answered which.

An update is written down before Telegram is told that it arrived, and its words are blanked when it is answered. So a
power cut loses no question, and nothing is answered twice when Telegram delivers it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from telegram import Update

from bot.store import Store

REMEMBERED = 2 * 86400  # seconds; Telegram itself forgets updates after a day
LINKED = 30 * 86400  # how long an edited question still finds its answer


class Ledger:
    """Tables of the bot's own database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def arrive(self, update: Update, concerns_us: bool = True) -> bool:
        """Write an update down; False when it was here before. Of a group's own talk only the number is kept."""
        if self._store.row("SELECT 1 FROM telegram_inbox WHERE id = ?", update.update_id):
            return False
        now, body = self._store.clock(), update.to_json() if concerns_us else ""
        self._store.write("DELETE FROM telegram_inbox WHERE at < ?", now - REMEMBERED)
        self._store.write("INSERT INTO telegram_inbox VALUES (?, ?, ?)", update.update_id, body, now)
        return True

    def done(self, update_id: int) -> None:
        """It is answered: keep its number, not its words."""
        self._store.write("UPDATE telegram_inbox SET body = '' WHERE id = ?", update_id)

    def left(self) -> list[str]:
        """Updates that a crash left unanswered, given out once: one that crashes the bot must not do so again."""
        rows = self._store.rows("SELECT body FROM telegram_inbox WHERE body <> '' ORDER BY id")
        self._store.write("UPDATE telegram_inbox SET body = ''")
        return [row["body"] for row in rows]

    def shown(self, chat: int, message: int, question: int = 0, ref: str = "") -> None:
        """A message of ours answers a question; or it is a forwarded one, which an admin may reply to."""
        now = self._store.clock()
        self._store.write("DELETE FROM telegram_shown WHERE at < ?", now - LINKED)
        row = (str(chat), message, question, ref, now)
        self._store.write("INSERT OR REPLACE INTO telegram_shown VALUES (?, ?, ?, ?, ?)", *row)

    def answers(self, chat: int, question: int) -> list[int]:
        """Our messages that answered a question."""
        sql = "SELECT message FROM telegram_shown WHERE chat = ? AND question = ? ORDER BY message"
        return [row["message"] for row in self._store.rows(sql, str(chat), question)]

    def forwarded(self, chat: int, message: int) -> str:
        """The reference of the question that a message of ours brought to an admin."""
        row = self._store.row("SELECT ref FROM telegram_shown WHERE chat = ? AND message = ?", str(chat), message)
        return str(row["ref"]) if row else ""

    def move(self, old: int, new: int) -> None:
        """A group became a supergroup and has another id."""
        self._store.write("UPDATE telegram_shown SET chat = ? WHERE chat = ?", str(new), str(old))
        for table in ("chats", "topics", "answers"):
            sql = f"UPDATE OR REPLACE {table} SET chat = ? WHERE channel = 'telegram' AND chat = ?"
            self._store.write(sql, str(new), str(old))


class Inbox(asyncio.Queue[Any]):
    """The queue of updates; each is in the ledger before Telegram hears that we have it."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger
        self.concerns_us: Callable[[Update], bool] = lambda update: True

    async def put(self, item: object) -> None:
        """Drops what was here before. The library's own signals pass."""
        if not isinstance(item, Update) or self._ledger.arrive(item, self.concerns_us(item)):
            await super().put(item)
