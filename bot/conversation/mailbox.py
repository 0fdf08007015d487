"""What chat services have brought and nobody has answered yet: kept over a kill, each chat's in order, answered once.

    waiting → (thinking) → sending → done
              a kill here: again   └ a kill here: it counts as sent, because the service may have it already

The mark is set an instant before the answer leaves, so what a kill can lose is that instant and not a whole answer.
Several chats are attended to at once, each for one question at a time, so nobody's flood keeps others waiting.

A question is one message, or several short ones in a row: "cho hỏi" · "cái kế hoạch số hoá" · "hạn nộp khi nào?". A
short message that does not look finished waits a moment for the next one; all of them stay in the mailbox until their
answer leaves.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from bot.conversation.command_words import spoken
from bot.conversation.letters import Letter, Letters, Notice, doubt_about
from bot.conversation.messages import Content, Incoming, Reply
from bot.sanitize import MESSAGES, Buckets

GRACE = 8.0  # seconds for answers in hand when the bot stops
LATER, LATEST = 60.0, 3600.0  # seconds until an answer is tried again that the service did not take, doubled each time
PATIENCE = 1.5  # seconds that an unfinished question waits for its next message
SHORT = 60  # characters of a message that may go on
MOST = 8  # messages in one question

_CHOICE = re.compile(r"[0-9]{1,2}\s*[.)]?")  # of numbered buttons

log = logging.getLogger("kehoach.mailbox")

Shown = TypeVar("Shown")


class Refused(Exception):
    """The service took no answer. `passing`: it may do so later; `alarm`: the phrase of what an admin must mend."""

    passing = True
    alarm = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A letter, or several that are one; `message` is what they say together."""

    letters: tuple[Letter, ...]
    message: Incoming

    @property
    def last(self) -> Letter:
        """The letter under which it is answered."""
        return self.letters[-1]


class Work(Protocol[Shown]):
    """What a channel does for its mailbox."""

    def read(self, letter: Letter) -> Incoming | None:
        """What a letter says; None when nobody has to answer it."""

    async def answer(self, question: Question) -> Sequence[Shown]:
        """What is to be shown in the chat."""

    async def show(self, chat: str, shown: Shown) -> bool:
        """Show it; False when nobody knows whether it arrived, Refused when it surely did not."""

    async def say(self, chat: str, key: str, **values: object) -> None:
        """A phrase of the bot's own."""

    def is_known(self, person: str) -> bool:
        """Whether somebody has let this person in: nobody else is told anything."""

    async def alarm(self, error: Refused) -> None:
        """Tell the admins what only they can mend."""

    def unasked(self, chat: str, reply: Reply) -> Shown:
        """How a notice is shown: a reply that nobody in the chat has asked for."""


class Mailbox(Generic[Shown]):
    """Takes letters in and works them off."""

    def __init__(self, letters: Letters, work: Work[Shown]) -> None:
        self._letters, self._work = letters, work
        self._rates = Buckets()
        self._hurried: dict[str, asyncio.Task[None]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._arrived: dict[str, asyncio.Event] = {}
        self._in_hand: dict[str, tuple[Letter, ...]] = {}  # by chat: what is being answered
        self._doubtful: set[str] = set()
        self._closing = asyncio.Event()

    def start(self) -> None:
        """Take up what was left behind when the bot stopped or was killed."""
        for letter in self._letters.leaving():
            log.warning("message %s: the bot was stopped while the answer left; it is not sent again", letter.ident)
            self._doubt(letter)
            self._letters.done(letter)
        for chat in {*self._letters.chats(), *self._doubtful}:
            self._nudge(chat)

    def take(self, letter: Letter, body: Callable[[], str], is_done: Callable[[], bool] = lambda: False) -> None:
        """Keep what has arrived and was not here before, unless one person sends beyond all measure.

        `is_done` is asked last whether nothing is left to keep: a correction of a letter that nobody has begun.
        """
        if self._letters.has(letter.ident):
            return
        wait = self._rates.wait(letter.person, "messages", MESSAGES)
        if wait:
            self._hurry(letter, int(wait) + 1)
        elif not is_done() and self._letters.add(replace(letter, body=body())):
            self._nudge(letter.chat)

    def unanswered(self, chat: str) -> list[Letter]:
        """The chat's letters that nobody has begun to answer."""
        begun = {letter.ident for letter in self._in_hand.get(chat, ())}
        waiting = self._letters.waiting(chat)
        return [letter for letter in waiting if letter.ident not in begun and not letter.is_notice]

    def release(self, letter: Letter) -> None:
        self._letters.release(letter)
        self._nudge(letter.chat)

    def rewrite(self, letter: Letter, body: str) -> None:
        self._letters.rewrite(letter.ident, body)

    async def close(self) -> None:
        """Finish what is in hand, but not for long; what is not finished waits on disk."""
        self._closing.set()
        for task in self._hurried.values():
            task.cancel()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks.values(), timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _hurry(self, letter: Letter, seconds: int) -> None:
        """One polite line for a whole flood, and only to who is known."""
        if letter.person not in self._hurried and not self._closing.is_set() and self._work.is_known(letter.person):
            self._hurried[letter.person] = asyncio.create_task(self._slow_down(letter, seconds))

    async def _slow_down(self, letter: Letter, seconds: int) -> None:
        try:
            await self._say(letter.chat, "bot.too_many", seconds=seconds)
            await asyncio.sleep(MESSAGES.seconds)
        finally:
            del self._hurried[letter.person]

    def _nudge(self, chat: str) -> None:
        """Something waits in this chat."""
        self._arrived.setdefault(chat, asyncio.Event()).set()
        if chat not in self._tasks and not self._closing.is_set():
            self._tasks[chat] = asyncio.create_task(self._run(chat))

    async def _run(self, chat: str) -> None:
        if chat in self._doubtful:
            self._doubtful.discard(chat)
            await self._say(chat, "bot.maybe_lost")
        pause = LATER
        # No await between finding nothing and leaving: a message that comes then starts a new task.
        while not self._closing.is_set() and (letter := self._letters.next(chat)):
            self._arrived[chat].clear()  # what comes from here on, while the service refuses, ends the waiting too
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
            await self._attend(letters)
        except Refused as error:
            log.error("message %s could not be answered: %s", letter.ident, error)
            if error.alarm:
                await self._work.alarm(error)
            if error.passing or error.alarm:
                self._letters.put_back(*letters)
                return False
        except asyncio.CancelledError:
            self._letters.interrupted(*letters)
            raise
        except Exception as error:  # one message must not end its chat
            await self._apologise(letter, error)
        finally:
            self._in_hand.pop(letter.chat, None)
        self._letters.done(*letters)
        return True

    async def _attend(self, letters: list[Letter]) -> None:
        first = letters[0]
        if first.is_notice:
            await self._send(letters, [self._work.unasked(first.chat, Notice.of(first).reply)])
            return
        message = self._work.read(first)
        if message is None:
            return
        question = await self._gathered(letters, message)
        self._in_hand[question.last.chat] = question.letters
        await self._send(question.letters, await self._work.answer(question))

    async def _apologise(self, letter: Letter, error: Exception) -> None:
        """A fault of the channel itself: ids to the log, a reference to the person."""
        code = secrets.token_hex(3)
        log.error("fault %s: message %s: %s: %s", code, letter.ident, type(error).__name__, error)
        log.debug("fault %s", code, exc_info=True)
        with contextlib.suppress(Exception):
            await self._say(letter.chat, "bot.fault", code=code)

    async def _send(self, letters: Sequence[Letter], shown: Sequence[Shown]) -> None:
        last = letters[-1]
        for number, each in enumerate(shown):
            self._letters.sending(*letters)
            try:
                is_sure = await self._work.show(last.chat, each)
            except Refused as error:
                if number == 0:
                    raise
                # What has arrived must not be said twice, so this is not tried again later.
                log.error("message %s: a part of the answer could not be sent: %s", last.ident, error)
                is_sure = False
            if not is_sure and last.is_notice:
                self._doubt(last)
            elif not is_sure:
                await self._say(last.chat, "bot.maybe_lost")

    def _doubt(self, letter: Letter) -> None:
        """Nobody knows whether its answer arrived: said in a line. A notice's line has a button that shows it."""
        if letter.is_notice:
            self._letters.add(doubt_about(letter))
        else:
            self._doubtful.add(letter.chat)

    async def _say(self, chat: str, key: str, **values: object) -> None:
        with contextlib.suppress(Refused):
            await self._work.say(chat, key, **values)

    async def _gathered(self, letters: list[Letter], first: Incoming) -> Question:
        """The question that begins with `first`; letters that belong to it are added to `letters`."""
        last = first
        while may_join(last) and may_go_on(last) and len(letters) < MOST:
            following = await self._following(letters)
            message = self._work.read(following) if following and not following.is_notice else None
            if not following or not message or not may_join(message):
                break
            self._letters.begin(following)
            letters.append(following)
            last = message
        if last is first and not may_go_on(first):
            return Question(tuple(letters), first)
        corrected = {letter.ident: letter for letter in self._letters.waiting(letters[0].chat)}
        letters[:] = [corrected.get(letter.ident, letter) for letter in letters]
        parts = [message for letter in letters if (message := self._work.read(letter))]
        return Question(tuple(letters), joined(parts) if len(parts) > 1 else parts[0])

    async def _following(self, letters: Sequence[Letter]) -> Letter | None:
        """The chat's next letter, for which is waited a moment."""
        chat = letters[0].chat
        self._arrived[chat].clear()
        if not (following := self._after(letters)):
            await self._a_while(chat, PATIENCE)
            following = self._after(letters)
        return following

    def _after(self, letters: Sequence[Letter]) -> Letter | None:
        begun = {letter.ident for letter in letters}
        waiting = self._letters.waiting(letters[0].chat, len(letters) + 1)
        return next((letter for letter in waiting if letter.ident not in begun), None)

    async def _a_while(self, chat: str, seconds: float) -> None:
        """Wait; what arrives in the chat ends it (the service can be reached again), and so does stopping."""
        waiting = [asyncio.ensure_future(event.wait()) for event in (self._arrived[chat], self._closing)]
        try:
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()


def may_join(message: Incoming) -> bool:
    """Whether a message can be part of a question: words of a private chat that order and choose nothing."""
    text = message.text.strip()
    is_words = message.content is Content.TEXT and bool(text) and message.action is None and not message.alone
    return is_words and not message.is_group and not _CHOICE.fullmatch(text) and spoken(text) is None


def may_go_on(message: Incoming) -> bool:
    """Whether another message may follow that belongs to the same question."""
    text = message.text.rstrip()
    return len(text) <= SHORT and not text.endswith(("?", ".", "!")) and "\n" not in text


def joined(parts: Sequence[Incoming]) -> Incoming:
    """The question, standing where its last message stands."""
    return replace(parts[-1], text=" ".join(part.text.strip() for part in parts))
