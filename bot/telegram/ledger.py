"""Which message answered which: an edited question finds its answer, and an admin's reply the officer it is for."""

from __future__ import annotations

from bot.database import Store

LINKED = 30 * 86400  # seconds: how long an edited question still finds its answer


class Ledger:
    """Tables of the bot's own database."""

    def __init__(self, store: Store) -> None:
        self._store = store

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
