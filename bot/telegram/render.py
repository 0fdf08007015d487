"""How replies look in Telegram: HTML within its limit, never cut inside a tag, a quote with its address; buttons.

Everything is cut as plain text before it gets its tags; lengths count UTF-16 units of what is visible. A quote that has
no room ends early and says so; the button for the whole clause shows the rest, in pages. A button's data is the core's
own token, with a mark in front that says where the reply goes:

    w:3f:0      a new message
    e~w:3f:0    in place of the pressed message
    2~w:3f:0    page 2 of the reply, in place of the pressed message
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.conversation import callback_data
from bot.conversation.callback_data import Token, Verb
from bot.conversation.messages import Button, Kind, Piece, Proof, Reply
from bot.conversation.plain import fitting, place_line, units
from prompts import phrase

_TAG = re.compile(r"<[^<>]+>")


def escape(text: str) -> str:
    return html.escape(text, quote=False)


def visible(markup: str) -> str:
    """What a person sees of our own markup."""
    return html.unescape(_TAG.sub("", markup))


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


def sheets(reply: Reply, bot_name: str = "", limit: int = LIMIT) -> list[str]:
    """The messages that show a reply, as HTML: nearly always one."""
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


def _with_quotes(reply: Reply, head: Sequence[str], limit: int) -> str | None:
    """Head, every piece and the notes in one message; None when there is no decent room for the quotes."""
    empty = _joined(reply, head, ["" for _ in reply.pieces])
    room = limit - units(visible(empty))
    if room < LEAST_QUOTE * len(reply.pieces):
        return None
    cut = phrase(reply.language, "bot.cut")
    shares = _shares([units(piece.quote) for piece in reply.pieces], room)
    quotes = [_cut(piece.quote, share, cut) for piece, share in zip(reply.pieces, shares, strict=True)]
    return _joined(reply, head, quotes)


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


def _clause(reply: Reply, limit: int) -> list[str]:
    """A clause page by page, each with its place."""
    [piece] = reply.pieces
    head = f"<b>{escape(reply.headline)}</b>"
    around = [head, _piece(reply, piece, "", " (99/99)"), *map(escape, reply.notes)]
    room = limit - units(visible("\n\n".join(around)))
    found = parts(piece.quote, max(room, LEAST_QUOTE))
    return [_clause_page(reply, piece, head, part, number, len(found)) for number, part in enumerate(found, 1)]


def _clause_page(reply: Reply, piece: Piece, head: str, part: str, number: int, total: int) -> str:
    page = f" ({number}/{total})" if total > 1 else ""
    notes = [f"<i>{escape(note)}</i>" for note in reply.notes]
    return "\n\n".join([head, _piece(reply, piece, part, page), *notes])


def _packed(lines: Sequence[str], limit: int) -> list[str]:
    """Lines in as few messages as they fit. Only a line that is too long for any message is cut, and loses its tags."""
    found = [""]
    for line in lines:
        for part in [line] if units(visible(line)) <= limit else map(escape, parts(visible(line), limit)):
            joined = f"{found[-1]}\n{part}" if found[-1] else part
            if units(visible(joined)) <= limit:
                found[-1] = joined
            else:
                found.append(part)
    return found


def _shares(lengths: Sequence[int], room: int) -> list[int]:
    """Room for each quote: short ones get what they need, the long ones the rest in equal parts."""
    shares = [0] * len(lengths)
    for done, place in enumerate(sorted(range(len(lengths)), key=lambda each: lengths[each])):
        shares[place] = min(lengths[place], room // (len(lengths) - done))
        room -= shares[place]
    return shares


def _cut(quote: str, room: int, mark: str) -> str:
    return quote if units(quote) <= room else fitting(quote, room - units(mark)) + mark


COPY_LIMIT = 256
LABEL_LIMIT = 60  # longer ones do not fit a telephone's screen
# Under these the answer stays as it is, and what is asked for comes below it.
_STAYING = (Kind.ANSWER, Kind.REFUSAL)


@dataclass(frozen=True, slots=True)
class Press:
    """Pressed button's data taken apart."""

    action: str
    in_place: bool = False
    page: int = 0


def press(data: str) -> Press:
    """What cannot be read is left to the core, which finds it no token of ours."""
    match = re.fullmatch(r"(?:(e|\d{1,3})~)?(.*)", data, re.DOTALL)
    mark, action = (match[1], match[2]) if match else (None, data)
    return Press(action, mark is not None, int(mark) if mark and mark.isdecimal() else 0)


def keyboard(
    reply: Reply, page: int = 0, pages: int = 1, bot_name: str = "", in_group: bool = False
) -> InlineKeyboardMarkup | None:
    rows = [[_button(button, reply) for button in row] for row in reply.buttons]
    turning = _turning(reply, page, pages) if pages > 1 and reply.ref else []
    own = _own(reply, bot_name, in_group)
    if own and any(button.file for row in reply.buttons[1:2] for button in row):
        own += rows.pop(1)  # the citation and its original stand side by side
    rows = [row for row in (turning, *rows[:1], own, *rows[1:]) if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button, reply: Reply) -> InlineKeyboardButton:
    in_place = reply.kind not in _STAYING and not button.file
    return InlineKeyboardButton(_label(button.label), callback_data=f"e~{button.action}" if in_place else button.action)


def _turning(reply: Reply, page: int, pages: int) -> list[InlineKeyboardButton]:
    """Pages of a long clause. Its entry in the log book cites the clause itself, so any page can be made again."""
    again = Token(Verb.WHOLE, reply.ref)
    steps = ((page - 1, "telegram.page_back"), (page + 1, "telegram.page_on"))
    return [
        InlineKeyboardButton(phrase(reply.language, key, page=to + 1, pages=pages), callback_data=f"{to}~{again}")
        for to, key in steps
        if 0 <= to < pages
    ]


def _own(reply: Reply, bot_name: str, in_group: bool) -> list[InlineKeyboardButton]:
    """What only Telegram has: copying at a touch, and in groups a link that opens the clause in private."""
    if not reply.pieces:
        return []
    piece = reply.pieces[0]
    copy = CopyTextButton(copied(reply, piece))
    buttons = [InlineKeyboardButton(phrase(reply.language, "telegram.copy"), copy_text=copy)]
    if in_group and bot_name:
        link = callback_data.link(piece.plan_id, piece.version, piece.clause)
        url = f"https://t.me/{bot_name}?start={link}"
        buttons.append(InlineKeyboardButton(phrase(reply.language, "telegram.read_alone"), url=url))
    return buttons


def copied(reply: Reply, piece: Piece) -> str:
    """The citation as it is pasted into a letter: the quote, ended early when it must be, and always its place."""
    place = place_line(reply, piece)
    place = place.partition("] ")[2] if piece.number else place
    if units(place) > COPY_LIMIT:
        return fitting(place, COPY_LIMIT)
    room = COPY_LIMIT - units(f"“…” ({place})")
    if room < 1:
        return place
    quote = piece.quote if units(piece.quote) <= room else f"{fitting(piece.quote, room)}…"
    return f"“{quote}” ({place})"


def _label(label: str) -> str:
    return label if len(label) <= LABEL_LIMIT else f"{label[: LABEL_LIMIT - 1]}…"
