"""What the Official Account's webhook brings, read into `Incoming`."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass

from bot.conversation.messages import Content, Incoming
from bot.zalo.constants import CLOCK_SKEW, OA_EVENTS, OA_FOLLOW, WEBHOOK_AGE
from bot.zalo.http import Json

CHANNEL = "zalo_oa"
_ACTION = re.compile(r"#([a-z]{1,8}:[\w:-]*)")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sent: where it can be fetched, and its name."""

    address: str
    name: str


def identity(event: Json) -> tuple[str, str, float]:
    """By which a message is known, who sent it, and when (seconds)."""
    user = str(_part(event, "sender").get("id") or _part(event, "follower").get("id") or "")
    stamp = str(event.get("timestamp") or "")
    ident = str(_part(event, "message").get("msg_id") or "")
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
    text = unicodedata.normalize("NFC", str(_part(event, "message").get("text") or "")).strip()
    action = _ACTION.fullmatch(text)
    told = text if content in (Content.TEXT, Content.PHOTO) else ""
    return Incoming(CHANNEL, user, user, told, ident, content=content, action=action[1] if action else None)


def sent_file(event: Json) -> Sent | None:
    """The file of a `user_send_file` event."""
    for attachment in _part(event, "message").get("attachments") or []:
        payload = _part(attachment, "payload") if isinstance(attachment, dict) else {}
        if str(payload.get("url") or "").startswith(("https://", "http://")):
            return Sent(str(payload["url"]), str(payload.get("name") or "tep"))
    return None


def _part(event: Json, name: str) -> Json:
    part = event.get(name)
    return part if isinstance(part, dict) else {}


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
