"""The letters of one Vietnamese syllable: where its tone mark belongs, what Telex keys mean, and words in a text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from plan.text import fold, split_tone

Kind = Literal["word", "code", "break"]

_TOKEN = re.compile(
    r"(?P<code>https?://\S+|\S+@\S+\.\w+|[^\W_]*\d[\w./:%+&-]*|[^\W\d_]+(?:[./:&-]+[^\W\d_]+)*[./:&-]*\d[\w./:%+&-]*)"
    r"|(?P<word>[^\W\d_]+)|(?P<break>[.;:!?()\[\]{}\"“”…|\n]+)"
)
_SYLLABLE = re.compile(r"(?:ngh?|nh|[ckpt]h|tr|g[hi]|qu|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ch|n[gh]|[cmnpt])?")
_MARK_OF_KEY = {"f": "\u0300", "s": "\u0301", "r": "\u0309", "x": "\u0303", "j": "\u0323"}  # by Telex key
_VOWELS = set("aeiouyăâêôơư")
_TELEX_LETTERS = {"aa": "â", "aw": "ă", "ee": "ê", "oo": "ô", "ow": "ơ", "uw": "ư", "dd": "đ"}


class Token(NamedTuple):
    """A word, a number or document code, or punctuation that ends a phrase; other characters are in no token."""

    kind: Kind
    text: str
    start: int
    end: int


def split(text: str) -> list[Token]:
    """The tokens of a text in order."""
    return [Token(m.lastgroup, m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]  # type: ignore[arg-type]


def looks_vietnamese(word: str) -> bool:
    """Whether the letters could be one Vietnamese syllable, with or without diacritics."""
    return _SYLLABLE.fullmatch(fold(word)) is not None


def is_abbreviation(tokens: list[Token], at: int) -> bool:
    """Capitals are an abbreviation, unless they stand in a row of shouted words."""
    if not _shouts(tokens, at):
        return False
    beside = [near for near in (at - 1, at + 1) if _shouts(tokens, near) and looks_vietnamese(tokens[near].text)]
    return not (beside and looks_vietnamese(tokens[at].text))


def _shouts(tokens: list[Token], at: int) -> bool:
    if not 0 <= at < len(tokens):
        return False
    word = tokens[at].text
    return tokens[at].kind == "word" and len(word) > 1 and word.isupper()


@lru_cache(maxsize=32768)
def canonical(word: str) -> str:
    """Lower case with the tone mark where the older style puts it: 'Hoá' → 'hóa', 'gía' → 'giá'."""
    letters, tone = split_tone(word.lower())
    return put_tone(letters, tone) if len(tone) == 1 else word.lower()


def put_tone(letters: str, tone: str) -> str:
    """The syllable with the tone mark on the right vowel; unchanged when it has no vowel."""
    at = _tone_place(letters)
    if at < 0:
        return letters
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])


def is_misplaced(word: str) -> bool:
    """True when the tone mark stands where neither the older ('hóa') nor the newer style ('hoá') puts it."""
    low = word.lower()
    letters, tone = split_tone(low)
    if len(tone) != 1 or canonical(low) == low:
        return False
    newer = letters.endswith(("oa", "oe", "uy")) and unicodedata.normalize("NFC", letters + tone) == low
    return not newer


def _tone_place(letters: str) -> int:
    places = _nucleus(letters)
    if not places:
        return -1
    marked = [at for at in places if letters[at] in "ăâêôơư"]
    if marked:
        return marked[-1]
    closed = places[-1] + 1 < len(letters)
    return places[0] if len(places) == 1 or (len(places) == 2 and not closed) else places[1]


def _nucleus(letters: str) -> list[int]:
    """Where the vowels stand that can bear the tone: not the u of 'qu', nor the i of 'gi' before a vowel."""
    first = next((at for at, char in enumerate(letters) if char in _VOWELS), len(letters))
    if letters[:2] in ("qu", "gi") and len(letters) > 2 and letters[2] in _VOWELS:
        first = 2
    end = first
    while end < len(letters) and letters[end] in _VOWELS:
        end += 1
    return list(range(first, end))


def from_telex(keys: str) -> str:
    """What Telex keys were meant to write: 'dduocj' → 'đuợc' … 'dduwowcj' → 'được'; the same when they say nothing."""
    low = keys.lower()
    tone = ""
    for at in range(len(low) - 1, 0, -1):
        if low[at] in _MARK_OF_KEY and any(char in _VOWELS for char in low[:at]) and _closes(low, at):
            tone, low = _MARK_OF_KEY[low[at]], low[:at] + low[at + 1 :]
            break
    for pair, letter in _TELEX_LETTERS.items():
        low = low.replace(pair, letter)
    low = low.replace("uơ", "ươ").replace("uow", "ươ")
    return put_tone(low, tone) if tone else low


def _closes(keys: str, at: int) -> bool:
    """A tone key comes after the vowels: at the end or before a final consonant."""
    return all(char in "cghmnptdw" for char in keys[at + 1 :])
