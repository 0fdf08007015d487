"""Each chat's questions one after another, several chats at once. What is not done when the bot stops waits on disk.

A question is one message, or several short ones in a row (`bot.bursts`); all of them stay in the inbox until their
answer leaves, so a kill while the bot still waits for the next one loses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot import bursts
from bot.messages import Incoming
from bot.zalo.errors import ZaloError
from bot.zalo.front import Shown, is_number
from bot.zalo.inbox import Inbox, Letter

GRACE = 12.0  # seconds for answers in hand when the bot stops
LATER, LATEST = 60.0, 3600.0  # seconds until a question is taken up again when Zalo took no answer, doubled each time

log = logging.getLogger("kehoach.zalo")


@dataclass(frozen=True, slots=True)
class Question:
    """A message, or several that are one; `message` is what they say together."""

    letters: tuple[Letter, ...]
    message: Incoming

    @property
    def last(self) -> Letter:
        """The letter under which it is answered."""
        return self.letters[-1]


class Work(Protocol):
    """What a channel does for its lanes."""

    def read(self, letter: Letter) -> Incoming | None:
        """What a letter says; None when nobody has to answer it."""

    async def answer(self, question: Question) -> Sequence[Shown]:
        """What is to be shown in the chat."""

    async def show(self, chat: str, shown: Shown) -> bool:
        """Show it; False when nobody knows whether it arrived, ZaloError when it surely did not."""

    async def doubt(self, chat: str) -> None:
        """Say that an answer may not have arrived."""

    async def alarm(self, error: ZaloError) -> None:
        """Tell the admins what only they can mend."""


class Lanes:
    """Works off an inbox."""

    def __init__(self, inbox: Inbox, work: Work) -> None:
        self._inbox = inbox
        self._work = work
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._arrived: dict[str, asyncio.Event] = {}
        self._doubtful: set[str] = set()
        self._closing = asyncio.Event()

    def start(self) -> None:
        """Take up what was left behind when the bot stopped or was killed."""
        for letter in self._inbox.recover():
            log.warning("message %s: the bot was stopped while the answer left; it is not sent again", letter.ident)
            self._doubtful.add(letter.chat)
        for chat in {*self._inbox.chats(), *self._doubtful}:
            self.nudge(chat)

    def nudge(self, chat: str) -> None:
        """Something waits in this chat."""
        self._arrived.setdefault(chat, asyncio.Event()).set()
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
        if chat in self._doubtful:
            self._doubtful.discard(chat)
            await self._doubt(chat)
        pause = LATER
        # No await between finding nothing and leaving: a message that comes then starts a new task.
        while not self._closing.is_set() and (letter := self._inbox.next(chat)):
            self._arrived[chat].clear()  # what comes from here on, while Zalo refuses this one, ends the waiting too
            if await self._one(letter):
                pause = LATER
            else:
                await self._a_while(chat, pause)
                pause = min(pause * 2, LATEST)
        del self._tasks[chat]
        self._arrived.pop(chat, None)

    async def _one(self, letter: Letter) -> bool:
        """Attend to a letter and those that belong to it; False when the answer could not leave now but may later."""
        letters = [letter]
        try:
            message = self._work.read(letter)
            if message:
                question = await self._gathered(letters, message)
                await self._send(question, await self._work.answer(question))
        except ZaloError as error:
            log.error("message %s could not be answered: %s", letter.ident, error)
            if error.alarm:
                await self._work.alarm(error)
            if error.passing or error.alarm:
                self._inbox.put_back(*letters)
                return False
        except Exception as error:  # one message must not end its chat
            log.error("message %s could not be answered: %s: %s", letter.ident, type(error).__name__, error)
            log.debug("message %s", letter.ident, exc_info=True)
        self._inbox.done(*letters)
        return True

    async def _send(self, question: Question, shown: Sequence[Shown]) -> None:
        for number, each in enumerate(shown):
            self._inbox.sending(*question.letters)
            try:
                is_sure = await self._work.show(question.last.chat, each)
            except ZaloError as error:
                if number == 0:
                    raise
                # What has arrived must not be said twice, so this is not tried again later.
                log.error("message %s: a part of the answer could not be sent: %s", question.last.ident, error)
                is_sure = False
            if not is_sure:
                await self._doubt(question.last.chat)

    async def _doubt(self, chat: str) -> None:
        with contextlib.suppress(ZaloError):
            await self._work.doubt(chat)

    async def _gathered(self, letters: list[Letter], first: Incoming) -> Question:
        """The question that begins with `first`; letters that belong to it are added to `letters`."""
        parts = [first]
        while _may_join(parts[-1]) and bursts.may_go_on(parts[-1]) and len(parts) < bursts.MOST:
            following = await self._following(letters)
            message = self._work.read(following) if following else None
            if not following or not message or not _may_join(message):
                break
            self._inbox.begin(following)
            letters.append(following)
            parts.append(message)
        return Question(tuple(letters), bursts.joined(parts) if len(parts) > 1 else first)

    async def _following(self, letters: Sequence[Letter]) -> Letter | None:
        """The chat's next letter, for which is waited a moment."""
        chat = letters[0].chat
        self._arrived[chat].clear()
        if following := self._inbox.peek(chat, letters):
            return following
        await self._a_while(chat, bursts.PATIENCE)
        return self._inbox.peek(chat, letters)

    async def _a_while(self, chat: str, seconds: float) -> None:
        """Wait; what arrives in the chat ends it (Zalo can be reached again), and so does stopping."""
        waiting = [asyncio.ensure_future(event.wait()) for event in (self._arrived[chat], self._closing)]
        try:
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()


def _may_join(message: Incoming) -> bool:
    """A number alone is a choice, whatever stands before it."""
    return bursts.may_join(message) and not is_number(message.text)
