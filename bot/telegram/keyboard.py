"""Buttons under a message. Their data is the core's own token, with a mark in front that says where the reply goes:

w:3f:0      a new message
e~w:3f:0    in place of the pressed message
2~w:3f:0    page 2 of the reply, in place of the pressed message
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.conversation import callback_data
from bot.conversation.callback_data import Token, Verb
from bot.conversation.messages import Button, Kind, Piece, Reply
from bot.conversation.plain import place_line
from bot.telegram.sheets import fitting, units
from prompts import phrase

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
    """All buttons of a reply; None when it has none."""
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
