"""Fetching updates, and noticing that somebody else fetches them with the same token.

Telegram gives updates to one instance: a newer call ends the older one's with "Conflict", whoever came first. The
older instance calls again at once, so it is the newcomer that never gets a poll through; it is the one to stop.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from telegram.error import Conflict, TelegramError
from telegram.request import HTTPXRequest

PATIENCE = 2  # conflicts that a newcomer takes before it stops

log = logging.getLogger("kehoach.telegram")


class PollRequest(HTTPXRequest):
    """The connection for polling; knows whether a poll ever came through."""

    has_polled = False

    async def do_request(self, *args: Any, **more: Any) -> tuple[int, bytes]:
        """As usual, and remembers a success."""
        status, body = await super().do_request(*args, **more)
        self.has_polled = self.has_polled or status == 200
        return status, body


class Rivals:
    """Counts conflicts; tells once when this instance has to stop."""

    def __init__(self, request: PollRequest, stop: Callable[[], None]) -> None:
        self._request = request
        self._stop = stop
        self._count = 0

    def notice(self, error: TelegramError) -> None:
        """Called with everything that goes wrong while polling; the library tries again by itself."""
        if not isinstance(error, Conflict):
            log.warning("Telegram cannot be reached: %s", error.message)
            return
        self._count += 1
        log.warning("another instance polls with the same token")
        if self._count == PATIENCE and not self._request.has_polled:
            self._stop()
