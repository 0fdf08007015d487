"""What can be looked up without reading: units, offices, years and numbered things that stand nowhere.

What the whole plan never names (`CERTAIN`) is not said. All other doubts are the reader's: twelve more checks beside
it, of values that a clause lacks and of places and figures that stand elsewhere, were worth nothing any more.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from answer.asked import FIELDS, Ask
from answer.fields import values
from answer.mentions import thing_absent
from answer.question import Question
from answer.rank import Ranked, own_text
from answer.shelf import Shelf
from plan.due import date_phrases
from plan.text import fold

CUSTOM = 3  # so many tasks with a field, and a plan is taken to state it wherever it has it
_TELLING = re.compile(r"20[1-4]\d|\d+[a-z]+|[a-z]+\d+")  # a year, '5g': nowhere in the plan, so not in the answer
_COLLECTIVE = frozenset({"chuyenmon", "truonghoc", "thon", "hdnd"})  # named in many words; absence proves little
_TIME = re.compile(r"20[1-9]\d|\b(?:ngay|thang|nam|quy|tuan|gio|thu|moi|hang|dinh ky|truoc|sau khi|khi co|kip thoi)\b")
_OUTPUT = re.compile(r"san pham|ket qua|minh chung|dau ra|bien ban|ho so|danh sach|bao cao|van ban|tai lieu|quyet dinh")

Check = Callable[[Question, Shelf, Ranked], bool]


def units_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """None of the units asked about is named anywhere in the plan."""
    return bool(question.units - _COLLECTIVE) and not question.units & shelf.units


def bodies_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """An office that no register knows, told by its capitals, is not in the plan."""
    return any(body not in shelf.folded for body in question.bodies)


def figures_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """A year or a name such as '5g' that stands nowhere in the plan."""
    return any(figure not in shelf.folded for figure in question.figures if _TELLING.fullmatch(figure))


def numbered_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """'nhóm 9' where the plan has eight."""
    return any(not _numbers(thing, shelf) for thing in question.numbered)


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


def tells_time(text: str) -> bool:
    """Whether a text says when, in any way."""
    return bool(date_phrases(text)) or bool(_TIME.search(fold(text)))


def tells_output(text: str) -> bool:
    """Whether a text names something that is handed in."""
    return bool(_OUTPUT.search(fold(text)))


CERTAIN: tuple[Check, ...] = (
    units_absent,
    bodies_absent,
    figures_absent,
    numbered_absent,
    thing_absent,
)  # look-ups: not said


def certainly_not(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """The question speaks of a unit, an office, a year or a numbered thing that the plan does not know."""
    return any(check(question, shelf, top) for check in CERTAIN)


def _numbers(thing: str, shelf: Shelf) -> bool:
    """Whether the plan knows 'nhom 2': in its words, or as row 2 of a table whose first column is 'Nhóm'."""
    word, number = thing.split()[0], thing.split()[-1]
    rows = (clause for clause in shelf.version.clauses if clause.cells and clause.label == number)
    said = re.search(rf"\b{word}\s+(?:so\s+)?0?{number}\b", shelf.folded)
    return bool(said) or any(fold(row.cells[0].column).startswith(word) for row in rows)
