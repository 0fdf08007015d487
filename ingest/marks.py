"""What the beginning of a line says it is: part, section, item, point, bullet, appendix, field line — or nothing.

Written for Vietnamese administrative plans and for what OCR does to them: `I1.` and `I11.` for II and III, `~4.`,
accents lost or wrong. Everything is matched on folded text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from ingest.lines import Line

_ORDINALS = {"nhat": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8}
_ROMAN = {"i": 1, "v": 5, "x": 10}
_NOISE = r"[~'`\"|.,_^ \t]{0,3}"

_PART = re.compile(r"phan\s+(?:thu\s+)?(nhat|mot|hai|ba|tu|bon|nam|sau|bay|tam|[ivx]{1,5}|\d)\b\s*[.:\-]?\s*")
_LETTER = re.compile(r"([a-h])\s*[.]\s+(?=\S)")
_SECTION = re.compile(_NOISE + r"([ivxl1|]{1,6})\s*(?:[.):/]|\s-|-(?=\s))\s*(?=\S)")
_ITEM = re.compile(_NOISE + r"(?:khoan\s+|muc\s+)?(\d{1,2}(?:\.\d{1,2}){0,3})\s*(?:[.)]|[:/](?=\s))\s*(?=\S)")
_SUBITEM = re.compile(_NOISE + r"(\d{1,2}(?:\.\d{1,2}){1,3})\s+(?=\S)")
_POINT = re.compile(_NOISE + r"([a-z]|d)\s*[)]\s*(?=\S)")
_BULLET = re.compile(r"[~'`\"|., ]{0,2}([-+*•·●○▪◦–—])\s*(?=[^\s\d-])|[~ ]{0,2}([-+•·●▪–—])\s+(?=\S)")
_STEP = re.compile(r"(buoc|giai doan|dot)\s+(\d{1,2}|[ivx]{1,4})\s*[.:\-–]\s*(?=\S)")
_APPENDIX = re.compile(r"(?:danh muc\s+)?phu luc\b\s*(?:so\s+)?([ivx]{1,5}\b|\d{1,2}\b|[a-z]\b)?\s*[.:\-]?\s*")


class Level(IntEnum):
    """How deep a mark stands; smaller is higher."""

    APPENDIX = 0
    PART = 1
    SECTION = 2
    UNIT = 3  # a unit's name alone on a line, over what the unit has to do
    ITEM = 4  # 1.1 is one deeper, up to three
    POINT = 8
    DASH = 9
    PLUS = 10
    TEXT = 11


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark at the head of a line; `number` is its place in its sequence, `rest` the index where words begin."""

    level: int
    label: str
    number: int
    rest: int
    doubtful: bool = False  # repaired from OCR garble
    key: str = ""  # how the address writes it: "II", "7", "1.1", "a", "đ"


PLAIN = Mark(Level.TEXT, "", 0, 0)


def roman(text: str) -> int:
    """The value of a lower-case Roman numeral, 0 when it is none (only forms up to XXXIX)."""
    if not re.fullmatch(r"x{0,3}(?:ix|iv|v?i{0,3})", text) or not text:
        return 0
    total = 0
    for here, after in zip(text, text[1:] + " ", strict=False):
        value = _ROMAN[here]
        total += -value if _ROMAN.get(after, 0) > value else value
    return total


def to_roman(number: int) -> str:
    """1 → 'I' … 39 → 'XXXIX'."""
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def mark_of(line: Line, sections: int, items: int, letters: int = 0) -> Mark:
    """The mark of a line, given the last section, item and letter numbers seen (to settle garbled numerals)."""
    folded = line.folded
    return (
        _appendix(line, folded)
        or _part(line, folded)
        or _letter(line, folded, letters)
        or _section(line, folded, sections, items)
        or _item(line, folded)
        or _step(line, folded)
        or _point(line, folded)
        or _bullet(folded)
        or PLAIN
    )


def _appendix(line: Line, folded: str) -> Mark | None:
    match = _APPENDIX.match(folded)
    if not match or not (line.text[:3].isupper() or ((line.bold or line.heading) and len(folded) < 90)):
        return None
    key = (match.group(1) or "").upper()
    number = roman(key.lower()) or (int(key) if key.isdigit() else 0)
    return Mark(Level.APPENDIX, line.text[: match.end()].strip(), number, match.end(), key=key)


def _part(line: Line, folded: str) -> Mark | None:
    match = _PART.match(folded)
    if not match or not (line.text[:3].isupper() or line.bold or line.heading or match.end() == len(folded)):
        return None
    name = match.group(1)
    number = _ORDINALS.get(name) or roman(name) or (int(name) if name.isdigit() else 0)
    return Mark(Level.PART, line.text[: match.end()].strip(" .:-"), number, match.end(), key=to_roman(number))


def _letter(line: Line, folded: str, letters: int) -> Mark | None:
    match = _LETTER.match(folded)
    if not match or not line.text[0].isupper() or not line.upper:
        return None
    number = ord(match.group(1)) - 96
    if number != letters + 1:
        return None
    return Mark(Level.PART, line.text[: match.end()].strip(), number, match.end(), key=match.group(1).upper())


def _section(line: Line, folded: str, sections: int, items: int) -> Mark | None:
    match = _SECTION.match(folded)
    if not match:
        return None
    name = match.group(1)
    printed = line.text[match.start(1) : match.end(1)]
    if not printed.isupper() and not (set(printed) <= set("Il1|") and "I" in printed) and not printed.isdigit():
        return None
    value = roman(name.replace("l", "i").replace("1", "i").replace("|", "i"))
    garbled = bool(set(name) & set("l1|"))
    if garbled and (
        not value or not line.upper or (name.isdigit() and (value != sections + 1 or int(name) == items + 1))
    ):
        return None
    if not value:
        return None
    return Mark(Level.SECTION, line.text[: match.end()].strip(), value, match.end(), garbled, to_roman(value))


def _item(line: Line, folded: str) -> Mark | None:
    match = _ITEM.match(folded) or _SUBITEM.match(folded)
    if not match or re.match(r"\d{1,2}[./]\d{1,2}[./]\d{4}", folded[match.start(1) :]):
        return None
    key = match.group(1)
    parts = [int(part) for part in key.split(".")]
    doubtful = match.start(1) > 0
    return Mark(Level.ITEM + len(parts) - 1, line.text[: match.end()].strip(), parts[-1], match.end(), doubtful, key)


def _step(line: Line, folded: str) -> Mark | None:
    """'Bước 3. Họp xét duyệt …', 'Giai đoạn II: …'."""
    match = _STEP.match(folded)
    if not match:
        return None
    key = match.group(2)
    number = int(key) if key.isdigit() else roman(key)
    return Mark(Level.ITEM, line.text[: match.end()].strip(), number, match.end(), key=key.upper()) if number else None


def _point(line: Line, folded: str) -> Mark | None:
    match = _POINT.match(folded)
    if not match or line.text[match.start(1)].isupper():
        return None
    key = line.text[match.start(1)].lower()
    order = "abcdđeghiklmnopqrstuvxy".find(key) + 1 or ord(key) - 96
    return Mark(Level.POINT, line.text[: match.end()].strip(), order, match.end(), key=key)


def _bullet(folded: str) -> Mark | None:
    match = _BULLET.match(folded)
    if not match:
        return None
    sign = match.group(1) or match.group(2)
    return Mark(Level.PLUS if sign in "+○◦" else Level.DASH, sign, 0, match.end())
