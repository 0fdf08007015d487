"""Reading a question: its language, its other spellings, and everything its wording says (`answer.question`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from answer.asked import Ask
from answer.facts import Section
from answer.paper import asks_who_signed, called, kinds_of
from answer.question import Question, read_question, without_place
from language.abbreviations import expand
from language.glossary import vietnamese
from language.lexicon import Lexicon, shipped
from language.spelling import Speller, language
from plan.model import PlanInfo
from plan.text import fold
from plan.units import find_units, unit_name

BUCKETS = 8192
FILE = Path(__file__).parent / "data" / "sections.npz"
_TOKEN = re.compile(r"\d+|[^\W\d]+|[?%]")


def hashed(text: str) -> NDArray[np.float32]:
    """Words and word pairs of a question as a unit vector of BUCKETS columns."""
    tokens = ["#" if token.isdigit() else token for token in _TOKEN.findall(fold(text))]
    vector = np.zeros(BUCKETS, dtype=np.float32)
    for gram in (*tokens, *(f"{a} {b}" for a, b in pairwise(tokens))):
        vector[crc32(gram.encode()) % BUCKETS] += 1
    norm = float(np.linalg.norm(vector))
    return vector / norm if norm else vector


@lru_cache(maxsize=1)
def _model() -> tuple[NDArray[np.float32], NDArray[np.float32], tuple[Section, ...]]:
    with np.load(FILE) as data:
        names = tuple(Section(str(name)) for name in data["sections"])
        return data["weights"].astype(np.float32), data["base"].astype(np.float32), names


def section_prior(question: str) -> dict[Section, float]:
    """For each kind of section the log of how much likelier than usual the answer stands there."""
    weights, base, names = _model()
    logits = hashed(question) @ weights[:-1] + weights[-1]
    logits -= np.logaddexp.reduce(logits)
    return {name: float(value) for name, value in zip(names, logits - base, strict=True)}


MOST_FORMS = 4  # each form costs one embedding


@dataclass(frozen=True)
class Understood:
    """A question read once; `over` then sees it from within each plan, where the plan's own place means nothing."""

    text: str
    english: bool
    forms: tuple[str, ...]
    sections: dict[Section, float]

    def over(self, info: PlanInfo | None = None) -> Question:
        """The question as asked of the plan that `info` tells of: of its place ('phường Chu Văn An'), of its kind."""
        place, own = (info.place, called(self.forms[0], kinds_of(info))) if info else ("", frozenset())
        if info and asks_who_signed(self.forms[0], info):
            return replace(self._anywhere, asks=frozenset({Ask.SIGNER}))
        if not own and all(without_place(form, place) == form for form in (self.text, *self.forms)):
            return self._anywhere
        return read_question(self.text, self.english, self.forms, self.sections, place, own)

    @cached_property
    def _anywhere(self) -> Question:
        return read_question(self.text, self.english, self.forms, self.sections)


class Understanding:
    """How questions are read with the words of a lexicon: the shipped one, or one that knows the plans' words too."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon or shipped()
        self.speller = Speller(self.lexicon)

    def english(self, text: str) -> bool:
        """Whether the question is English."""
        return language(text, self.lexicon) == "en"

    def read(self, text: str, english: bool) -> Understood:
        """The question with its other spellings."""
        return Understood(text, english, self._forms(text, english), section_prior(text))

    def _forms(self, text: str, english: bool) -> tuple[str, ...]:
        if english:
            units = "; ".join(unit_name(mention.unit) for mention in find_units(text))
            words = " ".join(dict.fromkeys(f"{vietnamese(text)} {units}".split()))
            return (text, words) if words else (text,)
        mended = self.speller.correct(self.speller.restore(text))
        return tuple(dict.fromkeys((mended, *expand(mended))))[:MOST_FORMS]
