"""Folding Vietnamese text for comparison. Every function works on copies; offsets always refer to the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"\w+(?:[./-]\w+)*", re.UNICODE)
_SIMPLE = re.compile(r"\w+", re.UNICODE)
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
CAPITALS = "A-Z" + "".join(letter for letter in map(chr, range(0xC0, 0x1EFA)) if letter.isupper())  # in a class
_MARKS = re.compile(r"[*_`#]+|</?[a-zA-Z]{1,6}>")
_MAY_BE_MARKED = re.compile(r"[*_`#<]")
# Before those that a paper is sent to.
SENT_TO = re.compile(r"\W*\b(?:Kính gửi|Nơi (?:nhận|gửi)|Gửi(?=\s*:))\b\W*", re.IGNORECASE)
LINE = 1_000  # characters of a text that is still kept folded
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
ROMANS = tuple("X" * (number // 10) + _ONES[number % 10] for number in range(40))  # plans stay below XL
_VALUES = {roman.lower(): number for number, roman in enumerate(ROMANS)}


def roman(text: str) -> int:
    """The value of a lower-case Roman numeral, 0 when it is none (only forms up to XXXIX)."""
    return _VALUES.get(text, 0)


def nfc(text: str) -> str:
    """Composed form: the only change ever made to the text of a text file."""
    return unicodedata.normalize("NFC", text)


class _Bare(dict[int, str]):
    """Each character without its marks, worked out when first met: folding is what the bot does most often."""

    def __missing__(self, code: int) -> str:
        bare = unicodedata.normalize("NFD", chr(code))[0]
        self[code] = bare
        return bare


_BARE = _Bare({ord("đ"): "d", ord("Đ"): "D"})
_FOLDED = _Bare(_BARE | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-") | {0xA0: " "})


TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng


def split_tone(text: str) -> tuple[str, str]:
    """A word without its tone, and the mark (empty for none): 'giá' → ('gia', '\u0301'); likewise a whole text."""
    parts = unicodedata.normalize("NFD", text)
    tones = "".join(char for char in parts if char in TONES)
    return unicodedata.normalize("NFC", "".join(char for char in parts if char not in TONES)), tones


def strip_accents(text: str) -> str:
    """Without diacritics, same length for NFC Vietnamese: 'Đào tạo' → 'Dao tao'."""
    return text if text.isascii() else text.translate(_BARE)


def fold(text: str) -> str:
    """Lower case, no diacritics, plain dashes. Keeps the length, so offsets carry over."""
    return _folded_line(text) if len(text) < LINE else _folded(text)


@lru_cache(maxsize=4096)
def _folded_line(text: str) -> str:
    """Readers of one line fold it again and again."""
    return _folded(text)


def _folded(text: str) -> str:
    return (text if text.isascii() else text.translate(_FOLDED)).lower()


def lower(text: str) -> str:
    """Lower case with diacritics, plain dashes, keeping the length."""
    plain = _DASHES.sub("-", text.replace("\xa0", " "))
    lowered = plain.lower()
    if len(lowered) == len(plain):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)  # 'İ' would become two


def squeeze(text: str) -> str:
    """One line, single spaces, without Markdown or HTML marks."""
    return " ".join((_MARKS.sub(" ", text) if _MAY_BE_MARKED.search(text) else text).split())


def fold_line(text: str) -> str:
    """Folded, on one line: how names, places and questions are compared."""
    return " ".join(fold(text).split())


def words(text: str) -> list[str]:
    """Lower-case words; numbers and document numbers ('219/kh-ubnd', '30/6/2026') stay whole."""
    return [word.group() for word in _WORD.finditer(lower(text))]


def syllables(text: str) -> list[str]:
    """Lower-case runs of letters and digits."""
    return _SIMPLE.findall(lower(text))


def is_plain(text: str) -> bool:
    """True when nothing in the text carries a Vietnamese diacritic."""
    return strip_accents(text) == text


def sentence_start(text: str, at: int) -> int:
    """Where the sentence, or the piece of one behind ';', begins that reaches up to a place."""
    before = max(text.rfind(". ", 0, at), text.rfind("; ", 0, at))
    return before + 2 if before >= 0 else 0


def any_of(patterns: Iterable[str], letters: int = 2) -> str:
    """One pattern of several, longer ones first, with those that begin with the same letters put together: where none
    of them stands the engine finds it out by a letter or two, and not by each of them."""
    alike = _by_first_letter(patterns) if letters else {"": list(patterns)}
    return "|".join(
        f"{first}(?:{any_of(rest, letters - 1)})" if first else "|".join(rest) for first, rest in alike.items()
    )


def any_word(patterns: Iterable[str]) -> str:
    """The same where a word begins, for patterns that begin with letters. That nothing of the word stands before is
    asked behind the first letter: so the engine skips to these letters instead of trying every place.

    Raises ValueError for a pattern that begins otherwise: it would be found nowhere.
    """
    alike = _by_first_letter(patterns)
    if "" in alike:
        raise ValueError(f"begins with no letter: {alike['']}")
    return "|".join(rf"{first}(?<!\w.)(?:{any_of(rest, 1)})" for first, rest in alike.items())


def _by_first_letter(patterns: Iterable[str]) -> dict[str, list[str]]:
    """What stands behind it; under '' those patterns that begin with none."""
    alike: dict[str, list[str]] = {}
    for pattern in patterns:
        plain = pattern[:1].isalpha() and pattern[1:2] not in ("?", "*", "+", "{")
        alike.setdefault(pattern[0] if plain else "", []).append(pattern[1:] if plain else pattern)
    return alike
