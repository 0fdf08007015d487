"""What both Zalo channels do with a message: numbers and buttons become actions, replies become pages.

What only an admin can mend is told to the admins, on the channels that work, once until it is mended. What the person
sees meanwhile ("typing", a raised thumb) is each channel's own.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx

from bot.conversation.desk import expired, notice
from bot.conversation.dispatcher import Switchboard
from bot.conversation.letters import Letter, Letters
from bot.conversation.mailbox import Mailbox, Refused, Work
from bot.conversation.messages import Button, Incoming, Reply
from bot.conversation.sessions import Numbers
from bot.people import Role
from bot.zalo.pages import REST, Page, first_page, next_page
from prompts import phrase

if TYPE_CHECKING:
    from bot.app import House

Tell = Callable[[Reply, str], Awaitable[int]]  # to all admins but those on one channel; gives how many were reached


class Alarms:
    def __init__(self, tell: Tell, channel: str, language: str) -> None:
        self._tell, self._channel, self._language = tell, channel, language
        self._told: set[str] = set()

    async def ring(self, error: Refused) -> bool:
        """Tell of a fault, not through the channel that has it. False while nobody could be told."""
        if error.alarm not in self._told and await self._tell(notice(self._language, error.alarm), self._channel):
            self._told.add(error.alarm)
        return error.alarm in self._told

    async def warn(self, used: int, limit: int) -> None:
        """Tell, through every channel, that a month's messages will soon be used up."""
        await self._tell(Reply(phrase(self._language, "zalo.quota_low", used=used, limit=limit)), "")

    def mended(self) -> None:
        """It works again; the next fault is told anew."""
        self._told.clear()


_NUMBER = re.compile(r"\s*([0-9]{1,2})\s*[.)]?\s*")


class ZaloChannel(Work[Page]):
    """What both channels do in the same way; `inline` numbers the choices in the text."""

    name: str
    inline: bool

    def __init__(self, house: House, switchboard: Switchboard) -> None:
        self._settings, self._store, self._people = house.settings, house.store, house.people
        self._receive, self._numbers = switchboard.receive, Numbers(house.store)
        self._alarms = Alarms(switchboard.tell_admins, self.name, house.settings.language)
        self._letters = Letters(house.store, self.name)
        self._mailbox: Mailbox[Page] = Mailbox(self._letters, self)
        self._client = httpx.AsyncClient()
        self._running: asyncio.Task[None] | None = None

    async def stop(self) -> None:
        """Hear nothing new, finish the answers in hand, close; what Zalo brings meanwhile is kept."""
        if self._running:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        await self._mailbox.close()
        await self._settled()
        await self._client.aclose()

    async def _settled(self) -> None:
        """Until nothing is under way that must not be broken off."""

    def bring(self, letter: Letter) -> None:
        self._mailbox.release(letter)

    def unasked(self, chat: str, reply: Reply) -> Page:
        return self._page(to_chat(self.name, chat), reply)

    def is_known(self, person: str) -> bool:
        return not self._is_stranger(to_chat(self.name, person))

    async def alarm(self, error: Refused) -> None:
        await self._alarms.ring(error)

    async def _answered(self, message: Incoming) -> list[Page]:
        """What to show in the chat because of a message."""
        message = self._understood(message)
        if message.action == REST:
            return [self._next(message)]
        if message.action is None and is_number(message.text) and not self._is_stranger(message):
            # A bare number that means nothing now is no question either.
            return [self._page(message, notice(self._settings.language, "zalo.stale_number"))]
        return [self._page(message, reply) for reply in await self._receive(message)]

    def _page(self, message: Incoming, reply: Reply) -> Page:
        """A reply as a page; from now on numbers mean its choices."""
        page = replace(first_page(reply, self.inline), attachment=reply.attachment)
        self._offer(message, page, reply.language)
        return page

    def _is_stranger(self, message: Incoming) -> bool:
        return self._people.role(message.channel, message.user_id) is Role.STRANGER

    def _understood(self, message: Incoming) -> Incoming:
        """A typed number as the action that it means; strangers have none."""
        typed = _NUMBER.fullmatch(message.text)
        if message.action or not typed or self._is_stranger(message):
            return message
        return replace(message, action=self._numbers.action(replace(message, text=typed[1])))

    def _next(self, message: Incoming) -> Page:
        row = self._store.find("zalo_rests", channel=message.channel, chat=message.chat_id, user=message.user_id)
        kept = json.loads(row["buttons"]) if row else {}
        if not row or not row["text"] or self._is_stranger(message):
            return first_page(expired(self._settings.language))
        choices = tuple(Button(label, action) for label, action in kept["choices"])
        page = next_page(row["text"], kept["language"], choices, self.inline)
        self._offer(message, page, kept["language"])
        return page

    def _offer(self, message: Incoming, page: Page, language: str) -> None:
        self._numbers.offer(message, Reply("", buttons=(page.choices,)))
        if not page.choices:
            return  # as with numbers: a word of thanks leaves the last answer's rest readable
        buttons = {"language": language, "choices": [[each.label, each.action] for each in page.choices]}
        told = json.dumps(buttons, ensure_ascii=False)
        self._store.put("zalo_rests", message.channel, message.chat_id, message.user_id, page.rest, told)


def is_number(text: str) -> bool:
    """Whether a text is a number to choose by, and nothing else."""
    return _NUMBER.fullmatch(text) is not None


def to_chat(channel: str, chat_id: str) -> Incoming:
    return Incoming(channel, chat_id, chat_id)


LONGEST_WAIT = 3.0  # seconds that messages stay with Zalo while answers are made, all that wait there together


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

    async def wait(self, longest: float) -> float:
        """Until nobody thinks, but not for long; gives the seconds that it took."""
        await asyncio.sleep(0)  # what has just arrived begins first
        begun = time.monotonic()
        with suppress(TimeoutError):
            async with asyncio.timeout(longest):  # Python 3.11's wait_for loses a cancellation that comes as calm does
                await self._is_calm.wait()
        return time.monotonic() - begun
