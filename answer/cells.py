"""Of a table row the cell that was asked for, told under its column's own name; otherwise the row column by column.

Columns are told by their names: a year in the question and in a name, what kind of thing is asked for, or the name
itself standing in the question. Where two columns are meant alike, none is chosen. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.asked import Ask
from answer.question import Question
from answer.rank import FIELD_OF
from answer.wanted import Want
from plan.fields import label_field
from plan.model import Cell
from plan.text import fold, squeeze

# What is asked for in the question (an ask, a want, or words of it) and the columns that hold such a thing.
_HOLDS: tuple[tuple[Ask | Want | re.Pattern[str], re.Pattern[str]], ...] = (
    (Want.PRICE, re.compile(r"don gia|gia\b")),
    (Want.MONEY, re.compile(r"kinh phi|du toan|so tien|thanh tien|^(?:tong )?von\b|muc (?:chi|ho tro)|tong muc")),
    (Want.PHONE, re.compile(r"dien thoai|lien he|lien lac|duong day")),
    (Want.PERSON, re.compile(r"ho (?:va )?ten|nguoi phu trach|phu trach|can bo")),
    (Want.PERCENT, re.compile(r"ty le|ti le|%|phan tram")),
    (Want.COUNT, re.compile(r"so luong|khoi luong|quy mo|^so (?!thu tu|tt|hieu|ke hoach)|chi tieu")),
    (Ask.FUNDING, re.compile(r"kinh phi|du toan|nguon (?:von|luc|kinh)|so tien|thanh tien")),
    (
        re.compile(r"\bo dau\b|dia diem|cho nao|noi nao|\bwhere\b|which place"),
        re.compile(r"dia diem|^noi (?!dung)|vi tri|dia ban|dia chi"),
    ),
)
_KEY = re.compile(
    r"(?:stt|tt|so tt|so thu tu|noi dung.*|nhiem vu.*|cong viec.*|ten .*|hoat dong.*|chi tieu|muc tieu)\Z"
)
_YEAR = re.compile(r"\b20\d\d\b")


def cell_asked(question: Question, cells: Sequence[Cell]) -> Cell | None:
    """The one cell whose column is asked for; None when none or several are."""
    named = [cell for cell in cells if cell.column and squeeze(cell.value)]
    ways = (_of_year, _of_kind, _by_name, _counted)
    for meant in (way(question, named) for way in ways):
        if len(meant) > 1:
            meant = [cell for cell in meant if _by_name(question, [cell])] or meant
        if len(meant) == 1:
            return meant[0]
    return None


def value_asked(question: Question, cells: Sequence[Cell]) -> Cell | None:
    """The one cell that holds the value asked for beside a field: 'xong trước ngày mấy, bao nhiêu cái'."""
    found = _of_value(question, [cell for cell in cells if cell.column and squeeze(cell.value)])
    return found[0] if len(found) == 1 else None


def told(cell: Cell) -> str:
    """'Địa điểm: Nhà văn hóa thôn 2'."""
    return f"{squeeze(cell.column).rstrip(' :')}: {squeeze(cell.value).rstrip(' ;')}"


def main_cell(cells: Sequence[Cell]) -> Cell | None:
    """What the row is about: the cell under the column of tasks or names, else the longest."""
    named = [cell for cell in cells if squeeze(cell.value)]
    tasks = [cell for cell in named if _KEY.match(_bare(cell)) and re.search(r"[^\W\d]{2}", cell.value)]
    return tasks[0] if tasks else max(named, key=lambda cell: len(cell.value), default=None)


def others(cells: Sequence[Cell], *shown: Cell | None) -> list[str]:
    """The other cells, each under its column's name; running numbers say nothing."""
    left = (cell for cell in cells if cell not in shown and cell.column and squeeze(cell.value))
    return [told(cell) for cell in left if not re.fullmatch(r"s?tt|so tt|so thu tu", _bare(cell))]


def _of_year(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    years = set(_YEAR.findall(question.text))
    return [cell for cell in cells if years & set(_YEAR.findall(cell.column))]


def _of_kind(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    fields = {FIELD_OF[ask] for ask in question.asks if ask in FIELD_OF}
    if fields:
        return [cell for cell in cells if label_field(cell.column) in fields]
    return _of_value(question, cells)


def _of_value(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    folded = fold(question.search)
    for asked, column in _HOLDS:
        if isinstance(asked, re.Pattern):
            is_asked = asked.search(folded) is not None
        else:
            is_asked = asked in question.wants or asked in question.asks
        found = [cell for cell in cells if column.search(_bare(cell))] if is_asked else []
        if found:
            return found
    return []


def _by_name(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    folded = fold(question.search)
    names = ((cell, _bare(cell)) for cell in cells)
    return [
        cell
        for cell, name in names
        if len(name) > 3 and not _KEY.match(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded)
    ]


def _counted(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    """'Bao nhiêu cụm loa' → the cell that holds '36 cụm loa IP'."""
    asked = re.search(r"\b(?:bao nhieu|may|how many)\s+([^\W\d]{2,})", fold(question.search))
    return [cell for cell in cells if asked and re.search(rf"\d\s+{asked[1]}\b", fold(cell.value))]


def _bare(cell: Cell) -> str:
    """A column's name, folded, without its unit in brackets: "Kinh phí (triệu đồng)" → "kinh phi"."""
    return re.sub(r"\([^()]*\)|[*_:]", " ", fold(squeeze(cell.column))).strip(" .")
