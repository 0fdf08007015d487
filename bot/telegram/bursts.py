"""Messages of Telegram on their way to become one question (`bot.bursts` says which do).

Each message's own task waits with the others of its burst; the last one answers for all. An edit that comes in time
counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot import bursts
from bot.telegram.hearing import Heard


@dataclass
class Burst:
    """Messages on their way to become one question."""

    parts: list[Heard] = field(default_factory=list)
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def joined(self) -> Heard:
        """The question, standing where its last message stands."""
        return replace(self.parts[-1], incoming=bursts.joined([part.incoming for part in self.parts]))


class Bursts:
    """The open bursts, by chat and person."""

    def __init__(self) -> None:
        self._open: dict[Hashable, Burst] = {}
        self._hurry = asyncio.Event()

    def hurry(self) -> None:
        """The bot stops: nobody waits any more."""
        self._hurry.set()

    async def gather(self, key: Hashable, heard: Heard) -> Burst | None:
        """The burst that the caller has to answer; None after somebody else, with a later message, has answered it."""
        burst = self._open.setdefault(key, Burst())
        burst.parts.append(heard)
        count = len(burst.parts)
        if bursts.may_go_on(heard.incoming) and count < bursts.MOST and not self._hurry.is_set():
            await self._wait(burst)
        if burst.taken.is_set() or len(burst.parts) != count:
            await burst.settled.wait()
            return None
        return self.take(key)

    def take(self, key: Hashable) -> Burst | None:
        """Whatever is open, because something else comes after it."""
        burst = self._open.pop(key, None)
        if burst:
            burst.taken.set()
        return burst

    def amend(self, key: Hashable, heard: Heard) -> bool:
        """A message was edited before it was answered; False when it is not here."""
        burst = self._open.get(key, Burst())
        for place, part in enumerate(burst.parts):
            if part.message == heard.message:
                burst.parts[place] = replace(part, incoming=heard.incoming)
                return True
        return False

    async def _wait(self, burst: Burst) -> None:
        waiting = [asyncio.ensure_future(event.wait()) for event in (burst.taken, self._hurry)]
        await asyncio.wait(waiting, timeout=bursts.PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def may_join(heard: Heard) -> bool:
    """Whether a message can be part of a burst."""
    return not heard.reply_to and bursts.may_join(heard.incoming)
