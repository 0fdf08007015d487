"""Several short messages in a row taken as one question: "cho hỏi" · "cái kế hoạch số hoá" · "hạn nộp khi nào?".

A short message that does not look finished waits a moment for the next one. A question mark, a long message, an order
or a pressed button ends the waiting at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot.messages import Content
from bot.spoken import spoken
from bot.telegram.hearing import Heard

PATIENCE = 1.5  # seconds
SHORT = 60  # characters
MOST = 8  # messages in one question


@dataclass
class Burst:
    """Messages on their way to become one question."""

    parts: list[Heard] = field(default_factory=list)
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def joined(self) -> Heard:
        """The question, standing where its last message stands."""
        last = self.parts[-1]
        text = " ".join(part.incoming.text.strip() for part in self.parts)
        return replace(last, incoming=replace(last.incoming, text=text))


class Bursts:
    """The open bursts, by chat and person."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
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
        if _may_go_on(heard) and count < MOST and not self._hurry.is_set():
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
        await asyncio.wait(waiting, timeout=self._patience, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def may_join(heard: Heard) -> bool:
    """Whether a message can be part of a burst: words of a private chat that order nothing."""
    incoming = heard.incoming
    is_words = incoming.content is Content.TEXT and bool(incoming.text.strip())
    return is_words and not heard.in_group and not heard.reply_to and spoken(incoming.text) is None


def _may_go_on(heard: Heard) -> bool:
    text = heard.incoming.text.rstrip()
    return len(text) <= SHORT and not text.endswith(("?", ".", "!")) and "\n" not in text
