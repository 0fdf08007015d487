"""A reply as plain text, for channels without formatting: the terminal, Zalo. Nothing is cut without saying so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.messages import Button, Piece, Proof, Reply
from prompts import phrase


def plain_text(reply: Reply, limit: int | None = None) -> str:
    """The whole reply; with a `limit` of characters quotes give way first, the last ones before the first."""
    pieces = list(reply.pieces)
    text = _assembled(reply, pieces)
    while limit and len(text) > limit and len(pieces) > 1:
        pieces.pop()
        text = _assembled(reply, pieces)
    if limit and len(text) > limit and pieces:
        room = max(0, len(pieces[0].quote) - (len(text) - limit) - len(_cut_mark(reply)))
        text = _assembled(reply, [], _piece(reply, pieces[0], shorten(pieces[0].quote, room) + _cut_mark(reply)))
    return shorten(text, limit) if limit else text


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


def shortened(text: str, room: int, language: str) -> str:
    """The same with a mark where it was cut."""
    return text if len(text) <= room else shorten(text, room) + phrase(language, "bot.cut")


def place_line(reply: Reply, piece: Piece) -> str:
    """Where a quote stands: "Điểm a khoản 2 mục II · 120/KH-UBND · trang 5"."""
    page = [phrase(reply.language, "bot.page", page=piece.page)] if piece.page else []
    number = f"[{piece.number}] " if piece.number else ""
    return number + " · ".join((piece.place, piece.plan, *page))


def _assembled(reply: Reply, pieces: Sequence[Piece], extra: str = "") -> str:
    nearest = any(piece.proof is Proof.NEAREST for piece in pieces)
    blocks = (
        "\n".join((reply.headline, *reply.lines)),
        phrase(reply.language, "bot.nearest") if nearest else "",
        *(_piece(reply, piece, piece.quote) for piece in pieces),
        extra,
        *reply.notes,
        numbered(reply.choices),
    )
    return "\n\n".join(block for block in blocks if block)


def _piece(reply: Reply, piece: Piece, quote: str) -> str:
    restored = [phrase(reply.language, "bot.restored", text=piece.restored)] if piece.restored else []
    link = [piece.link] if piece.link else []
    quoted = [f"“{_pointed(quote, piece)}”"] if quote else []
    return "\n".join((f"📌 {place_line(reply, piece)}", *quoted, *restored, *link))


def _pointed(quote: str, piece: Piece) -> str:
    """Before the lines that prove, where there are others, an arrow: plain text has no other mark."""
    starts = {quote.rfind("\n", 0, start) + 1 for start, _ in piece.marks if start < len(quote)}
    if "\n" not in quote:
        return quote
    for start in sorted(starts, reverse=True):
        quote = f"{quote[:start]}▸ {quote[start:]}"
    return quote


def _cut_mark(reply: Reply) -> str:
    return phrase(reply.language, "bot.cut")
