"""What the beginning of a line says it is: part, section, article, item, point, bullet, appendix — or nothing.

Written for Vietnamese administrative plans and for what OCR does to them: `I1.` and `I11.` for II and III, `~4.`,
accents lost or wrong. Everything is matched on folded text. Headings without a mark are told in `ingest.headings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from ingest.lines import Line
from plan.patterns import patterns
from plan.text import ROMANS, roman

_ORDINALS = {"nhat": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8}
_LETTERS = "abcdđefghiklmnopqrstuvxy"
_FORMS = {name: re.compile(form) for name, form in patterns(Path(__file__).with_name("data") / "marks.txt").items()}


class Level(IntEnum):
    """How deep a mark stands; smaller is higher. Headings found later may stand between two of these."""

    APPENDIX = 0
    PART = 10
    CHAPTER = 14
    SECTION = 20
    LETTER = 24  # 'A.' within 'IV.' where V. comes after it; elsewhere letters stand above
    ARTICLE = 30
    UNIT = 34  # a unit's name alone on a line, over what the unit has to do
    ITEM = 40  # 1.1 is one deeper, up to three
    POINT = 60
    DASH = 70
    PLUS = 80
    TEXT = 90


DEEPER = 4  # from 1. to 1.1.


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark at the head of a line; `number` is its place in its sequence, `rest` the index where words begin.

    `style` is set where the level depends on what stands above: headings without numbers, named series, brackets.
    """

    level: int
    label: str
    number: int
    rest: int
    doubtful: bool = False  # repaired from OCR garble
    key: str = ""  # how the address writes it: "II", "7", "1.1", "a", "đ"
    style: str = ""
    depth: int = 0  # of Markdown heading marks


@dataclass(slots=True)
class Seen:
    """The last numbers met, to settle what a line's mark is; `series` are the names that this plan counts with."""

    sections: int = 0
    items: int = 0
    letters: int = 0
    points: int = 0
    part: bool = False  # within a "Phần", letters are its chapters
    below: bool = False  # letters part the sections instead of heading them
    series: frozenset[str] = field(default_factory=frozenset)

    def count(self, mark: Mark) -> None:
        """Take note of a mark that was placed."""
        if mark.level <= Level.CHAPTER:
            letter = len(mark.key) == 1 and mark.style == "letter"
            self.letters = mark.number if letter else 0
            self.part = self.part if letter else mark.level == Level.PART
            self.sections = self.items = self.points = 0
        elif mark.level == Level.SECTION and mark.number:
            self.sections, self.items, self.points = mark.number, 0, 0
            self.letters = 0 if self.below else self.letters
        elif mark.level == Level.LETTER:
            self.letters, self.items, self.points = mark.number, 0, 0
        elif Level.ITEM <= mark.level < Level.POINT and not mark.style:
            self.items, self.points = mark.number, 0
        elif mark.level == Level.POINT:
            self.points = mark.number
        elif mark.level < Level.ITEM:
            self.items = self.points = 0


PLAIN = Mark(Level.TEXT, "", 0, 0)


def mark_of(line: Line, seen: Seen) -> Mark:
    """The mark of a line, given the last numbers seen (to settle garbled numerals)."""
    folded = line.folded
    return (
        _appendix(line, folded)
        or _part(line, folded)
        or _article(line, folded)
        or _letter(line, folded, seen)
        or _mixed(line, folded)
        or _section(line, folded, seen)
        or _item(line, folded)
        or _series(line, folded, seen)
        or _point(line, folded, seen)
        or _brackets(line, folded, seen)
        or _bullet(folded)
        or PLAIN
    )


def _appendix(line: Line, folded: str) -> Mark | None:
    match = _FORMS["appendix"].match(folded)
    if not match or not _stands_out(line, match.end(), 90):
        return None
    key = (match.group(1) or "").upper()
    number = roman(key.lower()) or (int(key) if key.isdigit() else 0)
    return Mark(Level.APPENDIX, line.text[: match.end()].strip(), number, match.end(), key=key)


def _stands_out(line: Line, rest: int, longest: int) -> bool:
    """In capitals, bold, a Markdown heading, or a capitalised line that is no sentence."""
    if line.text[:3].isupper() or ((line.bold or line.heading) and len(line.text) < longest):
        return True
    sentence = line.text.rstrip()[-1:] in ".;," or len(line.text) >= longest
    return line.text[:1].isupper() and not sentence and (rest >= len(line.text) or not line.text[rest].islower())


def _part(line: Line, folded: str) -> Mark | None:
    match = _FORMS["part"].match(folded)
    if not match or not _stands_out(line, match.end(), 160):
        return None
    name = match.group(2)
    letter = len(name) == 1 and name in "abcdefgh"
    key = line.text[match.start(2) : match.end(2)].upper()
    if letter:
        number = _LETTERS.find(key.lower()) + 1
    else:
        number = _ORDINALS.get(name) or roman(name) or (int(name) if name.isdigit() else 0)
        key = ROMANS[number] if 0 < number < 40 else key
    level = Level.PART if match.group(1) == "phan" else Level.CHAPTER
    return Mark(level, line.text[: match.end()].strip(" .:-–"), number, match.end(), key=key)


def _article(line: Line, folded: str) -> Mark | None:
    match = _FORMS["article"].match(folded)
    if not match or not line.text[:1].isupper():
        return None
    number = int(re.sub(r"\D", "", match.group(1)))
    return Mark(Level.ARTICLE, line.text[: match.end()].strip(), number, match.end(), key=f"Đ{match.group(1)}")


def _letter(line: Line, folded: str, seen: Seen) -> Mark | None:
    match = _FORMS["letter"].match(folded)
    if not match or not line.text[:1].isupper():
        return None
    key = line.text[0].upper()
    number = _LETTERS.find(key.lower()) + 1
    skipped = {"d": ("e",), "đ": ("e",), "e": ("g",)}.get(_LETTERS[seen.letters - 1] if seen.letters else "", ())
    if number != seen.letters + 1 and key.lower() not in (*skipped, "d" if seen.letters == 3 else ""):
        return None
    title = line.upper or (len(line.text) < 110 and line.text.rstrip()[-1:] not in ".;,")
    if not title and "letters" not in seen.series:
        return None
    level = Level.LETTER if seen.below and seen.sections else Level.CHAPTER if seen.part else Level.PART
    return Mark(level, line.text[: match.end()].strip(), number, match.end(), key=key, style="letter")


def letters_below(lines: Iterable[Line]) -> bool:
    """Whether letters stand within Roman numerals: 'IV.', 'A.', 'B.', 'V.', and never 'A.', 'I.', 'B.', 'I.'."""
    last, parted, found = 0, False, False
    for line in lines:
        letter = _FORMS["letter"].match(line.folded) if line.text[:1] in ("A", "B") else None
        parted = parted or bool(letter and last)
        section = _FORMS["section"].match(line.folded) if line.text[:1] in "IVX" and line.text else None
        value = roman(section.group(1)) if section else 0
        if value and parted:
            if value != last + 1:
                return False
            found, parted = True, False
        last = value or last
    return found


def _mixed(line: Line, folded: str) -> Mark | None:
    """'C.1. Đo đạc', 'II.2.1. …': a letter or numeral and numbers."""
    match = _FORMS["mixed"].match(folded)
    if not match or not line.text[:1].isupper():
        return None
    key = line.text[match.start(1) : match.end(2)].upper()
    numbers = match.group(2).strip(".").split(".")
    level = Level.ITEM - 2 + DEEPER * (len(numbers) - 1)
    return Mark(level, line.text[: match.end()].strip(), int(numbers[-1]), match.end(), key=key)


def _section(line: Line, folded: str, seen: Seen) -> Mark | None:
    match = _FORMS["section"].match(folded)
    if not match:
        return None
    name = match.group(1)
    printed = line.text[match.start(1) : match.end(1)]
    if not printed.isupper() and not (set(printed) <= set("Il1|") and "I" in printed) and not printed.isdigit():
        return None
    value = roman(name.replace("l", "i").replace("1", "i").replace("|", "i"))
    garbled = bool(set(name) & set("l1|"))
    if garbled and (
        not value or not line.upper or (name.isdigit() and (value != seen.sections + 1 or int(name) == seen.items + 1))
    ):
        return None
    if not value:
        return None
    return Mark(Level.SECTION, line.text[: match.end()].strip(), value, match.end(), garbled, ROMANS[value])


def _item(line: Line, folded: str) -> Mark | None:
    match = _FORMS["item"].match(folded) or _FORMS["subitem"].match(folded)
    if not match or re.match(r"\d{1,2}[./]\d{1,2}[./]\d{4}", folded[match.start(1) : match.start(1) + 12]):
        return None
    key = match.group(1)
    if not key.isascii():  # '①' is a digit and no number
        return None
    parts = [int(part) for part in key.split(".")]
    doubtful = match.start(1) > 0 and not line.text[: match.start(1)].isspace()
    level = Level.ITEM + DEEPER * (len(parts) - 1)
    return Mark(level, line.text[: match.end()].strip(), parts[-1], match.end(), doubtful, key)


def series_name(folded: str) -> tuple[str, re.Match[str]] | None:
    """The words before a number at the head of a line: 'nhom nhiem vu' of 'Nhóm nhiệm vụ 1. Cư trú'."""
    match = _FORMS["series"].match(folded)
    if not match:
        return None
    calendar = _FORMS["calendar"].fullmatch(match.group(1))
    if _FORMS["sentence"].match(folded, match.end()) if calendar else _FORMS["no series"].search(match.group(1)):
        return None
    return match.group(1), match


def _series(line: Line, folded: str, seen: Seen) -> Mark | None:
    """'Bước 3. Họp xét duyệt …', 'Giai đoạn II: …', 'Nhóm nhiệm vụ 2. …', 'Việc 4: …', 'Mục 1. …'."""
    found = series_name(folded)
    if found is None or found[0] not in seen.series or not line.text[:1].isupper():
        return None
    name, match = found
    key = match.group(2)
    number = int(key) if key.isascii() and key.isdigit() else roman(key) or _ORDINALS.get(key, 0)
    in_words, key = key in _ORDINALS, str(number) if key in _ORDINALS else key
    if not number or (in_words and line.text[: match.end()].isupper()):  # 'GIAI ĐOẠN MỘT' heads by its capitals
        return None
    level = Level.SECTION + 2 if name == "muc" else Level.ARTICLE
    label = line.text[: match.end()].strip()
    return Mark(level, label, number, match.end(), key=key.upper(), style=f"series {name}")


def _point(line: Line, folded: str, seen: Seen) -> Mark | None:
    match = _FORMS["point"].match(folded) or _FORMS["loose point"].match(folded)
    if not match or line.text[match.start(1)].isupper():
        return None
    key = line.text[match.start(1)].lower()
    order = _LETTERS.find(key) + 1 or ord(key) - 96
    if match.re is _FORMS["loose point"] and order != 1 and not seen.points < order <= seen.points + 2:
        return None
    return Mark(Level.POINT, line.text[: match.end()].strip(), order, match.end(), key=key)


def _brackets(line: Line, folded: str, seen: Seen) -> Mark | None:
    """'(1) …', '(i) …', '(a) …': one step deeper than what they stand under; '(II) KINH PHÍ' is a section."""
    match = _FORMS["brackets"].match(folded)
    if not match or not match.group(1).isascii():
        return None
    key = line.text[match.start(1) : match.end(1)]
    if key.isupper() and line.upper and roman(key.lower()) == seen.sections + 1:
        return Mark(Level.SECTION, line.text[: match.end()].strip(), seen.sections + 1, match.end(), key=key)
    kind = "1" if key.isdigit() else "i" if roman(key) else "a"
    number = int(key) if kind == "1" else roman(key) or _LETTERS.find(key.lower()) + 1
    return Mark(Level.POINT, line.text[: match.end()].strip(), number, match.end(), key=key, style=f"({kind})")


def _bullet(folded: str) -> Mark | None:
    match = _FORMS["bullet"].match(folded)
    if not match:
        return None
    sign = match.group(1) or match.group(2)
    return Mark(Level.PLUS if sign in "+○◦" else Level.DASH, sign, 0, match.end())
