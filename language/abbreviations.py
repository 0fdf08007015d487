"""Short forms that officers type, of chat and of offices, what they call units, and the words these stand for.

The lists are `data/chat.txt`, `data/abbreviations.txt` and `data/spoken.txt`. Long ones of offices are recognised in
any case and without accents ("cds", "ttpvhcc"); short ones that look like words ("ca", "th") only in capitals, or where
a commune or ward follows ("ca phường").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from pathlib import Path

from plan.patterns import entries_of
from plan.text import fold, nfc

_DATA = Path(__file__).parent / "data"
_WORD = re.compile(r"[^\W\d_]+(?:[.&-][^\W\d_]+)*")
_HALF = re.compile(r"[^\W\d_]+")
_PLACE = re.compile(r"\s+(?:x[aã]|ph[uư][oơờ]ng|th[iị] tr[aấ]n|th[oô]n)\b", re.IGNORECASE)
_UNITS = frozenset(("ca", "vp", "yt", "du", "ct", "kh"))  # short ones that may be meant when a place follows
# Shortened the other way round: what people write out, or write in English, and the plan may not.
_EITHER_WAY = {"trí tuệ nhân tạo": "AI", "AI": "trí tuệ nhân tạo", "TTNT": "AI"}
_MOST = 3


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """One short form, what it may stand for, and whether it counts only in capitals."""

    short: str
    meanings: tuple[str, ...]
    strict: bool


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    entry: Abbreviation


@lru_cache(maxsize=1)
def abbreviations() -> dict[str, Abbreviation]:
    """All abbreviations by their plain small letters ('cđs' → 'cds')."""
    found: dict[str, Abbreviation] = {}
    for line in _entries("abbreviations.txt"):
        short, meanings = line.split("\t")
        entry = Abbreviation(short.lstrip("!"), tuple(meanings.split("; ")), short.startswith("!"))
        found.setdefault(_key(entry.short), entry)
    return found


def expand(text: str) -> list[str]:
    """Up to three variants of the question with its abbreviations written out; none when there is nothing to expand.

    Restore diacritics first (`Speller.restore`): afterwards the text is half accented and looks deliberate.
    """
    asked = nfc(text)
    text = _named(asked)
    spans = [span for match in _WORD.finditer(text) if not _in_code(match, text) for span in _spans(match, text)]
    choices = product(*(span.entry.meanings for span in spans))
    variants = [_written(text, spans, picked) for picked in islice(choices, _MOST)]
    variants += [_either_way(text)]
    return list(dict.fromkeys(variant for variant in variants if variant != asked))[:_MOST]


def _in_code(match: re.Match[str], text: str) -> bool:
    """Inside a document number ('120/KH-UBND', '57-NQ/TW') nothing is expanded."""
    around = text[: match.start()].split(" ")[-1] + text[match.end() :].split(" ")[0]
    return "/" in around and any(char.isdigit() for char in around)


def _spans(match: re.Match[str], text: str) -> list[_Span]:
    """The abbreviation that a word is; or its halves, as in 'HĐND&UBND'."""
    entry = abbreviations().get(_key(match.group()))
    if entry:
        return [_Span(match.start(), match.end(), entry)] if _counts(entry, match, text) else []
    if len(match.group()) == len(_key(match.group())):
        return []
    halves = ((half, abbreviations().get(_key(half.group()))) for half in _HALF.finditer(text, *match.span()))
    return [_Span(half.start(), half.end(), entry) for half, entry in halves if entry and _counts(entry, half, text)]


def _counts(entry: Abbreviation, match: re.Match[str], text: str) -> bool:
    word = match.group()
    shouted = text.isupper() and len(text.split()) > 2
    if not entry.strict or (word.isupper() and not shouted):
        return True
    return _key(word) in _UNITS and _PLACE.match(text, match.end()) is not None


def _key(word: str) -> str:
    return re.sub(r"[&.-]", "", fold(word))


def _written(text: str, spans: list[_Span], picked: tuple[str, ...]) -> str:
    for span, meaning in reversed(list(zip(spans, picked, strict=True))):
        joined = " và " if text[span.end : span.end + 1] == "&" else ""
        text = text[: span.start] + meaning + joined + text[span.end + bool(joined) :]
    return text[0].upper() + text[1:] if spans and spans[0].start == 0 else text


def _named(text: str) -> str:
    """With units by their names where they are called otherwise: 'bên quân sự' → 'Ban Chỉ huy Quân sự'."""
    for spoken, name in _spoken():
        for found in reversed(list(spoken.finditer(fold(text)))):
            text = text[: found.start()] + name + text[found.end() :]
    return text


@lru_cache(maxsize=1)
def _spoken() -> tuple[tuple[re.Pattern[str], str], ...]:
    lines = (line.split("\t") for line in _entries("spoken.txt"))
    return tuple((re.compile(spoken), name) for spoken, name in lines)


def _either_way(text: str) -> str:
    """The same question with AI for trí tuệ nhân tạo and the reverse."""
    for seen, other in _EITHER_WAY.items():
        pattern = rf"\b{seen}\b" if seen.isupper() else rf"(?i)\b(?:{seen}|{fold(seen)})\b"
        if re.search(pattern, text):
            return re.sub(pattern, other, text)
    return text


def _habits() -> dict[str, tuple[tuple[str, ...], ...]]:
    found = {}
    for line in _entries("chat.txt"):
        short, _, meanings = line.partition(": ")
        readings = tuple(tuple(meaning.split()) for meaning in meanings.split(", "))
        found.update(dict.fromkeys(short.split(), readings))
    return found


def _entries(name: str) -> list[str]:
    return [nfc(line) for line in entries_of(_DATA / name)]


HABITS = _habits()
