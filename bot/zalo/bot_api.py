"""The Zalo Bot Platform over HTTP: the few methods we use, and what it sends, read into `Incoming`.

`ok` decides, whatever the HTTP status says; what comes may be wrapped, bare or listed, with or without every field.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import httpx

from bot.conversation.messages import Content, Incoming
from bot.zalo import constants as zalo
from bot.zalo.constants import BOT_EVENTS
from bot.zalo.http import Json, ZaloError, call, part, patiently
from bot.zalo.pages import bold_styles

CHANNEL = "zalo"


def events(body: object) -> list[Json]:
    """The events in a body: `{"ok", "result": event}`, the event alone, or a list of either."""
    if isinstance(body, list):
        return [event for each in body for event in events(each)]
    if not isinstance(body, dict):
        return []
    if isinstance(body.get("message"), dict):
        return [body]
    return events(body.get("result"))


def identity(event: Json) -> tuple[str, str, float]:
    """By which a message is known, its chat, and when it was sent (seconds)."""
    message = event["message"]
    chat = str(part(message, "chat").get("id") or part(message, "from").get("id") or "")
    ident = str(message.get("message_id") or "") or _digest(event)
    return ident, chat, _seconds(message.get("date"))


def incoming(event: Json, names: Sequence[str]) -> Incoming | None:
    """The message of an event; None for what is nobody's or needs no word: other bots, stickers thrown into a group."""
    message, event_name = event["message"], str(event.get("event_name") or "")
    sender = part(message, "from")
    ident, chat, _ = identity(event)
    if sender.get("is_bot") or not chat or not sender.get("id"):
        return None
    in_group = str(part(message, "chat").get("chat_type") or "").upper() == "GROUP"
    content = BOT_EVENTS.get(event_name, Content.TEXT if message.get("text") else Content.OTHER)
    text = unicodedata.normalize("NFC", str(message.get("text") or message.get("caption") or "")).strip()
    if in_group:
        text = without_mention(text, names)
        if content is not Content.TEXT and not text:
            return None  # a group is not to be lectured about every picture
    return Incoming(
        *(CHANNEL, chat, str(sender["id"]), text, ident),
        user_name=str(sender.get("display_name") or ""),
        is_group=in_group,
        content=content,
    )


def without_mention(text: str, names: Sequence[str]) -> str:
    """The text without "@Bot …": by the bot's names where they are known, else the first word after the @.

    Zalo marks no mention, and names have spaces in them: that is why the setting ZALO_BOT_NAME exists.
    """
    for name in sorted(names, key=len, reverse=True):
        found = re.search(rf"@{re.escape(unicodedata.normalize('NFC', name))}(?!\w)[\s,:]*", text, re.IGNORECASE)
        if found:
            return f"{text[: found.start()]}{text[found.end() :]}".strip()
    return re.sub(r"^@\S+[\s,:]*", "", text)


def _seconds(date: object) -> float:
    """Zalo counts milliseconds; a body without a date is as good as the oldest one."""
    try:
        return float(str(date)) / 1000
    except ValueError:
        return 0.0


def _digest(event: Json) -> str:
    """For a message without an id: the same body twice is the same message."""
    return hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()[:24]


class BotApi:
    """One bot, known by its token, which stays inside."""

    def __init__(self, token: str, base_url: str, client: httpx.AsyncClient) -> None:
        self._token = token
        self._base = f"{base_url.rstrip('/')}/bot{token}/"
        self._client = client

    async def call(self, method: str, values: Json, patience: float = 20) -> Any:
        """One method's result; ZaloError when `ok` is not true."""
        status, body = await call(self._client, self._base + method, json=values, timeout=patience)
        if body.get("ok") is True:
            return body.get("result")
        code = int(body.get("error_code") or status)
        told = str(body.get("description") or f"HTTP {status} without an answer")
        alarm = zalo.BOT_ALARMS.get(code, "")
        raise ZaloError(code, told.replace(self._token, "…"), code in zalo.BOT_PASSING, alarm)

    async def names(self) -> list[str]:
        """What the bot is called, as far as Zalo tells."""
        me = await self.call("getMe", {})
        known = (me or {}).get
        return [name for key in ("display_name", "account_name", "name") if (name := str(known(key) or ""))]

    async def updates(self) -> list[Json]:
        """Wait for what people write; an idle wait ends with an error that is none."""
        try:
            # As text: that is how the clients known to work write it.
            wait = zalo.POLL_SECONDS
            result = await self.call("getUpdates", {"timeout": str(wait)}, wait + zalo.POLL_SLACK)
        except ZaloError as error:
            if error.code == zalo.NO_UPDATES:
                return []
            raise
        return events(result)

    async def send(self, chat_id: str, text: str) -> None:
        """One message, its headlines bold; when Zalo does not like the formatting, the same as plain text."""
        message, styles = {"chat_id": chat_id, "text": text}, bold_styles(text)
        try:
            await patiently(lambda: self.call("sendMessage", {**message, "text_styles": styles}))
        except ZaloError as error:
            if error.code != zalo.BAD_REQUEST:
                raise
            await patiently(lambda: self.call("sendMessage", message))

    async def typing(self, chat_id: str) -> None:
        """Show that an answer is on its way. Only a courtesy: faults do not matter."""
        with contextlib.suppress(Exception):
            await self.call("sendChatAction", {"chat_id": chat_id, "action": "typing"}, 5)

    async def set_webhook(self, address: str, secret: str) -> None:
        """From now on Zalo calls us."""
        await patiently(lambda: self.call("setWebhook", {"url": address, "secret_token": secret}))

    async def delete_webhook(self) -> None:
        """From now on we ask: Zalo gives nothing to who asks while it calls."""
        await self.call("deleteWebhook", {})
