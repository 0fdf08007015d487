"""A reply as plain text, for channels without formatting (the terminal, Zalo); text and lists made to fit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.messages import Button, Piece, Proof, Reply
from prompts import phrase


def plain_text(reply: Reply) -> str:
    """The whole reply."""
    nearest = any(piece.proof is Proof.NEAREST for piece in reply.pieces)
    blocks = (
        "\n".join((reply.headline, *reply.lines)),
        phrase(reply.language, "bot.nearest") if nearest else "",
        *(_piece(reply, piece) for piece in reply.pieces),
        *reply.notes,
        numbered(reply.choices),
    )
    return "\n\n".join(block for block in blocks if block)


def numbered(buttons: Sequence[Button]) -> str:
    """Buttons as a line of numbers to type: "1 Toàn văn · 2 Khoản sau". Arrows are for things to press."""
    return " · ".join(f"{number} {button.label.strip('◀▶ ')}" for number, button in enumerate(buttons, 1))


def units(text: str) -> int:
    """The length as chat services count it, in UTF-16 units: letters beyond the basic plane count twice."""
    return len(text.encode("utf-16-le")) // 2


def shorten(text: str, room: int) -> str:
    """At most `room` characters, ended at a sentence or line where one ends in the second half, else at a word."""
    if len(text) <= room:
        return text
    head = text[:room]
    for pattern in (r".*(?:[.;!?](?=\s)|\n)", r".*(?=\s)"):
        match = re.match(pattern, head, re.DOTALL)
        if match and match.end() > room // 2:
            return match.group().rstrip()
    return head


def fitting(text: str, room: int) -> str:
    """The longest beginning of at most `room` units, ended at a sentence, line or word where possible."""
    short = shorten(text, room)
    while units(short) > room:  # letters outside the basic plane count twice
        short = shorten(text, len(short) - (units(short) - room + 1) // 2)
    return short


def shortened(text: str, room: int, language: str) -> str:
    """The same with a mark where it was cut."""
    return text if len(text) <= room else shorten(text, room) + phrase(language, "bot.cut")


def more_note(language: str, total: int, end: int, key: str = "bot.more_note") -> tuple[str, ...]:
    """That there are more than the first `end`, and how many."""
    return (phrase(language, key, count=total - end),) if total > end else ()


def place_line(reply: Reply, piece: Piece) -> str:
    """Where a quote stands: "Điểm a khoản 2 mục II · 120/KH-UBND · trang 5"."""
    page = [phrase(reply.language, "bot.page", page=piece.page)] if piece.page else []
    number = f"[{piece.number}] " if piece.number else ""
    return number + " · ".join((piece.place, piece.plan, *page))


def _piece(reply: Reply, piece: Piece) -> str:
    restored = [phrase(reply.language, "bot.restored", text=piece.restored)] if piece.restored else []
    link = [piece.link] if piece.link else []
    quoted = [f"“{_pointed(piece)}”"] if piece.quote else []
    return "\n".join((f"📌 {place_line(reply, piece)}", *quoted, *restored, *link))


def _pointed(piece: Piece) -> str:
    """Before the lines that prove, where there are others, an arrow: plain text has no other mark."""
    quote = piece.quote
    starts = {quote.rfind("\n", 0, start) + 1 for start, _ in piece.marks if start < len(quote)}
    if "\n" not in quote:
        return quote
    for start in sorted(starts, reverse=True):
        quote = f"{quote[:start]}▸ {quote[start:]}"
    return quote
