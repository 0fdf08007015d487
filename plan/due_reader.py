"""From words to `Due`: 'đợt 1 từ 08/6 đến 26/6; đợt 2 trong tháng 8/2026', 'trước ngày 25 hằng tháng', '2026-2030'.

What is recognised is blanked out on a folded copy of the same length, the most telling forms first, so that no part is
read twice. A year that is not written comes from the same sentence, else from the plan's date or subject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from plan.due import Cycle, Due, DueKind, months
from plan.due_forms import FORMS, LENGTH, NOISE, Atom, Make
from plan.model import PlanInfo
from plan.text import fold

LONG_AGO = 120  # days before the plan's own date after which a day without a year is one of the next year
_UNTIL = re.compile(r"(?:den|toi|het|truoc|cham nhat|muon nhat)(?:\s+(?:la|vao|ngay|het|truoc|thoi diem))*\s*\Z")
_BEFORE = re.compile(r"\btruoc(?:\s+(?:ngay|het))?\s*\Z")
_FROM = re.compile(r"(?:\btu|bat dau|khoi dong)(?:\s+(?:tu|ngay|vao|sang|chieu|dau|het))*\s*\Z")
_ON = re.compile(r"\s*(?:tro di|tro ve sau|va (?:cac|nhung) nam (?:tiep theo|sau))")
_JOIN = re.compile(r"\s*,?\s*(?:(?:den|toi)(?:\s+(?:het|ngay|cuoi|sang|chieu|toi))*|-)\s*\Z")


@dataclass(frozen=True, slots=True)
class Base:
    """What a plan says of its own time, for days whose year is not written."""

    day: date | None = None
    year: int = 0
    is_school_year: bool = False

    def year_of(self, month: int, last: date | None = None) -> int:
        """The year that a month or day without one belongs to; 0 when nobody can tell."""
        if self.is_school_year:
            return self.year + (month < 8)
        if self.year and (self.day is None or self.year > self.day.year):
            return self.year
        if self.day is None:
            return self.year
        end = last or months(self.day.year, month, month)[1]
        return self.day.year + ((self.day - end).days > LONG_AGO)


def base_of(info: PlanInfo) -> Base:
    """The date of a plan, the one year that its subject names, or its school year."""
    subject = fold(f"{info.title} {info.subject}")
    day = date.fromisoformat(info.date) if re.fullmatch(r"\d{4}-\d\d-\d\d", info.date) else None
    school = re.search(r"nam hoc (20\d\d)\s*-\s*(20\d\d)", subject)
    if school:
        return Base(day, int(school[1]), True)
    years = set(re.findall(r"(?<![-/\d])\b(20\d\d)\b(?!\s*-\s*20)", re.sub(r"20\d\d\s*-\s*20\d\d", "", subject)))
    return Base(day, int(years.pop()) if len(years) == 1 else 0)


@lru_cache(maxsize=8192)
def read_due(words: str, base: Base = Base()) -> tuple[Due, ...]:
    """Every time that the words name, in their order; empty when they name none."""
    folded = NOISE.sub(lambda found: " " * len(found.group()), fold(words))
    found: list[Due] = []
    for begin, end in _segments(folded):
        atoms = _Sentence(folded[begin:end]).atoms()
        found += [_due(atom, words[begin:end], base) for atom in _bounded(_dated(atoms))]
    dated = any(due.kind is not DueKind.RELATIVE for due in found)
    return tuple(
        due
        for due in found
        if not (dated and due.kind is DueKind.RELATIVE and LENGTH.fullmatch(fold(due.words).strip()))
    )


def _segments(folded: str) -> Iterator[tuple[int, int]]:
    start = 0
    for cut in re.finditer(r";|\.\s|\n|\Z", folded):
        if folded[start : cut.start()].strip():
            yield start, cut.start()
        start = cut.end()


@dataclass
class _Sentence:
    """A stretch of words that is read together."""

    text: str
    whole: str = field(init=False)
    found: list[Atom] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.whole = self.text

    def atoms(self) -> list[Atom]:
        """What it names, in order."""
        for pattern, make in FORMS:
            self._take(pattern, make)
        found = sorted(self.found, key=lambda atom: atom.start)
        found = _joined([self._led(atom) for atom in found], self.whole)
        if not found:
            self._take(LENGTH, lambda match: [Atom(*match.span(), DueKind.RELATIVE)])
            found = self.found
        return found

    def _take(self, pattern: re.Pattern[str], make: Make) -> None:
        for match in list(pattern.finditer(self.text)):
            made = list(make(match))
            self.found += made
            if made:
                start, end = match.span()
                self.text = self.text[:start] + "\x00" * (end - start) + self.text[end:]

    def _led(self, atom: Atom) -> Atom:
        """With what stands before and after it: only its end is named, or only its beginning."""
        before, after = self.whole[: atom.start], self.whole[atom.end :]
        if atom.cycle or atom.sure or atom.upto or atom.kind in (DueKind.RANGE, DueKind.YEARS):
            return atom
        if _FROM.search(before) or _ON.match(after):
            return replace(atom, begins=True)
        if _BEFORE.search(before) and not atom.day and not atom.month <= atom.until < atom.month:
            return _day_before(atom)
        return replace(atom, ends=bool(_UNTIL.search(before)))


def _day_before(atom: Atom) -> Atom:
    """'trước tháng 6', 'trước quý III', 'trước năm 2027': the last day before it begins."""
    if atom.kind is DueKind.YEAR:
        return replace(atom, kind=DueKind.DAY, year=atom.year - 1, month=12, day=31, ends=True)
    if atom.month == 1:
        return replace(atom, kind=DueKind.DAY, year=atom.year and atom.year - 1, month=12, day=31, ends=True)
    return replace(atom, kind=DueKind.DAY, month=atom.month - 1, until=atom.month - 1, day=31, ends=True)


def _joined(atoms: list[Atom], text: str) -> list[Atom]:
    """'từ A đến B', 'A - B' as one range."""
    found: list[Atom] = []
    for atom in atoms:
        last = found[-1] if found else None
        between = text[last.end : atom.start] if last else ""
        if last and _JOIN.match(between) and _may_join(last, atom, "-" in between):
            if last.day and not last.month:  # "từ ngày 05 đến ngày 12/6"
                last = replace(last, month=atom.month, until=atom.month, year=atom.year)
            found[-1] = replace(last, kind=_joint_kind(last, atom), end=atom.end, joined=atom, begins=False)
            continue
        found.append(atom)
    return found


def _may_join(one: Atom, other: Atom, by_dash: bool) -> bool:
    timeless = (DueKind.OPEN, DueKind.RELATIVE, DueKind.CYCLE)
    if one.joined or one.sure or other.sure or one.kind in timeless or other.kind in timeless:
        return False
    return one.begins or by_dash or one.kind is other.kind


def _joint_kind(one: Atom, other: Atom) -> DueKind:
    return DueKind.YEARS if one.kind is other.kind is DueKind.YEAR else DueKind.RANGE


def _dated(atoms: list[Atom]) -> list[Atom]:
    """Days that name only their number stand in the month, or the cycle, of the same sentence."""
    bare = [atom for atom in atoms if atom.day and not atom.month and not atom.joined]
    month = next((atom for atom in atoms if atom.kind is DueKind.MONTH and not atom.joined), None)
    cycle = next((a for a in atoms if a.cycle and a.cycle.unit == "month" and not a.cycle.day), None)
    kept = [atom for atom in atoms if atom not in bare]
    if bare and month:
        kept.remove(month)
        kept += [replace(b, month=month.month, until=month.month, year=month.year) for b in bare]
    elif bare and cycle and cycle.cycle:
        kept.remove(cycle)
        kept += [replace(cycle, cycle=replace(cycle.cycle, day=b.day)) for b in bare]
    return sorted(kept, key=lambda atom: atom.start)


def _bounded(atoms: list[Atom]) -> list[Atom]:
    """A cycle lasts as long as the years or the range beside it; days without a year beside 'hằng năm' are yearly."""
    cycles = [atom for atom in atoms if atom.cycle]
    if not cycles:
        return _with_years(atoms)
    yearly = [a for a in cycles if a.cycle == Cycle("month", 12)]
    undated = [a for a in atoms if a.month and not a.year and not a.joined and not a.begins]
    if yearly and undated:
        atoms = [a for a in atoms if a not in yearly and a not in undated]
        return _with_years(sorted([*atoms, *map(_yearly, undated)], key=lambda atom: atom.start))
    spans = [a for a in atoms if a.begins or a.joined or a.kind in (DueKind.YEAR, DueKind.YEARS)]
    if len(spans) != 1:
        return _with_years(atoms)
    [span] = spans
    return _with_years([replace(a, joined=span) if a.cycle else a for a in atoms if a is not span])


def _yearly(atom: Atom) -> Atom:
    cycle = Cycle("month", 12, day=atom.day, month=atom.until or atom.month)
    return replace(atom, kind=DueKind.CYCLE, cycle=cycle, month=0, day=0, until=0)


def _with_years(atoms: list[Atom]) -> list[Atom]:
    """The year of the next time in the sentence that has one, else of the one before; never later than that."""
    known = [(number, a.joined if a.joined and a.joined.year else a) for number, a in enumerate(atoms)]
    known = [(number, a) for number, a in known if a.year and not a.cycle]
    found: list[Atom] = []
    for number, atom in enumerate(atoms):
        if atom.month and not atom.year and not atom.cycle:
            after = next((a for n, a in known if n >= number), None)
            before = next((a for n, a in reversed(known) if n < number), None)
            if after:
                atom = replace(atom, year=after.year - bool(after.month and atom.month > (after.until or after.month)))
            elif before:
                atom = replace(atom, year=before.year)
        found.append(atom)
    return found


def _due(atom: Atom, words: str, base: Base) -> Due:
    said = words[atom.start : atom.end].strip()
    if atom.cycle:
        first, last = _span(atom.joined, base) if atom.joined else (None, None)
        return Due(DueKind.CYCLE, said, first, last, atom.cycle)
    first, last = _span(atom, base)
    if atom.begins and not atom.joined:
        return Due(DueKind.YEARS if atom.kind is DueKind.YEAR else DueKind.OPEN, said, first, None)
    return Due(atom.kind, said, None if atom.ends and atom.kind is not DueKind.DAY else first, last)


def _span(atom: Atom, base: Base) -> tuple[date | None, date | None]:
    """First and last day; None where no year is known."""
    if atom.joined and not atom.cycle:
        first, last = _span(replace(atom, joined=None), base)[0], _span(replace(atom.joined, ends=False), base)[1]
        if first and last and first > last:
            first = first.replace(year=first.year - 1)
        return first, last
    if atom.sure:
        return atom.sure
    if atom.kind is DueKind.YEARS and atom.until:
        return date(atom.year, 1, 1), date(atom.until, 12, 31)
    if not atom.month:
        year = atom.year or base.year or (base.day.year if base.day else 0)
        is_year = atom.kind in (DueKind.YEAR, DueKind.YEARS) and year
        first, last = (date(year, 1, 1), date(year, 12, 31)) if is_year else (None, None)
    else:
        first, last = _in_month(atom, atom.year or base.year_of(atom.until or atom.month))
    return first, None if atom.begins else last


def _in_month(atom: Atom, year: int) -> tuple[date | None, date | None]:
    if not year:
        return None, None
    first, last = months(year, atom.month, atom.until or atom.month)
    if not atom.day:
        return first, last
    upto = atom.upto or atom.day
    return first.replace(day=min(atom.day, last.day)), last.replace(day=min(upto, last.day))
