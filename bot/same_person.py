"""One person on two channels: who is known on one shows a code on the other, and is let in there as the same person."""

from __future__ import annotations

import secrets

from bot.conversation.messages import Incoming
from bot.database import Store

LINK_LIFE = 15 * 60

Who = tuple[str, str]  # channel and user


class Links:
    """Which person of another channel somebody is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def code(self, message: Incoming) -> str:
        """A code for this person to show on another channel, once and soon."""
        code = "noi_" + secrets.token_hex(4)  # it is typed from one telephone app into another
        now = self._store.clock()
        self._store.write("DELETE FROM link_codes WHERE at < ?", now - LINK_LIFE)
        who = self.of(message.channel, message.user_id) or (message.channel, message.user_id)
        self._store.write("INSERT INTO link_codes VALUES (?, ?, ?, ?)", code, *who, now)
        return code

    def accept(self, code: str, message: Incoming) -> Who | None:
        """Link whoever shows the code; None when it is unknown, used, expired or the same person's own."""
        code, oldest = code.strip().lower(), self._store.clock() - LINK_LIFE
        row = self._store.row("SELECT * FROM link_codes WHERE code = ? AND at > ?", code, oldest)
        here = (message.channel, message.user_id)
        if row is None or (row["channel"], row["user"]) == here:
            return None
        # The deletion decides: of two who show the same code at once only one finds it there.
        if not self._store.write("DELETE FROM link_codes WHERE code = ?", code):
            return None
        there = (row["channel"], row["user"])
        self._store.write("INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?)", *here, *there, self._store.clock())
        return there

    def of(self, channel: str, user_id: str) -> Who | None:
        """The person somebody is linked to."""
        row = self._store.row("SELECT of_channel, of_user FROM links WHERE channel = ? AND user = ?", channel, user_id)
        return (row["of_channel"], row["of_user"]) if row else None

    def all(self) -> list[tuple[Who, Who]]:
        """Every link: who, and which person that is."""
        rows = self._store.rows("SELECT * FROM links ORDER BY at")
        return [((row["channel"], row["user"]), (row["of_channel"], row["of_user"])) for row in rows]

    def cut(self, channel: str, user_id: str) -> int:
        """Undo a person's link and the links to that person; gives how many there were."""
        return self._store.write(
            "DELETE FROM links WHERE (channel = ? AND user = ?) OR (of_channel = ? AND of_user = ?)",
            *(channel, user_id) * 2,
        )
