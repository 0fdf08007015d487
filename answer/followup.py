"""Questions that need the one before: 'còn đơn vị phối hợp?', 'thế hạn chót?', 'ở Ô Diên thì sao?', 'Thế CA xã?'."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from answer.asked import Ask, asked
from answer.sense import content, is_incomplete
from plan.model import Topic
from plan.references import read_reference
from plan.text import fold, is_plain, lower
from plan.units import find_units, unit_ids

_OPENS = re.compile(
    r"^(?:con|the|vay|roi|va|thi|a the|the con|vay con|con the|ua|and|what about|how about|then|ok|u)\b[ ,]*|"
    r"^so,? (?:who|what|when|where|which|how|is|are|does|do|the)\b"  # "Số điện thoại …" is no English "so"
)
_OPENS_WITH_ACCENTS = re.compile(r"^(?:còn|thế|vậy|rồi|và|thì|à thế|thế còn|vậy còn|còn thế|ủa|ừ|ok)\b(?! nào là\b)")
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
ENOUGH = 2  # words that name what is asked about
_OF_ANYTHING = (  # what can be asked of any task
    "kinh",
    "phi",
    "muc",
    "tieu",
    "tien",
    "ty",
    "le",
    "so",
    "luong",
    "tong",
    "cong",
    "bao",
    "cao",
    "dia",
    "diem",
    "chi",
    "can",
    "cu",
    "yeu",
    "cau",
    "dich",
    "noi",
    "dung",
    "nhu",
    "the",
    "how",
    "much",
    "many",
    "why",
    "money",
    "cost",
    "report",
    "nhom",
    "lop",
    "giai",
    "doan",
    "dot",
    "phan",
)
_HOW_ABOUT = re.compile(r"\b(?:thi sao|the nao)\W*$")
_FILLER = frozenset(
    [
        "thi",
        "sao",
        "con",
        "the",
        "vay",
        "va",
        "roi",
        "a",
        "nhi",
        "o",
        "ben",
        "cho",
        "cua",
        "la",
        "gi",
        "nao",
        "ai",
        "khi",
        "don",
        "vi",
        "han",
        "chot",
        "phoi",
        "hop",
        "san",
        "pham",
        "bao",
        "gio",
        "who",
        "when",
        "what",
        "about",
        "how",
        "by",
        "the",
    ]
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with what it inherits: the wording to search with, the clause to stay at, the plan of before."""

    search: str
    base: str = ""  # the question it leans on, carried to the next turn; '' when it stands alone
    own: str = ""  # what this turn itself asks, when that differs from what is searched
    anchor: str = ""
    plan_id: str = ""
    inherited: frozenset[Ask] = frozenset()
    typed: str = ""  # what was typed, and the question that it leans on; both '' when it stands alone
    after: str = ""
    surely: bool = False  # it says itself that it leans on the one before


def take_up(question: str, topic: Topic | None, names_plan: bool) -> Turn:
    """How the question is to be read after `topic`; on its own when it does not lean on it."""
    if topic is None or not topic.question or not _leans(question, names_plan):
        return Turn(question)
    if read_reference(question) and not content(question):  # "mục III.2 nói gì?": a place of the plan of before
        return Turn(question, plan_id=topic.plan_id)
    leaning = _leaning(question, topic, names_plan)
    return replace(leaning, typed=question, after=topic.question, surely=_points_back(question))


def _leaning(question: str, topic: Topic, names_plan: bool) -> Turn:
    asks_of_its_own = asked(question) - {Ask.CONTENT, Ask.UNIT_TASKS}
    if names_plan and len(_content(question)) <= 4:
        return Turn(topic.question, topic.question)
    if unit_ids(question) and len(_own(question)) <= 1 and not asks_of_its_own:
        return Turn(_with_unit(question, topic), plan_id=topic.plan_id, inherited=asked(topic.question))
    if not asks_of_its_own and not content(_YEAR.sub(" ", question)) and _YEAR.search(question):
        other = _with_year(question, topic)
        return Turn(other, other, plan_id=topic.plan_id, inherited=asked(topic.question))
    return Turn(f"{question} ({topic.question})", topic.question, question, topic.clause, topic.plan_id)


def _with_year(question: str, topic: Topic) -> str:
    """The last question with its year replaced by the new one."""
    year = _YEAR.findall(question)[-1]
    old = topic.question
    return _YEAR.sub(year, old) if _YEAR.search(old) else f"{old.rstrip(' ?.')} năm {year}?"


def _leans(question: str, names_plan: bool) -> bool:
    if _points_back(question) or is_incomplete(question):
        return True
    words = len(fold(question).split())
    short = words <= 4 or (words <= 6 and _HOW_ABOUT.search(fold(question)))
    return bool(short) and (names_plan or not _names_its_own(question))


def _names_its_own(question: str) -> bool:
    """Whether a short question says of what it asks: 'Tập huấn khi nào?', and not 'Kinh phí bao nhiêu?'."""
    told = [word for word in content(question) if word not in _OF_ANYTHING]
    if unit_ids(question):
        return bool(told) or bool(asked(question) - {Ask.CONTENT})
    return len(told) >= ENOUGH


def _points_back(question: str) -> bool:
    """Whether a word of the question says that there was one before: 'còn …', 'việc đó'."""
    folded = fold(question).strip()
    typed = lower(question).strip()
    opens, points = _OPENS.match(folded), _POINTS.search(folded)
    if not is_plain(question):
        opens, points = _OPENS_WITH_ACCENTS.match(typed), _POINTS_WITH_ACCENTS.search(typed)
    count = len(folded.split())
    return (opens is not None and count <= 14) or (points is not None and count <= 12)


def _content(question: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d]+", fold(question)) if word not in _FILLER]


def _own(question: str) -> list[str]:
    """Content words that are neither filler nor a unit's name."""
    folded = fold(question)
    for mention in reversed(find_units(question)):
        folded = f"{folded[: mention.start]} {folded[mention.end :]}"
    return [word for word in re.findall(r"[^\W\d]{2,}", folded) if word not in _FILLER]


def _with_unit(question: str, topic: Topic) -> str:
    """The last question with its unit replaced by the new one."""
    new = find_units(question)[0]
    name = question[new.start : new.end]
    old = find_units(topic.question)
    if not old:
        return f"{topic.question} {name}"
    return topic.question[: old[0].start] + name + topic.question[old[0].end :]
