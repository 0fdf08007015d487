"""What real typing and real scanning do to Vietnamese text, for training on it, and how often.

`mistype` and `abbreviate` act on questions; `garble` imitates an OCR engine that does not know
Vietnamese and was run over a scanned plan: accents lost or wrong, hooks read as extra letters, letters as digits.
"""

import random
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from plan.patterns import lists
from plan.text import split_tone, strip_accents
from training.pairs import Question

_LISTS = lists(Path(__file__).parent / "data" / "noise.txt")
LOOKALIKES = {letter: shapes.split() for letter, shapes in (line.split(": ") for line in _LISTS["lookalikes"])}
PLAIN_SWAPS = {"l": "1", "i": "l", "o": "0", "h": "b", "m": "rn", "c": "e", "g": "q", "t": "r", "S": "5", "I": "l"}
PLAIN_SWAP_CHANCE = 0.012
WORD_INITIAL_L_CHANCE = 0.35

SHORT_FORMS = dict(line.split(": ") for line in _LISTS["short forms"])


def mistype(text: str, rng: random.Random) -> str:
    """One or two slips: letters swapped, dropped or doubled, or a word without its accents."""
    words = text.split(" ")
    for _ in range(rng.randint(1, 2)):
        at = rng.randrange(len(words))
        words[at] = _slip(words[at], rng)
    return " ".join(words)


def _slip(word: str, rng: random.Random) -> str:
    if len(word) < 3:
        return strip_accents(word)
    at = rng.randrange(len(word) - 1)
    first, second = word[at], word[at + 1]
    slips = [second + first, first, first + first + second]
    return rng.choice([*(word[:at] + slip + word[at + 2 :] for slip in slips), strip_accents(word)])


def abbreviate(text: str, rng: random.Random) -> str:
    """Some of the words that offices shorten, shortened."""
    for long, short in SHORT_FORMS.items():
        if rng.random() < 0.7:
            text = re.sub(rf"(?i)\b{re.escape(long)}\b", short, text)
    return text


def garble(text: str, rng: random.Random, strength: float) -> str:
    """The text as a foreign OCR engine reads it; `strength` is the share of accented letters that suffer."""
    read = "".join(_misread(char, rng, strength) for char in unicodedata.normalize("NFC", text))
    return re.sub(r"\bl(?=[aáàyýo])", lambda _: "1" if rng.random() < WORD_INITIAL_L_CHANCE * strength else "l", read)


def _misread(char: str, rng: random.Random, strength: float) -> str:
    if char.isascii():
        return PLAIN_SWAPS[char] if char in PLAIN_SWAPS and rng.random() < PLAIN_SWAP_CHANCE else char
    if rng.random() > strength:
        return char
    letter = split_tone(char)[0]
    seen = LOOKALIKES.get(letter.lower())
    if seen is None:
        return char
    picked = rng.choice(seen)
    return picked.upper() if letter.isupper() and len(picked) == 1 else picked


UNACCENTED_CHANCE = 0.33
TONELESS_CHANCE = 0.04
ABBREVIATED_CHANCE = 0.15
MISTYPED_CHANCE = 0.08
LOWERED_CHANCE = 0.2
PLAN_GARBLED_CHANCE = 0.12
PLAN_UNACCENTED_CHANCE = 0.04
GARBLE_STRENGTHS = (0.35, 0.95)

Spoiler = Callable[[str], str]


def spoil_question(question: Question, rng: random.Random) -> str:
    """The question, often as somebody in a hurry types it."""
    text = question.text
    if question.lang in ("vi", "vi-abbr"):
        text = _as_typed(text, rng)
    if rng.random() < MISTYPED_CHANCE:
        text = mistype(text, rng)
    return text.lower() if rng.random() < LOWERED_CHANCE else text


def _as_typed(text: str, rng: random.Random) -> str:
    if rng.random() < ABBREVIATED_CHANCE:
        text = abbreviate(text, rng)
    chance = rng.random()
    if chance < UNACCENTED_CHANCE:
        return strip_accents(text)
    return split_tone(text)[0] if chance < UNACCENTED_CHANCE + TONELESS_CHANCE else text


def unspoiled(text: str) -> str:
    return text


def plan_spoiler(rng: random.Random) -> Spoiler:
    """What happens to every text of one plan: mostly nothing, sometimes a bad scan, sometimes no accents."""
    chance = rng.random()
    if chance < PLAN_GARBLED_CHANCE:
        strength = rng.uniform(*GARBLE_STRENGTHS)
        return lambda text: garble(text, rng, strength)
    if chance < PLAN_GARBLED_CHANCE + PLAN_UNACCENTED_CHANCE:
        return strip_accents
    return unspoiled
