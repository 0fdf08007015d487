"""Refused without weighing: what is asked for is certainly not in the plan, or not in the clause that would say it."""

from __future__ import annotations

import re

from answer.asked import DOC_INFO, FIELDS, Ask
from answer.facts import Section
from answer.fields import values
from answer.lacks import lacks_due_day, lacks_number, tells_output, tells_time
from answer.question import Question
from answer.rank import Ranked, own_text, whole_text
from answer.shelf import Shelf
from answer.wanted import DECISIVE, Want, holds
from plan.text import fold

CUSTOM = 3  # so many tasks with a field, and a plan is taken to state it wherever it has it
_TELLING = re.compile(r"20[12]\d|\d+[a-z]+|[a-z]+\d+")  # a year, '5g': nowhere in the plan, so not in the answer
_COLLECTIVE = frozenset({"chuyenmon", "truonghoc", "thon", "hdnd"})  # named in many words; absence proves little


def decided(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """Refused without weighing: none of the units asked about is in the plan, or the value asked for is not there."""
    named = question.units - _COLLECTIVE
    if named and not question.units & shelf.units:
        return True
    if any(body not in shelf.folded for body in question.bodies):
        return True
    if any(figure not in shelf.folded for figure in question.figures if _TELLING.fullmatch(figure)):
        return True
    if any(not _numbers(thing, shelf) for thing in question.numbered):
        return True
    if _another_time(question, shelf, top) or left_out(question, shelf, top):
        return True
    if question.asks & DOC_INFO or _signed_by_whom_is_asked(question, top):
        return False
    if lacks_due_day(question, top):
        return True
    return lacks_number(question, top) or any(
        want in DECISIVE and not holds(want, whole_text(top)) for want in question.wants
    )


def _numbers(thing: str, shelf: Shelf) -> bool:
    """Whether the plan knows 'nhom 2': in its words, or as row 2 of a table whose first column is 'Nhóm'."""
    word, number = thing.split()[0], thing.split()[-1]
    rows = (clause for clause in shelf.version.clauses if clause.cells and clause.label == number)
    said = re.search(rf"\b{word}\s+(?:so\s+)?0?{number}\b", shelf.folded)
    return bool(said) or any(fold(row.cells[0].column).startswith(word) for row in rows)


def _another_time(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """A value for a year or quarter is asked for that the clause does not speak of: 'đến năm 2030 còn bao nhiêu?'"""
    text, asked = fold(whole_text(top)), fold(question.search)
    own = shelf.version.info.date[:4] or "".join(re.findall(r"20\d\d", shelf.version.info.title)[:1])
    years = {figure for figure in question.figures if re.fullmatch(r"20[1-4]\d", figure)} - {own}
    valued = bool(question.wants & {Want.PERCENT, Want.COUNT, Want.MONEY})
    if valued and own and any(year not in text for year in years):
        return True
    quarter = re.search(r"\bquy (?:i{1,3}|iv|[1-4])\b", asked)
    return bool(quarter) and bool(question.asks & {Ask.DEADLINE, Ask.REPORTING}) and "quy" not in text


def left_out(question: Question, shelf: Shelf, top: Ranked) -> bool:
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


def _signed_by_whom_is_asked(question: Question, top: Ranked) -> bool:
    """The signature names the holder of just the office that the question names: chairman, or a vice chairman."""
    if top.facts.section is not Section.SIGNATURE:
        return False
    asked, signed = fold(question.text), fold(top.hit.passage.text)
    return bool(re.search(r"pho chu tich|kt\.", signed)) == bool(re.search(r"\bpho\b|\bvice\b|deputy", asked))
