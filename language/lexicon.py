"""Which Vietnamese syllables there are and which follow which: learnt from training text and from the plans at hand.

The shipped counts (`data/lexicon.txt.gz`, made by `training/lexicon.py`) know how officers and plans speak; the plans
that are ingested add their own names and words, which `PlanLexicon` looks up.
"""

from __future__ import annotations

import gzip
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, Protocol

from language.syllable import Token, canonical, is_abbreviation, looks_vietnamese, split
from plan.text import fold, nfc

FILE = Path(__file__).parent / "data" / "lexicon.txt.gz"
START, NUMBER = "<s>", "#"
# Absolute discounting with continuation counts (Kneser-Ney), the usual choice for small counts; .75 measured best.
_DISCOUNT = 0.75
_UNSEEN = 0.2  # the number of contexts an unknown word is credited with
SHORTEST_NEAR = 3  # letters of a word that a slip may have been meant for
_ROOM = 600  # and how many of those there may be


class Reading(NamedTuple):
    """One way to read a token: the syllables it may stand for, and the cost of believing that."""

    syllables: tuple[str, ...]
    cost: float


class _Path(NamedTuple):
    """A way through the tokens up to here."""

    cost: float
    last: Reading | None  # None at the beginning
    before: _Path | None

    def readings(self) -> list[Reading]:
        """From the first token on."""
        found: list[Reading] = []
        path: _Path | None = self
        while path and path.last:
            found.append(path.last)
            path = path.before
        return found[::-1]


@dataclass
class Counts:
    """How often words stand alone and side by side; English words apart."""

    single: Counter[str] = field(default_factory=Counter)
    pair: Counter[tuple[str, str]] = field(default_factory=Counter)
    english: Counter[str] = field(default_factory=Counter)

    def learn(self, text: str) -> None:
        """Count one Vietnamese text."""
        for phrase in phrases(text):
            run = [START, *phrase]
            self.single.update(run)
            self.pair.update(pairwise(run))

    def learn_english(self, text: str) -> None:
        """Count the words of one English text."""
        self.english.update(token.text.lower() for token in split(text) if token.kind == "word")


def phrases(text: str) -> Iterator[list[str]]:
    """The words between punctuation marks, as `word_at` gives them."""
    run: list[str] = []
    tokens = split(nfc(text))
    for at, token in enumerate(tokens):
        if token.kind != "break":
            run.append(word_at(tokens, at))
        elif run:
            yield run
            run = []
    if run:
        yield run


def word_at(tokens: list[Token], at: int) -> str:
    """A token as it is counted: in lower case and one tone style; abbreviations in capitals; numbers all alike."""
    token = tokens[at]
    if token.kind == "code":
        return NUMBER
    return token.text if is_abbreviation(tokens, at) else canonical(token.text)


class Lexicon:
    """The counts, ready for questions: spellings of a plain syllable, and how well words follow each other."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.total = sum(counts.single.values())
        self.english_total = sum(counts.english.values())
        self._contexts = Counter(after for _, after in counts.pair)
        self.room = sum(self._contexts.values()) + _ROOM
        self._followers = Counter(before for before, _ in counts.pair)
        self._costs: dict[tuple[str, str], float] = {}
        self._forms: dict[str, list[str]] = defaultdict(list)
        self._capitals: dict[str, str] = {}
        for word, _ in counts.single.most_common():
            if word.isupper():
                self._capitals.setdefault(fold(word), word)
            else:
                self._forms[fold(word)].append(word)

    @classmethod
    def load(cls, texts: Iterable[str] = (), path: Path = FILE) -> Lexicon:
        """The shipped counts and those of the given (accented, not garbled) texts."""
        counts = read_counts(path)
        for text in texts:
            counts.learn(text)
        return cls(counts)

    def forms(self, word: str) -> list[str]:
        """The known spellings of a word, whatever diacritics it was typed with; the commonest first."""
        return self._forms.get(fold(word), [])

    def abbreviation(self, word: str) -> str | None:
        """The abbreviation in capitals that the word may be, whatever was typed: 'cds' → 'CĐS'."""
        return word if word in self.counts.single and word.isupper() else self._capitals.get(fold(word))

    def folded(self) -> Iterable[str]:
        """Every known syllable without diacritics."""
        return self._forms

    def near(self, word: str) -> set[str]:
        """Known syllables without diacritics that may be one slip away from the word."""
        return {near for key in shortened(word) for near in self._near.get(key, ())}

    def knows(self, word: str) -> bool:
        """Whether the word was ever seen spelt this way (in either tone style)."""
        return self.count(canonical(word)) > 0

    def follows(self, before: str, after: str) -> bool:
        """Whether the two spellings were seen side by side."""
        return self.together(before, after) > 0

    def count(self, word: str) -> int:
        """How often the spelling was seen."""
        return self.counts.single.get(word, 0)

    def together(self, before: str, after: str) -> int:
        """How often the two spellings were seen side by side."""
        return self.counts.pair.get((before, after), 0)

    def befores(self, word: str) -> int:
        """How many different words were seen before this one."""
        return self._contexts.get(word, 0)

    def afters(self, word: str) -> int:
        """How many different words were seen behind this one."""
        return self._followers.get(word, 0)

    def expect(self, words: Iterable[str]) -> None:
        """These words will be asked about: a lexicon that looks them up does so at once."""

    def expect_pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """The same for words side by side."""

    def cost(self, before: str, after: str) -> float:
        """How surprising `after` is behind `before`: minus the logarithm of its probability."""
        key = (before, after)
        found = self._costs.get(key)
        if found is None:
            found = self._costs[key] = -math.log(self._probability(before, after))
        return found

    def _probability(self, before: str, after: str) -> float:
        alone = (self.befores(after) + _UNSEEN) / self.room
        seen = self.count(before)
        if not seen:
            return alone
        together = max(self.together(before, after) - _DISCOUNT, 0.0)
        return (together + _DISCOUNT * max(self.afters(before), 1) * alone) / seen

    def best(self, lattice: Sequence[Sequence[Reading]]) -> list[Reading]:
        """The cheapest sequence of readings, one for each token (Viterbi over neighbouring words)."""
        self.expect_pairs(_side_by_side(lattice))
        paths: dict[str, _Path] = {START: _Path(0.0, None, None)}
        for readings in lattice:
            reached: dict[str, _Path] = {}
            for reading in readings:
                first, last = reading.syllables[0], reading.syllables[-1]
                cost, path = self._cheapest(paths, first)
                cost += reading.cost + self._inside(reading.syllables)
                if last not in reached or cost < reached[last].cost:
                    reached[last] = _Path(cost, reading, path)
            paths = reached
        return min(paths.values(), key=lambda path: path.cost).readings()

    def _cheapest(self, paths: Mapping[str, _Path], word: str) -> tuple[float, _Path]:
        """How a word is reached at least cost: the cost, and by which path; no word makes a path cheaper."""
        least, by = math.inf, next(iter(paths.values()))
        for before, path in paths.items():
            if path.cost < least and (cost := path.cost + self.cost(before, word)) < least:
                least, by = cost, path
        return least, by

    def _inside(self, syllables: tuple[str, ...]) -> float:
        return sum(self.cost(a, b) for a, b in pairwise(syllables))

    @cached_property
    def _near(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for word in self.folded():
            if may_be_meant(word):
                for key in shortened(word):
                    found[key].add(word)
        return dict(found)


def may_be_meant(folded: str) -> bool:
    """Whether a slip may be put down to this syllable."""
    return len(folded) >= SHORTEST_NEAR and looks_vietnamese(folded)


def shortened(word: str) -> set[str]:
    """The word and what is left when one letter is taken out: words one slip apart share one of these."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _side_by_side(lattice: Sequence[Sequence[Reading]]) -> Iterator[tuple[str, str]]:
    """Every two words whose standing together a best path may ask about."""
    lasts = {START}
    for readings in lattice:
        firsts = {reading.syllables[0] for reading in readings}
        yield from ((before, after) for before in lasts for after in firsts)
        yield from (pair for reading in readings for pair in pairwise(reading.syllables))
        lasts = {reading.syllables[-1] for reading in readings}


def write_counts(counts: Counts, path: Path = FILE) -> None:
    """Store the counts: words by falling frequency, then for each word those seen behind it, then English words."""
    order = [word for word, _ in counts.single.most_common()]
    behind: dict[str, list[str]] = defaultdict(list)
    for (before, after), count in sorted(counts.pair.items()):
        behind[before].append(after if count == 1 else f"{after}:{count}")
    lines = [f"{word}:{counts.single[word]} {' '.join(behind[word])}".rstrip() for word in order]
    lines += ["", *(f"{word}:{count}" for word, count in counts.english.most_common())]
    with path.open("wb") as file, gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
        packed.write("\n".join(lines).encode())


def read_counts(path: Path = FILE) -> Counts:
    """The counts as `write_counts` stored them."""
    vietnamese, english = gzip.decompress(path.read_bytes()).decode().split("\n\n")
    single: dict[str, int] = {}
    pair: dict[tuple[str, str], int] = {}
    for line in vietnamese.split("\n"):
        first, *behind = line.split(" ")
        before, times = _counted(first)
        single[before] = times
        for entry in behind:  # fifty thousand: each thing done here delays the first answer
            after, colon, count = entry.partition(":")
            pair[before, after] = int(count) if colon else 1
    return Counts(Counter(single), Counter(pair), Counter(dict(map(_counted, english.split("\n")))))


def _counted(entry: str) -> tuple[str, int]:
    word, _, count = entry.partition(":")
    return word, int(count or 1)


@lru_cache(maxsize=1)
def shipped() -> Lexicon:
    """The lexicon without any plan's words, for what needs no more."""
    return Lexicon.load()


Pair = tuple[str, str]


class Spelling(NamedTuple):
    """How often a spelling stands in the plans, and behind and before how many words that the shipped lexicon lacks."""

    word: str
    times: int
    befores: int
    afters: int


class Totals(NamedTuple):
    """All words of the plans, and how many different pairs of them the shipped lexicon does not know."""

    words: int
    pairs: int


class PlanWords(Protocol):
    """The words of the plans at hand."""

    def totals(self) -> Totals:
        """Over all plans."""

    def spellings(self, folded: Iterable[str]) -> Iterable[Spelling]:
        """Every spelling in the plans of words without diacritics."""

    def pairs(self, pairs: Iterable[Pair]) -> dict[Pair, int]:
        """How often words stand side by side; those that never do may be missing."""

    def near(self, keys: Iterable[str]) -> set[str]:
        """Words without diacritics that are not in the shipped lexicon and, shortened, give one of the keys."""


class PlanLexicon(Lexicon):
    """A lexicon over another one. Made anew when the plans change; safe to share between threads."""

    def __init__(self, shipped: Lexicon, plans: PlanWords) -> None:
        self.counts, self.english_total = shipped.counts, shipped.english_total
        totals = plans.totals()
        self.total, self.room = shipped.total + totals.words, shipped.room + totals.pairs
        self._shipped, self._plans = shipped, plans
        self._costs: dict[Pair, float] = {}
        self._met: dict[str, tuple[list[str], str | None]] = {}  # by folded word: its spellings and its capitals
        self._words: dict[str, Spelling] = {}
        self._pairs: dict[Pair, int] = {}

    @property
    def kept(self) -> int:
        """How much was looked up until now."""
        return len(self._words) + len(self._pairs) + len(self._costs)

    def folded(self) -> Iterable[str]:
        """The shipped syllables: those of the plans are only looked up."""
        return self._shipped.folded()

    def forms(self, word: str) -> list[str]:
        return self._meet(fold(word))[0]

    def abbreviation(self, word: str) -> str | None:
        """The abbreviation in capitals that the word may be, whatever was typed."""
        return word if word.isupper() and self.count(word) else self._meet(fold(word))[1]

    def near(self, word: str) -> set[str]:
        return self._shipped.near(word) | self._plans.near(shortened(word))

    def count(self, word: str) -> int:
        learnt = self._learnt(word)
        return self._shipped.count(word) + (learnt.times if learnt else 0)

    def together(self, before: str, after: str) -> int:
        self.expect_pairs(((before, after),))
        return self._shipped.together(before, after) + self._pairs.get((before, after), 0)

    def befores(self, word: str) -> int:
        learnt = self._learnt(word)
        return self._shipped.befores(word) + (learnt.befores if learnt else 0)

    def afters(self, word: str) -> int:
        learnt = self._learnt(word)
        return self._shipped.afters(word) + (learnt.afters if learnt else 0)

    def expect(self, words: Iterable[str]) -> None:
        """Look all these up at once."""
        wanted = {fold(word) for word in words} - self._met.keys()
        if not wanted:
            return
        found: dict[str, dict[str, Spelling]] = {word: {} for word in wanted}
        for spelling in self._plans.spellings(wanted):
            found[fold(spelling.word)][spelling.word] = spelling
        for folded, learnt in found.items():
            self._words.update(learnt)
            self._met[folded] = self._ordered(folded, learnt)

    def expect_pairs(self, pairs: Iterable[Pair]) -> None:
        """Look all these up at once, but those of a word that no plan has."""
        wanted = [pair for pair in dict.fromkeys(pairs) if pair not in self._pairs]
        self.expect(word for pair in wanted for word in pair)
        wanted = [pair for pair in wanted if pair[0] in self._words and pair[1] in self._words]
        if wanted:
            found = self._plans.pairs(wanted)
            self._pairs.update((pair, found.get(pair, 0)) for pair in wanted)

    def _meet(self, folded: str) -> tuple[list[str], str | None]:
        self.expect((folded,))
        return self._met[folded]

    def _learnt(self, word: str) -> Spelling | None:
        self._meet(fold(word))
        return self._words.get(word)

    def _ordered(self, folded: str, learnt: dict[str, Spelling]) -> tuple[list[str], str | None]:
        shipped = self._shipped.forms(folded)
        capitals = self._shipped.abbreviation(folded)
        known = [*shipped, *([capitals] if capitals else [])]
        every = [*known, *sorted(learnt.keys() - set(known))]
        count = {word: self._shipped.count(word) + (learnt[word].times if word in learnt else 0) for word in every}
        every.sort(key=lambda word: -count[word])
        return [word for word in every if not word.isupper()], next((word for word in every if word.isupper()), None)
