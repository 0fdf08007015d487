"""Typed numbers in place of buttons, for channels that have none. Understood only while the offer is fresh."""

from __future__ import annotations

import json

from bot.conversation.messages import Incoming, Reply
from bot.database import Store

FRESH = 15 * 60


class Numbers:
    """Remembers what "1", "2", … mean for each person in each chat. Survives a restart."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def offer(self, message: Incoming, reply: Reply) -> None:
        """These are the choices now; a reply without any leaves the former ones standing."""
        if not reply.choices:
            return
        self._store.write(
            "INSERT OR REPLACE INTO choices VALUES (?, ?, ?, ?, ?)",
            *(message.channel, message.chat_id, message.user_id),
            *(json.dumps([button.action for button in reply.choices]), self._store.clock()),
        )

    def action(self, message: Incoming) -> str | None:
        """The action of a typed number; None when it is none, out of range or stale: then it is a message as any."""
        typed = message.text.strip()
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= 2):
            return None
        row = self._store.row(
            "SELECT actions FROM choices WHERE channel = ? AND chat = ? AND user = ? AND at > ?",
            *(message.channel, message.chat_id, message.user_id),
            self._store.clock() - FRESH,
        )
        actions = json.loads(row["actions"]) if row else []
        place = int(typed) - 1
        return str(actions[place]) if 0 <= place < len(actions) else None
