"""Reading a question: its language, its other spellings, and everything its wording says (`answer.question`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from answer.facts import Section
from answer.question import Question, read_question, without_place
from answer.sections import section_prior
from language.abbreviations import expand
from language.glossary import vietnamese
from language.lexicon import Lexicon, shipped
from language.spelling import Speller, language
from plan.units import find_units, unit_name

MOST_FORMS = 4  # each form costs one embedding


@dataclass(frozen=True)
class Understood:
    """A question read once; `over` then sees it from within each plan, where the plan's own place means nothing."""

    text: str
    english: bool
    forms: tuple[str, ...]
    sections: dict[Section, float]

    def over(self, place: str = "") -> Question:
        """The question as asked of the plan of `place` ('phường Chu Văn An')."""
        if all(without_place(form, place) == form for form in (self.text, *self.forms)):
            return self._anywhere
        return read_question(self.text, self.english, self.forms, self.sections, place)

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
