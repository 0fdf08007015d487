"""The shipped lexicon with the words of the plans at hand, which are looked up and never loaded as a whole.

What a question needs of them (the spellings of its words, which stand side by side) is asked for at once and kept, so
one question costs a handful of look-ups however many plans there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from language.lexicon import Lexicon, shortened
from plan.text import fold

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
        """The known spellings of a word, the commonest first."""
        return self._meet(fold(word))[0]

    def abbreviation(self, word: str) -> str | None:
        """The abbreviation in capitals that the word may be, whatever was typed."""
        return word if word.isupper() and self.count(word) else self._meet(fold(word))[1]

    def near(self, word: str) -> set[str]:
        """Known syllables that may be one slip away from the word."""
        return self._shipped.near(word) | self._plans.near(shortened(word))

    def count(self, word: str) -> int:
        """How often the spelling was seen."""
        learnt = self._learnt(word)
        return self._shipped.count(word) + (learnt.times if learnt else 0)

    def together(self, before: str, after: str) -> int:
        """How often the two spellings were seen side by side."""
        self.expect_pairs(((before, after),))
        return self._shipped.together(before, after) + self._pairs.get((before, after), 0)

    def befores(self, word: str) -> int:
        """How many different words were seen before this one."""
        learnt = self._learnt(word)
        return self._shipped.befores(word) + (learnt.befores if learnt else 0)

    def afters(self, word: str) -> int:
        """How many different words were seen behind this one."""
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
