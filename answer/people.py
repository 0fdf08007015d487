"""Of the people that a clause names with their offices the one who is asked for: 'ai là trưởng đoàn?', 'lãnh đạo nào
theo dõi …?'. Pure.

Who does a work stands in the register, and mostly it is a unit; where a person is asked for, that is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from answer.asked import DATA
from answer.candidates import Ranked
from answer.pieces import EARLY, told_piece
from answer.question import Question
from answer.weighed import coverage, figures, meant, words
from plan.model import ClauseKind
from plan.passages import Line
from plan.patterns import patterns
from plan.text import fold, squeeze

ALONE = 0.5  # what an office has ahead that is named without more: 'Trưởng ban' before 'Trưởng Ban Quản lý di tích'
_KINDS = patterns(DATA / "people.txt")
_OFFICE, _NAMED = re.compile(rf"\b(?:{_KINDS['office']})\b"), re.compile(_KINDS["named"])
_ASKED, _HEAD = re.compile(_KINDS["asks office"]), re.compile(_KINDS["head"])
_LEADER = re.compile(_KINDS["asks leader"])
_PART = re.compile(_KINDS["part"])


def person_told(question: Question, ranked: Ranked) -> tuple[str, Line] | None:
    """What a line says of the person asked for, and the line; None where none is, or the clause names nobody such."""
    office, leader = office_asked(question), _LEADER.search(fold(question.search))
    if question.english or not (office or leader) or ranked.hit.passage.kind is ClauseKind.ROW:
        return None
    parts = ((part, line) for line in ranked.hit.passage.lines for part in _told_of(line, whole=not office))
    people = [(part, line) for part, line in parts if not office or _bears(office, part)]
    if not people:
        return None
    covers = coverage(meant(question) - words(office), [words(part) for part, _ in people])
    if not office and not max(covers):
        return next((each for each in people if _HEAD.search(fold(each[0]))), None)
    scores = [cover + ALONE * _alone(office, part) for cover, (part, _) in zip(covers, people, strict=True)]
    part, line = people[scores.index(max(scores))]
    if figures(question.text) and figures(part).isdisjoint(figures(question.text)):
        return None  # 'tổ trưởng Tổ 2', and it is that of Tổ 1
    told = told_piece(question, part, ranked.marks) if len(part) > EARLY else part
    return (told if _NAMED.search(told) else part), line


def office_asked(question: Question) -> str:
    """The office whose holder is asked for, folded: 'truong doan'; '' where none is."""
    asked = _ASKED.search(fold(question.search))
    office = _OFFICE.search(asked.group()) if asked else None
    return office.group() if office else ""


def _parts(line: Line) -> Iterator[str]:
    """What a line says of one person after the other."""
    start = 0
    text = squeeze(line.text)
    for cut in [*_PART.finditer(text), None]:
        yield text[start : cut.start() if cut else len(text)].strip(" ;")
        start = cut.end() if cut else 0


def _told_of(line: Line, whole: bool) -> list[str]:
    """The parts that name somebody, or the `whole` of what is said of each: 'bà Mo: thư ký; theo dõi tủ thuốc'."""
    told: list[str] = []
    for part in _parts(line):
        if _NAMED.search(part):
            told.append(part)
        elif told and whole:
            told[-1] = f"{told[-1]}; {part}"
    return told


def _bears(office: str, part: str) -> bool:
    names = {office, office.replace("pho ban", "pho truong ban")}
    return any(found.group() in names for found in _OFFICE.finditer(fold(part)))


def _alone(office: str, part: str) -> bool:
    """Whether the office is named without more behind it."""
    return bool(office) and re.search(rf"(?<!pho )\b{office}\b\s*(?:[,;:.)(]|\Z)", fold(part)) is not None
