"""Orders in a message, typed the same way on every channel: `/kehoach`, "chọn kế hoạch bạch đằng", "viec cong an"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from plan.patterns import lists, patterns
from plan.text import fold


class Order(StrEnum):
    """What can be ordered; everything else is a question."""

    START = "start"
    HELP = "help"
    ASK = "ask"
    PLANS = "plans"
    TASKS = "tasks"
    LANGUAGE = "language"
    LINK = "link"
    REMIND = "remind"
    REMIND_NOT = "remind_not"
    TELL = "tell"
    TELL_NOT = "tell_not"
    INVITE = "invite"
    APPROVE = "approve"
    PEOPLE = "people"
    REMOVE = "remove"
    ANSWER = "answer"
    STATISTICS = "statistics"
    VERSIONS = "versions"
    DELETE = "delete"
    HELLO = "hello"
    THANKS = "thanks"
    BYE = "bye"


FILE = Path(__file__).parents[1] / "data" / "orders.txt"


def _slashes(name: str) -> dict[str, Order]:
    told = (line.split(": ") for line in lists(FILE)[name])
    return {word: Order(order) for order, words in told for word in words.split()}


FOR_ADMINS = frozenset(_slashes("slash of admins").values())
_SLASHED = _slashes("slash") | _slashes("slash of admins")
_PLAIN = {Order(name): re.compile(entries) for name, entries in patterns(FILE).items() if name in tuple(Order)}


@dataclass(frozen=True, slots=True)
class Spoken:
    """An order with its argument as typed. Not `certain`: plain words that may be a question after all."""

    order: Order
    argument: str = ""
    certain: bool = True


def spoken(text: str) -> Spoken | None:
    """The order in a message; None when it is a question."""
    text = text.strip()
    return _slashed(text) if text.startswith("/") else _plain(text)


def _slashed(text: str) -> Spoken | None:
    word, _, argument = text[1:].partition(" ")
    order = _SLASHED.get(fold(word.partition("@")[0]))
    return Spoken(order, argument.strip()) if order else None


def _plain(text: str) -> Spoken | None:
    folded = fold(text)
    for order, pattern in _PLAIN.items():
        match = pattern.fullmatch(folded.rstrip(" .!"))
        if match:
            # Folding keeps the length, so the argument can be taken from the text as it was typed.
            start, end = next((match.span(name) for name, value in match.groupdict().items() if value), (0, 0))
            return Spoken(order, text[start:end].strip(), certain=False)
    return None


_NUMBERED = re.compile(r"(?:\A|\s)\d[.)]\s")


def are_several(text: str) -> bool:
    """Whether a message holds several questions, each with its mark or its number."""
    parts = [part for part in re.split(rf"\?|{_NUMBERED.pattern}", text) if len(part.split()) > 1]
    return len(parts) > 1 and (text.count("?") > 1 or len(_NUMBERED.findall(text)) > 1)
