"""What only an admin can mend is told to the admins, on the channels that work, once until it is mended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.conversation.desk import notice
from bot.conversation.mailbox import Refused
from bot.conversation.messages import Reply
from prompts import phrase

Tell = Callable[[Reply, str], Awaitable[int]]  # to all admins but those on one channel; gives how many were reached


class Alarms:
    """The alarms of one channel."""

    def __init__(self, tell: Tell, channel: str, language: str) -> None:
        self._tell = tell
        self._channel = channel
        self._language = language
        self._told: set[str] = set()

    async def ring(self, error: Refused) -> bool:
        """Tell of a fault, not through the channel that has it. False while nobody could be told."""
        if error.alarm not in self._told and await self._tell(notice(self._language, error.alarm), self._channel):
            self._told.add(error.alarm)
        return error.alarm in self._told

    async def warn(self, key: str, **values: int) -> None:
        """Tell of what will soon be a fault, through every channel."""
        await self._tell(Reply(phrase(self._language, key, **values)), "")

    def mended(self) -> None:
        """It works again; the next fault is told anew."""
        self._told.clear()
