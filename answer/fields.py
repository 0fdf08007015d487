"""Answers from the register: the fields of one assignment — who leads, with whom, by when, what product."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz

from answer.asked import FIELDS, Ask
from answer.candidates import Ranked
from answer.lines import best_value
from answer.question import Question
from plan.due import date_phrases
from plan.model import Assignment, ClauseKind, FieldValue
from plan.text import fold
from plan.units import unit_ids
from prompts import phrase

ORDER = (Ask.LEAD, Ask.COORD, Ask.DEADLINE, Ask.PRODUCT)
_KEYS = {
    Ask.LEAD: "answer.lead",
    Ask.COORD: "answer.coordinating",
    Ask.DEADLINE: "answer.deadline",
    Ask.PRODUCT: "answer.product",
}


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """The asked fields of an assignment, in words, with the values that prove them; `missing`: not stated."""

    assignment: Assignment
    said: tuple[str, ...]
    proofs: tuple[FieldValue, ...]
    missing: tuple[Ask, ...]


def values(assignment: Assignment, ask: Ask) -> tuple[FieldValue, ...]:
    """What an assignment states for a field."""
    match ask:
        case Ask.LEAD:
            return assignment.leads
        case Ask.COORD:
            return assignment.coordinating
        case Ask.DEADLINE:
            return (assignment.deadline,) if assignment.deadline else ()
        case _:
            return (assignment.product,) if assignment.product else ()


def answer_fields(question: Question, ranked: Ranked, language: str) -> FieldAnswer | None:
    """The asked fields from the passage's assignment that fits best; None without an assignment or a field asked."""
    wanted = [ask for ask in ORDER if ask in question.asks and ask in FIELDS]
    if not wanted or not ranked.facts.assignments:
        return None
    chosen = max(ranked.facts.assignments, key=lambda a: _fit(question, ranked, a, wanted))
    said, proofs, missing = [], [], []
    for ask in wanted:
        found = _chosen(question, ranked, values(chosen, ask), ask)
        if found:
            said.append(_say(language, ask, found, _leads(ranked, chosen, found)))
            proofs += found
        else:
            missing.append(ask)
    return FieldAnswer(chosen, tuple(said), tuple(proofs), tuple(missing))


def _fit(question: Question, ranked: Ranked, assignment: Assignment, wanted: list[Ask]) -> float:
    line = ranked.hit.best_line.span
    spans = [assignment.task.line, *(v.line for ask in ORDER for v in values(assignment, ask))]
    near = any(span.overlap(line) for span in spans)
    words = fuzz.token_set_ratio(fold(question.text), fold(assignment.task.value)) / 100
    has = sum(bool(values(assignment, ask)) for ask in wanted) / len(wanted)
    units = bool(question.units & unit_ids(" ".join(lead.value for lead in assignment.leads)))
    return 0.8 * near + words + 1.2 * has + 0.5 * units - 0.3 * (assignment.source == "duties")


def _chosen(question: Question, ranked: Ranked, found: tuple[FieldValue, ...], ask: Ask) -> list[FieldValue]:
    """All values; of several lead units with their own lines, the one whose line answers best."""
    if ask is not Ask.LEAD or len({value.line for value in found}) < 2:
        return list(found)
    return [best_value(question, ranked, found)]


def _leads(ranked: Ranked, assignment: Assignment, found: list[FieldValue]) -> bool:
    """Whether the plan says that they lead, or only that they do it; a column's name is not in the row."""
    if ranked.hit.passage.kind is ClauseKind.ROW:
        return True
    if assignment.source == "duties":
        return fold(assignment.task.value).startswith("chu tri")
    lines = (line.text for line in ranked.hit.passage.lines if any(line.span.overlap(v.line) for v in found))
    return any("chu tri" in fold(line) for line in lines)


def _say(language: str, ask: Ask, found: list[FieldValue], leads: bool) -> str:
    value = "; ".join(dict.fromkeys(v.value for v in found))
    key = "answer.doing" if ask is Ask.LEAD and not leads else _KEYS[ask]
    return phrase(language, key, value=_unit_of(value) if ask is Ask.LEAD and len(value) > 160 else value)


def _unit_of(value: str) -> str:
    """The unit at the head of a long line: '… phường: Đăng tải tin, bài …' → the part before the colon."""
    head = value.split(":")[0]
    return head if len(head) < 120 else value


def rest_of(ranked: Ranked, assignment: Assignment, said: frozenset[Ask], language: str) -> list[str]:
    """The fields that were not asked for, one short line each."""
    lines = []
    for ask in ORDER:
        found = values(assignment, ask)
        if found and ask not in said:
            lines.append(_say(language, ask, list(found), _leads(ranked, assignment, list(found))))
    return lines


def when(text: str) -> str:
    """The phrases of a sentence that say when, joined; '' when there is none."""
    return "; ".join(dict.fromkeys(span.of(text) for span in date_phrases(text)))
