"""What of a clause answers: its fields from the register, or the line that holds most of what is asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from answer.asked import FIELDS, Ask, in_order
from answer.candidates import Ranked
from answer.cells import tells, things_asked
from answer.question import Question
from answer.sense import content
from answer.wanted import Want, holds
from plan.due import date_phrases
from plan.model import Assignment, ClauseKind, FieldValue
from plan.passages import Line
from plan.text import fold, squeeze
from plan.units import find_units, unit_ids
from prompts import phrase

_WORD = re.compile(r"[^\W_]{2,}")
_FIGURE = re.compile(r"\d+")
_REPORT = re.compile(r"\bbao cao (?:6 thang|sau thang|nam|quy|thang|tuan|nhanh|dot xuat)\b")
_ASKING = re.compile(r"\b(?:bao nhieu|may|nao)\b")
_BOTH = re.compile(r"\b(?:va|cung|lan)\b")
_AMOUNT = re.compile(r"\d+(?:[.,]\d+)*")
_PARTS = re.compile(  # at a semicolon, a sentence's end, before what a sum is made of, and between such sums
    r";\s+(?:trong đó\s+)?|(?:(?<=[^\W\d]{2}[.])|(?<=\d{4}[.]))\s+(?=[^\W\d_])|,\s+(?:trong đó|bao gồm|gồm)\b:?\s*|"
    r"(?<=đồng),\s+(?=[^,;]*\d[^,;]*đồng)"
)
SHORT = 25  # characters; a shorter part is a label of the next
CLOSEST = 0.3  # what the line closest by meaning has ahead of the others
READ = 0.45  # the same of the line that was read to answer
VALUE = 0.3  # what a line has ahead that holds the value asked for
ELSEWHERE = 0.3  # of a question's words what a part has ahead of the one that the register took a field from
NAMED = 0.5  # the same where it holds the figures that the question names


def content_words(question: Question) -> list[str]:
    """Folded words of all forms of the question, each once."""
    return list(
        dict.fromkeys(word for form in (question.search, *question.forms) for word in _WORD.findall(fold(form)))
    )


def coverage(words: Sequence[str], text: str, around: Sequence[str]) -> float:
    """How much of a question a line holds, 0..1: a word weighs less the more of the lines around hold it too."""
    folded = [set(_WORD.findall(fold(line))) for line in around]
    own = set(_WORD.findall(fold(text)))
    weights = {word: 1.0 / (1 + sum(word in line for line in folded)) for word in words}
    total = sum(weights.values())
    return sum(weights[word] for word in words if word in own) / total if total else 0.0


def best_line(question: Question, ranked: Ranked, heading: Line | None = None) -> Line:
    """The line of the passage to lead with, or its heading where that says more of what is asked."""
    lines: tuple[Line, ...] = (heading, *ranked.hit.passage.lines) if heading else ranked.hit.passage.lines
    if len(lines) < 2:
        return ranked.hit.best_line
    words = () if question.english else content_words(question)
    texts = [line.text for line in lines]
    return max(lines, key=lambda line: coverage(words, line.text, texts) + _signs(question, ranked, line))


def _signs(question: Question, ranked: Ranked, line: Line) -> float:
    """What speaks for a line beside its words: it was found or read to be it, has the value asked for, the figures."""
    closest = (READ if ranked.told else CLOSEST) * (line == ranked.hit.best_line)
    figures = [figure.lstrip("0") for figure in _FIGURE.findall(question.text)]
    own = {figure.lstrip("0") for figure in _FIGURE.findall(line.text)}
    named = sum(figure in own for figure in figures) / len(figures) if figures else 0.0
    return closest + VALUE * has_values(question, line.text) + NAMED * named


def has_values(question: Question, text: str) -> float:
    """The share of the values asked for, money, a day, an hour, that a text has; 0 where none is asked for."""
    found = [holds(want, text) for want in question.wants]
    if Ask.DEADLINE in question.asks:
        found.append(bool(date_phrases(text)))
    return sum(found) / len(found) if found else 0.0


def part_of(question: Question, text: str) -> str:
    """Of a line that says several things the one part that says what is asked, or all of it where no one part does.

    Such a part has all the line has of the question's words and figures and of the values that it asks for.
    """
    parts = _parts(text)
    if len(parts) < 2 or question.english:
        return text
    words = {word for form in (question.search, *question.forms) for word in content(form)}
    words = (words | set(_AMOUNT.findall(question.search))) & _words(text)
    values = has_values(question, text)
    telling = [part for part in parts if has_values(question, part) >= values]
    report = _REPORT.search(fold(question.search))
    telling = [part for part in telling if report and report.group() in fold(part)] or telling
    whole = [part for part in telling if words <= _words(part)]
    if not whole and len(_ASKING.findall(fold(question.search))) == 1 and not _BOTH.search(fold(question.search)):
        whole = _of_first(parts, telling, words)
    return whole[0] if words and values and len(whole) == 1 else text


def _of_first(parts: Sequence[str], telling: Sequence[str], words: set[str]) -> list[str]:
    """Parts that say the rest of what is asked of what the first one names: 'Ngân sách … gồm năm 2026: 240 triệu,
    năm 2027: 150 triệu', 'gửi báo cáo tháng trước ngày 20; báo cáo năm trước ngày 25/11'."""
    first = _words(parts[0])
    rest = [part for part in telling if part != parts[0] and words <= _words(part) | first]
    return [part for part in rest if words - first <= _words(part)]


def likeliest_part(question: Question, text: str) -> str:
    """Of a line that is too long to lead with the part that has most of what is asked, from its beginning on."""
    if question.english:
        return text
    parts = _parts(text)
    words = [word for form in (question.search, *question.forms) for word in content(form)]
    return max(parts, key=lambda part: coverage(words, part, parts) + VALUE * has_values(question, part))


def _parts(text: str) -> list[str]:
    """What a line says one after the other, each long enough to say something."""
    cuts = [match for match in _PARTS.finditer(text) if match.start() >= SHORT]
    starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(text)]
    return [text[start:end].strip(" ,;./") for start, end in zip(starts, ends, strict=True)]


def _words(text: str) -> set[str]:
    folded = fold(text)
    return {*_WORD.findall(folded), *_AMOUNT.findall(folded)}


def best_value(question: Question, ranked: Ranked, values: Sequence[FieldValue]) -> FieldValue:
    """Of several units that each do a part, the one whose part is asked about."""
    words, closest = content_words(question), ranked.hit.best_line.span
    lines = {value: _line_of(ranked, value) for value in values}

    def score(value: FieldValue) -> float:
        near = CLOSEST * (value.line.overlap(closest) > 0)
        return (
            coverage(words, lines[value], list(lines.values()))
            + near
            + fuzz.partial_ratio(fold(question.search), fold(value.value)) / 1000
        )

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


def said_beside(question: Question, ranked: Ranked, fields: FieldAnswer) -> str:
    """What to tell in place of fields, where the sentence they are taken from says what is asked beside them, or more
    of what is asked in another part; '' for the fields.

    'Báo dịch gọi số nào?' of 'Đầu mối: ông Khẩn, điện thoại 0367 …', 'ai giảng sơ cứu?' of a class that others hold.
    """
    line, said = best_line(question, ranked), " ".join(fields.said)
    if ranked.hit.passage.kind is ClauseKind.ROW or not _stand_in(line, fields):
        return ""
    if any(holds(want, line.text) and not holds(want, said) for want in question.wants):
        return part_of(question, squeeze(line.text))
    if any(tells(thing, line.text) and not tells(thing, said) for thing in things_asked(question)):
        return part_of(question, squeeze(line.text))
    return "" if question.english else _elsewhere(question, squeeze(line.text), fields)


def _stand_in(line: Line, fields: FieldAnswer) -> bool:
    return bool(fields.proofs) and all(proof.line.overlap(line.span) for proof in fields.proofs)


def _elsewhere(question: Question, text: str, fields: FieldAnswer) -> str:
    """Another part of the line than that of the first field, where it has more of what is asked, and such a thing."""
    parts = _parts(text)
    words = [word for form in (question.search, *question.forms) for word in content(form)]
    told = {part: coverage(words, part, parts) for part in parts}
    own = next((part for part in parts if squeeze(fields.proofs[0].value) in part), "")
    best = max(parts, key=lambda part: told[part])
    if not own or told[best] - told[own] < ELSEWHERE:
        return ""
    has = date_phrases(best) if Ask.DEADLINE in question.asks else find_units(best) or holds(Want.PERSON, best)
    return best if has else ""


def _fit(question: Question, ranked: Ranked, assignment: Assignment, wanted: list[Ask]) -> float:
    line = ranked.hit.best_line.span
    spans = [assignment.task.line, *(v.line for ask in FIELDS for v in values(assignment, ask))]
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
    for ask in FIELDS:
        found = values(assignment, ask)
        if found and ask not in said:
            lines.append(_say(language, ask, list(found), _leads(ranked, assignment, list(found))))
    return lines


def when(text: str) -> str:
    """The phrases of a sentence that say when, joined; '' when there is none."""
    return "; ".join(dict.fromkeys(span.of(text) for span in date_phrases(text)))
