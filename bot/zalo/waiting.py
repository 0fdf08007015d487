"""What is done while an answer is being made: the person sees "typing", and the next message waits its turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from bot.zalo.constants import TYPING_SECONDS

LONGEST_WAIT = 3.0


@asynccontextmanager
async def slowly(seconds: float, show: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Shows something once when the work takes longer than a moment."""
    task = asyncio.create_task(_after(seconds, show))
    try:
        yield
    finally:
        task.cancel()


async def _after(seconds: float, show: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(seconds)
    await show()


@asynccontextmanager
async def typing(show: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Shows "typing" at once and again until the work is done."""
    task = asyncio.create_task(_repeat(show))
    try:
        yield
    finally:
        task.cancel()


async def _repeat(show: Callable[[], Awaitable[None]]) -> None:
    while True:
        await show()
        await asyncio.sleep(TYPING_SECONDS)


class Calm:
    """Whether somebody is thinking just now.

    Zalo forgets a message when it gives it out, so one that is on its way to us is lost when the bot is killed. While
    answers are being made the way takes long, as Python runs one thing at a time; so the next message is asked for
    when all is calm, and stays with Zalo until then.
    """

    def __init__(self) -> None:
        self._busy = 0
        self._is_calm = asyncio.Event()
        self._is_calm.set()

    @contextmanager
    def thinking(self) -> Iterator[None]:
        """From beginning to end of a thought."""
        self._busy += 1
        self._is_calm.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._is_calm.set()

    async def wait(self) -> None:
        """Until nobody thinks, but not for long: a slow answer to one must not keep the others waiting."""
        await asyncio.sleep(0)  # what has just arrived begins first
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_calm.wait(), LONGEST_WAIT)
