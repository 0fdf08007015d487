"""A follow-up fills some slots of the question before it and keeps the rest; a complete new question keeps nothing.

The slots: what is asked (a field), of what (a task, a figure), whom, which year, and the plan with its place.
'còn đơn vị phối hợp?' asks something else of the same, 'còn nhà hàng?' the same of something else, 'Thế CA xã?',
'và năm 2027?' and 'ở Ô Diên thì sao?' the same of another unit, year or plan. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from answer.asked import PATTERNS, Ask, asked
from answer.sense import about, bare_words, content, is_incomplete
from plan.model import Topic
from plan.references import read_reference
from plan.text import fold, is_plain, lower
from plan.units import find_units, unit_ids

_OPENS = re.compile(
    r"^(?:con|rieng|the|vay|roi|va|thi|a the|the con|vay con|con the|ua|and|what about|how about|then|ok|u)\b[ ,]*|"
    r"^so,? (?:who|what|when|where|which|how|is|are|does|do|the)\b"  # "Số điện thoại …" is no English "so"
)
_OPENS_WITH_ACCENTS = re.compile(
    r"^(?:còn|riêng|thế|vậy|rồi|và|thì|à thế|thế còn|vậy còn|còn thế|ủa|ừ|ok)\b(?! nào là\b)"
)
_THING = r"\b(?:viec|cai|nhiem vu|noi dung|muc|phan|don vi|ben|cho|lop|dot|khoan)"
# Without accents "do" may be "do" (by whom) and "no" a debt: then only what stands as such a word can stand counts.
_POINTS = re.compile(
    rf"{_THING} (?:nay|ay|tren|kia)\b|{_THING} do(?! (?:ai|don vi|co quan|phong|ben|ban)\b)|"
    r"\b(?:no|ay)\b|\bdo\W*$|\b(?:it|this|that|they|them|those|these)\b"
)
_POINTS_WITH_ACCENTS = re.compile(
    r"\b(?:việc|cái|nhiệm vụ|nội dung|mục|phần|đơn vị|bên|chỗ|lớp|đợt|khoản) (?:này|đó|ấy|trên|kia)\b|\b(?:nó|đó|ấy)\b"
)
_YEAR = re.compile(r"\b20[1-9]\d\b")
_ELSEWHERE = re.compile(r"\b(?:xa|phuong|noi|cho|ke hoach|dia phuong) khac\b|\bother (?:communes|wards|plans|places)\b")
_HOW_ABOUT = re.compile(r"\b(?:thi sao|the nao)\W*$")
_ASKS = re.compile(  # a word that asks: without one a follow-up only names something else
    r"\b(?:nao|gi|ai|dau|may|bao nhieu|bn|bao gio|bao h|bao lau|khong|hong|khi|who|when|where|which|why)\b|"
    r"\b(?:sdt|so dt|dt so|lam sao|tinh sao|vi sao)\b|\A\W*(?:tai )?sao\b|"  # these and the next as people type
    r"\b(?:ko|k|kh|hk|hok|dc ch?ua|j)\W*\Z|"
    r"\b(?:how|what)\b(?! about)"
)
_THAT_UNIT = re.compile(
    r"\b(?:(?:đơn vị|don vi|cơ quan|co quan|phòng|phong|ban|bên|ben) (?:này|nay|đó|do|ấy|ay)|"
    r"(?:that|this) (?:unit|office|division|agency)|họ (?=còn|phải|có|làm))\b",
    re.IGNORECASE,
)
ENOUGH = 2  # words that name what is asked about
PLACE = 4  # words at most of a follow-up that only names a place
FIELD = 8  # words of a follow-up that names nothing of its own, at most
SHORT = 6
WORDS = Path(__file__).parent / "data" / "words_of_any_task.txt"


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with what it inherits: the wording to search with, the clause to stay at, the plan of before."""

    search: str
    base: str = ""  # what was asked, for the next turn to lean on; '' when it stands alone
    about: str = ""  # of what, where `base` does not say so
    asks: frozenset[Ask] = frozenset()  # what is asked, where it is not all that `search` says
    anchor: str = ""
    plan_id: str = ""
    typed: str = ""  # what was typed, and the question that it leans on; both '' when it stands alone
    after: str = ""
    bare: bool = False  # it names nothing of its own: it asks a field of the task of before
    whole: bool = False  # it may have been meant by itself: refused here, it is asked of all plans


def take_up(question: str, topic: Topic | None, names_plan: bool) -> Turn:
    """How the question is to be read after `topic`; on its own when it does not lean on it."""
    if topic is None or not topic.question or not _leans(question, names_plan):
        return Turn(question)
    if read_reference(question) and not content(question):  # "mục III.2 nói gì?": a place of the plan of before
        return Turn(question, plan_id=topic.plan_id)
    bare = not _own(question) and not unit_ids(question)
    whole = not (bare or names_plan or unit_ids(question) or _points_back(question)) and only_names(question)
    merged = _merged(question, topic, names_plan)
    return replace(merged, typed=question, after=_of(topic.question, topic.about), bare=bare, whole=whole)


def asks_for_source(question: str) -> bool:
    """Whether a follow-up asks where the answer before it stands: 'dẫn nguồn đâu', 'ở mục nào vậy'."""
    return any(PATTERNS["source"].fullmatch(bare_words(part)) for part in fold(question).split(","))


def leaning(question: str, topic: Topic | None, turn: Turn) -> Turn | None:
    """What seems complete in itself, as leaning on the question before all the same; None where there was none."""
    if topic is None or not topic.question or turn.after:
        return None
    return replace(_merged(question, topic, False), typed=question, after=_of(topic.question, topic.about))


def only_names(question: str) -> bool:
    """Whether nothing is asked, only something named of which it is asked: 'nhà hàng thì sao?'."""
    return asked(question) <= {Ask.CONTENT} and not _ASKS.search(fold(question))


def _merged(question: str, topic: Topic, names_plan: bool) -> Turn:
    """The slots that the question fills, and of the rest those of before."""
    before, fields = topic.question, asked(question) - {Ask.CONTENT, Ask.UNIT_TASKS}
    if topic.unit and Ask.UNIT_TASKS in asked(question) and _THAT_UNIT.search(question):
        return _same(_THAT_UNIT.sub(topic.unit, question, count=1), "", topic.plan_id)
    if _ELSEWHERE.search(fold(question)):
        return _same(before, topic.about)
    if fields or _ASKS.search(fold(question)):
        of = topic.about or about(before) or before
        return Turn(_of(question, of), question, of, asked(question), topic.clause, "" if names_plan else topic.plan_id)
    if names_plan and len(content(question)) <= PLACE:
        return _same(before, topic.about)
    if unit_ids(question) and not _own(question):
        return _same(_with_unit(question, before), topic.about, topic.plan_id)
    if _YEAR.search(question) and not content(_YEAR.sub(" ", question)):
        return _same(_with_year(question, before), topic.about, topic.plan_id)
    other = about(question)
    return Turn(_of(_with_other(other, before), before), before, other, asked(before), plan_id=topic.plan_id)


def _same(question: str, of: str, plan_id: str = "") -> Turn:
    """What was asked before, with another unit, year or plan."""
    return Turn(_of(question, of), question, of, asked(question), plan_id=plan_id)


def _of(question: str, of: str) -> str:
    """The question with that of which it is asked, as the reader has learnt to read follow-ups."""
    return f"{question} ({of})" if of else question


def _with_other(other: str, before: str) -> str:
    """The last question asked of something else: 'Tết Nguyên đán từ ngày nào?'."""
    kind = re.match(r"(\w+(?: \w+)?) nao\b", fold(before))
    if kind and fold(other).startswith(f"{kind.group(1)} "):  # "Thôn nào …" of "thôn Đông"
        return other + before[kind.end() :]
    old = about(before)
    asks = _ASKS.search(fold(old))
    old = old[: asks.start()].rstrip() if asks else old
    return before.replace(old, other) if old else f"{other} {before}"


def _with_year(question: str, before: str) -> str:
    """The last question with its year replaced by the new one."""
    year = _YEAR.findall(question)[-1]
    return _YEAR.sub(year, before) if _YEAR.search(before) else f"{before.rstrip(' ?.')} năm {year}?"


def _with_unit(question: str, before: str) -> str:
    """The last question with its unit replaced by the new one."""
    new, old = find_units(question)[0], find_units(before)
    name = question[new.start : new.end]
    return before[: old[0].start] + name + before[old[0].end :] if old else f"{before} {name}"


def _leans(question: str, names_plan: bool) -> bool:
    if _points_back(question) or is_incomplete(question):
        return True
    words = len(fold(question).split())
    if names_plan:
        return words <= 4 or (words <= SHORT and bool(_HOW_ABOUT.search(fold(question))))
    if words <= PLACE and only_names(question):
        return True
    return words <= (SHORT if _own(question) else FIELD) and not _names_its_own(question)


def _names_its_own(question: str) -> bool:
    """Whether a short question says of what it asks: 'Tập huấn khi nào?', and not 'Kinh phí bao nhiêu?'."""
    if unit_ids(question):
        return bool(_own(question)) or bool(asked(question) - {Ask.CONTENT})
    return len(_own(question)) >= ENOUGH


def _own(question: str) -> list[str]:
    """The words of a question that say of which task it asks."""
    return [word for word in content(question) if word not in _of_any_task()]


@cache
def _of_any_task() -> frozenset[str]:
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines for word in line.partition("#")[0].split())


def _points_back(question: str) -> bool:
    """Whether a word of the question says that there was one before: 'còn …', 'việc đó'."""
    folded = fold(question).strip()
    typed = lower(question).strip()
    opens, points = _OPENS.match(folded), _POINTS.search(folded)
    if not is_plain(question):
        opens, points = _OPENS_WITH_ACCENTS.match(typed), _POINTS_WITH_ACCENTS.search(typed)
    count = len(folded.split())
    return (opens is not None and count <= 14) or (points is not None and count <= 12)
