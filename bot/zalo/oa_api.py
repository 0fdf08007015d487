"""The Official Account over HTTP: text, buttons, files. Errors come with HTTP 200 and a number other than 0."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from bot.conversation.messages import Attachment, Button
from bot.zalo import constants as zalo
from bot.zalo.errors import FileGone, FileTooLarge, Uncertain, ZaloError
from bot.zalo.http import PAUSES, Json, call, patiently
from bot.zalo.oa_tokens import Tokens

log = logging.getLogger("kehoach.zalo")


class OaApi:
    """One Official Account."""

    def __init__(
        self, base_url: str, tokens: Tokens, client: httpx.AsyncClient, pauses: Sequence[float] = PAUSES
    ) -> None:
        self._base = base_url.rstrip("/")
        self._tokens = tokens
        self._client = client
        self._pauses = pauses
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
        """A page of a plan."""
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
        """Renew the tokens when their end is near."""
        await self._tokens.access()

    async def _message(self, user_id: str, message: Json) -> None:
        await self._call(zalo.OA_SEND_PATH, json={"recipient": {"user_id": user_id}, "message": message})

    async def _call(self, path: str, **request: Any) -> Json:
        return await patiently(lambda: self._with_token(path, request), self._pauses)

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
