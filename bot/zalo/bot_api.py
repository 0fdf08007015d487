"""The Zalo Bot Platform over HTTP: the few methods we use. `ok` decides, whatever the HTTP status says."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import httpx

from bot.zalo import constants as zalo
from bot.zalo.errors import ZaloError
from bot.zalo.http import PAUSES, Json, call, patiently
from bot.zalo.pages import bold_styles
from bot.zalo.updates import events


class BotApi:
    """One bot, known by its token, which stays inside."""

    def __init__(
        self, token: str, base_url: str, client: httpx.AsyncClient, pauses: Sequence[float] | None = None
    ) -> None:
        self._token = token
        self._base = f"{base_url.rstrip('/')}/bot{token}/"
        self._client = client
        self._pauses = PAUSES if pauses is None else pauses

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
            await patiently(lambda: self.call("sendMessage", {**message, "text_styles": styles}), self._pauses)
        except ZaloError as error:
            if error.code != zalo.BAD_REQUEST:
                raise
            await patiently(lambda: self.call("sendMessage", message), self._pauses)

    async def typing(self, chat_id: str) -> None:
        """Show that an answer is on its way. Only a courtesy: faults do not matter."""
        with contextlib.suppress(Exception):
            await self.call("sendChatAction", {"chat_id": chat_id, "action": "typing"}, 5)

    async def set_webhook(self, address: str, secret: str) -> None:
        """From now on Zalo calls us."""
        await patiently(lambda: self.call("setWebhook", {"url": address, "secret_token": secret}), self._pauses)

    async def delete_webhook(self) -> None:
        """From now on we ask: Zalo gives nothing to who asks while it calls."""
        await self.call("deleteWebhook", {})
