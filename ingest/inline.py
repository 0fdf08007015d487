"""Fields that share a line: 'Cơ quan chủ trì: …; phối hợp: …; thời gian: …; sản phẩm: …', and who does a work in
brackets behind it: 'Diễn tập hộ đê (Phòng Kinh tế chủ trì; Công an xã phối hợp), xong trước ngày 20/3.' Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.actors import WORDS, starts_with_work
from ingest.people import people
from plan.fields import label_field
from plan.model import Field
from plan.text import CAPITALS, any_of
from plan.units import find_units

_LABEL = re.compile(r"(?:^|[.;,(]\s*|\s[-–]\s)([^:.;,()\n]{3,40}?)\s*:\s*")
_NEXT = re.compile(rf"\.\s+(?=[{CAPITALS}])")
_FIELDS = (Field.LEAD, Field.COORDINATING, Field.DEADLINE, Field.PRODUCT)
_BRACKETS = re.compile(r"([^()]{8,300}?)\s*\(([^()]{4,160})\)(?:[,;]\s+([^()]{4,80}?))?[\s.;]*\Z")
_DOES = re.compile(r"(.+?)(?:,?\s+(chủ trì|phụ trách|thực hiện|phối hợp|cùng phối hợp|hỗ trợ))?")
_BODY = re.compile(rf"(?:{any_of(WORDS['bodies'])}|Công đoàn)\s(?!(?:học|họp|trực|khám|số|\d)\b)")
_TEACHES = re.compile(r"(?:Trường|Bệnh viện|Chợ|Hợp tác xã|HTX|Công ty)\b")  # where a work is done as often as by whom
LONGEST = 14  # words of those who are named together


class Bracketed(NamedTuple):
    """A work with who leads and who helps in brackets, what is said behind them, and whether they say who does what."""

    task: str
    leads: str
    helps: str
    behind: str
    plainly: bool


def in_brackets(text: str) -> Bracketed | None:
    """What stands before brackets that name nobody but those who do it; None for any other line."""
    match = _BRACKETS.fullmatch(text)
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
    if len(name.split()) > LONGEST or ":" in name or _TEACHES.match(name):
        return False
    return bool(unit or _BODY.match(name)) and not (unit and starts_with_work(name[unit.end :]))


def inline_fields(text: str) -> tuple[tuple[Field, str], ...]:
    """The labelled values of one line in order: (field, value). A value ends where the next label begins; the last one
    at the end of its sentence."""
    marks = [(match, field) for match in _labels(text) if (field := label_field(match.group(1))) in _FIELDS]
    ends = [match.start() for match, _ in marks[1:]] + [len(text)]
    found: list[tuple[Field, str]] = []
    for (match, field), end in zip(marks, ends, strict=False):
        value = _NEXT.split(text[match.end() : end], maxsplit=1)[0].strip(" .;,-–")
        value = value if value.count("(") == value.count(")") else value.strip("()")
        if value and field:
            found.append((field, value))
    return tuple(found)


def names_who(text: str) -> bool:
    """Whether somebody is named behind a label within a line: 'Thay ống mục. Đơn vị lo: Phòng Kinh tế.'"""
    return any(
        field is Field.LEAD and (find_units(value) or any(each.start == 0 for each in people(value)))
        for field, value in inline_fields(text)
    )


def before_fields(text: str) -> str:
    """What stands before the first label: the task itself, '' when the line begins with a label."""
    first = next((m for m in _labels(text) if label_field(m.group(1)) in _FIELDS), None)
    return text[: first.start()].strip(" ;,(–-") if first else text


def _labels(text: str) -> Iterator[re.Match[str]]:
    """Labels one after another: a label may begin at the very mark that ends the value before it."""
    at = 0
    while ":" in text and (match := _LABEL.search(text, at)):
        yield match
        at = match.end()


def shares_a_line(text: str) -> bool:
    """Whether a line states two fields or more."""
    return text.count(":") >= 2 and len({field for field, _ in inline_fields(text)}) >= 2
