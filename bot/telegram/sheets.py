"""Replies as messages of Telegram: HTML within its limit, never cut inside a tag, a quote never without its address.

Everything is cut as plain text before it gets its tags; lengths count UTF-16 units of what is visible. A quote that has
no room ends early and says so; the button for the whole clause shows the rest, in pages.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.messages import Kind, Piece, Proof, Reply
from bot.conversation.plain import place_line, shorten
from prompts import phrase

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


LIMIT = 4096
LEAST_QUOTE = 200  # units; a quote with less room than this goes to a message of its own


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message."""

    html: str

    @property
    def plain(self) -> str:
        """The same without tags, for a server that will not have them."""
        return visible(self.html)


def sheets(reply: Reply, bot_name: str = "", limit: int = LIMIT) -> list[Sheet]:
    """The messages that show a reply: nearly always one."""
    if reply.kind is Kind.CLAUSE and reply.pieces:
        return _clause(reply, limit)
    head, tail = _head(reply, bot_name), list(reply.notes)
    if not reply.pieces:
        return _packed([*head, *map(escape, tail)], limit)
    one = _with_quotes(reply, head, limit)
    if one:
        return [one]
    rest = _with_quotes(reply, [], limit)
    return [*_packed(head, limit), *([rest] if rest else [])]


def _head(reply: Reply, bot_name: str) -> list[str]:
    strong = reply.kind in (Kind.ANSWER, Kind.REFUSAL) or bool(reply.lines)
    headline = escape(reply.headline)
    link = f"https://t.me/{bot_name}?start={reply.invitation}"
    invited = [escape(phrase(reply.language, "telegram.invitation", link=link))] if reply.invitation else []
    return [f"<b>{headline}</b>" if strong else headline, *map(escape, reply.lines), *invited]


def _with_quotes(reply: Reply, head: Sequence[str], limit: int) -> Sheet | None:
    """Head, every piece and the notes in one message; None when there is no decent room for the quotes."""
    empty = _joined(reply, head, ["" for _ in reply.pieces])
    room = limit - units(visible(empty))
    if room < LEAST_QUOTE * len(reply.pieces):
        return None
    cut = phrase(reply.language, "bot.cut")
    shares = _shares([units(piece.quote) for piece in reply.pieces], room)
    quotes = [_cut(piece.quote, share, cut) for piece, share in zip(reply.pieces, shares, strict=True)]
    return Sheet(_joined(reply, head, quotes))


def _joined(reply: Reply, head: Sequence[str], quotes: Sequence[str]) -> str:
    blocks = ["\n".join(head)] if head else []
    if any(piece.proof is Proof.NEAREST for piece in reply.pieces):
        blocks.append(escape(phrase(reply.language, "bot.nearest")))
    blocks += [_piece(reply, piece, quote) for piece, quote in zip(reply.pieces, quotes, strict=True)]
    blocks += [f"<i>{escape(note)}</i>" for note in reply.notes]
    return "\n\n".join(blocks)


def _piece(reply: Reply, piece: Piece, quote: str, page: str = "") -> str:
    # A clause that was asked for is open; a proof under an answer opens at a touch.
    opening = "<blockquote>" if piece.proof is Proof.WHOLE else "<blockquote expandable>"
    lines = [f"📌 {escape(place_line(reply, piece))}{page}"]
    if quote or piece.quote:
        lines.append(f"{opening}{_marked(quote, piece.marks)}</blockquote>")
    if piece.restored:
        lines.append(f"<i>{escape(phrase(reply.language, 'bot.restored', text=piece.restored))}</i>")
    return "\n".join(lines)


def _marked(quote: str, marks: Sequence[tuple[int, int]]) -> str:
    """The quote with what proves in bold; a mark ends where the quote was cut."""
    told, at = "", 0
    for start, end in sorted(marks):
        start, end = max(at, start), min(end, len(quote))
        if start < end:
            told += f"{escape(quote[at:start])}<b>{escape(quote[start:end])}</b>"
            at = end
    return told + escape(quote[at:])


def _clause(reply: Reply, limit: int) -> list[Sheet]:
    """A clause page by page, each with its place."""
    [piece] = reply.pieces
    head = f"<b>{escape(reply.headline)}</b>"
    around = [head, _piece(reply, piece, "", " (99/99)"), *map(escape, reply.notes)]
    room = limit - units(visible("\n\n".join(around)))
    found = parts(piece.quote, max(room, LEAST_QUOTE))
    return [_clause_page(reply, piece, head, part, number, len(found)) for number, part in enumerate(found, 1)]


def _clause_page(reply: Reply, piece: Piece, head: str, part: str, number: int, total: int) -> Sheet:
    page = f" ({number}/{total})" if total > 1 else ""
    notes = [f"<i>{escape(note)}</i>" for note in reply.notes]
    return Sheet("\n\n".join([head, _piece(reply, piece, part, page), *notes]))


def _packed(lines: Sequence[str], limit: int) -> list[Sheet]:
    """Lines in as few messages as they fit. Only a line that is too long for any message is cut, and loses its tags."""
    found = [""]
    for line in lines:
        for part in [line] if units(visible(line)) <= limit else map(escape, parts(visible(line), limit)):
            joined = f"{found[-1]}\n{part}" if found[-1] else part
            if units(visible(joined)) <= limit:
                found[-1] = joined
            else:
                found.append(part)
    return [Sheet(each) for each in found]


def _shares(lengths: Sequence[int], room: int) -> list[int]:
    """Room for each quote: short ones get what they need, the long ones the rest in equal parts."""
    shares = [0] * len(lengths)
    for done, place in enumerate(sorted(range(len(lengths)), key=lambda each: lengths[each])):
        shares[place] = min(lengths[place], room // (len(lengths) - done))
        room -= shares[place]
    return shares


def _cut(quote: str, room: int, mark: str) -> str:
    return quote if units(quote) <= room else fitting(quote, room - units(mark)) + mark
