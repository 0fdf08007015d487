"""Several short messages in a row taken as one question: "cho hỏi" · "cái kế hoạch số hoá" · "hạn nộp khi nào?".

A short message that does not look finished waits a moment for the next one. A question mark, a long message, an order
or a pressed button ends the waiting at once. How a channel waits is its own business; when, is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.messages import Content, Incoming
from bot.spoken import spoken

PATIENCE = 1.5  # seconds
SHORT = 60  # characters
MOST = 8  # messages in one question


def may_join(message: Incoming) -> bool:
    """Whether a message can be part of a burst: words of a private chat that order nothing."""
    is_words = message.content is Content.TEXT and bool(message.text.strip()) and message.action is None
    return is_words and not message.is_group and spoken(message.text) is None


def may_go_on(message: Incoming) -> bool:
    """Whether another message may follow that belongs to the same question."""
    text = message.text.rstrip()
    return len(text) <= SHORT and not text.endswith(("?", ".", "!")) and "\n" not in text


def joined(parts: Sequence[Incoming]) -> Incoming:
    """The question, standing where its last message stands."""
    return replace(parts[-1], text=" ".join(part.text.strip() for part in parts))
