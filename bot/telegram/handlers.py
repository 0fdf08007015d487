"""What happens with an update: heard, kept in the mailbox, answered, shown; an admin's plan file is fetched and read.

The mailbox keeps each chat's order and attends to several at once; the conversation itself runs in the switchboard's
threads, so the event loop is always free for the next chat. Nobody but an admin has his files fetched.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from telegram import Document, Update
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.conversation.desk import notice
from bot.conversation.letters import Letter
from bot.conversation.mailbox import Mailbox, Question, Refused, joined
from bot.conversation.messages import Incoming, Kind, Progress, Reply
from bot.people import Role
from bot.plans.service import READABLE
from bot.ports import Receive
from bot.sanitize import safe_name
from bot.telegram.sender import Place, Post, steady
from bot.telegram.updates import CHANNEL, Heard, hear
from plan.recent import Recent
from prompts import phrase

if TYPE_CHECKING:
    from bot.app import House

LIMIT = 20_000_000  # bytes a bot may fetch from Telegram's own servers
NEWS_EVERY = 2.0  # seconds between two lines about progress


class Files:
    """Takes in what admins send."""

    def __init__(self, house: House, receive: Receive, post: Post) -> None:
        self._receive, self._post, self.speaks = receive, post, house.conversation.desk.language_of
        self._limit = 2_000_000_000 if house.settings.telegram_local else LIMIT

    async def take_in(self, heard: Heard) -> None:
        """From a document to the preview with its buttons."""
        document, language = heard.document, self.speaks(heard.incoming)
        assert document
        name = safe_name(document.file_name or document.file_unique_id)
        refusal = self._refusal(document, name)
        if refusal:
            await self._post.show(notice(language, refusal, file=name), Place(heard.chat))
            return
        status = await self._post.status(heard.chat, phrase(language, "telegram.fetching"))
        with tempfile.TemporaryDirectory() as folder:
            await self._look_into(heard, document, Path(folder, name), status, language)

    async def _look_into(self, heard: Heard, document: Document, file: Path, status: int, language: str) -> None:
        try:
            found = await steady(document.get_file, repeatable=True)
            await steady(lambda: found.download_to_drive(file), repeatable=True)
        except TelegramError as error:
            key = "telegram.too_large" if "too big" in error.message else "telegram.not_fetched"
            await self._post.show(notice(language, key, file=file.name), Place(heard.chat, instead_of=status))
            return
        await self._post.status(heard.chat, phrase(language, "telegram.reading"), status)
        progress = self._news(heard.chat, status, language, "telegram.reading_pages")
        for reply in await self._receive(replace(heard.incoming, file=file, progress=progress)):
            await self._post.show(reply, Place(heard.chat, heard.message, instead_of=status))

    def watched(self, heard: Heard) -> Incoming:
        """A pressed button's message that tells in its own place how far long work is."""
        if not (heard.press and heard.press.in_place):
            return heard.incoming
        progress = self._news(heard.chat, heard.message, self.speaks(heard.incoming), "telegram.progress")
        return replace(heard.incoming, progress=progress)

    def _refusal(self, document: Document, name: str) -> str:
        if Path(name).suffix.lower() not in READABLE:
            return "telegram.wrong_kind"
        return "telegram.too_large" if (document.file_size or 0) > self._limit else ""

    def _news(self, chat: int, message: int, language: str, key: str) -> Progress:
        """Called from the thread that works; the line is written by the event loop, and never twice at once."""
        loop = asyncio.get_running_loop()
        next_at, writing = time.monotonic() + NEWS_EVERY, asyncio.Lock()

        async def write(done: int, total: int) -> None:
            if not writing.locked():
                async with writing:
                    text = phrase(language, key, done=done, total=total)
                    await self._post.status(chat, text, message)

        def tell(done: int, total: int) -> None:
            nonlocal next_at
            if time.monotonic() >= next_at and done < total:
                next_at = time.monotonic() + NEWS_EVERY
                asyncio.run_coroutine_threadsafe(write(done, total), loop).result()

        return tell


JOINED_KEPT = 300  # questions of several messages whose parts are kept in memory, for an edit of one part
PATIENCE_OF_A_BUTTON = 2.0  # seconds until a press is acknowledged even though its work goes on


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply and where it goes."""

    reply: Reply
    place: Place
    is_notice: bool = False


class Reception:
    """Attends to updates: what the mailbox asks of this channel."""

    def __init__(self, house: House, receive: Receive, post: Post) -> None:
        self._receive, self._people, self._post = receive, house.people, post
        self._bot, self._ledger, self._files = post.bot, post.ledger, Files(house, receive, post)
        self._joined: Recent[tuple[int, int], list[Heard]] = Recent(JOINED_KEPT)

    def arrived(self, update: Update, mailbox: Mailbox[Shown]) -> None:
        """Keep an update before Telegram hears that we have it. Of a group's own talk nothing is kept."""
        if update.message and update.message.migrate_to_chat_id:
            self._ledger.move(update.message.chat.id, update.message.migrate_to_chat_id)
            return
        heard = hear(update, self._bot.bot)
        if heard:
            place = (str(update.update_id), str(heard.chat))
            letter = Letter(*place, person=heard.incoming.user_id, sent=update.update_id)
            mailbox.take(letter, update.to_json, lambda: self._corrected(heard, update, mailbox))

    def read(self, letter: Letter) -> Incoming | None:
        heard = self._heard(letter)
        return replace(heard.incoming, alone=heard.edited or heard.reply_to != 0) if heard else None

    async def answer(self, question: Question) -> Sequence[Shown]:
        """What is to be shown because of an update."""
        parts = [heard for letter in question.letters if (heard := self._heard(letter))]
        heard = replace(parts[-1], incoming=question.message)
        if len(parts) > 1:
            self._remember(parts)
        if heard.edited:
            return await self._anew(heard)
        if heard.press:
            return await self._pressed(heard)
        if heard.document and self._may_send_plans(heard):
            await self._files.take_in(heard)
            return []
        place = Place(heard.chat, heard.message, heard.in_group)
        return [Shown(reply, place) for reply in await self._received(self._to_officer(heard))]

    async def show(self, chat: str, shown: Shown) -> bool:
        """One reply. Where Telegram is out of reach for long, the question waits for it."""
        try:
            return await self._post.show(shown.reply, shown.place, tell_doubt=not shown.is_notice)
        except BadRequest:  # the library counts it among network errors; it is a plain no
            raise
        except (NetworkError, RetryAfter) as error:
            raise Refused(error.message) from None

    def unasked(self, chat: str, reply: Reply) -> Shown:
        """A notice: of its doubts the mailbox takes care."""
        return Shown(reply, Place(int(chat)), is_notice=True)

    async def say(self, chat: str, key: str, **values: object) -> None:
        told = Incoming(CHANNEL, chat, chat)
        await self._post.status(int(chat), phrase(self._files.speaks(told), key, **values))

    def is_known(self, person: str) -> bool:
        return self._people.role(CHANNEL, person) is not Role.STRANGER

    async def alarm(self, error: Refused) -> None:
        """Telegram tells of nothing that only an admin can mend."""

    def _heard(self, letter: Letter) -> Heard | None:
        update = Update.de_json(json.loads(letter.body), self._bot)
        return hear(update, self._bot.bot)

    async def _received(self, heard: Heard) -> list[Reply]:
        async with self._post.typing(heard.chat):
            return await self._receive(heard.incoming)

    async def _pressed(self, heard: Heard) -> list[Shown]:
        """The wheel on the button must stop soon, whether the work is done or not."""
        work = asyncio.ensure_future(self._received(replace(heard, incoming=self._files.watched(heard))))
        done, _ = await asyncio.wait({work}, timeout=PATIENCE_OF_A_BUTTON)
        if not done:
            await self._post.acknowledge(heard.query)
        replies = await work
        toasts = [reply for reply in replies if reply.kind is Kind.TOAST or (done and reply.kind is Kind.DENIED)]
        if done:
            await self._post.acknowledge(heard.query, toasts[0].headline if toasts else "")
        shown = [reply for reply in replies if not (done and reply in toasts)]
        return [Shown(reply, _below_or_instead(heard, reply)) for reply in shown]

    def _corrected(self, heard: Heard, update: Update, mailbox: Mailbox[Shown]) -> bool:
        """A message was edited before it was answered: its letter says the new words."""
        for letter in mailbox.unanswered(str(heard.chat)) if heard.edited else ():
            before = self._heard(letter)
            if before and before.message == heard.message and before.press is None:
                mailbox.rewrite(letter, Update(int(letter.ident), message=update.edited_message).to_json())
                return True
        return False

    async def _anew(self, heard: Heard) -> list[Shown]:
        """An edited question: its answer is written anew where it stands. What was never answered stays so."""
        question = self._last_part(heard)
        answers = self._ledger.answers(heard.chat, question)
        if not answers:
            return []
        shown = []
        for reply, message in zip(await self._received(self._whole(heard)), [*answers, *[0] * 99], strict=False):
            instead_of = 0 if reply.kind is Kind.DENIED else message
            shown.append(Shown(reply, Place(heard.chat, question, heard.in_group, instead_of)))
        return shown

    def _to_officer(self, heard: Heard) -> Heard:
        """An admin who replies to a forwarded question answers the officer who asked it."""
        ref = self._ledger.forwarded(heard.chat, heard.reply_to) if heard.reply_to else ""
        text = heard.incoming.text
        if not ref or text.startswith("/"):
            return heard
        return replace(heard, incoming=replace(heard.incoming, text=f"/traloi {ref} {text}"))

    def _may_send_plans(self, heard: Heard) -> bool:
        is_admin = self._people.role(CHANNEL, heard.incoming.user_id) is Role.ADMIN
        return is_admin and not heard.in_group

    def _remember(self, parts: list[Heard]) -> None:
        for part in parts:
            self._joined.keep((part.chat, part.message), parts)

    def _last_part(self, heard: Heard) -> int:
        """The message under which a question of several messages was answered."""
        parts = self._joined.get((heard.chat, heard.message))
        return parts[-1].message if parts else heard.message

    def _whole(self, heard: Heard) -> Heard:
        """An edited part with the other parts of its question."""
        parts = self._joined.get((heard.chat, heard.message))
        if parts is None:
            return heard
        parts[:] = [heard if part.message == heard.message else part for part in parts]
        return replace(parts[-1], incoming=joined([part.incoming for part in parts]))


def _below_or_instead(heard: Heard, reply: Reply) -> Place:
    """A page is turned in place; what was asked of an answer comes below it. Files never take a place."""
    assert heard.press
    in_place = heard.press.in_place and reply.attachment is None and reply.kind is not Kind.DENIED
    instead_of = heard.message if in_place else 0
    return Place(heard.chat, heard.message, heard.in_group, instead_of, heard.press.page)
