"""The kind of value a question wants — money, a percentage, a telephone number … — and whether a text holds one.

A clause on the right topic that lacks the kind of value asked for does not answer: "tốn bao nhiêu tiền" needs money.
"""

from __future__ import annotations

import re
from enum import StrEnum

from answer.asked import DATA
from plan.patterns import patterns
from plan.text import fold, lower


class Want(StrEnum):
    """Kinds of values."""

    MONEY = "money"
    PERCENT = "percent"
    COUNT = "count"
    PHONE = "phone"
    MAIL = "mail"
    COMPANY = "company"
    PRICE = "price"
    FINE = "fine"
    HOUR = "hour"
    PERSON = "person"
    SITE = "site"


_ASKS = {name: re.compile(entries) for name, entries in patterns(DATA / "wants.txt").items()}
_HOLDS = {name: re.compile(entries) for name, entries in patterns(DATA / "values.txt").items()}


def wanted(question: str) -> frozenset[Want]:
    """The kinds of values a question wants."""
    folded = fold(question).replace("’", "'")
    found = {want for want in Want if want in _ASKS and _ASKS[want].search(folded)}
    if Want.MONEY in found and _ASKS["rate"].search(folded):
        found = found - {Want.MONEY} | {Want.PERCENT}
    return frozenset(found)


def holds(want: Want, text: str) -> bool:
    """Whether a text holds a value of that kind. Persons show in capital letters."""
    if want is Want.PERSON:
        if re.search(
            r"\blàm (?:tổ trưởng|trưởng (?:ban|đoàn|nhóm|tiểu ban))|\blà (?:trưởng ban|tổ trưởng)", lower(text)
        ):
            return True  # an office holder is named by the office
        return bool(re.search(r"(?:đồng chí|[Ôô]ng|[Bb]à)\s+(?!Phó|Chủ|Bí|Trưởng|Giám|Ủy|Chánh)[A-ZĐ]\w+", text))
    if want is Want.MONEY and re.search(r"(?:trieu|nghin)? ?dong\)", fold(text)) and re.search(r"\d", text):
        return True  # a table with its unit in the column's name
    if want is Want.COUNT:
        return bool(_NUMBER.search(_NO_COUNT.sub(" ", lower(text))))
    return bool(_HOLDS[want].search(fold(text)))


# Numbers that count nothing: the mark of the line, years and dates, numbers of documents.
_NO_COUNT = re.compile(
    r"(?m)^\W*(?:s?tt: |số tt: )?\d+(?:\.\d+)*[.)\t; ]|\d+(?:/\d+)+(?:/[\w-]+)*|"
    r"\d+/\d*/?[a-zđ]+-[\w-]+|\b(?:19|20)\d\d\b|\b[ivx]+\.\d+|"
    r"\b(?:khoản|mục|điều|điểm|phụ lục|tháng|ngày|quý|số|lớp|loại|cấp)\s+\d+(?! (?:lớp|buổi))"
)
_NUMBER = re.compile(
    r"\b\d+\b|\b(?:hai|ba|bốn|sáu|bảy|tám|chín|mười|một(?! (?:số|phần|cách|khi|trong|loạt|cửa))) [^\W\d]"
)

# Values that nothing else can stand in for: a clause without them does not answer such a question.
DECISIVE = frozenset(
    {Want.MONEY, Want.PRICE, Want.PHONE, Want.MAIL, Want.COMPANY, Want.FINE, Want.HOUR, Want.PERSON, Want.SITE}
)
