"""The labels of field lines: "Cơ quan thực hiện:", "Đơn vị chủ trì:", "Thời hạn:", "Sản phẩm:" in all their forms.

Matched on folded text with a little tolerance for OCR, at the head of a line, as a table's column name, or as a
point's whole heading ("b) Cơ quan thực hiện").
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from plan.model import Field
from plan.text import fold

_WHO = (
    r"(?:co quan|don vi|bo phan|phong ban|to chuc|nguoi|can bo|cac co quan|"
    r"cac don vi)(?:[,/ ]+(?:don vi|ca nhan|to chuc|bo phan))*"
)
_LABELS: dict[Field, str] = {
    Field.COORDINATING: (
        rf"(?:{_WHO}\s+)?(?:tinh\s+)?(?:phoi hop|cung thuc hien|cung phoi hop|cung lam|ho tro|"
        r"tham gia)(?:\s+thuc hien|\s+chinh)?|phoi hop voi|cung lam|don vi tinh \(phoi hop\)"
    ),
    Field.LEAD: (
        rf"(?:{_WHO}|ai)\s+(?:lam|lo)(?:\s+chinh)?|"
        rf"(?:{_WHO}\s+)?(?:chu tri|thuc hien|dau moi|phu trach|chiu trach nhiem|tham muu|duoc giao|"
        r"to chuc)(?:\s+(?:chinh|thuc hien|tham muu|chu tri|trien khai))*|phan cong(?: thuc hien)?|"
        rf"trach nhiem(?: thuc hien)?|giao (?:thuc hien|don vi)|{_WHO}"
    ),
    Field.DEADLINE: (
        r"(?:thoi gian|thoi han|tien do|thoi diem|moc thoi gian|ky han|"
        r"han)(?:\s+(?:thuc hien|hoan thanh|trien khai|to chuc|cuoi|chot|bao cao|du kien|ket thuc))*|"
        r"hoan thanh(?: truoc| trong)?|lo trinh(?: thuc hien)?"
    ),
    Field.PRODUCT: (
        r"(?:san pham|ket qua|dau ra|minh chung)(?:\s*[/,-]?\s*(?:va\s+)?(?:minh chung|ket qua|san pham|dau ra|"
        r"du kien|can dat|dat duoc|thuc hien|chinh|hoan thanh))*(?: \(.{1,30}\))?"
    ),
    Field.TASK: (
        r"(?:noi dung|nhiem vu|cong viec|noi dung chinh)(?:\s+(?:thuc hien|nhiem vu|cong viec|chinh|muc tieu|"
        r"chi tieu|trien khai|trong tam|cu the|hoat dong))*|ten nhiem vu|hoat dong|chi tieu|muc tieu"
    ),
}
_COMPILED = {field: re.compile(rf"(?:{pattern})\Z") for field, pattern in _LABELS.items()}
_SAMPLES = {
    Field.LEAD: (
        "co quan thuc hien",
        "don vi chu tri",
        "co quan chu tri",
        "don vi thuc hien",
        "co quan thuc hien chinh",
    ),
    Field.COORDINATING: ("co quan phoi hop", "don vi phoi hop"),
    Field.DEADLINE: ("thoi gian thuc hien", "thoi han hoan thanh", "thoi gian hoan thanh"),
    Field.PRODUCT: ("san pham", "san pham du kien"),
    Field.TASK: ("noi dung thuc hien", "noi dung nhiem vu"),
}
_HEAD = re.compile(r"([^:：.;]{2,60}?)\s*[:：]\s*")
_PREFIX_HEAD = re.compile(
    r"(?:hoan thanh (?=truoc|trong|xong|vao|chậm)|thoi gian thuc hien (?=tu |trong |truoc |thuong |nam )|"
    r"thuc hien (?=xong truoc|truoc ngay))"
)


@lru_cache(maxsize=4096)
def label_field(label: str) -> Field | None:
    """Which field a label names: 'Đơn vị chủ trì' → LEAD; None when it names none. Tolerates OCR slips."""
    folded = re.sub(r"[*_\s]+", " ", fold(label)).strip(" .:-*")
    for field, pattern in _COMPILED.items():
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
