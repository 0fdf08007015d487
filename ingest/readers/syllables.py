"""Is this a Vietnamese syllable? Built from the spelling rules (onset, rime, tone), so it needs no word list.

Garbled recognition and legacy fonts break these rules at once, which is how `quality` notices them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ONSETS = ("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", *"bcdđghklmnpqrstvx")
_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
_RIMES = {
    "a": "_ c ch i m n ng nh o p t u y",
    "ă": "c m n ng p t",
    "â": "c m n ng p t u y",
    "e": "_ c m n ng o p t",
    "ê": "_ ch m n nh p t u",
    "i": "_ a ch m n nh p t u",
    "iê": "c m n ng p t u",
    "yê": "m n ng t u",
    "o": "_ c i m n ng p t",
    "oa": "_ c ch i m n ng nh o p t y",
    "oă": "c m n ng t",
    "oe": "_ m n o t",
    "oo": "c ng",
    "ô": "_ c i m n ng p t",
    "ơ": "_ i m n p t",
    "u": "_ a c i m n ng p t",
    "uâ": "n ng t y",
    "uê": "_ ch nh",
    "uô": "c i m n ng t",
    "uơ": "_",
    "uy": "_ a ch n nh p t u",
    "uyê": "n t",
    "ư": "_ a c i m n ng t u",
    "ươ": "c i m n ng p t u",
    "y": "_ ch m n nh p t u",
}
RIMES = frozenset(nucleus + coda.strip("_") for nucleus, codas in _RIMES.items() for coda in codas.split())
_STOPPED = ("c", "ch", "p", "t")
VIETNAMESE_LETTERS = frozenset("ăâđêôơư")


def split_tone(word: str) -> tuple[str, str]:
    """A lower-case word without its tone marks, and the marks it carried."""
    bare: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        (tones if char in _TONES else bare).append(char)
    return unicodedata.normalize("NFC", "".join(bare)), "".join(tones)


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether a lower-case word obeys Vietnamese spelling."""
    bare, tones = split_tone(word)
    if len(tones) > 1:
        return False
    return any(_fits(bare, onset, tones) for onset in ("", *_ONSETS) if bare.startswith(onset))


def _fits(bare: str, onset: str, tone: str) -> bool:
    rime = bare[len(onset) :]
    if onset == "gi" and (rime in ("", "n") or "i" + rime in RIMES):  # gì, gìn, giêng
        return True
    if rime not in RIMES:
        return False
    # A syllable that ends in a stop carries only sắc or nặng; without any tone it is no Vietnamese word.
    return not rime.endswith(_STOPPED) or tone in ("\u0301", "\u0323")


@lru_cache(maxsize=20_000)
def has_vietnamese_letter(word: str) -> bool:
    """Whether a lower-case word has ă â đ ê ô ơ or ư, whatever its tone."""
    return not VIETNAMESE_LETTERS.isdisjoint(split_tone(word)[0])
