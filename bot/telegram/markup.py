"""Telegram's HTML and its measure: lengths count UTF-16 units of what is visible, after the tags are taken away."""

from __future__ import annotations

import html
import re

from bot.conversation.plain import shorten

_TAG = re.compile(r"<[^<>]+>")


def escape(text: str) -> str:
    """Text that is shown as it is."""
    return html.escape(text, quote=False)


def visible(markup: str) -> str:
    """What a person sees of our own markup."""
    return html.unescape(_TAG.sub("", markup))


def units(text: str) -> int:
    """UTF-16 units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def fitting(text: str, room: int) -> str:
    """The longest beginning of at most `room` units, ended at a sentence, line or word where possible."""
    short = shorten(text, room)
    while units(short) > room:  # letters outside the basic plane count twice
        short = shorten(text, len(short) - (units(short) - room + 1) // 2)
    return short


def parts(text: str, room: int) -> list[str]:
    """The whole text in parts of at most `room` units; nothing but white space at the seams is lost."""
    found = []
    while text:
        part = fitting(text, room)
        found.append(part)
        text = text[len(part) :].lstrip()
    return found or [""]
