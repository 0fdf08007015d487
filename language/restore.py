"""A readable form of badly scanned Vietnamese, to stand beside the exact quote ("đọc là: …"), never in its place.

Each token gets the syllables it may have been, by what OCR engines confuse; the words around it choose. Names and rare
words may come out wrong, which is why nothing is ever quoted from here. `search_key` serves the word index.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from language.lexicon import NUMBER, START, Lexicon, Reading
from language.ocr import FAR, distance, marks_cost, search_key
from language.syllable import canonical, looks_vietnamese
from plan.text import fold, nfc

__all__ = ["readable", "search_key"]

# Together the pieces are the whole text: white space, document numbers, list numbers, words, dashes.
_PIECE = re.compile(r"\s+|\S*\d\S*/\S*|\d{1,2}[.)](?=[^\W\d])|[^\s–—/-]+(?:[-–—/](?=\d)\S*)?|[-–—/]")
_EDGES = re.compile(r"^([\"'“”‘’(\[{.,;:~*•_`|]*)(.*?)([\"'“”‘’)\]}.,;:!?…~*_`|]*)$", re.DOTALL)
_NUMBER = re.compile(r"[IVX]+\d*|\d|\w?\d[\d.,:%/]+|.*\d.*[/].*|\d+(?:[a-d]|ha|km|m|h|G|%)?|.*\d{4}.*")
_AS_READ = 6.0  # that a token which is no known word stands as it is
_ELSEWHERE = 0.8  # that a token which is a known word was another one with the same look
_MOST_READINGS = 14
_SHORTEST_RARE = 2  # syllables seen less often are more likely names or slips than what the scan shows
_WEIGHT = 1.6  # of what was read, against the words around


class _Shapes:
    """The syllables of a lexicon by their look."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._by_look: dict[str, set[str]] = defaultdict(set)
        single = lexicon.counts.single
        for plain in lexicon.folded():
            if looks_vietnamese(plain) and sum(single[form] for form in lexicon.forms(plain)) >= _SHORTEST_RARE:
                for look in _looks(search_key(plain)):
                    self._by_look[look].add(plain)
        self.readings = lru_cache(maxsize=32768)(self._readings)

    def _readings(self, core: str) -> tuple[Reading, ...]:
        """The syllables a token may have been, the likeliest first."""
        plain = fold(core)
        known = looks_vietnamese(plain) and bool(self.lexicon.forms(plain))
        costs = {plain: 0.0} if known else {}
        for near in self._candidates(core, plain, known):
            cost = distance(plain, near)
            if cost < FAR and near != plain:
                costs[near] = cost + (_ELSEWHERE if known else 0.0)
        found = [
            Reading((form,), _WEIGHT * (cost + marks_cost(core, form)))
            for near, cost in costs.items()
            for form in self.lexicon.forms(near)
            if self.lexicon.counts.single[form] >= _SHORTEST_RARE or canonical(core) == form
        ]
        found.sort(key=lambda reading: reading.cost)
        as_read = [] if known and found else [Reading((core,), _AS_READ)]
        return (*found[:_MOST_READINGS], *as_read)

    def _candidates(self, core: str, plain: str, known: bool) -> set[str]:
        look = search_key(plain)
        if known:
            round_ = look.replace("e", "o") if "é" in core else look  # ô and ố are often read as é
            return self._by_look.get(look, set()) | self._by_look.get(round_, set())
        return {near for key in _looks(look) | _looks(plain) for near in self._by_look.get(key, ())}


def _looks(key: str) -> set[str]:
    """The key and what is left of it when one or two neighbouring letters are taken out."""
    return {key, *(key[:at] + key[at + size :] for size in (1, 2) for at in range(len(key)) if len(key) - size > 0)}


@lru_cache(maxsize=2)
def _shapes(lexicon: Lexicon) -> _Shapes:
    return _Shapes(lexicon)


def readable(quote: str, lexicon: Lexicon) -> str:
    """The quote with every garbled word replaced by what it most likely was; numbers and punctuation stay."""
    shapes = _shapes(lexicon)
    pieces = _PIECE.findall(nfc(quote))
    parts = [_EDGES.match(piece) for piece in pieces]
    cores = [part.group(2) if part else "" for part in parts]
    best = lexicon.best([_lattice(shapes, core) for core in cores if core.strip()])
    readings = iter(best)
    written = []
    for piece, part, core in zip(pieces, parts, cores, strict=True):
        if part is None or not core.strip():
            written.append(piece)
            continue
        written.append(part.group(1) + _cased(core, next(readings).syllables[0]) + part.group(3))
    return "".join(written)


def _lattice(shapes: _Shapes, core: str) -> tuple[Reading, ...]:
    if _NUMBER.fullmatch(core):
        return (Reading((NUMBER,), 0.0),)
    if not any(char.isalnum() for char in core):
        return (Reading((START,), 0.0),)
    capitals = shapes.lexicon.abbreviation(core) if core.isupper() and not looks_vietnamese(core) else None
    if capitals:
        return (Reading((capitals,), 0.0),)
    return shapes.readings(core if core.isupper() else core[0].lower() + core[1:])


def _cased(core: str, word: str) -> str:
    """The word in the case of the token it replaces; the token itself where that is what it was read as."""
    if word in (NUMBER, START) or canonical(core) == word:
        return core
    if word.isupper():
        return word
    letters = [char for char in core if char.isalpha()]
    if len(letters) > 1 and sum(char.isupper() for char in letters) > len(letters) / 2:
        return word.upper()
    return word[0].upper() + word[1:] if core[0].isupper() else word
