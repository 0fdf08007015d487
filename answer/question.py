"""A question as it is understood: language, other forms, what it asks for, units, figures and places it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from answer.asked import Ask, asked
from answer.facts import Section
from answer.wanted import Want, wanted
from plan.references import Reference, read_reference
from plan.text import fold, is_plain
from plan.units import unit_ids

_FIGURE = re.compile(r"\d+(?:/\d+)*/[\w-]+|\d{2,}(?:[.,/]\d+)*|\d+ ?%")
_TABLE = re.compile(r"\bbang\b|phu luc|\bhang \d|\btable\b|appendix|annex|\bpl\b")


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `forms` are other spellings of it, `prior` its expectation of where the answer stands."""

    text: str
    english: bool = False
    forms: tuple[str, ...] = ()
    asks: frozenset[Ask] = frozenset()
    wants: frozenset[Want] = frozenset()
    units: frozenset[str] = frozenset()
    reference: Reference = field(default_factory=Reference)
    figures: tuple[str, ...] = ()
    sections: dict[Section, float] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Typed without diacritics."""
        return is_plain(self.text)

    @property
    def search(self) -> str:
        """The form to search with first: diacritics restored and typos mended where there was need."""
        return self.forms[0] if self.forms else self.text

    @property
    def table(self) -> bool:
        """Speaks of a table or an appendix."""
        return bool(_TABLE.search(fold(self.text)))

    def prior(self, section: Section) -> float:
        """Log-odds that such a question is answered in such a section (learnt; 0 when unknown)."""
        return self.sections.get(section, 0.0)


def read_question(
    text: str, english: bool, forms: tuple[str, ...], sections: dict[Section, float], place: str = ""
) -> Question:
    """Everything the wording says. `place` is the plan's own place name, which is not a figure or a unit to look for."""
    bare = text.replace(place, " ") if place else text
    reference = read_reference(bare)
    units = unit_ids(bare).union(*(unit_ids(form) for form in forms))
    figures = () if reference.exact else tuple(fold(found.group()) for found in _FIGURE.finditer(bare))
    return Question(text, english, forms, asked(bare), wanted(bare), units, reference, figures, sections)
