"""Fetching updates, and noticing that somebody else fetches them with the same token.

Telegram gives updates to one instance: a newer call ends the older one's with "Conflict", whoever came first. The
older instance calls again at once, so it is the newcomer that never gets a poll through; it is the one to stop.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.error import Conflict, TelegramError
from telegram.request import HTTPXRequest

PATIENCE = 2  # conflicts that a newcomer takes before it stops

log = logging.getLogger("kehoach.telegram")


class PollRequest(HTTPXRequest):
    """The connection for polling; knows whether a poll ever came through."""

    has_polled = False

    async def do_request(self, *args: Any, **more: Any) -> tuple[int, bytes]:
        """As usual, and remembers a success. An update that nobody can read is emptied: it would come for ever."""
        status, body = await super().do_request(*args, **more)
        self.has_polled = self.has_polled or status == 200
        return status, readable(body) if status == 200 else body


class Arrivals(asyncio.Queue[Any]):
    """The library's queue of updates. Each is kept in the mailbox instead, before Telegram hears that we have it."""

    keep: Callable[[Update], None] = staticmethod(lambda update: None)

    async def put(self, item: object) -> None:
        """An update that cannot be kept is set aside; the library's own signals pass."""
        if not isinstance(item, Update):
            await super().put(item)
            return
        try:
            self.keep(item)
        except Exception as error:
            log.error("update %s is set aside: %s: %s", item.update_id, type(error).__name__, error)


def readable(body: bytes) -> bytes:
    """The reply to a poll with every update that the library can read, and only the number of every other one."""
    try:
        told = json.loads(body)
        updates = [each for each in told["result"] if isinstance(each["update_id"], int)]
    except (ValueError, LookupError, TypeError):
        return body
    kept = [each if _is_readable(each) else {"update_id": each["update_id"]} for each in updates]
    return body if kept == told["result"] else json.dumps({**told, "result": kept}).encode()


def _is_readable(update: dict[str, Any]) -> bool:
    try:
        Update.de_json(update, None)
    except Exception as error:
        log.error("update %s is set aside: %s", update["update_id"], type(error).__name__)
        return False
    return True


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
