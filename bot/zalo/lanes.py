"""Each chat's messages one after another, several chats at once. What is not done when the bot stops waits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from bot.zalo.errors import ZaloError
from bot.zalo.inbox import Inbox, Letter

GRACE = 12.0  # seconds for answers in hand when the bot stops
LATER = 60.0  # seconds until a message is taken up again when Zalo was out of reach

log = logging.getLogger("kehoach.zalo")


class Lanes:
    """Works off an inbox."""

    def __init__(self, inbox: Inbox, work: Callable[[Letter], Awaitable[None]]) -> None:
        self._inbox = inbox
        self._work = work
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closing = asyncio.Event()

    def start(self) -> None:
        """Take up what was left behind when the bot stopped or was killed."""
        for ident in self._inbox.recover():
            log.warning("message %s: the bot was stopped while the answer left; it is not sent again", ident)
        for chat in self._inbox.chats():
            self.nudge(chat)

    def nudge(self, chat: str) -> None:
        """Something waits in this chat."""
        if chat not in self._tasks and not self._closing.is_set():
            self._tasks[chat] = asyncio.create_task(self._run(chat))

    async def close(self) -> None:
        """Finish what is in hand."""
        self._closing.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks.values(), timeout=GRACE)
            for task in late:
                task.cancel()

    async def _run(self, chat: str) -> None:
        # No await between finding nothing and leaving: a message that comes then starts a new task.
        while not self._closing.is_set() and (letter := self._inbox.next(chat)):
            await self._one(letter)
        del self._tasks[chat]

    async def _one(self, letter: Letter) -> None:
        try:
            await self._work(letter)
        except ZaloError as error:
            log.error("message %s could not be answered: %s", letter.ident, error)
            if error.passing:
                self._inbox.put_back(letter.ident)
                await self._a_while()
                return
        except Exception as error:  # one message must not end its chat
            log.error("message %s could not be answered: %s: %s", letter.ident, type(error).__name__, error)
            log.debug("message %s", letter.ident, exc_info=True)
        self._inbox.done(letter.ident)

    async def _a_while(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), LATER)
