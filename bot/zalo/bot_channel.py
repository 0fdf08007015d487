"""The Zalo Bot as a channel: asks for messages, or is called; keeps each one, then answers it with one message."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from bot.conversation.dispatcher import Switchboard, meanwhile
from bot.conversation.letters import Letter
from bot.conversation.mailbox import Question
from bot.conversation.messages import Incoming, Reply
from bot.database import Store
from bot.errors import Fault
from bot.i18n import moment, say
from bot.sanitize import read_call
from bot.zalo import constants as zalo
from bot.zalo.adapter import LONGEST_WAIT, Calm, ZaloChannel, to_chat
from bot.zalo.bot_api import CHANNEL, BotApi, events, identity, incoming
from bot.zalo.http import Json, Uncertain, ZaloError
from bot.zalo.pages import Page
from prompts import phrase

if TYPE_CHECKING:
    from bot.app import House

AT_ONCE = 1.0  # seconds: a message that comes sooner was waiting with Zalo, and others may be behind it
PAUSES = (2.0, 5.0, 15.0, 60.0)  # seconds after one, two, … failed polls

log = logging.getLogger("kehoach.zalo")


class Poller:
    """Calls `ready` until it succeeds once, then hands every event to `take`, in the order Zalo gives them out."""

    def __init__(
        self,
        api: BotApi,
        take: Callable[[Json], None],
        ready: Callable[[], Awaitable[None]],
        alarm: Callable[[ZaloError], Awaitable[None]],
        calm: Calm,
    ) -> None:
        self._api, self._take, self._ready, self._alarm = api, take, ready, alarm
        self._calm = calm
        self._patience = LONGEST_WAIT

    async def run(self) -> None:
        """Never ends by itself: whatever Zalo or the network does, the next poll follows."""
        failed, ready = 0, False
        while True:
            try:
                if not ready:
                    await self._ready()
                    ready = True
                await self._poll()
                failed = 0
            except (ZaloError, Uncertain) as error:
                failed = min(failed + 1, len(PAUSES))
                self._tell(error, PAUSES[failed - 1])
                if isinstance(error, ZaloError) and error.alarm:
                    await self._alarm(error)
                await asyncio.sleep(PAUSES[failed - 1])

    async def _poll(self) -> None:
        # Zalo gives out one message a time: who waits for each answer keeps those waiting who stand behind a flood.
        waited = await self._calm.wait(self._patience)
        started = time.monotonic()
        events = await self._api.updates()
        lasted = time.monotonic() - started
        is_queue = bool(events) and lasted < AT_ONCE
        self._patience = max(0.0, self._patience - waited) if is_queue else LONGEST_WAIT
        for event in events:
            self._take(event)
        if not events and lasted < zalo.FAST_IDLE:
            await asyncio.sleep(zalo.IDLE_PAUSE)

    def _tell(self, error: Exception, pause: float) -> None:
        if isinstance(error, ZaloError) and error.code == zalo.BAD_TOKEN:
            log.error("Zalo does not accept ZALO_BOT_TOKEN (%s); the Zalo bot hears nothing until it is right", error)
        else:
            log.warning("Zalo: %s; asking again in %g s", error, pause)


DOOR = "zalo"


def make(house: House, switchboard: Switchboard) -> ZaloBot:
    channel = ZaloBot(house, switchboard)
    if house.settings.zalo_webhook_secret:
        house.webhooks.open(DOOR, channel.knock)
    return channel


class ZaloBot(ZaloChannel):
    name, inline = CHANNEL, True

    def __init__(self, house: House, switchboard: Switchboard) -> None:
        super().__init__(house, switchboard)
        settings = house.settings
        assert settings.zalo_bot_token
        self._quota = Quota(house.store, CHANNEL, settings.zalo_monthly_messages)
        self._api = BotApi(settings.zalo_bot_token.get_secret_value(), settings.zalo_base_url, self._client)
        self._lock = FileLock(settings.data_dir / "zalo-poller.lock")
        self._calm = Calm()
        self._names = [settings.zalo_bot_name] if settings.zalo_bot_name else []

    async def start(self) -> None:
        """Take up what was left behind; then ask, or be called. Zalo out of reach is no reason not to start."""
        secret = self._settings.zalo_webhook_secret
        if secret and not self._settings.public_url:
            raise Fault(say("zalo.no_public_url"))
        if not secret:
            try:
                self._lock.acquire(blocking=False)
            except Timeout:
                raise Fault(say("zalo.poller_taken")) from None
        self._mailbox.start()
        poller = Poller(self._api, self._take, self._ask, self.alarm, self._calm)
        self._running = asyncio.create_task(self._be_called(secret.get_secret_value()) if secret else poller.run())

    async def stop(self) -> None:
        await super().stop()
        self._lock.release()

    async def send(self, chat_id: str, reply: Reply) -> None:
        """A word that nobody in the chat has just asked for."""
        await self._send(chat_id, self._page(to_chat(CHANNEL, chat_id), reply).text)

    def may_bring(self, chat_id: str) -> bool:
        """While enough of the month's messages is left for answers."""
        return self._quota.has_room()

    async def knock(self, headers: Mapping[str, str], body: bytes) -> int:
        """Zalo calls: keep what it brings and say so at once. An empty body is Zalo looking whether we are there."""
        secret = self._settings.zalo_webhook_secret
        shown = headers.get(zalo.SECRET_HEADER, "")
        if not secret or not hmac.compare_digest(shown.encode(), secret.get_secret_value().encode()):
            return 403 if body.strip() else 200
        for event in events(read_call(body)) if body.strip() else []:
            self._take(event)
        return 200

    def _take(self, event: Json) -> None:
        ident, chat, sent = identity(event)
        message = incoming(event, self._names)
        if message is not None:
            letter = Letter(ident, chat, person=message.user_id, sent=sent)
            self._mailbox.take(letter, lambda: json.dumps(event, ensure_ascii=False))

    async def _ask(self) -> None:
        """Before the first poll: whose name is mentioned, and that Zalo is not calling somebody."""
        self._names += await self._api.names()
        try:
            await self._api.delete_webhook()
        except ZaloError as error:  # there is none: fine
            log.debug("deleteWebhook: %s", error)
        log.info("the Zalo bot %s is listening", self._names[0] if self._names else "")

    async def _be_called(self, secret: str) -> None:
        address = f"{self._settings.public_url.rstrip('/')}/hooks/{DOOR}"
        try:
            self._names += await self._api.names()
            await self._api.set_webhook(address, secret)
            log.info("Zalo calls %s", address)
        except (ZaloError, Uncertain) as error:
            log.error("Zalo could not be told to call %s: %s", address, error)
            if isinstance(error, ZaloError) and error.alarm:
                await self.alarm(error)

    def read(self, letter: Letter) -> Incoming | None:
        return incoming(json.loads(letter.body), self._names)

    async def answer(self, question: Question) -> Sequence[Page]:
        """The answer, made while the person sees "typing"."""
        async with meanwhile(lambda: self._api.typing(question.last.chat), every=zalo.TYPING_SECONDS):
            with self._calm.thinking():
                return await self._answered(question.message)

    async def show(self, chat: str, shown: Page) -> bool:
        return await self._send(chat, shown.text)

    async def say(self, chat: str, key: str, **values: object) -> None:
        await self._send(chat, phrase(self._settings.language, key, **values))

    async def _send(self, chat_id: str, text: str) -> bool:
        """False when nobody knows whether the message went."""
        sure = True
        try:
            await self._api.send(chat_id, text)
            self._alarms.mended()
        except Uncertain as error:
            log.warning("chat %s: no word from Zalo about a message (%s); it is not sent again", chat_id, error)
            sure = False
        if used := self._quota.count():
            await self._alarms.warn(used, self._quota.limit)
        return sure


WARN_AT = (0.8, 0.95, 1.0)
FOR_NOTICES = 0.8  # the share of a month's messages after which only questions are answered


class Quota:
    """Counts one channel's messages and warns before they are used up. `limit` 0: only counts."""

    def __init__(self, store: Store, channel: str, limit: int) -> None:
        self._store, self._channel, self.limit = store, channel, limit

    def count(self) -> int:
        """One more message has gone; gives this month's number when it is one to warn at, else 0."""
        self._store.write(
            "INSERT INTO zalo_counts VALUES (?, ?, 1)"
            " ON CONFLICT (channel, month) DO UPDATE SET messages = messages + 1",
            *(self._channel, self._month()),
        )
        sent = self._sent()
        if not self.limit or sent not in {int(self.limit * share) for share in WARN_AT}:
            return 0
        log.warning("%s: %d of %d messages of this month are used up", self._channel, sent, self.limit)
        return sent

    def has_room(self) -> bool:
        """Whether there are messages left for what nobody has asked."""
        return not self.limit or self._sent() < self.limit * FOR_NOTICES

    def _sent(self) -> int:
        sql = "SELECT messages FROM zalo_counts WHERE channel = ? AND month = ?"
        row = self._store.row(sql, self._channel, self._month())
        return int(row["messages"]) if row else 0

    def _month(self) -> str:
        return moment(self._store.clock()).strftime("%Y-%m")
