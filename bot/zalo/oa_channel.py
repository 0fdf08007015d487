"""The Official Account as a channel: Zalo calls, the call is checked and kept, the answer follows with buttons."""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.conversation.dispatcher import Switchboard, meanwhile
from bot.conversation.letters import Letter
from bot.conversation.mailbox import Question
from bot.conversation.messages import Attachment, Content, Incoming, Reply
from bot.people import Role
from bot.sanitize import Buckets, Rate, read_call, safe_name
from bot.zalo import constants as zalo
from bot.zalo.adapter import ZaloChannel, to_chat
from bot.zalo.http import FileGone, FileTooLarge, Json, Uncertain, ZaloError
from bot.zalo.oa_api import (
    CHANNEL,
    OaApi,
    Tokens,
    as_word,
    identity,
    incoming,
    is_recent,
    is_signed,
    sendable,
    sent_file,
)
from bot.zalo.pages import Page
from prompts import phrase

if TYPE_CHECKING:
    from bot.app import House

DOOR = "zalo-oa"
TOKEN_CHECK = 3600.0  # seconds between looks at the tokens' age, for accounts that nobody writes to
ALARM_AGAIN = 300.0  # seconds until the next look while no admin could be told that they are dead
UNPROVEN = "kehoach_unproven"  # our own mark in a kept event
SEEN_AFTER = 1.5  # seconds that an answer takes before its question is marked as seen

log = logging.getLogger("kehoach.zalo")


def make(house: House, switchboard: Switchboard) -> ZaloOa:
    channel = ZaloOa(house, switchboard)
    house.webhooks.open(DOOR, channel.knock)
    return channel


class ZaloOa(ZaloChannel):
    name, inline = CHANNEL, False

    def __init__(self, house: House, switchboard: Switchboard) -> None:
        super().__init__(house, switchboard)
        settings = house.settings
        key = settings.zalo_oa_secret_key or settings.zalo_oa_app_secret
        assert key
        self._app_id, self._key = settings.zalo_oa_app_id, key.get_secret_value()
        self._strict = settings.zalo_oa_signature == "strict"
        tokens = Tokens(settings, house.store, self._client)
        self._api = OaApi(settings.zalo_oa_base_url, tokens, self._client)
        self._told = Buckets()

    async def start(self) -> None:
        """Take up what was left behind; from now on calls are worked off."""
        if not self._strict:
            log.warning("ZALO_OA_SIGNATURE is log_only: unsigned calls are answered, and admins are officers there")
        self._mailbox.start()
        self._running = asyncio.create_task(self._care_for_tokens())

    async def _settled(self) -> None:
        await self._api.settled()

    async def send(self, chat_id: str, reply: Reply) -> None:
        """A word that nobody has just asked for, as long as Zalo delivers any."""
        silent = self._store.clock() - self._letters.last_heard(chat_id)
        if silent > zalo.SEND_WINDOW:
            log.error("Zalo OA: %s has not written for 7 days, so Zalo delivers nothing; not sent", chat_id)
            return
        if silent > zalo.FREE_WINDOW:
            log.warning("Zalo OA: %s has not written for 48 hours: this message is charged", chat_id)
        await self.show(chat_id, self._page(to_chat(CHANNEL, chat_id), reply))

    def may_bring(self, chat_id: str) -> bool:
        """While messages to this person are free: for 48 hours since he wrote; else the notice waits for that."""
        return self._store.clock() - self._letters.last_heard(chat_id) < zalo.FREE_WINDOW

    async def knock(self, headers: Mapping[str, str], body: bytes) -> int:
        """Zalo calls: check, keep, and say so at once; the answer is made afterwards."""
        if not body.strip():
            return 200  # Zalo looking whether we are there
        event = read_call(body)
        if not isinstance(event, dict):
            return 400
        is_proven = self._is_proven(headers, body, event)
        if self._strict and not is_proven:
            return 403
        ident, user, sent = identity(event)
        if user and incoming(event):
            # Unproven is also known of the letter on disk: a forged call must not cost a message, nor a pairing code.
            told = event if is_proven else {**event, UNPROVEN: True}
            self._mailbox.take(Letter(ident, user, person=user, sent=sent), lambda: json.dumps(told))
        return 200

    def _is_proven(self, headers: Mapping[str, str], body: bytes, event: Json) -> bool:
        stamp = str(event.get("timestamp") or "")
        signed = is_signed(headers.get(zalo.SIGNATURE_HEADER, ""), self._app_id, body, stamp, self._key)
        proven = signed and is_recent(stamp, self._store.clock())
        if not proven and not self._told.wait(CHANNEL, "unproven", Rate(1, 60)):
            log.warning("Zalo OA: a call with %s", "an old timestamp" if signed else "a wrong signature")
        if proven and not self._strict:
            log.info("Zalo OA: the signature is right; ZALO_OA_SIGNATURE=strict can be set")
        return proven

    def read(self, letter: Letter) -> Incoming | None:
        event = json.loads(letter.body)
        message = incoming(event)
        return replace(message, proven=not event.get(UNPROVEN)) if message else None

    async def answer(self, question: Question) -> Sequence[Page]:
        """The answer; the question of one that takes its time is marked as seen meanwhile."""
        message: Incoming | None = question.message
        async with meanwhile(lambda: self._seen(question.message), SEEN_AFTER):
            with tempfile.TemporaryDirectory(prefix="kehoach-") as folder:
                if question.message.content is Content.FILE:
                    event = json.loads(question.last.body)
                    message = await self._with_file(question.message, event, Path(folder))
                return await self._answered(message) if message else []

    async def say(self, chat: str, key: str, **values: object) -> None:
        await self.show(chat, self._word(to_chat(CHANNEL, chat), key, **values))

    async def _seen(self, message: Incoming) -> None:
        if message.action is None and not self._is_stranger(message):
            await self._api.react(message.user_id, message.message_id)

    async def _with_file(self, message: Incoming, event: Json, folder: Path) -> Incoming | None:
        """An admin's file is fetched for the conversation; anybody else's never leaves Zalo. None: all is said."""
        address, name = sent_file(event)
        if not self._strict and message.user_id in self._settings.zalo_oa_admin_ids:
            await self.show(message.chat_id, self._word(message, "zalo.strict_needed"))
        if not address or self._people.role(CHANNEL, message.user_id) is not Role.ADMIN:
            return message
        try:
            data = await self._api.fetch(address)
        except (FileTooLarge, FileGone) as error:
            limit = zalo.FILE_IN_BYTES // 2**20
            await self.show(message.chat_id, self._word(message, error.phrase, limit=limit))
            return None
        await self.show(message.chat_id, self._word(message, "zalo.reading", file=name))
        file = folder / safe_name(name)
        file.write_bytes(data)
        return replace(message, file=file)

    def _word(self, message: Incoming, key: str, **values: object) -> Page:
        return self._page(message, Reply(phrase(self._settings.language, key, **values)))

    async def show(self, chat: str, shown: Page) -> bool:
        """One message, and the file that goes with it."""
        try:
            await self._api.send(chat, shown.text, shown.choices)
        except Uncertain as error:
            log.warning("Zalo OA: no word from Zalo about a message to %s (%s); not sent again", chat, error)
            return False
        except ZaloError as error:
            log.error("Zalo OA: message to %s: %s", chat, error)
            raise
        self._alarms.mended()
        if shown.attachment:
            await self._send_file(chat, shown.attachment)
        return True

    async def _send_file(self, chat_id: str, file: Attachment) -> None:
        file = await asyncio.to_thread(as_word, file)
        told = "zalo.cannot_send"
        if sendable(file):
            try:
                await (self._api.send_picture if file.picture else self._api.send_file)(chat_id, file)
                return
            except (ZaloError, Uncertain) as error:
                log.error("Zalo OA: file to %s: %s", chat_id, error)
                told = "zalo.file_not_sent"
        await self._api.send(chat_id, self._word(to_chat(CHANNEL, chat_id), told).text)

    async def _care_for_tokens(self) -> None:
        while True:
            told = True
            try:
                await self._api.keep_fresh()
            except ZaloError as error:
                log.error("Zalo OA: %s", error)
                told = error.passing or await self._alarms.ring(error)
            await asyncio.sleep(TOKEN_CHECK if told else ALARM_AGAIN)
