"""Fields that share a line: 'Cơ quan chủ trì: …; phối hợp: …; thời gian: …; sản phẩm: …'. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.people import people
from plan.fields import label_field
from plan.model import Field
from plan.text import CAPITALS
from plan.units import find_units

_LABEL = re.compile(r"(?:^|[.;,(]\s*|\s[-–]\s)([^:.;,()\n]{3,40}?)\s*:\s*")
_NEXT = re.compile(rf"\.\s+(?=[{CAPITALS}])")
_FIELDS = (Field.LEAD, Field.COORDINATING, Field.DEADLINE, Field.PRODUCT)


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
    while text.find(":", at) >= 0 and (match := _LABEL.search(text, at)):
        yield match
        at = match.end()


def shares_a_line(text: str) -> bool:
    """Whether a line states two fields or more."""
    return text.count(":") >= 2 and len({field for field, _ in inline_fields(text)}) >= 2
