"""What of a clause answers: its fields from the register, or the line that holds most of what is asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum

from rapidfuzz import fuzz

from answer.asked import FIELDS, Ask, in_order
from answer.candidates import Ranked
from answer.pieces import told_beside, told_piece
from answer.question import Question
from answer.wanted import Want, holds
from answer.weighed import asks_several, coverage, marked, meant, words
from answer.wording import unmarked
from plan.due import date_phrases
from plan.fields import field_line
from plan.model import Assignment, ClauseKind, FieldValue, Span
from plan.passages import Line
from plan.text import fold, squeeze
from plan.units import find_units, unit_ids
from prompts import phrase

_FIGURE = re.compile(r"\d+")
CLOSEST = 0.3  # what the line closest by meaning has ahead of the others
READ = 0.45  # the same of the line that was read to answer
VALUE = 0.3  # what a line has ahead that holds the value asked for
NAMING = 12  # characters of a product that name it
HARDLY = 0.1  # of a reader's marks: fields whose values have less are not what is asked
MOSTLY = 0.4  # the same: those that have more are
NAMED = 0.5  # the same where it holds the figures, or the unit, that the question names


def best_line(question: Question, ranked: Ranked, heading: Line | None = None) -> Line:
    """The line of the passage to lead with, or its heading where that says more of what is asked."""
    lines: tuple[Line, ...] = (heading, *ranked.hit.passage.lines) if heading else ranked.hit.passage.lines
    if len(lines) < 2:
        return ranked.hit.best_line
    said = () if question.english else meant(question)
    covers = coverage(said, [words(line.text) for line in lines])
    scores = [cover + _signs(question, ranked, line) for cover, line in zip(covers, lines, strict=True)]
    return lines[scores.index(max(scores))]


def _signs(question: Question, ranked: Ranked, line: Line) -> float:
    """What speaks for a line beside its words: it was found or read to be it, has the value asked for, the figures."""
    closest = (READ if ranked.told else CLOSEST) * (line == ranked.hit.best_line)
    figures = [figure.lstrip("0") for figure in _FIGURE.findall(question.text)]
    own = {figure.lstrip("0") for figure in _FIGURE.findall(line.text)}
    named = sum(figure in own for figure in figures) / len(figures) if figures else 0.0
    unit = bool(question.units & unit_ids(line.text))
    return closest + VALUE * has_values(question, line.text) + NAMED * (named + unit)


def has_values(question: Question, text: str) -> float:
    """The share of the values asked for, money, a day, an hour, that a text has; 0 where none is asked for."""
    found = [holds(want, text) for want in question.wants]
    if Ask.DEADLINE in question.asks:
        found.append(bool(date_phrases(text)))
    return sum(found) / len(found) if found else 0.0


def best_value(question: Question, ranked: Ranked, values: Sequence[FieldValue]) -> FieldValue:
    """Of several units that each do a part, the one whose part is asked about."""
    closest, each = ranked.hit.best_line.span, list(dict.fromkeys(values))
    covers = dict(zip(each, coverage(meant(question), [words(_line_of(ranked, v)) for v in each]), strict=True))

    def score(value: FieldValue) -> float:
        near = CLOSEST * (value.line.overlap(closest) > 0)
        return covers[value] + near + fuzz.partial_ratio(fold(question.search), fold(value.value)) / 1000

    return max(values, key=score)


def _line_of(ranked: Ranked, value: FieldValue) -> str:
    """All that its line says of the value: which of several units does a part stands behind its name."""
    return next((line.text for line in ranked.hit.passage.lines if line.span.overlap(value.line)), value.value)


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
    wanted = [ask for ask in in_order(question.search) if ask in question.asks]
    if not wanted or not ranked.facts.assignments:
        return None
    lines = (ranked.hit.best_line.span, best_line(question, ranked).span)
    chosen = max(ranked.facts.assignments, key=lambda a: _fit(question, ranked, a, wanted, lines))
    if Ask.LEAD not in wanted and _is_to_help(question, chosen):
        wanted = [Ask.LEAD, *wanted]
    said, proofs, missing = [], [], []
    for ask in wanted:
        found = _chosen(question, ranked, values(chosen, ask), ask)
        if found:
            told = [replace(v, value=_told_of(question, v.value, ask)) for v in found]
            said.append(_say(language, ask, told, _leads(ranked, chosen, found)))
            proofs += found
        else:
            missing.append(ask)
    return FieldAnswer(chosen, tuple(said), tuple(proofs), tuple(missing))


def _told_of(question: Question, value: str, ask: Ask) -> str:
    """Of a long value what is asked for; units whole, and what is handed in from its beginning, which names it."""
    told = value if ask is Ask.LEAD else told_piece(question, value)
    return value if ask is Ask.PRODUCT and not value.startswith(told[:NAMING]) else told


def _is_to_help(question: Question, assignment: Assignment) -> bool:
    """Whether a task is itself to help, and so called: "ai lo phối hợp tuyên truyền?" asks who does it."""
    task, asked = fold(squeeze(assignment.task.value)), fold(question.search)
    named = re.match(r"phoi hop \w+ \w+", task)
    return bool(named and named[0] in asked and assignment.leads)


def said_beside(question: Question, ranked: Ranked, fields: FieldAnswer) -> str:
    """What to tell in place of fields, where the sentence they are taken from likely says what is asked in another
    piece; '' for the fields.

    'Báo dịch gọi số nào?' of 'Đầu mối: ông Khẩn, điện thoại 0367 …', 'ai giảng sơ cứu?' of a class that others hold.
    """
    line = best_line(question, ranked)
    text, in_row = squeeze(line.text), ranked.hit.passage.kind is ClauseKind.ROW
    in_line = fields.proofs and all(proof.line.overlap(line.span) for proof in fields.proofs)
    if in_row or not (in_line or _is_elsewhere(ranked, fields)) or field_line(unmarked(text).lstrip("-+•– ")):
        return ""
    if not any(squeeze(proof.value) in text for proof in fields.proofs) and _marked(ranked, fields) >= MOSTLY:
        return ""  # it stands in another sentence, and that is the one that was read to answer
    if {fields.assignment.deadline, fields.assignment.product}.issuperset(fields.proofs):
        return told_piece(question, text, ranked.marks)  # its piece says more than the value, and of what it is
    held = [squeeze(proof.value) for proof in fields.proofs] if in_line else []
    told = told_beside(question, text, held, ranked.marks)
    if Ask.COORD not in question.asks and _is_helper(text, told):
        return ""
    somebody = find_units(told) or holds(Want.PERSON, told) or question.wants or asks_several(question)
    return told if somebody else ""


def _is_elsewhere(ranked: Ranked, fields: FieldAnswer) -> bool:
    """Whether a reader marked hardly anything of the values, though it read the lines they stand in: 'ai làm kíp
    trưởng?' of a line that says whose the shift is, and not who leads it."""
    read = {mark.line.span for mark in ranked.marks}
    in_lines = bool(read) and all(any(proof.line.overlap(line) for line in read) for proof in fields.proofs)
    return in_lines and fields.assignment.source not in ("lines", "table") and _marked(ranked, fields) < HARDLY


def _marked(ranked: Ranked, fields: FieldAnswer) -> float:
    """What share of a reader's marks lies on the values, each in its own line."""
    shares: list[float] = []
    for value, line in dict.fromkeys((squeeze(proof.value), proof.line) for proof in fields.proofs):
        there = [mark for mark in ranked.marks if mark.line.span.overlap(line)]
        shares += marked(there, value, [Span(0, len(value))])
    return fsum(shares)


def _is_helper(text: str, told: str) -> bool:
    """Whether a piece begins with one of those others work with: "…, Sở Nội vụ" of "phối hợp với Sở Y tế, …"."""
    before = fold(text[: text.find(told)]).rsplit(";", 1)[-1].rsplit(". ", 1)[-1]
    begins = any(unit.start == 0 for unit in find_units(told))
    return begins and re.search(r"\bphoi hop(?: chat che)? (?:voi|cung)\b", before) is not None


def _fit(
    question: Question, ranked: Ranked, assignment: Assignment, wanted: Sequence[Ask], lines: Sequence[Span]
) -> float:
    spans = [assignment.task.line, *(v.line for ask in FIELDS for v in values(assignment, ask))]
    near = any(span.overlap(line) for span in spans for line in lines)
    alike = fuzz.token_set_ratio(fold(question.text), fold(assignment.task.value)) / 100
    has = sum(bool(values(assignment, ask)) for ask in wanted) / len(wanted)
    units = bool(question.units & unit_ids(" ".join(lead.value for lead in assignment.leads)))
    told = assignment.source == "prose" and Ask.COORD in wanted and _is_labelled(ranked, Ask.COORD)
    vague = Ask.LEAD in wanted and assignment.source == "prose" and not _names_unit(assignment)
    return (
        0.8 * near + alike + 1.2 * has + 0.5 * units - 0.3 * (assignment.source == "duties") - 2.0 * vague - 1.0 * told
    )


def _is_labelled(ranked: Ranked, ask: Ask) -> bool:
    """Whether the clause has a line 'Cơ quan phối hợp: …' of its own."""
    return any(each.source == "lines" and values(each, ask) for each in ranked.facts.assignments)


def _names_unit(assignment: Assignment) -> bool:
    """Whether one of its leads is a known unit: 'UBND phường phối hợp …' says less than 'Cơ quan thực hiện: …'."""
    return any(unit_ids(lead.value) for lead in assignment.leads)


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
    for ask in FIELDS:
        found = values(assignment, ask)
        if found and ask not in said:
            lines.append(_say(language, ask, list(found), _leads(ranked, assignment, list(found))))
    return lines


def when(text: str) -> str:
    """The phrases of a sentence that say when, joined; '' when there is none."""
    return "; ".join(dict.fromkeys(span.of(text) for span in date_phrases(text)))
