"""The Telegram channel from start to stop: the application of python-telegram-bot around our reception.

Updates come by long polling, or by webhook through the web page's server when the settings say so.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.error import InvalidToken, NetworkError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder, TypeHandler

from bot.messages import Incoming, Reply
from bot.settings import Settings
from bot.switchboard import Switchboard
from bot.telegram.bursts import Bursts
from bot.telegram.files import Files
from bot.telegram.hearing import CHANNEL, hear
from bot.telegram.ledger import Inbox, Ledger
from bot.telegram.menus import set_menus
from bot.telegram.polling import PollRequest, Rivals
from bot.telegram.post import Place, Post
from bot.telegram.reception import Reception
from bot.telegram.secrecy import keep_secret
from bot.trouble import Fault, Trouble
from bot.words import say
from prompts import phrase

if TYPE_CHECKING:
    from bot.app import House

ALLOWED = ["message", "edited_message", "callback_query"]
AT_ONCE = 256  # updates in hand; each chat's wait for one another
RETRIES = 8  # after "too many requests", each as late as Telegram says
TIMEOUT = 20.0  # seconds for an answer of Telegram's
POLL = 25  # seconds a poll stays open
FIRST_TRY = 5.0  # seconds that the other channels wait for Telegram at the start
PAUSE, LONGEST_PAUSE = 2.0, 60.0  # seconds between attempts to reach it

log = logging.getLogger("kehoach.telegram")


def make(house: House, switchboard: Switchboard) -> TelegramChannel | None:
    """The channel, when there is a token."""
    token = house.settings.telegram_bot_token
    if token is None:
        return None
    keep_secret(token.get_secret_value())
    return TelegramChannel(house, switchboard)


class TelegramChannel:
    """Receives and shows; `send` is for letters that nobody in the chat has just asked for."""

    name = CHANNEL

    def __init__(self, house: House, switchboard: Switchboard) -> None:
        self._house = house
        self._switchboard = switchboard
        self._ledger = Ledger(house.store)
        self._bursts = Bursts()
        self._polls = PollRequest(1, read_timeout=POLL + TIMEOUT, proxy=house.settings.telegram_proxy or None)
        self._inbox = Inbox(self._ledger)
        self._app = application(house.settings, self._inbox, self._polls)
        self._app.add_handler(TypeHandler(Update, self._attend))
        self._post = Post(self._app.bot, self._ledger)
        self._secret = house.settings.telegram_webhook_secret.get_secret_value() or secrets.token_urlsafe(32)
        self._is_up = False

    async def start(self) -> None:
        """Come up, or go on trying in the background: a bad network must not keep the other channels waiting."""
        self._coming = asyncio.create_task(self._come_up())
        self._coming.add_done_callback(self._came_up)
        await asyncio.wait({self._coming}, timeout=FIRST_TRY)

    async def stop(self) -> None:
        """Fetch nothing new, answer what is in hand, and close."""
        self._coming.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._coming
        if not self._is_up:
            return
        self._bursts.hurry()
        if self._app.updater and self._app.updater.running:
            await self._app.updater.stop()
        await self._app.stop()
        await self._app.shutdown()

    async def send(self, chat_id: str, reply: Reply) -> None:
        """A letter: an admin's answer, a question to an admin, a welcome."""
        await self._post.show(reply, Place(int(chat_id)))

    async def _come_up(self) -> None:
        await self._reach()
        bot, settings = self._app.bot, self._house.settings
        receive = self._switchboard.receive
        files = Files(bot, receive, self._post, self._speaks, settings.telegram_local)
        people = self._house.people
        self._reception = Reception(bot.bot, receive, people, self._post, self._ledger, files, self._bursts)
        self._inbox.concerns_us = lambda update: hear(update, bot.bot) is not None
        await self._app.start()
        self._is_up = True
        for body in self._ledger.left():
            self._app.update_queue.put_nowait(Update.de_json(json.loads(body), bot))
        await self._listen()
        print(say("telegram.up", name=bot.username), flush=True)
        if not bot.can_read_all_group_messages:
            log.info(say("telegram.privacy_mode"))
        await set_menus(bot, [who.user_id for who in people.admins() if who.channel == CHANNEL])

    def _came_up(self, coming: asyncio.Task[None]) -> None:
        """What cannot be mended by waiting costs this channel, and the others go on."""
        error = None if coming.cancelled() else coming.exception()
        if error and not isinstance(error, Trouble):
            log.error("the channel did not come up", exc_info=error)
        if error:
            self._switchboard.lost(self.name, error)

    async def _reach(self) -> None:
        """The first call, until it succeeds; a wrong token will never succeed."""
        pause = PAUSE
        while True:
            try:
                await self._app.initialize()
                return
            except InvalidToken:
                raise Fault(say("telegram.bad_token")) from None
            except NetworkError as error:
                log.warning("Telegram cannot be reached, next try in %.0f s: %s", pause, error.message)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _listen(self) -> None:
        settings, updater = self._house.settings, self._app.updater
        assert updater
        if settings.telegram_webhook:
            if not settings.public_url.startswith("https://"):
                raise Fault(say("telegram.webhook_needs_url"))
            self._house.webhooks.open(CHANNEL, self._door)
            url = f"{settings.public_url.rstrip('/')}/hooks/{CHANNEL}"
            await self._app.bot.set_webhook(url, allowed_updates=ALLOWED, secret_token=self._secret)
            return
        rivals = Rivals(self._polls, lambda: self._switchboard.give_up(Fault(say("telegram.second_instance"))))
        await updater.start_polling(
            timeout=POLL, bootstrap_retries=-1, allowed_updates=ALLOWED, error_callback=rivals.notice
        )

    async def _door(self, headers: Mapping[str, str], body: bytes) -> int:
        """Telegram knocks at the web page's server. Without the secret it is somebody else."""
        shown = headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(shown.encode(), self._secret.encode()):
            return 403
        try:
            update = Update.de_json(json.loads(body), self._app.bot)
        except (ValueError, KeyError, TypeError):
            return 400
        await self._app.update_queue.put(update)
        return 200

    async def _attend(self, update: Update, context: object) -> None:
        try:
            await self._reception.attend(update)
        except Exception:
            await self._apologise(update)
        self._ledger.done(update.update_id)

    async def _apologise(self, update: Update) -> None:
        """A fault of the channel itself: ids to the log, a reference to the person."""
        code = secrets.token_hex(3)
        log.exception("fault %s: update %s", code, update.update_id)
        if update.effective_chat:
            text = phrase(self._house.settings.language, "bot.fault", code=code)
            await self._post.status(update.effective_chat.id, text)

    def _speaks(self, message: Incoming) -> str:
        return self._house.conversation.desk.language_of(message)


def application(settings: Settings, inbox: Inbox, polls: PollRequest) -> Application[Any, Any, Any, Any, Any, Any]:
    """The library's application as we want it."""
    assert settings.telegram_bot_token
    builder = (
        ApplicationBuilder()
        .token(settings.telegram_bot_token.get_secret_value())
        .base_url(settings.telegram_base_url)
        .base_file_url(settings.telegram_base_file_url)
        .local_mode(settings.telegram_local)
        .get_updates_request(polls)
        .read_timeout(TIMEOUT)
        .write_timeout(TIMEOUT)
        .connect_timeout(TIMEOUT)
        .pool_timeout(TIMEOUT)
        .rate_limiter(AIORateLimiter(max_retries=RETRIES))
        .concurrent_updates(AT_ONCE)
        .update_queue(inbox)
    )
    if settings.telegram_proxy:
        builder = builder.proxy(settings.telegram_proxy)
    return builder.build()
