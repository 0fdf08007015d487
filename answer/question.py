"""A question as it is understood: language, other forms, what it asks for, units, figures and places it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from answer.asked import Ask, asked
from answer.facts import Section
from answer.wanted import Want, wanted
from plan.references import Reference, read_reference, without_appendix
from plan.text import fold, is_plain
from plan.units import find_units, unit_ids

_FIGURE = re.compile(
    r"\d+(?:/\d+)*/[\w-]+|\d{2,}(?:[.,/]\d+)*(?![a-z])|\d+ ?%|\b\d+[a-z]{1,3}\b|\b[a-z]{2,}\d+\b", re.IGNORECASE
)
_BODY = re.compile(
    r"\b(?:Phòng|Sở|Chi cục|Cục|Trung tâm|Hội|Đội|Trạm|Ban|Viện|Bộ)\s+([^\W\d]+)"
    r"(?:\s+(?!phường|xã)[^\W\d]+)?"
    r"(?:(?<=Quản lý)\s+[^\W\d]+)?"
)
_NUMBERED = re.compile(
    r"\b(?:xóm|thôn|ấp|bản|khóm|buôn|khu(?: phố)?|nhóm|đội|tổ(?: dân phố)?|chốt|đợt|đoàn|cụm)\s+(?:số\s+)?\d{1,2}\b",
    re.IGNORECASE,
)
_TABLE = re.compile(r"\bbang\b|phu luc|\bhang \d|\btable\b|appendix|annex|\bpl\b")


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `forms` are other spellings of it, `prior` its expectation of where the answer stands.

    A question that leans on the one before is `text` with what it inherits; `typed` is without, `after` the one before.
    """

    text: str
    english: bool = False
    forms: tuple[str, ...] = ()
    asks: frozenset[Ask] = frozenset()
    wants: frozenset[Want] = frozenset()
    units: frozenset[str] = frozenset()
    reference: Reference = field(default_factory=Reference)
    figures: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()  # 'xom 5', 'nhom 4': one of several things that a plan numbers
    bodies: tuple[str, ...] = ()  # folded names of offices that the register of units does not know
    sections: dict[Section, float] = field(default_factory=dict)
    typed: str = ""
    after: str = ""

    @property
    def plain(self) -> bool:
        """Typed without diacritics."""
        return is_plain(self.text)

    @property
    def in_order(self) -> list[str]:
        """Its units as they are named: 'Phòng Kinh tế làm gì ở bộ phận một cửa' is about the first."""
        named = [mention.unit for form in (self.text, *self.forms) for mention in find_units(form)]
        return sorted(self.units, key=lambda unit: (named.index(unit) if unit in named else len(named), unit))

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
    text: str,
    english: bool,
    forms: tuple[str, ...],
    sections: dict[Section, float],
    place: str = "",
    own: frozenset[str] = frozenset(),
) -> Question:
    """Everything the wording says. `place` is the plan's own place name, which is nothing to look for inside it, `own`
    are the kinds of the paper that the question calls it by."""
    bare = without_place(text, place)
    mended = without_place(forms[0], place) if forms and not english else bare
    reference = read_reference(bare)
    written = () if english else [without_place(form, place) for form in forms[:2]]  # 'CAP' as 'Công an phường' too
    units = unit_ids(bare).union(*map(unit_ids, written))
    numbered = () if reference and not reference.counted else _NUMBERED.finditer(mended)
    figures = (
        () if reference.exact else tuple(fold(found.group()) for found in _FIGURE.finditer(without_appendix(bare)))
    )
    return Question(
        text,
        english,
        tuple(without_place(form, place) for form in forms),
        asked(mended, own),
        wanted(bare) | wanted(mended),
        units,
        reference,
        figures,
        tuple(re.sub(r"\s+0?", " ", fold(found.group())) for found in numbered),
        _unknown_bodies(bare),
        sections,
    )


def _unknown_bodies(text: str) -> tuple[str, ...]:
    """'Phòng Nội vụ' → 'phong noi vu', told by its capitals; units that are known are told by `unit_ids`."""
    known = [(mention.start, mention.end) for mention in find_units(text)]
    named = [match for match in _BODY.finditer(text) if match.group(1).istitle()]
    found = [match for match in named if not any(s < match.end() and match.start() < e for s, e in known)]
    return tuple(re.sub(r"\s+", " ", fold(match.group())) for match in found)


def without_place(text: str, place: str) -> str:
    """The text without the plan's place name ('phường Chu Văn An'), accents or not; never left empty."""
    name, folded = fold(place).split(" ", 1)[-1], fold(text)
    if " " not in name or name not in folded:  # a pattern for each of many plans costs more than all else here
        return text
    at = re.search(rf"(?:(?:phuong|xa|thi tran)\s+)?(?<!\w){re.escape(name)}(?!\w)(?:\s+(?:ward|commune))?", folded)
    bare = f"{text[: at.start()]} {text[at.end() :]}".strip() if at else text
    return bare if re.search(r"\w", bare) else text
