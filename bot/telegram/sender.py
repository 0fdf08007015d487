"""Showing replies: sent or put in place of an earlier message, with buttons, files, pictures; "typing …" meanwhile.

Calls outlast a bad network without doing anything twice: one that surely never arrived, or that may be repeated, is
tried again; of one that may have arrived the person is told how to see the answer if it is missing. Flood limits are
the rate limiter's work (`channel.RETRIES`). `Ledger` remembers which message answered which.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import TypeVar

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, Message, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.conversation.callback_data import Token, Verb
from bot.conversation.dispatcher import meanwhile
from bot.conversation.messages import Attachment, Kind, Reply
from bot.database import Store
from bot.telegram.render import keyboard, sheets, visible
from prompts import phrase

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # seconds between tries: half a minute in all
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

T = TypeVar("T")


class Doubtful(Exception):
    """The connection broke after the call was sent: it may have been done or not."""


async def steady(call: Callable[[], Awaitable[T]], repeatable: bool = False) -> T:
    """The call's result, tried again as long as that is safe."""
    for pause in PAUSES:
        try:
            return await call()
        except NetworkError as error:
            if isinstance(error, BadRequest):  # the library counts it among network errors; it is a plain no
                raise
            if not repeatable and not _never_done(error):
                raise Doubtful from error
        await asyncio.sleep(pause)
    return await call()


def _never_done(error: NetworkError) -> bool:
    """Whether the server cannot have done it: it was never reached, or said itself that it failed."""
    return error.__cause__ is None or isinstance(error.__cause__, _NEVER_SENT)


LINKED = 30 * 86400  # seconds: how long an edited question still finds its answer


class Ledger:
    """Tables of the bot's own database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def shown(self, chat: int, message: int, question: int = 0, ref: str = "") -> None:
        """A message of ours answers a question; or it is a forwarded one, which an admin may reply to."""
        now = self._store.clock()
        self._store.write("DELETE FROM telegram_shown WHERE at < ?", now - LINKED)
        self._store.put("telegram_shown", str(chat), message, question, ref, now)

    def answers(self, chat: int, question: int) -> list[int]:
        sql = "SELECT message FROM telegram_shown WHERE chat = ? AND question = ? ORDER BY message"
        return [row["message"] for row in self._store.rows(sql, str(chat), question)]

    def forwarded(self, chat: int, message: int) -> str:
        """The reference of the question that a message of ours brought to an admin."""
        row = self._store.find("telegram_shown", chat=str(chat), message=message)
        return str(row["ref"]) if row else ""

    def move(self, old: int, new: int) -> None:
        """A group became a supergroup and has another id."""
        self._store.write("UPDATE telegram_shown SET chat = ? WHERE chat = ?", str(new), str(old))
        for table in ("chats", "topics", "answers"):
            sql = f"UPDATE OR REPLACE {table} SET chat = ? WHERE channel = 'telegram' AND chat = ?"
            self._store.write(sql, str(new), str(old))


CAPTION_LIMIT = 1024
TYPING_AFTER, TYPING_EVERY = 0.5, 4.0  # seconds; Telegram shows it for five

log = logging.getLogger("kehoach.telegram")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reply goes."""

    chat: int
    question: int = 0  # the message it answers
    in_group: bool = False
    instead_of: int = 0  # our message that it takes the place of
    page: int = 0


class Post:
    """Brings replies to chats."""

    def __init__(self, bot: ExtBot[None], ledger: Ledger) -> None:
        self.bot, self.ledger = bot, ledger

    async def show(self, reply: Reply, place: Place, tell_doubt: bool = True) -> bool:
        """Show a reply; False when it may not have arrived and nobody has been told so.

        Somebody who has blocked the bot gets nothing, and that is no fault.
        """
        try:
            await self._show(reply, place)
        except ChatMigrated as moved:
            self.ledger.move(place.chat, moved.new_chat_id)
            await self._show(reply, Place(moved.new_chat_id, in_group=True))
        except Forbidden as error:
            log.info("chat %s cannot be written to: %s", place.chat, error.message)
        except Doubtful as doubt:
            log.warning("a reply to chat %s may not have arrived: %s", place.chat, doubt.__cause__)
            if not tell_doubt:
                return False
            await self._say_doubtful(reply, place)
        return True

    async def _show(self, reply: Reply, place: Place) -> None:
        if reply.attachment:
            await self._send_file(reply, reply.attachment, place)
            return
        found = sheets(reply, self.bot.username)
        page = place.page if place.page < len(found) else 0
        paged = reply.kind is Kind.CLAUSE and len(found) > 1
        buttons = keyboard(reply, page, len(found) if paged else 1, self.bot.username, place.in_group)
        shown = [found[page]] if paged else found
        ref = reply.ref if reply.kind is Kind.FORWARDED else ""
        for number, sheet in enumerate(shown, 1):
            instead_of = place.instead_of if number == 1 else 0
            await self._put(sheet, buttons if number == len(shown) else None, place, instead_of, ref)

    async def _put(
        self, sheet: str, buttons: InlineKeyboardMarkup | None, place: Place, instead_of: int, ref: str
    ) -> None:
        if instead_of and await self._edited(sheet, buttons, place.chat, instead_of):
            return
        message = await self._send(sheet, buttons, place)
        self.ledger.shown(place.chat, message.message_id, place.question, ref)

    async def _send(self, sheet: str, buttons: InlineKeyboardMarkup | None, place: Place) -> Message:
        async def send(text: str, mode: str | None) -> Message:
            return await self.bot.send_message(
                place.chat, text, parse_mode=mode, reply_markup=buttons, reply_parameters=_quoting(place)
            )

        try:
            return await steady(lambda: send(sheet, ParseMode.HTML))
        except BadRequest as error:
            if "parse entities" not in error.message:
                raise
            log.exception("the server does not take our markup: sent without it")
            return await steady(lambda: send(visible(sheet), None))

    async def _edited(self, sheet: str, buttons: InlineKeyboardMarkup | None, chat: int, message: int) -> bool:
        """False when there is nothing left to edit: it was deleted, or is too old."""
        try:
            await steady(
                lambda: self.bot.edit_message_text(
                    sheet, chat, message, parse_mode=ParseMode.HTML, reply_markup=buttons
                ),
                repeatable=True,
            )
        except BadRequest as error:
            return "not modified" in error.message
        return True

    async def _send_file(self, reply: Reply, attachment: Attachment, place: Place) -> None:
        file = InputFile(attachment.data, attachment.name)
        caption = reply.headline[:CAPTION_LIMIT]
        send = self.bot.send_photo if attachment.picture else self.bot.send_document
        await steady(lambda: send(place.chat, file, caption=caption, reply_parameters=_quoting(place)))

    async def _say_doubtful(self, reply: Reply, place: Place) -> None:
        """One line with a button, in place of an answer that would stand there twice."""
        again = InlineKeyboardButton(
            phrase(reply.language, "telegram.show_again"), callback_data=str(Token(Verb.MORE, reply.ref))
        )
        buttons = InlineKeyboardMarkup([[again]]) if reply.pieces and reply.ref else None
        with suppress(Doubtful, TelegramError):
            await self._send(phrase(reply.language, "telegram.maybe_lost"), buttons, place)

    async def acknowledge(self, query: str, text: str = "") -> None:
        """Stop the wheel on a pressed button. One that is too old to be acknowledged works all the same."""
        with suppress(BadRequest):
            await steady(lambda: self.bot.answer_callback_query(query, text[:200] or None), repeatable=True)

    async def status(self, chat: int, text: str, message: int = 0) -> int:
        """A line about work in hand, written anew as the work goes on; gives its message. It may get lost."""
        with suppress(Doubtful, TelegramError):
            if message and await self._edited(text, None, chat, message):
                return message
            return (await self._send(text, None, Place(chat))).message_id
        return message

    def typing(self, chat: int) -> AbstractAsyncContextManager[None]:
        """Shows that the bot is at work, when it takes longer than a moment."""
        return meanwhile(lambda: self._type(chat), TYPING_AFTER, TYPING_EVERY)

    async def _type(self, chat: int) -> None:
        with suppress(TelegramError):
            await self.bot.send_chat_action(chat, ChatAction.TYPING)


def _quoting(place: Place) -> ReplyParameters | None:
    """In a group it must be clear who is answered."""
    if not (place.in_group and place.question):
        return None
    return ReplyParameters(place.question, allow_sending_without_reply=True)
