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
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from bot.messages import Content, Incoming
from bot.rates import MESSAGES, Buckets
from bot.spoken import spoken
from bot.store import Store

KEPT = 7 * 24 * 3600  # seconds that a message's id is remembered, to know it when the service brings it again
TRIES = 3  # a message that kills the bot must not do so forever
GRACE = 8.0  # seconds for answers in hand when the bot stops
LATER, LATEST = 60.0, 3600.0  # seconds until an answer is tried again that the service did not take, doubled each time
PATIENCE = 1.5  # seconds that an unfinished question waits for its next message
SHORT = 60  # characters of a message that may go on
MOST = 8  # messages in one question

_CHOICE = re.compile(r"[0-9]{1,2}\s*[.)]?")  # of numbered buttons

log = logging.getLogger("kehoach.mailbox")

Shown_contra = TypeVar("Shown_contra")


class Refused(Exception):
    """The service took no answer. `passing`: it may do so later; `alarm`: the phrase of what an admin must mend."""

    passing = True
    alarm = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it arrived. `person` is who sent it, `sent` its place among the chat's messages."""

    ident: str
    chat: str
    body: str = ""
    person: str = ""
    sent: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """A letter, or several that are one; `message` is what they say together."""

    letters: tuple[Letter, ...]
    message: Incoming

    @property
    def last(self) -> Letter:
        """The letter under which it is answered."""
        return self.letters[-1]


class Work(Protocol[Shown_contra]):
    """What a channel does for its mailbox."""

    def read(self, letter: Letter) -> Incoming | None:
        """What a letter says; None when nobody has to answer it."""

    async def answer(self, question: Question) -> Sequence[Shown_contra]:
        """What is to be shown in the chat."""

    async def show(self, chat: str, shown: Shown_contra) -> bool:
        """Show it; False when nobody knows whether it arrived, Refused when it surely did not."""

    async def say(self, chat: str, key: str, **values: object) -> None:
        """A phrase of the bot's own."""

    def is_known(self, person: str) -> bool:
        """Whether somebody has let this person in: nobody else is told anything."""

    async def alarm(self, error: Refused) -> None:
        """Tell the admins what only they can mend."""


class Letters:
    """The letters of one channel on disk."""

    def __init__(self, store: Store, channel: str) -> None:
        self._store = store
        self._channel = channel

    def add(self, letter: Letter) -> bool:
        """Keep a letter; False when it was here before."""
        row = (self._channel, letter.ident, letter.chat, letter.body, letter.sent, self._store.clock())
        try:
            self._store.write("INSERT INTO mailbox VALUES (?, ?, ?, ?, ?, 'waiting', 0, ?)", *row)
        except sqlite3.IntegrityError:
            return False
        return True

    def has(self, ident: str) -> bool:
        """Whether the letter is or was here."""
        sql = "SELECT 1 FROM mailbox WHERE channel = ? AND message = ?"
        return self._store.row(sql, self._channel, ident) is not None

    def rewrite(self, ident: str, body: str) -> None:
        """The sender corrected it before it was answered."""
        sql = "UPDATE mailbox SET body = ? WHERE channel = ? AND message = ?"
        self._store.write(sql, body, self._channel, ident)

    def next(self, chat: str) -> Letter | None:
        """Begin the chat's earliest letter that waits. Begun too often before, a letter is set aside."""
        while found := self.waiting(chat, 1):
            if self._tries(found[0]) < TRIES:
                self.begin(found[0])
                return found[0]
            log.error("message %s has stopped the bot %d times: it is set aside", found[0].ident, TRIES)
            self.done(found[0])
        return None

    def waiting(self, chat: str, most: int = -1) -> list[Letter]:
        """The chat's letters that wait, the earliest first."""
        sql = "SELECT * FROM mailbox WHERE channel = ? AND chat = ? AND state = 'waiting' ORDER BY sent, at, rowid"
        return [_letter(row) for row in self._store.rows(f"{sql} LIMIT ?", self._channel, chat, most)]

    def begin(self, letter: Letter) -> None:
        """It is being worked on; it counts, in case it is what kills the bot."""
        self._set("tries = tries + 1", letter)

    def chats(self) -> list[str]:
        """Chats in which something waits."""
        sql = "SELECT DISTINCT chat FROM mailbox WHERE channel = ? AND state = 'waiting'"
        return [row["chat"] for row in self._store.rows(sql, self._channel)]

    def sending(self, *letters: Letter) -> None:
        """Their answer is about to leave."""
        self._set("state = 'sending'", *letters)

    def put_back(self, *letters: Letter) -> None:
        """The answer could not leave, which is not the letters' fault; they wait again."""
        self._set("state = 'waiting', tries = tries - 1", *letters)

    def interrupted(self, *letters: Letter) -> None:
        """The bot stops: what has not begun to leave waits for the next start, and that is not the letters' fault."""
        self._set("tries = tries - (state = 'waiting')", *letters)

    def done(self, *letters: Letter) -> None:
        """Nothing is left to do; only the ids are kept."""
        self._set("state = 'done', body = ''", *letters)

    def recover(self) -> list[Letter]:
        """At the start: what was just leaving counts as sent, and is given back. Old ids are forgotten."""
        oldest = self._store.clock() - KEPT
        self._store.write("DELETE FROM mailbox WHERE channel = ? AND state = 'done' AND at < ?", self._channel, oldest)
        sql = "SELECT * FROM mailbox WHERE channel = ? AND state = 'sending'"
        leaving = [_letter(row) for row in self._store.rows(sql, self._channel)]
        for letter in leaving:
            self.done(letter)
        return leaving

    def last_heard(self, chat: str) -> float:
        """When somebody wrote in the chat last, as far as is remembered; 0 for never."""
        sql = "SELECT MAX(at) AS at FROM mailbox WHERE channel = ? AND chat = ?"
        row = self._store.row(sql, self._channel, chat)
        return float(row["at"] or 0) if row else 0.0

    def _tries(self, letter: Letter) -> int:
        sql = "SELECT tries FROM mailbox WHERE channel = ? AND message = ?"
        row = self._store.row(sql, self._channel, letter.ident)
        return int(row["tries"]) if row else TRIES

    def _set(self, change: str, *letters: Letter) -> None:
        marks = ", ".join("?" * len(letters))
        sql = f"UPDATE mailbox SET {change} WHERE channel = ? AND message IN ({marks})"
        self._store.write(sql, self._channel, *(letter.ident for letter in letters))


class Mailbox(Generic[Shown_contra]):
    """Takes letters in and works them off."""

    def __init__(self, letters: Letters, work: Work[Shown_contra]) -> None:
        self._letters = letters
        self._work = work
        self._rates = Buckets()
        self._hurried: dict[str, asyncio.Task[None]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._arrived: dict[str, asyncio.Event] = {}
        self._in_hand: dict[str, tuple[Letter, ...]] = {}  # by chat: what is being answered
        self._doubtful: set[str] = set()
        self._closing = asyncio.Event()

    def start(self) -> None:
        """Take up what was left behind when the bot stopped or was killed."""
        for letter in self._letters.recover():
            log.warning("message %s: the bot was stopped while the answer left; it is not sent again", letter.ident)
            self._doubtful.add(letter.chat)
        for chat in {*self._letters.chats(), *self._doubtful}:
            self._nudge(chat)

    def take(self, letter: Letter, body: Callable[[], str], is_done: Callable[[], bool] = lambda: False) -> bool:
        """Keep what has arrived and was not here before; False when one person sends beyond all measure.

        `is_done` is asked last whether nothing is left to keep: a correction of a letter that nobody has begun.
        """
        if self._letters.has(letter.ident):
            return True
        wait = self._rates.wait(letter.person, "messages", MESSAGES)
        if wait:
            self._hurry(letter, int(wait) + 1)
        elif not is_done() and self._letters.add(replace(letter, body=body())):
            self._nudge(letter.chat)
        return not wait

    def unanswered(self, chat: str) -> list[Letter]:
        """The chat's letters that nobody has begun to answer."""
        begun = {letter.ident for letter in self._in_hand.get(chat, ())}
        return [letter for letter in self._letters.waiting(chat) if letter.ident not in begun]

    def rewrite(self, letter: Letter, body: str) -> None:
        """Its sender has corrected a letter."""
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
        message = self._work.read(letters[0])
        if message is None:
            return
        question = await self._gathered(letters, message)
        self._in_hand[question.last.chat] = question.letters
        await self._send(question, await self._work.answer(question))

    async def _apologise(self, letter: Letter, error: Exception) -> None:
        """A fault of the channel itself: ids to the log, a reference to the person."""
        code = secrets.token_hex(3)
        log.error("fault %s: message %s: %s: %s", code, letter.ident, type(error).__name__, error)
        log.debug("fault %s", code, exc_info=True)
        with contextlib.suppress(Exception):
            await self._say(letter.chat, "bot.fault", code=code)

    async def _send(self, question: Question, shown: Sequence[Shown_contra]) -> None:
        for number, each in enumerate(shown):
            self._letters.sending(*question.letters)
            try:
                is_sure = await self._work.show(question.last.chat, each)
            except Refused as error:
                if number == 0:
                    raise
                # What has arrived must not be said twice, so this is not tried again later.
                log.error("message %s: a part of the answer could not be sent: %s", question.last.ident, error)
                is_sure = False
            if not is_sure:
                await self._say(question.last.chat, "bot.maybe_lost")

    async def _say(self, chat: str, key: str, **values: object) -> None:
        with contextlib.suppress(Refused):
            await self._work.say(chat, key, **values)

    async def _gathered(self, letters: list[Letter], first: Incoming) -> Question:
        """The question that begins with `first`; letters that belong to it are added to `letters`."""
        last = first
        while may_join(last) and may_go_on(last) and len(letters) < MOST:
            following = await self._following(letters)
            message = self._work.read(following) if following else None
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


def _letter(row: sqlite3.Row) -> Letter:
    return Letter(row["message"], row["chat"], row["body"], sent=row["sent"])
