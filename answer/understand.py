"""Reading a question: its language, its other spellings, and everything its wording says (`answer.question`)."""

from __future__ import annotations

from collections.abc import Iterable

from answer.question import Question, read_question
from answer.sections import section_prior
from language.abbreviations import expand
from language.detect import language
from language.glossary import vietnamese
from language.lexicon import Lexicon
from language.spelling import Speller
from plan.units import find_units, unit_name

MOST_FORMS = 4  # each form costs one embedding


class Understanding:
    """How questions over certain plans are read. `texts` are the plans' own (well spelt) texts."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.lexicon = Lexicon.load(texts)
        self.speller = Speller(self.lexicon)

    def english(self, text: str) -> bool:
        """Whether the question is English."""
        return language(text, self.lexicon) == "en"

    def read(self, text: str, english: bool, place: str = "", spelling: bool = True) -> Question:
        """The question understood. `place` is the plan's own place name; without `spelling` it is taken as typed."""
        forms = self._forms(text, english) if spelling else ()
        return read_question(text, english, forms, section_prior(text), place)

    def _forms(self, text: str, english: bool) -> tuple[str, ...]:
        if english:
            units = "; ".join(unit_name(mention.unit) for mention in find_units(text))
            words = " ".join(dict.fromkeys(f"{vietnamese(text)} {units}".split()))
            return (text, words) if words else (text,)
        mended = self.speller.correct(self.speller.restore(text))
        return tuple(dict.fromkeys((mended, *expand(mended))))[:MOST_FORMS]
