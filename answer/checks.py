"""What can be looked up without reading: units, offices, years and numbered things that stand nowhere.

What the whole plan never names (`CERTAIN`) is not said. All other doubts are the reader's: twelve more checks beside
it, of values that a clause lacks and of places and figures that stand elsewhere, were worth nothing any more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from answer.asked import DATA, FIELDS, PATTERNS, Ask
from answer.candidates import FIELD_OF, Ranked, own_text, whole_text
from answer.facts import Section
from answer.fields import values
from answer.followup import only_names
from answer.question import Question
from answer.sense import content, pairs, spelt
from answer.shelf import Shelf
from language.syllable import canonical
from plan.due import date_phrases
from plan.fields import field_line
from plan.model import Field
from plan.passages import Line
from plan.patterns import patterns
from plan.text import fold, is_plain, lower, squeeze

NAMED = 0.5  # share given to clauses that name the thing: each may be shown beside the first
_OF = r"(?:ve|den|toi|ra)\b"
_MENTIONED = re.compile(rf"\b(?:noi gi|noi|nhac gi|nhac|de cap|quy dinh gi|quy dinh|neu gi) {_OF}")
_WHAT_IS_SAID = re.compile(
    rf"\b(?:noi|nhac|neu|de cap|quy dinh|viet|ghi) (?:nhung )?gi {_OF}|"
    rf"\bco (?:noi|nhac|neu|de cap|quy dinh)(?: gi)? {_OF}|"
    r"\b(?:says?|said|mention(?:s|ed)?)(?: (?:anything|something))?(?: (?:about|on|of))?\b"
)
_BEFORE = re.compile(r"\A\W*(?:(?:việc|viec|vấn đề|van de|chuyện|chuyen|the|any|a)\s+)*")
_BEHIND = re.compile(  # what politeness and the yes-or-no form leave behind the thing
    r"(?:\s*\b(?:không|khong|hông|ko|k|vậy|vay|thế|the|ạ|nhỉ|nhi|nhé|hả|gì|gi|trong|kế hoạch|ke hoach|này|nay|"
    r"in|this|plan)\b|\W)+\Z"
)

_WORD = re.compile(r"[^\W\d_]{2,}")
_TALK = patterns(DATA / "small_talk.txt")
_DEPUTY = re.compile(
    r"\bpho (chu tich|truong ban|bi thu|giam doc|hieu truong|truong phong|chanh van phong|cuc truong)\b"
)
_MEASURED = re.compile(patterns(DATA / "kinds.txt")["measured"])
_THE_PLAN = re.compile(r"\bke hoach\b|\bkh nay\b")
_SIGNS = re.compile(r"\bk[yi]\b|\bsign")
_LIFE = re.compile(rf"\b(?:{_TALK['life']})\b")
_LIFE_IN_ENGLISH = re.compile(rf"\b(?:{_TALK['life in english']})\b")
_THIS_DAY = re.compile(
    r"\b(?:hom (?:nay|qua|kia)|ngay (?:mai|kia)|sang mai|(?:dem|toi) (?:nay|qua)|today|tonight|tomorrow|yesterday)\b"
)


def thing_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """'Kế hoạch có nói gì về drone?' where the plan never has that word, in any spelling of the question."""
    told = [(form, _MENTIONED.search(fold(form))) for form in (question.text, *question.forms)]
    if not told[0][1] or question.english:
        return False
    return all(_lacks(shelf, form[found.end() :]) for form, found in told if found)


def other_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """'còn phao tròn?' after a question for life jackets, where the plan never has one of the words."""
    if not question.typed or question.english or not only_names(question.typed):
        return False
    before = content(question.after)
    forms = ([word for word in spelt(form) if fold(word) not in before] for form in (question.text, *question.forms))
    return all(_lacks(shelf, " ".join(words)) for words in forms)


def hardly_named(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """No two words that the question sets side by side stand so in the plan, and the clause has one of its words at
    most: what both happen to have in common may be no subject. A unit or a place that is named is one, the plan too."""
    if question.english or question.units or question.reference or question.figures:
        return False
    if _THE_PLAN.search(fold(question.search)):  # 'tiền làm kế hoạch này ở đâu ra' is about all of it
        return False
    return all(_strange(form, shelf, whole_text(top)) for form in question.forms or (question.text,))


def deputy_signs(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """The head of an office is asked for, and who signed is the deputy: 'chủ tịch xã tên gì?' over 'KT. CHỦ TỊCH'."""
    asked = fold(question.search)
    if top.facts.section is not Section.SIGNATURE or _SIGNS.search(asked):
        return False
    return any(re.search(rf"(?<!pho )\b{office}\b", asked) for office in _DEPUTY.findall(fold(top.hit.passage.text)))


def asks_nothing(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """'trời ơi chán quá': no word that asks, and of what is said hardly a word in the plan."""
    return only_names(question.text) and hardly_named(question, shelf, top)


def _strange(form: str, shelf: Shelf, clause: str) -> bool:
    beside, typed = pairs(form), fold if is_plain(form) or shelf.garbled else str
    told = {typed(canonical(word)) for word in _WORD.findall(lower(clause))}
    known = any((typed(one), typed(other)) in shelf.pairs for one, other in beside)
    return bool(beside) and not known and len({typed(word) for word in spelt(form)} & told) <= 1


def on_subject(question: Question, top: Ranked) -> bool:
    """Whether a clause speaks of what is asked: two words that the question sets side by side stand so in it."""
    told = _WORD.findall(lower(whole_text(top)))
    beside = set(pairwise(map(canonical, told))) | set(pairwise(map(fold, told)))
    asked = (pair for form in question.forms or (question.text,) for pair in pairs(form))
    return any(pair in beside for pair in asked)


def of_life(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """'phim gì đang hay', 'anh cho em mượn tiền': of what plans do not speak, and this one shares no two words with
    it that stand side by side."""
    if question.english:
        return (
            not question.units and bool(_LIFE_IN_ENGLISH.search(fold(question.text))) and not on_subject(question, top)
        )
    return bool(_LIFE.search(fold(question.search))) and hardly_named(question, shelf, top)


def of_this_day(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """How things are today or tomorrow, and nothing of a task or a unit: a plan does not know which day it is."""
    of_task = question.asks & {*FIELDS, Ask.UNIT_TASKS} or question.units
    return not of_task and bool(_THIS_DAY.search(fold(question.search)))


def _lacks(shelf: Shelf, thing: str) -> bool:
    """Whether a plan lacks a word of it: with its accents where it has them, but in a scan that is read badly."""
    if is_plain(thing) or shelf.garbled:
        return any(word not in shelf.vocabulary for word in content(thing))
    return any(word not in shelf.spelt for word in spelt(thing))


def naming(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """Of clauses in a reader's order those that name the thing asked about, each with the line that does."""
    for pattern in map(_pattern, _things(question)):
        named = [found for each in ranked if (found := _naming(pattern, each))]
        if named:
            return named
    return []


def own_purpose(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """Of clauses in a reader's order those under 'Mục đích', where it is asked what the plan itself is for."""
    asked = PATTERNS["purpose of the plan"].search(fold(question.search))
    return [each for each in ranked if asked and each.facts.section is Section.PURPOSE]


def _things(question: Question) -> Iterator[str]:
    """The thing in the spellings of the question, accents first; none where a field or a value of it is asked."""
    if question.asks & set(FIELDS) or question.wants:
        return
    for form in sorted({question.text, *question.forms}, key=lambda form: form == fold(form)):
        told = _WHAT_IS_SAID.search(fold(form))
        thing = _BEHIND.sub("", _BEFORE.sub("", lower(form[told.end() :]))) if told else ""
        if content(thing):
            yield squeeze(thing)


def _pattern(thing: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(thing)}(?!\w)")


def _naming(pattern: re.Pattern[str], ranked: Ranked) -> Ranked | None:
    """The clause with the line that names the thing, or as it is where its heading does."""
    passage = ranked.hit.passage
    line = next((line for line in passage.lines if _names(pattern, line.text)), None)
    if line is None and not (passage.path and _names(pattern, passage.path[-1])):
        return None
    return _led_by(line, replace(ranked, share=max(ranked.share, NAMED)))


def _led_by(line: Line | None, ranked: Ranked) -> Ranked:
    return replace(ranked, hit=replace(ranked.hit, best_line=line), told=True) if line else ranked


def _names(pattern: re.Pattern[str], text: str) -> bool:
    """As it was typed: without accents it may be any word that is spelt so."""
    plain = pattern.pattern.isascii()
    return bool(pattern.search(fold(squeeze(text)) if plain else lower(squeeze(text))))


CUSTOM = 3  # so many tasks with a field, and a plan is taken to state it wherever it has it
_TELLING = re.compile(r"20[1-4]\d|\d+[a-z]+|[a-z]+\d+")  # a year, '5g': nowhere in the plan, so not in the answer
_PAPER = re.compile(r"[1-9]\d*(?:/\d{4})?/([a-z]{2})")  # the number of a paper and how its letters begin
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
    telling = (each for each in question.figures if _TELLING.fullmatch(each) and not _MEASURED.fullmatch(each))
    return any(figure not in shelf.folded for figure in telling)


def paper_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """'kế hoạch số 999/KH-UBND' of a plan with another number that names none such; one without a number may be it."""
    named = [found for figure in question.figures if (found := _PAPER.match(figure))]
    text = re.sub(r"\s+", "", shelf.folded) if named else ""
    own = bool(shelf.version.info.number)
    return any(found[0] not in text and (own or not found[1].startswith("kh")) for found in named)


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


def field_open(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """One field is asked for, and the clause has its label with nothing behind or below: 'Sản phẩm:'."""
    asks = [ask for ask in FIELDS if ask in question.asks]
    lines = [line.text.strip(" -+*•") for line in top.hit.passage.lines]
    labels = [field_line(line) for line in lines]
    own = [n for n, label in enumerate(labels) if len(asks) == 1 and label and label[0] is FIELD_OF[asks[0]]]
    return bool(own) and all(_is_open(lines, labels, n) for n in own)


def _is_open(lines: Sequence[str], labels: Sequence[tuple[Field, int] | None], at: int) -> bool:
    """Whether nothing stands behind a label, nor below it but another one."""
    label, last = labels[at], at + 1 == len(lines)
    return label is not None and not re.search(r"\w", lines[at][label[1] :]) and (last or labels[at + 1] is not None)


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
    paper_absent,
    numbered_absent,
    field_open,
    thing_absent,
    other_absent,
    deputy_signs,
    asks_nothing,
    of_life,
    of_this_day,
)  # look-ups: not said


def certainly_not(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """The question speaks of a unit, an office, a year or a numbered thing that the plan does not know."""
    return any(check(question, shelf, top) for check in CERTAIN)


def foreign(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """Whether it is of something else than the plan, so that no clause of it is near."""
    return any(
        check(question, shelf, top) for check in (thing_absent, deputy_signs, hardly_named, of_life, of_this_day)
    )


_RUN = r"(?:(?:dan )?pho |so )?((?:\d{1,2}\b(?:\s*(?:[-–,;/]|va|den|toi)\s*)?)+)"  # 'tổ 17 - 20', 'tổ dân phố 5 và 7'
_STEP = re.compile(r"(\d{1,2})\s*(?:[-–]|den|toi)\s*(\d{1,2})\b|(\d{1,2})\b")
_COUNTS = {"hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6}


def _numbers(thing: str, shelf: Shelf) -> bool:
    """Whether the plan knows 'nhom 2': by its words, as one of 'nhóm 1 - 4' or 'hai nhóm', or as row 2 of a table whose
    first column is 'Nhóm', or with 2 in such a column."""
    word, number = thing.split()[0], int(thing.split()[-1])
    runs = [found[1] for found in re.finditer(rf"\b{word}\s+{_RUN}", shelf.folded)]
    for row in (clause for clause in shelf.version.clauses if clause.cells):
        if row.label == str(number) and fold(row.cells[0].column).startswith(word):
            return True
        runs += [fold(cell.value) for cell in row.cells if fold(cell.column).startswith(word)]
    counted = re.findall(rf"\b(\d{{1,2}}|{'|'.join(_COUNTS)})\s+{word}\b", shelf.folded)
    return any(number in _in_run(run) for run in runs) or any(
        number <= _COUNTS.get(n, int(n) if n.isdigit() else 0) for n in counted
    )


def _in_run(run: str) -> set[int]:
    """The numbers of '5, 7 - 9'."""
    steps = ((int(first or alone), int(last or alone)) for first, last, alone in _STEP.findall(run))
    return {number for first, last in steps for number in range(first, last + 1)}
