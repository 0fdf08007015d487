"""A reply as messages of at most 2,000 characters: answer, address and quote in the first, the rest on demand.

One message an answer: the free plan counts messages, and an officer reads the first one. Pure functions.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from bot.conversation.callback_data import Verb
from bot.conversation.messages import Attachment, Button, Reply
from bot.conversation.plain import fitting, numbered, plain_text, shorten, units
from bot.zalo.constants import BUTTONS, TEXT_LIMIT
from bot.zalo.http import Json
from prompts import phrase

REST = "zalo:rest"  # the action of the button for what did not fit
_LEAST_QUOTE = 200  # a quote cut shorter than this says nothing: then the whole text is cut instead


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its text, with `choices` numbered in it or as buttons under it; `rest` is what did not fit."""

    text: str
    choices: tuple[Button, ...] = ()
    rest: str = ""
    attachment: Attachment | None = None


def first_page(reply: Reply, inline: bool = True) -> Page:
    """The message to send; `inline` numbers the choices in the text, else the channel shows buttons and files."""
    choices = ordered(reply) if inline else pressed(reply)
    whole = _text(reply, _footer(choices, inline))
    if units(whole) <= TEXT_LIMIT:
        return Page(whole, choices)
    choices = (*choices[:1], _rest_button(reply.language), *choices[1:])
    footer = _footer(choices, inline)
    return _by_quotes(reply, choices, footer) or _by_text(_text(reply, ()), reply.language, choices, footer)


def next_page(rest: str, language: str, choices: tuple[Button, ...], inline: bool) -> Page:
    """What did not fit before, as far as it fits now."""
    others = tuple(button for button in choices if button.action != REST)
    whole = _joined(rest, _footer(others, inline))
    if units(whole) <= TEXT_LIMIT:
        return Page(whole, others)
    again = (*others[:1], _rest_button(language), *others[1:])
    return _by_text(rest, language, again, _footer(again, inline))


def ordered(reply: Reply) -> tuple[Button, ...]:
    """The choices with those that officers use most first: "2" turns on, and turning back comes last."""
    return tuple(sorted(reply.choices, key=_turns_back))


def pressed(reply: Reply) -> tuple[Button, ...]:
    """The choices for buttons: with the plan's file, and without turning back where there would be too many."""
    every = [button for row in reply.buttons for button in row if not button.file or _is_original(button)]
    every.sort(key=_turns_back)
    return tuple(every if len(every) <= BUTTONS else (button for button in every if not _turns_back(button)))


def bold_styles(text: str) -> list[Json]:
    """Zalo's marks for what is bold: the first line and the places of quotes."""
    styles, start = [], 0
    for line in text.split("\n"):
        if line and (start == 0 or line.startswith("📌")):
            styles.append({"start": start, "len": units(line), "st": ["b"]})
        start += units(line) + 1
    return styles


def _footer(choices: tuple[Button, ...], inline: bool) -> tuple[Button, ...]:
    """What is numbered in the text: all choices where there are no buttons, or more of them than buttons."""
    return choices if inline or len(choices) > BUTTONS else ()


def _turns_back(button: Button) -> bool:
    return button.action.startswith(f"{Verb.PREVIOUS.value}:")


def _is_original(button: Button) -> bool:
    return button.action.startswith(f"{Verb.ORIGINAL.value}:")


def _by_quotes(reply: Reply, choices: tuple[Button, ...], footer: tuple[Button, ...]) -> Page | None:
    """Whole quotes while they fit; a first quote that does not fit alone is cut at a sentence."""
    kept = len(reply.pieces)
    while kept > 1 and units(_text(_with(reply, 0, kept), footer)) > TEXT_LIMIT:
        kept -= 1
    shown = _with(reply, 0, kept)
    excess = units(_text(shown, footer)) - TEXT_LIMIT
    if excess <= 0:
        return Page(_text(shown, footer), choices, _rest(reply, kept))
    return _cut_first(reply, choices, footer, excess) if kept else None


def _cut_first(reply: Reply, choices: tuple[Button, ...], footer: tuple[Button, ...], excess: int) -> Page | None:
    first, mark = reply.pieces[0], phrase(reply.language, "bot.cut")
    piece = replace(first, quote=unicodedata.normalize("NFC", first.quote))
    room = len(piece.quote) - excess - len(mark)
    if room < _LEAST_QUOTE:
        return None
    head = shorten(piece.quote, room)
    shown = replace(_with(reply, 0, 1), pieces=(replace(piece, quote=head + mark),))
    left = replace(piece, quote=piece.quote[len(head) :].strip(), marks=())
    rest = _rest(replace(reply, pieces=(left, *reply.pieces[1:])), 0)
    return Page(_text(shown, footer), choices, rest)


def _by_text(text: str, language: str, choices: tuple[Button, ...], footer: tuple[Button, ...]) -> Page:
    mark = phrase(language, "bot.cut")
    head = fitting(text, TEXT_LIMIT - units(_joined(mark, footer)))
    return Page(_joined(head + mark, footer), choices, text[len(head) :].strip())


def _rest(reply: Reply, kept: int) -> str:
    left = replace(_with(reply, kept, len(reply.pieces)), headline=phrase(reply.language, "zalo.rest_head"), lines=())
    return _text(replace(left, notes=reply.notes), ())


def _with(reply: Reply, start: int, end: int) -> Reply:
    """Only some of the quotes; notes stand with the last ones."""
    whole = (start, end) == (0, len(reply.pieces))
    return replace(reply, pieces=reply.pieces[start:end], notes=reply.notes if whole else ())


def _text(reply: Reply, footer: tuple[Button, ...]) -> str:
    return _joined(plain_text(replace(reply, buttons=())), footer)


def _joined(text: str, footer: tuple[Button, ...]) -> str:
    return unicodedata.normalize("NFC", "\n\n".join(part for part in (text, numbered(footer)) if part))


def _rest_button(language: str) -> Button:
    return Button(phrase(language, "zalo.rest"), REST)
