"""How many messages went out this month: Zalo's plans count them, and past the end nothing is delivered.

We only count and warn. Whether a message still goes is for Zalo to say, so each one is tried.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta, timezone

from bot.store import Store

VIETNAM = timezone(timedelta(hours=7))
WARN_AT = (0.8, 0.95, 1.0)

log = logging.getLogger("kehoach.zalo")


class Quota:
    """Counts one channel's messages and warns before they are used up. `limit` 0: only counts."""

    def __init__(self, store: Store, channel: str, limit: int) -> None:
        self._store = store
        self._channel = channel
        self.limit = limit

    def count(self) -> int:
        """One more message has gone; gives this month's number when it is one to warn at, else 0."""
        month = datetime.fromtimestamp(self._store.clock(), UTC).astimezone(VIETNAM).strftime("%Y-%m")
        self._store.write(
            "INSERT INTO zalo_counts VALUES (?, ?, 1)"
            " ON CONFLICT (channel, month) DO UPDATE SET messages = messages + 1",
            *(self._channel, month),
        )
        row = self._store.row("SELECT messages FROM zalo_counts WHERE channel = ? AND month = ?", self._channel, month)
        sent = int(row["messages"]) if row else 0
        if not self.limit or sent not in {int(self.limit * share) for share in WARN_AT}:
            return 0
        log.warning("%s: %d of %d messages of this month are used up", self._channel, sent, self.limit)
        return sent
