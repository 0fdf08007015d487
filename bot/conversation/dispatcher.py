"""Between the channels and the conversation: each chat in order, several chats at once, off the event loop, no crash.

A question in hand is finished before the bot stops; a fault gives the person a reference and the log the details.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from types import MappingProxyType

from bot.conversation.desk import back, notice
from bot.conversation.messages import Incoming, Outgoing, Reply
from bot.errors import Trouble
from bot.i18n import say
from bot.people import Person
from bot.ports import Channel, Handle

WORKERS = 2  # the machine's cores: more would only make everybody wait longer

log = logging.getLogger("kehoach.switchboard")


def guarded(handle: Handle, language: str = "vi", admins: Callable[[], Sequence[Person]] = tuple) -> Handle:
    """The same, except that a fault becomes a polite reply with a reference to the log, and a word to the admins."""

    def safely(message: Incoming) -> list[Outgoing]:
        try:
            return handle(message)
        except Exception as error:
            code = secrets.token_hex(3)
            # Ids only: the words of a question do not belong into a log file.
            log.exception("fault %s: %s chat %s message %s", code, message.channel, message.chat_id, message.message_id)
            told = notice(language, "bot.fault_for_admin", code=code, error=type(error).__name__, where=message.channel)
            letters = [Outgoing(admin.channel, admin.chat, told) for admin in admins()]
            return back(message, notice(language, "bot.fault", code=code)) + letters

    return safely


@asynccontextmanager
async def meanwhile(show: Callable[[], Awaitable[None]], after: float = 0.0, every: float = 0.0) -> AsyncIterator[None]:
    """Shows something while work lasts longer than `after` seconds, again every so many; 0: once."""

    async def shown() -> None:
        await asyncio.sleep(after)
        await show()
        while every:
            await asyncio.sleep(every)
            await show()

    task = asyncio.create_task(shown())
    try:
        yield
    finally:
        task.cancel()


class Switchboard:
    """Takes messages from all channels and brings every reply to its place."""

    def __init__(self, handle: Handle, language: str = "vi", admins: Callable[[], Sequence[Person]] = tuple) -> None:
        self._handle = guarded(handle, language, admins)
        self._admins = admins
        self.trouble: Trouble | None = None
        self.broken = asyncio.Event()
        self._channels: dict[str, Channel] = {}
        self._turns: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._workers = ThreadPoolExecutor(WORKERS, "answer")

    def connect(self, channel: Channel) -> None:
        """From now on replies for this channel's chats go there."""
        self._channels[channel.name] = channel

    @property
    def channels(self) -> Mapping[str, Channel]:
        """The channels that run, by name."""
        return MappingProxyType(self._channels)

    async def receive(self, message: Incoming) -> list[Reply]:
        """Handle a message after the earlier ones of its chat; gives the replies to show in that chat."""
        async with self._turn(message):
            loop = asyncio.get_running_loop()
            outgoing = await loop.run_in_executor(self._workers, self._handle, message)
        here = (message.channel, message.chat_id)
        for letter in outgoing:
            if (letter.channel, letter.chat_id) != here:
                await self._post(letter)
        return [letter.reply for letter in outgoing if (letter.channel, letter.chat_id) == here]

    async def tell_admins(self, reply: Reply, besides: str = "") -> int:
        """A word to all admins but those on one channel, which may be the one in trouble; gives how many got it."""
        told = [await self._post(Outgoing(a.channel, a.chat, reply)) for a in self._admins() if a.channel != besides]
        return sum(told)

    def give_up(self, trouble: Trouble) -> None:
        """A channel says that the bot cannot go on; the bot stops in good order and shows why."""
        self.trouble = trouble
        self.broken.set()

    def lost(self, name: str, why: object) -> None:
        """A channel cannot run; the others can. Told on the terminal, and its letters are no longer sent there."""
        self._channels.pop(name, None)
        print(say("settings.channel_down", name=name, why=why), file=sys.stderr, flush=True)

    def close(self) -> None:
        """Let the worker threads go, after what they have in hand."""
        self._workers.shutdown()

    def _turn(self, message: Incoming) -> asyncio.Lock:
        if len(self._turns) > 1000:  # forget idle chats, or a year of strangers would stay in memory
            self._turns = defaultdict(asyncio.Lock, {key: lock for key, lock in self._turns.items() if lock.locked()})
        return self._turns[message.channel, message.chat_id]

    async def _post(self, letter: Outgoing) -> bool:
        channel = self._channels.get(letter.channel)
        if channel is None:
            log.warning("no channel %s is running: a reply to chat %s is lost", letter.channel, letter.chat_id)
            return False
        try:
            await channel.send(letter.chat_id, letter.reply)
        except Exception:  # one admin out of reach must not cost the officer his reply
            log.exception("cannot send to %s chat %s", letter.channel, letter.chat_id)
            return False
        return True
