"""The Telegram channel from start to stop: the application of python-telegram-bot around our reception.

Updates come by long polling, or by webhook through the web page's server when the settings say so.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    Update,
)
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder, ExtBot
from telegram.request import HTTPXRequest

from bot.conversation.dispatcher import Switchboard
from bot.conversation.letters import Letter, Letters
from bot.conversation.mailbox import GRACE, Mailbox
from bot.conversation.messages import Reply
from bot.errors import Fault, Trouble
from bot.i18n import say
from bot.sanitize import read_call
from bot.settings import Settings
from bot.telegram.handlers import Reception, Shown
from bot.telegram.sender import Ledger, Place, Post
from bot.telegram.updates import CHANNEL
from prompts import LANGUAGES, phrase

if TYPE_CHECKING:
    from bot.app import House

PATIENCE = 2  # conflicts that a newcomer takes before it stops

log = logging.getLogger("kehoach.telegram")


class PollRequest(HTTPXRequest):
    """The connection for polling; knows whether a poll ever came through."""

    has_polled = False

    async def do_request(self, *args: Any, **more: Any) -> tuple[int, bytes]:
        """As usual, and remembers a success. An update that nobody can read is emptied: it would come for ever."""
        status, body = await super().do_request(*args, **more)
        self.has_polled = self.has_polled or status == 200
        return status, readable(body) if status == 200 else body


class Arrivals(asyncio.Queue[Any]):
    """The library's queue of updates. Each is kept in the mailbox instead, before Telegram hears that we have it."""

    keep: Callable[[Update], None] = staticmethod(lambda update: None)

    async def put(self, item: object) -> None:
        """An update that cannot be kept is set aside; the library's own signals pass."""
        if not isinstance(item, Update):
            await super().put(item)
            return
        try:
            self.keep(item)
        except Exception as error:
            log.error("update %s is set aside: %s: %s", item.update_id, type(error).__name__, error)


def readable(body: bytes) -> bytes:
    """The reply to a poll with every update that the library can read, and only the number of every other one."""
    try:
        told = json.loads(body)
        updates = [each for each in told["result"] if isinstance(each["update_id"], int)]
    except (ValueError, LookupError, TypeError):
        return body
    kept = [each if _is_readable(each) else {"update_id": each["update_id"]} for each in updates]
    return body if kept == told["result"] else json.dumps({**told, "result": kept}).encode()


def _is_readable(update: dict[str, Any]) -> bool:
    try:
        Update.de_json(update, None)
    except Exception as error:
        log.error("update %s is set aside: %s", update["update_id"], type(error).__name__)
        return False
    return True


class Rivals:
    """Counts conflicts; tells once when this instance has to stop.

    Telegram gives updates to one instance: a newer call ends the older one's with "Conflict", whoever came first. The
    older instance calls again at once, so it is the newcomer that never gets a poll through; it is the one to stop.
    """

    def __init__(self, request: PollRequest, stop: Callable[[], None]) -> None:
        self._request, self._stop = request, stop
        self._count = 0

    def notice(self, error: TelegramError) -> None:
        """Called with everything that goes wrong while polling; the library tries again by itself."""
        if not isinstance(error, Conflict):
            log.warning("Telegram cannot be reached: %s", error.message)
            return
        self._count += 1
        log.warning("another instance polls with the same token")
        if self._count == PATIENCE and not self._request.has_polled:
            self._stop()


ALLOWED = ["message", "edited_message", "callback_query"]
RETRIES = 8  # after "too many requests", each as late as Telegram says
TIMEOUT = 20.0  # seconds for an answer of Telegram's
POLL = 25  # seconds a poll stays open
FIRST_TRY = 5.0  # seconds that the other channels wait for Telegram at the start
PAUSE, LONGEST_PAUSE = 2.0, 60.0  # seconds between attempts to reach it

App = Application[Any, Any, Any, Any, Any, Any]


def make(house: House, switchboard: Switchboard) -> TelegramChannel:
    assert house.settings.telegram_bot_token
    keep_secret(house.settings.telegram_bot_token.get_secret_value())
    return TelegramChannel(house, switchboard)


class TelegramChannel:
    """Receives and shows; `send` is for letters that nobody in the chat has just asked for."""

    name = CHANNEL

    def __init__(self, house: House, switchboard: Switchboard) -> None:
        self._house, self._switchboard = house, switchboard
        self._polls = PollRequest(1, read_timeout=POLL + TIMEOUT, proxy=house.settings.telegram_proxy or None)
        self._arrivals = Arrivals()
        self._app = application(house.settings, self._arrivals, self._polls)
        self._post = Post(self._app.bot, Ledger(house.store))
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
        await asyncio.gather(self._deaf(), self._mailbox.close())
        await self._app.stop()
        await self._app.shutdown()

    async def send(self, chat_id: str, reply: Reply) -> None:
        """A letter: an admin's answer, a question to an admin, a welcome."""
        await self._post.show(reply, Place(int(chat_id)))

    def may_bring(self, chat_id: str) -> bool:
        """Telegram sets no limit that an office could reach."""
        return self._is_up

    def bring(self, letter: Letter) -> None:
        self._mailbox.release(letter)

    async def _come_up(self) -> None:
        await self._reach()
        bot = self._app.bot
        reception = Reception(self._house, self._switchboard.receive, self._post)
        self._mailbox: Mailbox[Shown] = Mailbox(Letters(self._house.store, CHANNEL), reception)
        self._arrivals.keep = lambda update: reception.arrived(update, self._mailbox)
        await self._app.start()
        self._is_up = True
        self._mailbox.start()
        await self._listen()
        print(say("telegram.up", name=bot.username), flush=True)
        if not bot.can_read_all_group_messages:
            log.info(say("telegram.privacy_mode"))
        await set_menus(bot, [who.user_id for who in self._house.people.admins() if who.channel == CHANNEL])

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
        await self._arrivals.put(Update.de_json(read_call(body), self._app.bot))
        return 200

    async def _deaf(self) -> None:
        """Fetch nothing new. What a dead network keeps from being acknowledged comes again and is known."""
        if self._app.updater and self._app.updater.running:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._app.updater.stop(), GRACE)


def application(settings: Settings, arrivals: Arrivals, polls: PollRequest) -> App:
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
        .update_queue(arrivals)
    )
    if settings.telegram_proxy:
        builder = builder.proxy(settings.telegram_proxy)
    return builder.build()


class Discreet(logging.Formatter):
    """Another formatter whose lines, tracebacks included, have a secret blotted out."""

    def __init__(self, inner: logging.Formatter, secret: str) -> None:
        super().__init__()
        self._inner, self._secret = inner, secret

    def format(self, record: logging.LogRecord) -> str:
        return self._inner.format(record).replace(self._secret, "***")


def keep_secret(secret: str) -> None:
    """From now on no log line shows it."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(Discreet(handler.formatter or logging.Formatter(), secret))


async def set_menus(bot: ExtBot[None], admins: Iterable[str]) -> None:
    """Tell Telegram what to offer. The bot works without menus, so a fault here is only logged."""
    scopes: list[tuple[BotCommandScope, tuple[str, ...]]] = [
        (BotCommandScopeAllPrivateChats(), ("telegram.commands",)),
        (BotCommandScopeAllGroupChats(), ("telegram.commands_group",)),
        *((BotCommandScopeChat(int(who)), ("telegram.commands", "telegram.commands_admin")) for who in admins),
    ]
    for scope, keys in scopes:
        for language in LANGUAGES:
            try:
                # Without a language it is what everybody sees whose language we do not speak.
                code = None if language == LANGUAGES[0] else language
                await bot.set_my_commands(commands(language, keys), scope, code)
            except TelegramError as error:
                log.warning("no menu for %s: %s", scope.type, error)


def commands(language: str, keys: Iterable[str]) -> list[BotCommand]:
    """The commands of some phrases, one a line: `name - what it does`."""
    lines = [line for key in keys for line in phrase(language, key).splitlines()]
    return [BotCommand(*line.split(" - ", 1)) for line in lines]
