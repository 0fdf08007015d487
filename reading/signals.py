"""What is known of a candidate beside its words, as numbers for the shipped reader. Pure.

Among them which kinds of values a clause states (a time, money, a telephone number, a person, who leads), since whether
a field is there at all decides many questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from plan.due import date_phrases
from plan.patterns import entries_of, patterns
from plan.text import fold
from plan.units import find_units

DATA = Path(__file__).parent / "data"
_FOLDED = {name: re.compile(entries) for name, entries in patterns(DATA / "values.txt").items()}
_PERSON = re.compile(
    r"(?:[Đđ]ồng chí|[Ôô]ng|[Bb]à|[Cc]ô|[Tt]hầy|[Aa]nh|[Cc]hị|đ/c|Đ/c|BS\.?|ThS\.?|TS\.?)\s+"
    r"(?!Phó|Chủ|Bí|Trưởng|Giám|Ủy|Chánh)"
    r"[A-ZĐÀ-Ỹ]\w*(?:\s+[A-ZĐÀ-Ỹ]\w*)+"
)
STATED: tuple[str, ...] = (*_FOLDED, "time", "person", "units", "many_units")


def values(text: str) -> list[float]:
    """1 for each kind of value that the text states, in the order of STATED."""
    folded = fold(text)
    held = [float(bool(pattern.search(folded))) for pattern in _FOLDED.values()]
    units = {mention.unit for mention in find_units(text)}
    return [
        *held,
        float(bool(date_phrases(text))),
        float(bool(_PERSON.search(text))),
        float(bool(units)),
        float(len(units) > 1),
    ]


STOP_WORDS = DATA / "stop_words.txt"
FARTHEST, LOWEST, LONGEST = 16, -8.0, 1200
_WORD = re.compile(r"[^\W_]{2,}")
NAMES: tuple[str, ...] = (
    "prior",  # the ranking's log-odds behind the best
    "place",
    "selected",  # a plan was selected
    "first",
    "covered",  # of the question's words, by the clause and its headings
    "covered_with_title",
    "title",  # of the question's words, by the title of the plan
    "length",
    *(f"states_{name}" for name in STATED),
)  # then the ranking's own signals, and last how like the question is to the title


def known(
    question: str,
    text: str,
    own: str,
    title: str,
    place: int,
    prior: float,
    selected: bool,
    ranking: Sequence[float],
    title_likeness: float,
) -> NDArray[np.float16]:
    """The signals of one candidate: NAMES, then `ranking`, then the likeness of question and title.

    `text` is the clause as it is read, `own` its nearest heading and its lines, `place` its place among the candidates.
    """
    asked, told, titled = content(question), content(text), content(title)
    whole = max(1, len(asked))
    base = [
        max(prior, LOWEST),
        min(place, FARTHEST) / 8,
        float(selected),
        float(place == 0),
        len(asked & told) / whole,
        len(asked & (told | titled)) / whole,
        len(asked & titled) / whole,
        min(len(own), LONGEST) / 600,
    ]
    return np.array([*base, *values(own), *ranking, title_likeness], dtype=np.float16)


def content(text: str) -> frozenset[str]:
    """Folded words that single something out."""
    return frozenset(_WORD.findall(fold(text))) - _stop_words()


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    return frozenset(entries_of(STOP_WORDS))
