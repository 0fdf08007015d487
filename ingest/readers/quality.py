"""How well a text was read, as a number with its reason; whether a word is a Vietnamese syllable.

Two shares tell good Vietnamese from garbage (measured): words that obey Vietnamese spelling (98 % in real plans, 58 %
in a garbled one) and words with ă â đ ê ô ơ ư (52-55 % against 2 %). The spelling rules (onset, rime, tone) need no
word list, and garbled recognition and legacy fonts break them at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from plan.model import Warning_
from plan.patterns import lists
from plan.text import split_tone

_ONSETS = ("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", *"bcdđghklmnpqrstvx")
_RIMES = (line.split(": ") for line in lists(Path(__file__).parents[1] / "data" / "rimes.txt")["rimes"])
RIMES = frozenset(nucleus + coda.strip("_") for nucleus, codas in _RIMES for coda in codas.split())
_STOPPED = ("c", "ch", "p", "t")
VIETNAMESE_LETTERS = frozenset("ăâđêôơư")


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


_WORD = re.compile(r"[^\W\d_]+")
ENOUGH = 20  # fewer words than this prove nothing
BAD_LETTERS, BAD_VALID, DOUBTFUL_VALID = 0.25, 0.75, 0.90
USUAL_LETTERS = 0.40  # the least a real plan shows; used to scale the number only


@dataclass(frozen=True, slots=True)
class Quality:
    """`valid` and `letters` are shares of `words`; `score` folds them into 0..1."""

    valid: float
    letters: float
    words: int

    @property
    def enough(self) -> bool:
        """Whether there are enough words to judge."""
        return self.words >= ENOUGH

    @property
    def bad(self) -> bool:
        """Garbage: the text must not be quoted without the page image."""
        return self.enough and (self.letters < BAD_LETTERS or self.valid < BAD_VALID)

    @property
    def score(self) -> float:
        """0 for garbage, about 1 for clean Vietnamese."""
        return round(self.valid * min(1.0, self.letters / USUAL_LETTERS), 3) if self.enough else 1.0

    @property
    def reason(self) -> str:
        """The two shares in words."""
        if not self.enough:
            return "quá ít chữ để đánh giá"
        return (
            f"{self.valid:.0%} âm tiết đúng chính tả tiếng Việt (bình thường trên 97%), "
            f"{self.letters:.0%} từ có ă, â, đ, ê, ô, ơ, ư (bình thường trên 40%)"
        )


def measure(text: str) -> Quality:
    """Judge a text by its ordinary words; capitals (headings, UBND, HĐND) are left out."""
    words = [word.lower() for word in _WORD.findall(text) if not word[1:].isupper() and word.lower() != word.upper()]
    words = [word for word in words if len(word) > 1]
    if not words:
        return Quality(0.0, 0.0, 0)
    valid = sum(map(is_syllable, words)) / len(words)
    letters = sum(map(has_vietnamese_letter, words)) / len(words)
    return Quality(valid, letters, len(words))


def warnings_for(quality: Quality) -> tuple[Warning_, ...]:
    """What the admin should hear about a text of this quality."""
    if not quality.enough or (not quality.bad and quality.valid >= DOUBTFUL_VALID):
        return ()
    if quality.valid >= BAD_VALID and quality.letters < 0.05:
        return (Warning_("no_accents", "Văn bản không có dấu tiếng Việt; câu trích sẽ không có dấu."),)
    advice = "Chữ đọc được bị sai nhiều; hãy gửi bản Word hoặc PDF gốc, hoặc quét lại ở 300 dpi."
    return (Warning_("poor_ocr", f"{advice} ({quality.reason})"),)
