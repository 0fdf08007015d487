"""What the Zalo Bot Platform sends, read into `Incoming`: wrapped, bare or listed, with or without every field."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence

from bot.conversation.messages import Content, Incoming
from bot.zalo.constants import BOT_EVENTS
from bot.zalo.http import Json

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
    chat = str(_part(message, "chat").get("id") or _part(message, "from").get("id") or "")
    ident = str(message.get("message_id") or "") or _digest(event)
    return ident, chat, _seconds(message.get("date"))


def incoming(event: Json, names: Sequence[str]) -> Incoming | None:
    """The message of an event; None for what is nobody's or needs no word: other bots, stickers thrown into a group."""
    message, event_name = event["message"], str(event.get("event_name") or "")
    sender = _part(message, "from")
    ident, chat, _ = identity(event)
    if sender.get("is_bot") or not chat or not sender.get("id"):
        return None
    in_group = str(_part(message, "chat").get("chat_type") or "").upper() == "GROUP"
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


def _part(message: Json, name: str) -> Json:
    part = message.get(name)
    return part if isinstance(part, dict) else {}


def _seconds(date: object) -> float:
    """Zalo counts milliseconds; a body without a date is as good as the oldest one."""
    try:
        return float(str(date)) / 1000
    except ValueError:
        return 0.0


def _digest(event: Json) -> str:
    """For a message without an id: the same body twice is the same message."""
    return hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()[:24]
