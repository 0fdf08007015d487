"""Questions as people type them, without diacritics, in chat shorthand, with slips: their language, and what was meant.

Names say little ("Chu Van An ward" is English), capitals of abbreviations nothing, and English words inside a
Vietnamese question (sandbox, fanpage) are outweighed by the small words around them.

Every token gets the readings it may have, each with a cost; the cheapest sequence by neighbouring words wins. What is
no Vietnamese word (numbers, document codes, abbreviations in capitals, English words, unknown names) stays as typed.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from itertools import chain, pairwise, product
from typing import Literal

from language.abbreviations import HABITS
from language.lexicon import START, Lexicon, Reading, shipped, word_at
from language.syllable import (
    Token,
    canonical,
    from_telex,
    is_abbreviation,
    is_misplaced,
    looks_vietnamese,
    split,
)
from plan.text import fold, is_plain, nfc, split_tone

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


# Costs are minus logarithms of odds, like the lexicon's, and were set by hand on training questions.
_HABIT = 1.0
_HABIT_MEANT = 5.0  # that shorthand is meant as it stands
_CAPITALS_OF_A_WORD = 3.0  # "ai" for AI, "ca" for CA
_LETTERED = frozenset(
    {"diem", "muc", "khoan", "nhom", "loai", "lop", "to", "phan", "bang", "khu", "cap", "hang", "luc"}
)
_MEANT_MARKS = 6.0  # diacritics left out on purpose, where all the other words have theirs
_UNKNOWN_MARKS = 1.0  # the same for a spelling that does not exist
_WRONG_MARKS = 3.0
_WRONG_MARKS_OF_A_WORD = 9.0  # the word as typed exists, so this needs strong neighbours
_TELEX = 1.0
_WRONG_LETTER = 4.0
_SHORTEST_TO_MEND = 4
_ACCENTED_SHARE = 0.5  # from this share of accented words on a plain one is taken to be meant so


class Speller:
    """Restores diacritics and mends slips with the words of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def restore(self, text: str) -> str:
        """Diacritics where they are missing and chat shorthand written out; English text unchanged."""
        return self._rewrite(text, mend=False)

    def correct(self, text: str) -> str:
        """`restore`, and slips mended: tone marks misplaced or wrong, Telex keys, letters swapped or missing."""
        return self._rewrite(text, mend=True)

    def _rewrite(self, text: str, mend: bool) -> str:
        text = nfc(text)
        if language(text, self.lexicon) == "en":
            return text
        tokens = split(text)
        self.lexicon.expect(token.text for token in tokens)
        self.lexicon.expect_pairs(self._neighbours(tokens))
        caution = _caution(tokens)
        lattice = [self._readings(tokens, at, caution, mend) for at in range(len(tokens))]
        pieces, end = [], 0
        for token, reading in zip(tokens, self.lexicon.best(lattice), strict=True):
            pieces += [text[end : token.start], _written(token, reading, mend)]
            end = token.end
        return "".join([*pieces, text[end:]])

    def _neighbours(self, tokens: list[Token]) -> Iterator[tuple[str, str]]:
        """Every pair that two words in a row may be: looked up together, not word by word."""
        forms = (self.lexicon.forms(token.text) for token in tokens)
        return chain.from_iterable(product(before, after) for before, after in pairwise(forms))

    def _readings(self, tokens: list[Token], at: int, caution: float, mend: bool) -> list[Reading]:
        token = tokens[at]
        if token.kind != "word":
            return [Reading((START if token.kind == "break" else word_at(tokens, at),), 0.0)]
        if is_abbreviation(tokens, at):
            return [Reading((self.lexicon.abbreviation(token.text) or token.text,), 0.0)]
        if _is_letter(tokens, at):
            return [Reading((word_at(tokens, at),), 0.0)]
        typed = canonical(token.text)
        readings = {reading.syllables: reading for reading in self._spellings(tokens, at, typed, caution, mend)}
        readings |= {reading.syllables: reading for reading in self._short_forms(typed)}
        if mend and self._may_be_a_slip(token):
            for reading in self._mended(tokens, at, typed):
                readings.setdefault(reading.syllables, reading)
        return list(readings.values())

    def _spellings(self, tokens: list[Token], at: int, typed: str, caution: float, mend: bool) -> Iterator[Reading]:
        """The word as typed, and with the diacritics that may be missing (or, when mending, wrong)."""
        known = self.lexicon.knows(typed)
        forms = self.lexicon.forms(typed)
        if known or not (forms and looks_vietnamese(typed)):
            yield Reading((typed,), 0.0)
        elif not is_plain(typed):
            yield Reading((typed,), _WRONG_MARKS)
        for form in forms:
            if form == typed:
                continue
            if _lacks_only_marks(typed, form):
                yield Reading((form,), caution if known else min(caution, _UNKNOWN_MARKS))
            elif mend and self._fits(tokens, at, form):
                yield Reading((form,), _WRONG_MARKS_OF_A_WORD if known else _WRONG_MARKS)

    def _short_forms(self, typed: str) -> Iterator[Reading]:
        """Chat shorthand written out, and office abbreviations typed in small letters."""
        meanings = HABITS.get(typed, ())
        if meanings:
            yield Reading((typed,), _HABIT_MEANT)
        yield from (Reading(words, _HABIT) for words in meanings)
        capitals = self.lexicon.abbreviation(typed)
        if capitals and _lacks_only_marks(typed, capitals.lower()):
            yield Reading((capitals,), _CAPITALS_OF_A_WORD if self.lexicon.forms(typed) else 0.0)

    def _may_be_a_slip(self, token: Token) -> bool:
        low = token.text.lower()
        return not (self.lexicon.forms(low) or low in self.lexicon.counts.english or low in HABITS)

    def _mended(self, tokens: list[Token], at: int, typed: str) -> Iterator[Reading]:
        """Known words behind Telex keys, or one slip away and seen beside one of the neighbours."""
        decoded = from_telex(typed)
        if decoded != typed:
            yield from (
                Reading((form,), _TELEX) for form in self.lexicon.forms(decoded) if _lacks_only_marks(decoded, form)
            )
        if len(typed) < _SHORTEST_TO_MEND or tokens[at].text[0].isupper():
            return  # too little to go by, or a name
        found = self._one_slip_away(fold(typed))
        self.lexicon.expect(found)
        for near in sorted(found):
            for form in self.lexicon.forms(near):
                if self._fits(tokens, at, form):
                    yield Reading((form,), _WRONG_LETTER + (0.0 if _tone_agrees(typed, form) else _WRONG_MARKS))

    def _one_slip_away(self, word: str) -> set[str]:
        return {near for near in self.lexicon.near(word) if abs(len(near) - len(word)) < 2 and _is_one_slip(word, near)}

    def _fits(self, tokens: list[Token], at: int, form: str) -> bool:
        before = self.lexicon.forms(tokens[at - 1].text) if at else []
        after = self.lexicon.forms(tokens[at + 1].text) if at + 1 < len(tokens) else []
        self.lexicon.expect_pairs([*((word, form) for word in before), *((form, word) for word in after)])
        return any(self.lexicon.follows(word, form) for word in before) or any(
            self.lexicon.follows(form, word) for word in after
        )


def _caution(tokens: list[Token]) -> float:
    """What it costs to add marks to a word: nothing where nobody typed any, much where most words have theirs."""
    words = [
        token.text for token in tokens if token.kind == "word" and not (len(token.text) > 1 and token.text.isupper())
    ]
    share = sum(not is_plain(word) for word in words) / max(len(words), 1)
    return _MEANT_MARKS * min(1.0, share / _ACCENTED_SHARE)


def _is_letter(tokens: list[Token], at: int) -> bool:
    """'điểm e', 'nhóm h': a letter that counts, not chat shorthand."""
    return len(tokens[at].text) == 1 and at > 0 and fold(tokens[at - 1].text) in _LETTERED


def _lacks_only_marks(typed: str, form: str) -> bool:
    """Whether the marks of `typed` are all in `form` too: 'kê' may be 'kế', 'kè' may not."""
    return fold(typed) == fold(form) and all(
        set(_marks(a)) <= set(_marks(b)) for a, b in zip(_marked(typed), _marked(form), strict=True)
    )


def _marked(word: str) -> list[str]:
    """The letters of a word with the tone drawn apart, because it may be typed on another vowel."""
    letters, tone = split_tone(word)
    return [*letters, "a" + tone]


def _marks(letter: str) -> str:
    return "\u0335" if letter == "đ" else unicodedata.normalize("NFD", letter)[1:]


def _tone_agrees(typed: str, form: str) -> bool:
    return is_plain(typed) or _marked(typed)[-1] == _marked(form)[-1]


def _is_one_slip(typed: str, meant: str) -> bool:
    """A letter missing, doubled, changed or swapped with its neighbour."""
    at = 0
    while at < min(len(typed), len(meant)) and typed[at] == meant[at]:
        at += 1
    rest, wanted = typed[at:], meant[at:]
    swapped = rest[1::-1] + rest[2:] == wanted
    return swapped or rest[1:] == wanted or rest == wanted[1:] or (rest[1:] == wanted[1:] and at > 0)


def _written(token: Token, reading: Reading, mend: bool) -> str:
    """The reading in the token's case; the token itself when it was read as typed."""
    if token.kind != "word":
        return token.text
    if reading.syllables in ((canonical(token.text),), (token.text,)) and not (mend and is_misplaced(token.text)):
        return token.text
    text = " ".join(reading.syllables)
    if token.text.isupper() and len(token.text) > 1:
        return text.upper()
    return text[0].upper() + text[1:] if token.text[0].isupper() else text
