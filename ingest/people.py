"""People named in a sentence and what they are in charge of: 'Bà Lại Thị Mơ, Phó Chủ tịch - thành viên, giám sát vốn'.

Titles and posts stand between commas or dashes behind a name; the duty is what begins with a verb of work, what stands
behind a colon, or what follows the post and is none. Who only holds a post has no duty. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.actors import acts, extended, names_somebody, starts_with_work
from plan.text import CAPITALS
from plan.units import find_units

_WORD = rf"[{CAPITALS}][\w'’]*"
_TITLE = (
    r"(?:ông|bà|anh|chị|cô|chú|thầy|đồng chí|đ/c|(?:bác|y|dược|kỹ|tiến|thạc) sĩ|nghệ nhân|già làng|lương y|luật sư|sơ|"
    r"(?:nữ )?hộ sinh|điều dưỡng|cụ|kỹ sư|(?:thiếu|trung|thượng|đại) (?:tá|úy)|"
    rf"bảo vệ(?= (?-i:{_WORD} {_WORD} {_WORD})))"
)
_NO_POST = (
    r"(?!(?:bí thư|chủ tịch|phó|trưởng|giám đốc|hiệu trưởng|chánh|chỉ huy|đội|tổ|chủ nhiệm)\b)"  # 'đồng chí Bí thư'
)
_NAMED = re.compile(
    rf"\b(?:(?:^|(?<=[.;:,(–-] )){_TITLE}|(?<![\w])(?-i:{_TITLE}))(?: {_TITLE})? {_NO_POST}"
    rf"(?-i:{_WORD}(?:[ -]{_WORD}){{0,5}})",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\s*\([^)]*\)")
_PARTS = re.compile(r"\s*,\s+|\s+[-–]\s+")
_SEGMENT = re.compile(r"(?:[^,;:.()]|\.(?=\d))*?(?=\s*(?:[,;:(]|\.(?!\d))|\s+[-–]\s|$)")
_POST = re.compile(
    r"(?:(?:là|làm|giữ)\s+)?(?:quyền |phó |nguyên )?(?:[^\W\d_]+ )?(?:trưởng|phó|[^\W\d_]+ viên|"
    r"chủ tịch|thư ký|thường trực|chủ tài khoản|y sĩ|công chức|cán bộ|giám đốc|bí thư|kế toán)\b",
    re.IGNORECASE,
)
_IN_POST = re.compile(
    r" (?:(?:là người )?chịu trách nhiệm|chủ trì|phối hợp|trực tiếp|(?:là|làm) đầu mối)\b"
)  # and no part of one
_LET = re.compile(r"\s*(?:là|làm|giữ)\s+(?:[^\W\d_]+ )?(?:trưởng|phó|tổ|đội|thành viên|ủy viên|chủ)\b", re.IGNORECASE)
_PART_OF_POST = re.compile(rf"\s+phụ trách\b|{_LET.pattern}", re.IGNORECASE)
_ENDED = re.compile(r"\s*(?:[,.;]|$)")
_REACHED = re.compile(r"(?:điện thoại|đt|sđt|số|email|zalo|máy)\b|\d", re.IGNORECASE)
_NO_DUTY = re.compile(rf"{_REACHED.pattern}|(?:hoặc|hay|và|với|để|khi|nếu)\b", re.IGNORECASE)
_NO_ACT = re.compile(
    r"\s+(?:sinh|quê|nguyên|ngụ|trú|kiêm|giám|chủ|hiệu|bí|công|cán|chuyên|kế|thủ|thư|ủy|uỷ|chánh|y|bác|kỹ|dược|hưởng|mất|"
    r"ốm|nghỉ|già|nghèo|đau|làm|giữ|nhân|giáo|hộ|thay)\b"
)
_BY_LETTING = re.compile(r"\b(?<!bàn )(?<!chuyển )(?:giao(?: cho)?|ủy quyền(?: cho)?|phân công|nhờ) $")


def named_people(text: str) -> list[int]:
    """Where a paragraph names somebody; asked once before its sentences are read."""
    return [match.start() for match in _NAMED.finditer(text)]


class Charge(NamedTuple):
    """Somebody by name: half-open place, where the duty begins (-1 for none), and where titles and posts end."""

    start: int
    end: int
    duty: int
    told: int


def people(sentence: str) -> Iterator[Charge]:
    """Everybody named in a sentence, in order."""
    for match in _NAMED.finditer(sentence):
        duty, told = _duty(sentence, match.end())
        yield Charge(match.start(), match.end(), duty, told)


def _duty(sentence: str, at: int) -> tuple[int, int]:
    """Where the duty begins behind a name, -1 for none; and how far titles and posts reach."""
    posted = False
    while True:
        bracket = _BRACKET.match(sentence, at)
        at = bracket.end() if bracket else at
        if _LET.match(sentence, at):
            return _behind_post(sentence, _segment(sentence, at))
        if sentence[at : at + 1] == ":" and sentence[at + 1 :].strip():
            begin = at + 1 + len(sentence[at + 1 :]) - len(sentence[at + 1 :].lstrip())
            post = _POST.match(sentence, begin)
            if post is None:
                return (-1, at) if _REACHED.match(sentence, begin) else (begin, at)
            posted, at = True, _segment(sentence, begin)
            continue
        if starts_with_work(sentence[at:]) or (not posted and acts(sentence[at:]) and not _NO_ACT.match(sentence, at)):
            return at + 1, at
        part = _PARTS.match(sentence, at)
        if part is None or _NAMED.match(sentence, part.end()) or not sentence[part.end() :]:
            return -1, at
        if _LET.match(sentence, part.end()):  # 'Trưởng phòng, làm Tổ trưởng'
            return _behind_post(sentence, _segment(sentence, part.end()))
        if starts_with_work(sentence[part.end() :]) and sentence[part.end()].islower():
            return part.end(), part.end()
        post = _POST.match(sentence, part.end())
        if posted and not post and sentence[part.end()].islower() and not _NO_DUTY.match(sentence, part.end()):
            return part.end(), part.end()
        if not (post or sentence[part.end()].isupper() or _REACHED.match(sentence, part.end())):
            return -1, at
        posted = posted or bool(post)
        at = _segment(sentence, part.end())
        if post and (does := _IN_POST.search(sentence, part.end(), at)):
            return does.start() + 1, does.start()
        if post and (ends := _end_of_post(sentence, part.end(), at)):
            return ends + 1, ends


def _end_of_post(sentence: str, start: int, end: int) -> int:
    """Where work begins behind a post in a unit: 'Phó Trưởng phòng Kinh tế' + ' theo dõi …'; 0 where none does."""
    unit = next(iter(find_units(sentence[start:end])), None)
    ends = extended(sentence, start + unit.end) if unit else 0
    return ends if starts_with_work(sentence[ends:end]) and not _PART_OF_POST.match(sentence, ends) else 0


def _behind_post(sentence: str, at: int) -> tuple[int, int]:
    """'làm Tổ trưởng, chịu trách nhiệm chung': a duty told behind what somebody is made."""
    part = _PARTS.match(sentence, at)
    does = part and sentence[part.end() : part.end() + 1].islower() and starts_with_work(f" {sentence[part.end() :]}")
    return (part.end(), part.end()) if part and does else (-1, at)


def _segment(sentence: str, at: int) -> int:
    found = _SEGMENT.match(sentence, at + 1)
    return found.end() if found else len(sentence)


def is_given(sentence: str, each: Charge) -> bool:
    """'lớp tối thứ Năm nhờ nghệ nhân A.': nothing is said behind somebody, who gets what stands before."""
    alone = not _LET.search(sentence, each.end, each.told) and _ENDED.match(sentence, each.told)
    return bool(alone and _BY_LETTING.search(sentence, 0, each.start))


def led_by(sentence: str, charges: Sequence[Charge], at: int) -> tuple[int, int] | None:
    """'Tiểu ban Hậu cần' of 'Tiểu ban Hậu cần: ông Mai Văn Sự làm Trưởng tiểu ban', in a text where the sentence begins
    `at`: what follows is its duty."""
    name = sentence[: charges[0].start].rstrip()
    led = name.endswith(":") and all(charge.duty < 0 for charge in charges) and names_somebody(name, False)
    return (at, at + len(name) - 1) if led else None
