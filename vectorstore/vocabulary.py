"""How the plans themselves spell their syllables: what `answer` restores missing diacritics from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from plan import text as texts


@dataclass(frozen=True)
class Vocabulary:
    """`spellings['dao'] == {'đạo': 40, 'đào': 31}`; `bigrams['đào', 'tạo'] == 29`. Lower case, letters only."""

    spellings: dict[str, Counter[str]] = field(default_factory=dict)
    bigrams: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, lines: Iterable[str]) -> Vocabulary:
        """Counted over lines; pairs do not cross them."""
        made = cls()
        for line in lines:
            made._count(texts.syllables(line))
        return made

    @classmethod
    def union(cls, parts: Iterable[Vocabulary]) -> Vocabulary:
        """The counts of several together."""
        made = cls()
        for part in parts:
            made.bigrams.update(part.bigrams)
            for key, counts in part.spellings.items():
                made.spellings.setdefault(key, Counter()).update(counts)
        return made

    def _count(self, syllables: list[str]) -> None:
        for syllable in syllables:
            if syllable.isalpha():
                self.spellings.setdefault(texts.fold(syllable), Counter())[syllable] += 1
        self.bigrams.update(pair for pair in pairwise(syllables) if pair[0].isalpha() and pair[1].isalpha())
