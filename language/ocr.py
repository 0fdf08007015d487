"""What an OCR engine without Vietnamese makes of Vietnamese letters, and how far a read token is from a syllable."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from plan.text import fold

# Letter meant (without diacritics): what may be read instead, and how unlikely that is. Gathered from scanned plans.
_CONFUSIONS: dict[str, dict[float, str]] = {
    "a": {0.4: "4", 0.8: "d", 1.2: "& 6 €", 1.4: "o e"},
    "e": {0.4: "¢ € & ee e¢ e€ €¢", 1.2: "c 8 g 6", 1.5: "o"},
    "i": {0.3: "1 l j !", 0.7: "f ii", 1.0: "t"},
    "o": {0.3: "0 6", 0.6: "9 or o0 oi & ø", 0.9: "d b g q s gi ¢ 0i", 1.2: "e c 1 a u"},
    "u": {0.3: "w", 0.5: "ur ir tr wr uw ti it ii ty ut", 0.8: "y v t i r wi in yr", 1.2: "n f o"},
    "y": {0.3: "¥", 0.7: "v", 1.2: "i"},
    "d": {0.3: "dd a P p D", 0.8: "cl b"},
    "b": {1.0: "h 6 8"},
    "c": {0.8: "e G é ¢"},
    "g": {0.5: "q 9", 0.8: "s"},
    "h": {0.7: "b li"},
    "k": {1.0: "h lc"},
    "l": {0.2: "1 I |", 0.6: "i t"},
    "m": {0.4: "rn", 0.7: "nn in n tn"},
    "n": {0.6: "ri r m 1i ii", 1.0: "u h"},
    "p": {0.8: "P"},
    "q": {0.5: "g 9"},
    "r": {0.9: "t f i"},
    "s": {0.3: "5 $"},
    "t": {0.9: "r f l i"},
    "v": {0.7: "y V u"},
    "x": {0.8: "% *"},
}
_READ_AS = {
    meant: {seen: cost for cost, all_ in by.items() for seen in all_.split()} for meant, by in _CONFUSIONS.items()
}
_WIDEST = 2
_OTHER_LETTER, _LOST_LETTER, _EXTRA_LETTER, _DIRT = 3.0, 2.0, 1.8, 0.5
_LOST_MARKS, _OTHER_MARKS, _ADDED_MARKS = 0.15, 0.8, 0.9
FAR = 4.5

_ONE_FORM = str.maketrans("0614¢€&9q5$¥lj|!", "ooiaeeeggssyiiii")


@lru_cache(maxsize=65536)
def search_key(text: str) -> str:
    """Garbled and clean spellings of a word in one form for looking it up: 'tué¢', 'tuệ' → 'tue', 's6', 'số' → 'so'."""
    return " ".join(_word_key(word) for word in fold(unicodedata.normalize("NFC", text)).split())


def _word_key(word: str) -> str:
    core = word.strip(".,;:()\"'“”‘’`~?/")
    if sum(char.isdigit() for char in core) > 1 and not core[1:].isalpha():
        return core
    key = core.translate(_ONE_FORM) if not core.isdigit() else core
    key = _hooked(key)
    return re.sub(r"([eou])\1+", r"\1", key).replace("y", "i")


def _hooked(key: str) -> str:
    """The u with a hook is read as w, ur, ir, tr behind a consonant; as y where no y can stand."""
    for at in range(1, len(key)):
        before, here, after = key[at - 1], key[at], key[at + 1 : at + 2]
        if before in "aeou":
            continue
        if here in "uit" and after in ("r", "w") and key[at + 2 : at + 3] != "r":
            return key[:at] + "u" + key[at + 2 :]
        if here == "w" or (here == "y" and after and after in "cmnpt"):
            return key[:at] + "u" + key[at + 1 :]
    return key


@lru_cache(maxsize=65536)
def distance(seen: str, meant: str) -> float:
    """How unlikely it is that `meant` was read as `seen`, both without diacritics; `FAR` and no more."""
    row = [_LOST_LETTER * at for at in range(len(meant) + 1)]
    rows = [row]
    for end in range(1, len(seen) + 1):
        row = [rows[end - 1][0] + _extra(seen[end - 1])]
        for at in range(1, len(meant) + 1):
            best = min(rows[end - 1][at] + _extra(seen[end - 1]), row[at - 1] + _LOST_LETTER)
            for width in range(1, min(_WIDEST, end) + 1):
                best = min(best, rows[end - width][at - 1] + _reading(seen[end - width : end], meant[at - 1]))
            row.append(best)
        rows.append(row)
    return min(rows[-1][-1], FAR)


def _extra(char: str) -> float:
    return _EXTRA_LETTER if char.isalnum() else _DIRT


def _reading(seen: str, meant: str) -> float:
    if seen == meant:
        return 0.0
    found = _READ_AS.get(meant, {}).get(seen)
    if found is None:
        return _OTHER_LETTER if len(seen) == 1 else 2 * _OTHER_LETTER
    return found


def marks_cost(seen: str, meant: str) -> float:
    """How ill the diacritics that were read go with the spelling `meant`."""
    read, wanted = _marks(seen), _marks(meant)
    if read == wanted:
        return 0.0
    if not read:
        return _LOST_MARKS
    if not wanted:
        return _ADDED_MARKS * len(read)
    # One stroke is what a foreign engine guesses; a stack of marks or a dot below it has really seen.
    firm = len(read) > 1 or read & {"\u0323", "\u0309", "\u031b"}
    return _OTHER_MARKS + (0.0 if read & wanted else 1.5 if firm else 0.2)


@lru_cache(maxsize=65536)
def _marks(word: str) -> frozenset[str]:
    parts = unicodedata.normalize("NFD", word.lower())
    return frozenset(char for char in parts if unicodedata.combining(char)) | ({"đ"} if "đ" in parts else set())
