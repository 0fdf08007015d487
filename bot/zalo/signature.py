"""Whether a call at the Official Account's webhook comes from Zalo: `sha256(appId + body + timestamp + secret)`.

A plain hash, over the raw bytes, with the timestamp that stands in the body; not an HMAC, as some code has it.
"""

from __future__ import annotations

import hashlib
import hmac

from bot.zalo.constants import CLOCK_SKEW, WEBHOOK_AGE


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
