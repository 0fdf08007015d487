"""The labels of field lines: "Cơ quan thực hiện:", "Đơn vị chủ trì:", "Thời hạn:", "Sản phẩm:" in all their forms.

Matched on folded text with a little tolerance for OCR, at the head of a line, as a table's column name, or as a
point's whole heading ("b) Cơ quan thực hiện").
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz

from plan.model import Field
from plan.patterns import lists, patterns
from plan.text import fold

FILE = Path(__file__).parent / "data" / "fields.txt"
ORDER = (Field.COORDINATING, Field.LEAD, Field.DEADLINE, Field.PRODUCT, Field.TASK)  # lead after what helps to do it
_LABELS = {field: re.compile(rf"(?:{patterns(FILE)[field]})\Z") for field in ORDER}
_SAMPLES = {Field(name[: -len(" samples")]): few for name, few in lists(FILE).items() if name.endswith(" samples")}
_HEAD = re.compile(r"([^:：.;]{2,60}?)\s*[:：]\s*")
_PREFIX_HEAD = re.compile(
    r"(?:hoan thanh (?=truoc|trong|xong|vao|chậm)|thoi gian thuc hien (?=tu |trong |truoc |thuong |nam )|"
    r"thuc hien (?=xong truoc|truoc ngay))"
)


@lru_cache(maxsize=4096)
def label_field(label: str) -> Field | None:
    """Which field a label names: 'Đơn vị chủ trì' → LEAD; None when it names none. Tolerates OCR slips."""
    folded = re.sub(r"[*_\s]+", " ", fold(label)).strip(" .:-*")
    for field, pattern in _LABELS.items():
        if pattern.match(folded):
            return field
    if 8 <= len(folded) <= 28:
        for field, samples in _SAMPLES.items():
            if any(fuzz.ratio(folded, sample) >= 86 for sample in samples):
                return field
    return None


@lru_cache(maxsize=4096)
def field_line(text: str) -> tuple[Field, int] | None:
    """For 'Cơ quan phối hợp: Công an phường' the field and the index where the value starts; None for prose."""
    folded = fold(text)
    match = _HEAD.match(folded)
    if match:
        field = label_field(text[match.start(1) : match.end(1)])
        if field:
            return field, match.end()
    if _PREFIX_HEAD.match(folded):
        return Field.DEADLINE, 0
    return None
