"""Is a text Vietnamese or English? Word by word, so that it works for short and for unaccented questions.

Names say little ("Chu Van An ward" is English), capitals of abbreviations nothing, and English words inside a
Vietnamese question (sandbox, fanpage) are outweighed by the small words around them.
"""

from __future__ import annotations

import math
from typing import Literal

from language.chat import HABITS
from language.lexicon import Lexicon, shipped
from language.syllable import Token, looks_vietnamese, split
from plan.text import is_plain, nfc

Language = Literal["vi", "en"]

_MOST = 4.0  # no single word decides alone
_NAME = 0.25  # the weight of a capitalised word inside a sentence


def language(text: str, lexicon: Lexicon | None = None) -> Language:
    """'en' when the words are rather English than Vietnamese; in doubt 'vi'."""
    words, lexicon = [token for token in split(nfc(text)) if token.kind == "word"], lexicon or shipped()
    lexicon.expect(token.text for token in words)
    score = sum(_weight(token, at == 0) * _english(token.text, lexicon) for at, token in enumerate(words))
    return "en" if score > 0 else "vi"


def _weight(token: Token, first: bool) -> float:
    if len(token.text) > 1 and token.text.isupper():
        return 0.0
    return _NAME if token.text[0].isupper() and not first else 1.0


def _english(word: str, lexicon: Lexicon) -> float:
    """How much rather English than Vietnamese one word is; negative for Vietnamese."""
    low = word.lower()
    if not is_plain(low) or low in HABITS:
        return -_MOST
    english = lexicon.counts.english.get(low, 0)
    vietnamese = sum(lexicon.count(form) for form in lexicon.forms(low))
    if english + vietnamese == 0:
        return -0.5 if looks_vietnamese(low) else 0.5
    odds = (english + 0.3) / lexicon.english_total * lexicon.total / (vietnamese + 0.3)
    return max(-_MOST, min(_MOST, math.log(odds)))
