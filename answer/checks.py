"""What can be checked without reading: names, numbers, years and values that stand nowhere, or not in this clause.

What the whole plan never names (`CERTAIN`) is not said. Every other check is a reason to doubt, not a verdict:
`answer.decision` weighs them together with what was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from answer.asked import FIELDS, Ask
from answer.fields import values
from answer.lacks import lacks_due_day, lacks_number, tells_output, tells_time
from answer.question import Question
from answer.rank import Ranked, own_text, whole_text
from answer.shelf import Shelf
from answer.wanted import DECISIVE, Want, holds
from plan.text import CAPITALS, fold

CUSTOM = 3  # so many tasks with a field, and a plan is taken to state it wherever it has it
_TELLING = re.compile(r"20[1-4]\d|\d+[a-z]+|[a-z]+\d+")  # a year, '5g': nowhere in the plan, so not in the answer
_COLLECTIVE = frozenset({"chuyenmon", "truonghoc", "thon", "hdnd"})  # named in many words; absence proves little
_PLACE = re.compile(
    r"\b(?i:xã|phường|thôn|bản|ấp|xóm|buôn|làng|khu phố|khu|tổ dân phố|tổ|chợ|cầu|đường|hẻm|đảo|trường)\s+"
    rf"((?:[{CAPITALS}][^\W\d_]*)(?:\s+[{CAPITALS}][^\W\d_]*){{0,3}})"
)

Check = Callable[[Question, Shelf, Ranked], bool]


def units_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """None of the units asked about is named anywhere in the plan."""
    return bool(question.units - _COLLECTIVE) and not question.units & shelf.units


def unit_elsewhere(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """The plan names the unit asked about, the best clause does not."""
    return bool(question.units & shelf.units) and not question.units & top.facts.units


def bodies_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """An office that no register knows, told by its capitals, is not in the plan."""
    return any(body not in shelf.folded for body in question.bodies)


def places_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """A place by its own name that the plan does not name."""
    return any(fold(found.group(1)) not in shelf.folded for found in _PLACE.finditer(question.text))


def places_elsewhere(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """A place by its own name that the plan names, and the best clause does not."""
    text = fold(whole_text(top))
    named = [fold(found.group(1)) for found in _PLACE.finditer(question.text)]
    return any(name in shelf.folded and name not in text for name in named)


def figures_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """A year or a name such as '5g' that stands nowhere in the plan."""
    return any(figure not in shelf.folded for figure in question.figures if _TELLING.fullmatch(figure))


def figures_elsewhere(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """A figure of the question that the best clause does not hold."""
    text = fold(whole_text(top))
    return any(figure not in text for figure in question.figures)


def numbered_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """'nhóm 9' where the plan has eight."""
    return any(not _numbers(thing, shelf) for thing in question.numbered)


def other_time(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """A value for a year or quarter is asked for that the clause does not speak of: 'đến năm 2030 còn bao nhiêu?'"""
    text, asked = fold(whole_text(top)), fold(question.search)
    own = shelf.version.info.date[:4] or "".join(re.findall(r"20\d\d", shelf.version.info.title)[:1])
    years = {figure for figure in question.figures if re.fullmatch(r"20[1-4]\d", figure)} - {own}
    quarter = re.search(r"\bquy (?:i{1,3}|iv|[1-4])\b", asked)
    return any(year not in text for year in years) or (quarter is not None and quarter.group() not in text)


def field_missing(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """One field is asked for, this plan states it for its tasks, and for this very task it does not."""
    asks = [ask for ask in FIELDS if ask in question.asks]
    told = [item for item in top.facts.assignments if item.source in ("lines", "table")]
    if len(asks) != 1 or not told or asks[0] is Ask.LEAD or any(values(item, asks[0]) for item in told):
        return False
    if sum(bool(values(item, asks[0])) for item in shelf.version.assignments) < CUSTOM:
        return False
    text = own_text(top)
    said = {Ask.DEADLINE: tells_time(text), Ask.PRODUCT: tells_output(text)}
    return not said.get(asks[0], "phoi hop" in fold(text))


def day_lacking(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """A certain day is asked for, and the clause names none."""
    return lacks_due_day(question, top)


def time_lacking(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """A time is asked for, and the clause tells none."""
    return Ask.DEADLINE in question.asks and not tells_time(whole_text(top))


def number_lacking(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """A number of things is asked for, and the clause has no number."""
    return lacks_number(question, top)


def value_lacking(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """Money, a telephone number, an hour … is asked for, and the clause holds none."""
    return any(want in DECISIVE and not holds(want, whole_text(top)) for want in question.wants - {Want.PERSON})


def person_lacking(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """Somebody's name is asked for, and the clause names nobody."""
    return Want.PERSON in question.wants and not holds(Want.PERSON, whole_text(top))


def value_held(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """The kind of value that is asked for stands in the clause."""
    return bool(question.wants) and all(holds(want, whole_text(top)) for want in question.wants)


CERTAIN: tuple[Check, ...] = (units_absent, bodies_absent, figures_absent, numbered_absent)  # look-ups: not said
CHECKS: tuple[Check, ...] = (
    unit_elsewhere,
    places_absent,
    places_elsewhere,
    figures_elsewhere,
    other_time,
    field_missing,
    day_lacking,
    time_lacking,
    number_lacking,
    value_lacking,
    person_lacking,
    value_held,
)
NAMES = tuple(check.__name__ for check in CHECKS)


def certainly_not(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """The question speaks of a unit, an office, a year or a numbered thing that the plan does not know."""
    return any(check(question, shelf, top) for check in CERTAIN)


def checked(question: Question, shelf: Shelf, top: Ranked) -> list[float]:
    """1 for each check that holds, in the order of NAMES."""
    return [float(check(question, shelf, top)) for check in CHECKS]


def _numbers(thing: str, shelf: Shelf) -> bool:
    """Whether the plan knows 'nhom 2': in its words, or as row 2 of a table whose first column is 'Nhóm'."""
    word, number = thing.split()[0], thing.split()[-1]
    rows = (clause for clause in shelf.version.clauses if clause.cells and clause.label == number)
    said = re.search(rf"\b{word}\s+(?:so\s+)?0?{number}\b", shelf.folded)
    return bool(said) or any(fold(row.cells[0].column).startswith(word) for row in rows)
