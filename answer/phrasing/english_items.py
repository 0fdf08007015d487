"""An English sentence read for the check: units, figures as plans write them, phrases with their renderings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from answer.phrasing.tokens import MANY, Kind, Token, tokens
from answer.phrasing.words import (
    ENGLISH_FIGURE_WORDS,
    ENGLISH_FUNCTION,
    ENGLISH_LABELS,
    ENGLISH_MORE,
    ENGLISH_NEGATIONS,
    ENGLISH_ROLES,
)
from language.glossary import dated, phrases
from plan.units import find_units

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = re.compile(rf"\b({'|'.join(m.capitalize() for m in _MONTHS)})(?:\s+(?:of\s+)?(\d{{4}}))?(?!\w)(?!\s+\d)")
_QUARTER = re.compile(r"\b(?:[Qq]uarter |Q)([IV]+|[1-4])(?:\s*(?:/|of|,)?\s*(\d{4}))?(?!\w)")
_ORDINALS = ("first", "second", "third", "fourth")
_ORDINAL_QUARTER = re.compile(rf"\b({'|'.join(_ORDINALS)}) quarter(?:\s+(?:of\s+)?(\d{{4}}))?", re.IGNORECASE)
_COMPARED = tuple(
    (re.compile(rf"\b(?:{seen})\s+(?:the\s+)?(?=\d|tháng \d|quý )", re.IGNORECASE), written)
    for seen, written in ENGLISH_FIGURE_WORDS
)
_NUMBERS = {
    word: str(n)
    for n, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 2
    )
}
_FIGURE = re.compile(
    rf"(?P<comparator>(?<!\w)(?:{'|'.join(sorted({w for _, w in ENGLISH_FIGURE_WORDS}))})(?= (?:\d|tháng \d|quý )))|"
    r"(?P<figure>(?:tháng|quý) \w+(?:/\d{4})?|\d[\w.,/-]*%?|\S+@\S+|https?://\S+|www\.\S+)"
)
_FREE = ENGLISH_FUNCTION | ENGLISH_ROLES | frozenset().union(*ENGLISH_LABELS.values())


@dataclass(frozen=True)
class Item:
    """A word, unit or figure; `renderings` would prove it. None: nothing could. Empty: it needs no proof of its own."""

    token: Token
    renderings: tuple[tuple[str, ...], ...] | None


def items_of(text: str) -> Iterator[Item]:
    """The sentence as items in order."""
    text, done = _prepared(text), 0
    for unit in [*(unit for unit in find_units(text) if unit.unit not in MANY), None]:
        yield from _figures(text[done : unit.start if unit else len(text)])
        if unit:
            key = f"unit:{unit.unit}"
            wider = "infrastructure" in text[unit.start : unit.end].lower() or "hạ tầng" in text[unit.start : unit.end]
            key += "+" if unit.unit == "kinhte" and wider else ""
            yield Item(Token(key, Kind.UNIT), ((key,),))
            done = unit.end


def _prepared(text: str) -> str:
    """Dates, months, quarters, percentages and comparisons as a Vietnamese plan writes them."""
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", dated(text))
    text = _ORDINAL_QUARTER.sub(lambda m: _period(f"quý {_ORDINALS.index(m[1].lower()) + 1}", m[2]), text)
    text = _QUARTER.sub(lambda m: _period(f"quý {m[1]}", m[2]), text)
    text = _MONTH.sub(lambda m: _period(f"tháng {_MONTHS.index(m[1].lower()) + 1}", m[2]), text)
    text = re.sub(r"\s*per ?cent\b", "%", text)
    text = re.sub(r"\b[A-Za-z]+\b", lambda m: _NUMBERS.get(m.group().lower(), m.group()), text)
    for pattern, written in _COMPARED:
        text = pattern.sub(f"{written} ", text)
    return text


def _period(name: str, year: str | None) -> str:
    return f"{name}/{year}" if year else name


def _figures(text: str) -> Iterator[Item]:
    done = 0
    for match in [*_FIGURE.finditer(text), None]:
        yield from _words(text[done : match.start() if match else len(text)])
        if match is None:
            return
        done = match.end()
        if match["comparator"]:
            yield Item(Token(match["comparator"], Kind.WORD), ())
        else:
            yield from (Item(token, ((token.key,),)) for token in tokens(match["figure"].rstrip(".,")))


def _words(text: str) -> Iterator[Item]:
    for words, glossed in phrases(text):
        keys = [word.lower() for word in words]
        if all(key in _FREE or key in ENGLISH_NEGATIONS for key in keys):
            yield from (Item(Token(key, Kind.WORD), ()) for key in keys)
            continue
        ways = (*(glossed or ()), *ENGLISH_MORE.get(" ".join(keys), ()))
        known: tuple[tuple[str, ...], ...] | None = tuple(
            tuple(token.key for token in tokens(way) if token.says) for way in ways
        )
        if not known and glossed is None:
            # A name or a code has to stand in the clause as it is; any other unknown word cannot be proved.
            own = any(word[:1].isupper() or not word.isascii() for word in words)
            known = (tuple(token.key for token in tokens(" ".join(words))),) if own else None
        yield Item(Token(keys[0], Kind.WORD), known)
        yield from (Item(Token(key, Kind.WORD), ()) for key in keys[1:])
