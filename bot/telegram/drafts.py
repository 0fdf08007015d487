"""An answer while it is still being phrased: what is checked so far, as a draft that the real message replaces.

Only in private chats, at most so often, and never again on a server that does not know drafts.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from telegram.error import TelegramError
from telegram.ext import ExtBot

LIMIT = 4096
EVERY = 0.4  # seconds between two drafts of a chat

log = logging.getLogger("kehoach.telegram")


class Drafts:
    """Shows drafts; called from the threads that answer."""

    def __init__(self, bot: ExtBot[None]) -> None:
        self._bot = bot
        self._works = True

    @asynccontextmanager
    async def of(self, chat: int, number: int) -> AsyncIterator[Callable[[str], None]]:
        """A function that takes the text so far; none is on its way any more when the block ends."""
        loop, sending, until = asyncio.get_running_loop(), [], [0.0]

        def draft(text: str) -> None:
            if self._works and time.monotonic() >= until[0]:
                until[0] = time.monotonic() + EVERY
                sending.append(asyncio.run_coroutine_threadsafe(self._send(chat, number or 1, text), loop))

        try:
            yield draft
        finally:
            until[0] = float("inf")
            await asyncio.gather(*(asyncio.wrap_future(each) for each in sending), return_exceptions=True)

    async def _send(self, chat: int, number: int, text: str) -> None:
        try:
            await self._bot.send_message_draft(chat, number, text[:LIMIT])
        except TelegramError as error:
            self._works = False
            log.info("no drafts here: %s", error.message)
