"""Who does a work in brackets behind it: 'Diễn tập hộ đê (Phòng Kinh tế chủ trì; Công an xã phối hợp), ngày 20/3.'

So programmes of work tell it, month by month: where no day is named, the month that heads the list is when. Pure.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.actors import WORDS, starts_with_work
from ingest.unit_duties import OWN
from plan.due import date_phrases
from plan.model import Assignment, Clause, ClauseKind, FieldValue
from plan.text import any_of, fold
from plan.tree import Tree
from plan.units import find_units

LEAST = 3  # lines with nothing but a name in brackets behind a work, before that name does it
LONGEST = 14  # words of those who are named together
_BRACKETS = re.compile(r"([^()]{8,300}?)\s*\(([^()]{4,160})\)(?:[,;]\s+([^()]{4,80}?))?[\s.;]*\Z")
_DOES = re.compile(r"(.+?)(?:,?\s+(chủ trì|phụ trách|thực hiện|phối hợp|cùng phối hợp|hỗ trợ))?")
_BODY = re.compile(rf"(?:{any_of(WORDS['bodies'])}|Công đoàn)\s(?!(?:học|họp|trực|khám|số|\d)\b)")
_PLACE = re.compile(r"(?:Trường|Bệnh viện|Chợ|Hợp tác xã|HTX|Công ty)\b")  # where a work is done as often as by whom
_MONTH = re.compile(r"\W*(?:thang|quy|tuan|dot) (?:thu )?[\divx]{1,4}(?:[ /.-]\w{1,4})*\W*\Z")


class Bracketed(NamedTuple):
    """A work, who leads and who helps, what is said behind the brackets, and whether they say who does what."""

    task: str
    leads: str
    helps: str
    behind: str
    plainly: bool


def bracketed(tree: Tree) -> dict[str, Bracketed]:
    """The lines of works with those who do them in brackets, by address; bare names count where several lines have
    them."""
    lines = (clause for clause in tree.clauses if clause.kind in OWN and not clause.children)
    found = {line.address: told for line in lines if (told := _in_brackets(tree.body(line)))}
    several = len(found) >= LEAST
    return {address: told for address, told in found.items() if several or told.plainly}


def from_brackets(tree: Tree, clause: Clause, told: Bracketed) -> Assignment:
    """What the register says of such a line."""
    span = clause.span
    leads, helps = ((FieldValue(name, span, span),) if name else () for name in (told.leads, told.helps))
    days = [day.of(text) for text in (told.behind, told.task) for day in date_phrases(text)]
    due = FieldValue(days[0], span, span) if days else _month_above(tree, clause)
    return Assignment(clause.address, FieldValue(told.task, span, span), leads, helps, due, None, "lines")


def _month_above(tree: Tree, clause: Clause) -> FieldValue | None:
    """'Tháng 4' over a list says when, and is quoted."""
    heads = (tree.by_address[each.children[0]] for each in reversed(tree.ancestors(clause)))  # of many, only the first
    month = next((c for c in heads if c.kind is ClauseKind.HEADING and _MONTH.match(fold(tree.raw(c)))), None)
    return FieldValue(tree.raw(month).strip(), month.span, month.span) if month else None


def _in_brackets(text: str) -> Bracketed | None:
    """What stands before brackets that name nobody but those who do it; None for any other line."""
    match = _BRACKETS.fullmatch(text) if "(" in text else None
    parts = [_DOES.fullmatch(part.strip()) for part in match[2].split(";")] if match else []
    if match is None or not all(part and _names_bodies(part[1]) for part in parts):
        return None
    told = [(part[1], part[2] or "") for part in parts if part]
    helps = [name for name, role in told if role.endswith(("phối hợp", "hỗ trợ"))]
    leads = [name for name, _ in told if name not in helps]
    plainly = any(role for _, role in told)
    return Bracketed(match[1], "; ".join(leads), "; ".join(helps), match[3] or "", plainly) if leads else None


def _names_bodies(name: str) -> bool:
    """Whether a part of a bracket begins with a body's name and says nothing that it does."""
    unit = next((each for each in find_units(name) if each.start == 0), None)
    if len(name.split()) > LONGEST or ":" in name or _PLACE.match(name):
        return False
    return bool(unit or _BODY.match(name)) and not (unit and starts_with_work(name[unit.end :]))
