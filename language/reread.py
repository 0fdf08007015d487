"""Badly scanned Vietnamese read again: a readable form, and a copy whose every offset has its place in the original.

Each token gets the syllables it may have been, by what OCR engines confuse; the words around it choose. Names and rare
words may come out wrong, which is why nothing is ever quoted from here.

The copy is only for reading and finding. What is quoted is always the original.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from language.lexicon import NUMBER, START, Lexicon, Reading
from language.syllable import canonical, looks_vietnamese
from plan.model import Span
from plan.patterns import lists
from plan.text import fold, nfc

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
        found.sort(key=lambda reading: (reading.cost, reading.syllables))  # the same in every process
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


_READ_AS = {
    meant: {seen: float(cost) for cost, shapes in (line.split(": ") for line in lines) for seen in shapes.split()}
    for meant, lines in lists(Path(__file__).parent / "data" / "confusions.txt").items()
}  # by the letter meant (without diacritics): what may be read instead, and how unlikely that is
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
    read_as = [(letter, _READ_AS.get(letter, {})) for letter in meant]
    above: list[float] = []  # costs up to each letter before the last character seen, and up to it
    row = [_LOST_LETTER * at for at in range(len(meant) + 1)]
    for end, char in enumerate(seen):
        extra = _EXTRA_LETTER if char.isalnum() else _DIRT
        two = seen[end - 1 : end + 1]
        here = [row[0] + extra]
        for at, (letter, shapes) in enumerate(read_as):
            same = row[at] + (0.0 if char == letter else shapes.get(char, _OTHER_LETTER))
            best = min(row[at + 1] + extra, here[at] + _LOST_LETTER, same)
            if above and two in shapes:  # any other two characters cost more than FAR
                best = min(best, above[at] + shapes[two])
            here.append(best)
        above, row = row, here
        if min(row) >= FAR and min(above) >= FAR:
            return FAR
    return min(row[-1], FAR)


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


_WORD = re.compile(r"\S+")
_MARK = re.compile(r"\s*[~'`\"|.,]{0,2}(?:[A-Za-zđĐ]\)|[\dIVXl|.]{1,6}[.)]|[-+•–])\s*")


@dataclass(frozen=True, slots=True)
class Reread:
    """The readable copy and, for each of its words, where it begins and ends there and in the original."""

    copy: str
    words: tuple[tuple[int, int, int, int], ...]  # start and end in the copy, start and end in the original
    starts: tuple[int, ...]

    def back(self, span: Span) -> Span:
        """The original characters of a span of the copy."""
        start = self._at(span.start, False)
        return Span(start, max(start, self._at(span.end, True)))

    def _at(self, offset: int, ending: bool) -> int:
        place = bisect_right(self.starts, offset - 1 if ending else offset) - 1
        if place < 0:
            return 0
        start, end, original, stop = self.words[place]
        if offset >= end:
            return stop
        return min(original + offset - start, stop)


def reread(text: str, lexicon: Lexicon) -> Reread:
    """Read a garbled text line by line. A line whose words cannot be matched one to one is left as it is."""
    out: list[str] = []
    words: list[tuple[int, int, int, int]] = []
    length = before = 0
    for line in re.findall(r"[^\n]*\n|[^\n]+$", text):
        pairs, copied = _line(line, lexicon)
        words += [(before + a, before + b, length + c, length + d) for a, b, c, d in pairs]
        out.append(copied)
        before += len(copied)
        length += len(line)
    return Reread("".join(out), tuple(words), tuple(word[0] for word in words))


def _line(line: str, lexicon: Lexicon) -> tuple[list[tuple[int, int, int, int]], str]:
    """Marks ('a)', 'I11.', '~4.') and stamps stay as they are: the parser knows what becomes of them."""
    mark = _MARK.match(line)
    kept = mark.end() if mark else 0
    rest = line[kept:]
    read = line[:kept] + (readable(rest, lexicon) if rest.strip() and "@" not in line else rest)
    ours, theirs = list(_WORD.finditer(read)), list(_WORD.finditer(line))
    if len(ours) != len(theirs):
        read, ours = line, theirs
    return [(a.start(), a.end(), b.start(), b.end()) for a, b in zip(ours, theirs, strict=True)], read
