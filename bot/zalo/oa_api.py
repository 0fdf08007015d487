"""The Official Account over HTTP: its tokens, text, buttons, files, and what its webhook brings, read into `Incoming`.

Errors come with HTTP 200 and a number other than 0. An access token lives 25 hours; a refresh token works once and
brings the next. A pair that was used before it was kept could be lost in a crash, and then a person has to give consent
anew in Zalo's console: so a new pair is written first, only one renewal runs at a time, and nothing breaks it off.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import logging
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from bot.conversation.messages import Attachment, Button, Content, Incoming
from bot.database import Store
from bot.settings import Settings
from bot.zalo import constants as zalo
from bot.zalo.constants import CLOCK_SKEW, OA_EVENTS, OA_FOLLOW, WEBHOOK_AGE
from bot.zalo.http import FileGone, FileTooLarge, Json, Uncertain, ZaloError, call, part, patiently

CHANNEL = "zalo_oa"
_ACTION = re.compile(r"#([a-z]{1,8}:[\w:-]*)")


def identity(event: Json) -> tuple[str, str, float]:
    """By which a message is known, who sent it, and when (seconds)."""
    user = str(part(event, "sender").get("id") or part(event, "follower").get("id") or "")
    stamp = str(event.get("timestamp") or "")
    ident = str(part(event, "message").get("msg_id") or "")
    fallback = hashlib.sha256(f"{event.get('event_name')}{user}{stamp}".encode()).hexdigest()[:24]
    return ident or fallback, user, float(stamp) / 1000 if stamp.isdecimal() else 0.0


def incoming(event: Json) -> Incoming | None:
    """The message of an event; None for echoes of what the account said and for everything nobody has to answer."""
    name = str(event.get("event_name") or "")
    ident, user, _ = identity(event)
    if name == OA_FOLLOW:
        return Incoming(CHANNEL, user, user, "/start", ident)
    content = OA_EVENTS.get(name)
    if content is None or not user:
        return None
    text = unicodedata.normalize("NFC", str(part(event, "message").get("text") or "")).strip()
    action = _ACTION.fullmatch(text)
    told = text if content in (Content.TEXT, Content.PHOTO) else ""
    return Incoming(CHANNEL, user, user, told, ident, content=content, action=action[1] if action else None)


def sent_file(event: Json) -> tuple[str, str]:
    """Where the file of a `user_send_file` event can be fetched ('' for none), and its name."""
    for attachment in part(event, "message").get("attachments") or []:
        payload = part(attachment, "payload") if isinstance(attachment, dict) else {}
        if str(payload.get("url") or "").startswith(("https://", "http://")):
            return str(payload["url"]), str(payload.get("name") or "tep")
    return "", ""


def signature(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """What Zalo writes after `mac=`."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def is_signed(shown: str, app_id: str, body: bytes, timestamp: str, secret: str) -> bool:
    """Compared in constant time."""
    right = signature(app_id, body, timestamp, secret)
    return hmac.compare_digest(shown.strip().removeprefix("mac=").lower().encode(), right.encode())


def is_recent(timestamp: str, now: float) -> bool:
    """Young enough for a repetition of Zalo's, not from the future. What is repeated is known by its id besides."""
    try:
        age = now - float(timestamp) / 1000
    except ValueError:
        return False
    return -CLOCK_SKEW <= age <= WEBHOOK_AGE


log = logging.getLogger("kehoach.zalo")


class Tokens:
    """Gives a token that is good now, for the account's app that the settings name."""

    def __init__(self, settings: Settings, store: Store, client: httpx.AsyncClient) -> None:
        secrets = (settings.zalo_oa_app_secret, settings.zalo_oa_refresh_token, settings.zalo_oa_access_token)
        self._secret, self._refresh, self._access = (each.get_secret_value() if each else "" for each in secrets)
        self._app = settings.zalo_oa_app_id
        self._address = settings.zalo_oa_oauth_url.rstrip("/") + zalo.OA_TOKEN_PATH
        self._store, self._client = store, client
        self._renewing: asyncio.Task[str] | None = None
        self._sow()

    async def access(self) -> str:
        """The access token, renewed when its end is near."""
        row = self._row()
        if row["access"] and row["expires"] > self._store.clock() + zalo.REFRESH_BEFORE:
            return str(row["access"])
        return await self.renewed(str(row["access"]))

    async def renewed(self, stale: str) -> str:
        """A new token in place of `stale`. One renewal serves all who wait, and goes on when one of them gives up."""
        row = self._row()
        if row["access"] and row["access"] != stale:
            return str(row["access"])
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew(str(row["refresh"])))
        return await asyncio.shield(self._renewing)

    async def settled(self) -> None:
        """Until no renewal is on its way: the connection must not be closed before."""
        if self._renewing:
            await asyncio.wait([self._renewing])

    async def _renew(self, refresh: str) -> str:
        form = {"app_id": self._app, "grant_type": "refresh_token", "refresh_token": refresh}
        headers = {"secret_key": self._secret}
        try:
            status, body = await call(self._client, self._address, data=form, headers=headers, timeout=20)
        except Uncertain as error:  # nothing was sent to anybody yet, so what waits for the token may try again
            raise ZaloError(0, f"no word about new tokens ({error})", passing=True) from None
        if not body.get("access_token") or not body.get("refresh_token"):
            raise self._refused(status, body)
        self._keep(str(body["access_token"]), str(body["refresh_token"]), _life(body))
        log.info("Zalo OA: the tokens were renewed")
        return str(body["access_token"])

    def _refused(self, status: int, body: Json) -> ZaloError:
        code = int(body.get("error") or status)
        if code in zalo.OA_DEAD_REFRESH:
            log.error(
                "Zalo OA: the refresh token is dead (%d). Nobody is answered there until an admin gives consent in"
                " developers.zalo.me and puts the new token into ZALO_OA_REFRESH_TOKEN (docs/zalo.md)",
                code,
            )
        # Whatever the reason, without a token no answer leaves, and the questions wait until somebody has mended it.
        passing = code in zalo.OA_BUSY
        alarm = "" if passing else "zalo.dead_refresh"
        return ZaloError(code, "the tokens could not be renewed", passing, alarm)

    def _sow(self) -> None:
        """The settings' pair counts when it is a new one; else what was renewed since."""
        seed = hashlib.sha256(self._refresh.encode()).hexdigest()
        row = self._store.find("zalo_tokens", app=self._app)
        if row is None or row["seed"] != seed:
            # How old the access token of the settings is nobody knows: it is tried, and renewed when refused.
            expires = self._store.clock() + zalo.TOKEN_LIFE if self._access else 0.0
            self._store.put("zalo_tokens", self._app, seed, self._access, self._refresh, expires)

    def _keep(self, access: str, refresh: str, life: float) -> None:
        self._store.write(
            "UPDATE zalo_tokens SET access = ?, refresh = ?, expires = ? WHERE app = ?",
            *(access, refresh, self._store.clock() + life, self._app),
        )

    def _row(self) -> Json:
        [row] = self._store.rows("SELECT * FROM zalo_tokens WHERE app = ?", self._app)
        return dict(row)


def _life(body: Json) -> float:
    """Zalo tells seconds, as a string."""
    try:
        return float(str(body.get("expires_in")))
    except ValueError:
        return zalo.TOKEN_LIFE


class OaApi:
    def __init__(self, base_url: str, tokens: Tokens, client: httpx.AsyncClient) -> None:
        self._base = base_url.rstrip("/")
        self._tokens, self._client = tokens, client
        self._reacts = True

    async def send(self, user_id: str, text: str, buttons: Sequence[Button] = ()) -> None:
        """One message with up to five buttons; a press comes back as a message with the button's action."""
        message: Json = {"text": text}
        if buttons:
            rows = [_button(each) for each in buttons[: zalo.BUTTONS]]
            message["attachment"] = {"type": "template", "payload": {"buttons": rows}}
        await self._message(user_id, message)

    async def send_file(self, user_id: str, file: Attachment) -> None:
        """A file of a kind and size that Zalo takes: first up, then on to the person."""
        uploaded = await self._call(zalo.OA_UPLOAD_PATH, files={"file": (file.name, file.data)})
        # Documented is `token`; live code was seen to use `attachment_id`.
        name = "token" if uploaded.get("token") else "attachment_id"
        await self._message(user_id, {"attachment": {"type": "file", "payload": {name: uploaded.get(name)}}})

    async def send_picture(self, user_id: str, picture: Attachment) -> None:
        uploaded = await self._call(zalo.OA_PICTURE_PATH, files={"file": (picture.name, picture.data)})
        element = {"media_type": "image", "attachment_id": uploaded.get("attachment_id")}
        payload = {"template_type": "media", "elements": [element]}
        await self._message(user_id, {"attachment": {"type": "template", "payload": payload}})

    async def react(self, user_id: str, message_id: str) -> None:
        """Mark a person's message as seen, which costs nothing. Only a courtesy: the first refusal ends it."""
        if not self._reacts:
            return
        action = {"react_icon": zalo.REACTION, "react_message_id": message_id}
        try:
            await self._with_token(
                zalo.OA_REACT_PATH, {"json": {"recipient": {"user_id": user_id}, "sender_action": action}}
            )
        except (ZaloError, Uncertain) as error:
            self._reacts = isinstance(error, Uncertain) or error.passing or bool(error.alarm)
            log.info("Zalo OA: no reaction: %s", error)

    async def fetch(self, address: str) -> bytes:
        """A file that somebody sent; FileTooLarge or FileGone when there is none to be had."""
        data = bytearray()
        try:
            async with self._client.stream("GET", address, timeout=60, follow_redirects=True) as response:
                response.raise_for_status()
                async for chunk in response.aiter_bytes():
                    data += chunk
                    if len(data) > zalo.FILE_IN_BYTES:
                        raise FileTooLarge
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("Zalo OA: a file could not be fetched: %s", type(error).__name__)
            raise FileGone from None
        return bytes(data)

    async def keep_fresh(self) -> None:
        await self._tokens.access()

    async def settled(self) -> None:
        await self._tokens.settled()

    async def _message(self, user_id: str, message: Json) -> None:
        await self._call(zalo.OA_SEND_PATH, json={"recipient": {"user_id": user_id}, "message": message})

    async def _call(self, path: str, **request: Any) -> Json:
        return await patiently(lambda: self._with_token(path, request))

    async def _with_token(self, path: str, request: Json) -> Json:
        """A token that Zalo calls stale is renewed, and the call made once more."""
        token = await self._tokens.access()
        try:
            return await self._once(path, token, request)
        except ZaloError as error:
            if error.code not in zalo.OA_STALE_TOKEN:
                raise
        return await self._once(path, await self._tokens.renewed(token), request)

    async def _once(self, path: str, token: str, request: Json) -> Json:
        headers = {"access_token": token}
        status, body = await call(self._client, self._base + path, headers=headers, timeout=30, **request)
        code = int(body.get("error", status if status != 200 or not body else 0))
        if code == 0:
            data = body.get("data")
            return data if isinstance(data, dict) else {}
        told = zalo.OA_MEANINGS.get(code) or str(body.get("message") or f"HTTP {status}").replace(token, "…")
        raise ZaloError(code, told, code in zalo.OA_BUSY, zalo.OA_ALARMS.get(code, ""))


def sendable(file: Attachment) -> bool:
    """Whether Zalo takes this kind of file at this size."""
    if file.picture:
        return len(file.data) <= zalo.PICTURE_OUT_BYTES
    return file.name.lower().endswith(zalo.FILE_OUT_TYPES) and len(file.data) <= zalo.FILE_OUT_BYTES


def _button(button: Button) -> Json:
    return {"title": button.label[: zalo.BUTTON_TITLE], "type": "oa.query.hide", "payload": f"#{button.action}"}


TEXT_TYPES = (".txt", ".md")


def as_word(file: Attachment) -> Attachment:
    """The same words, line by line; anything but readable text is given back as it is."""
    if not file.name.lower().endswith(TEXT_TYPES):
        return file
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return file
    from docx import Document  # only now: a bot without Zalo has no need of it

    document = Document()
    for line in text.splitlines():
        document.add_paragraph("".join(letter for letter in line if letter >= " " or letter == "\t"))
    data = io.BytesIO()
    document.save(data)
    return Attachment(f"{Path(file.name).stem}.docx", data.getvalue())
