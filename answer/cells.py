"""Of a table row the cells that are asked for, chosen by learnt weights, and how a cell is told. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.asked import DATA
from answer.question import Question
from answer.wanted import Want, holds
from answer.weighed import (
    Signals,
    asked_kinds,
    asks_several,
    beside,
    chances,
    counts,
    coverage,
    has,
    marked,
    meant,
    nouns,
    typed,
    words,
)
from plan.fields import label_field
from plan.model import Cell, Span
from plan.patterns import patterns
from plan.text import fold, squeeze
from reading.protocol import Mark

_KEY = re.compile(
    r"(?:stt|tt|so tt|so thu tu|noi dung.*|nhiem vu.*|cong viec.*|ten .*|hoat dong.*|chi tieu|muc tieu)\Z"
)
_KINDS = patterns(DATA / "kinds.txt")
_UNIT_ALONE = re.compile(_KINDS["unit alone"])
_MONEY, _WHAT_ROW = re.compile(_KINDS["money column"]), re.compile(_KINDS["asks what a row is"])
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"\b20\d\d\b")
_AMOUNT = re.compile(r"\d[\d.,]*")
_IN_UNITS = re.compile(r"\s*\((?:(?:ĐVT|đvt|Đơn vị(?: tính)?|đơn vị(?: tính)?)\s*:?\s*)?((?:[^\W\d]+ ?){1,3}|%)\)\Z")
LIKELY = 0.25  # the chance of the likeliest cell from which on it is told
NAME = 3  # letters that a value has more of where a question names it
AS_WELL, AS_MANY = 0.4, 0.14  # the same of others beside it, where one thing is asked, or several


def cells_asked(
    question: Question, cells: Sequence[Cell], known: Sequence[Cell] = (), marks: Sequence[Mark] = ()
) -> list[Cell]:
    """The cells that are asked for: those `known` to be, and those that likely are, in the row's order; none where a
    row is named by its number and it is asked what it is ("stt 8 là việc gì"). `marks` are a reader's, of the row.
    """
    if not known and _WHAT_ROW.match(fold(question.text)):
        return []
    choice = named(cells)
    if not asks_several(question):
        choice = _of_money(question, choice) or choice
    if not choice:
        return list(known)
    likely = chances("cells", signals(question, choice), marked_cells(choice, marks))
    least = min(AS_MANY if asks_several(question) else AS_WELL, max(LIKELY, likely.max()))
    found = [cell for cell, chance in zip(choice, likely, strict=True) if chance >= least]
    return list(dict.fromkeys((*known, *found)))


def marked_cells(cells: Sequence[Cell], marks: Sequence[Mark]) -> list[float]:
    """What share of a reader's marks on a row's values lies on each."""
    line = marks[0].line.text if marks else ""
    return marked(marks, line, [_value_in(line, cell) for cell in cells])


def _value_in(line: str, cell: Cell) -> Span:
    """Where the line of a row has a cell's value; nowhere where it has it in other words."""
    column, value = squeeze(cell.column), squeeze(cell.value)
    at = line.find(f"{column}: {value}")
    start = at + len(f"{column}: ")
    return Span(start, start + len(value)) if at >= 0 else Span(0, 0)


def named(cells: Sequence[Cell]) -> list[Cell]:
    """The cells that say something under a column's name; running numbers do not."""
    return [cell for cell in cells if cell.column and squeeze(cell.value) and not _is_number(cell)]


def signals(question: Question, cells: Sequence[Cell]) -> list[Signals]:
    """What speaks for each cell: what is asked beside its value and its column's name, what of both is said."""
    asked, said, about, things = asked_kinds(question), typed(question), meant(question), nouns(question)
    columns, values = [words(_bare(cell)) for cell in cells], [words(cell.value) for cell in cells]
    cover, of_values = coverage(said, columns), coverage(about, values)
    pairs = coverage(beside(question.search), [beside(_bare(cell)) for cell in cells])
    made = []
    for number, cell in enumerate(cells):
        own = columns[number].difference(*(columns[other] for other in range(len(cells)) if other != number))
        field = label_field(cell.column)
        names = [*has(squeeze(cell.value)), *(f"in column {word}" for word in columns[number]), f"field {field}"]
        each = {f"{ask}|{name}": 1.0 for ask in asked for name in names}
        each |= {
            "column said": len(own & said) / max(1, len(own)),
            "column named": float(bool(own & said)),
            "column covers": cover[number],
            "column side by side": pairs[number],
            "column year": float(bool({*_YEAR.findall(question.text)} & {*_YEAR.findall(cell.column)})),
            "column noun": float(bool(columns[number] & things)),
            "value said": len(values[number] & said) / max(1, len(values[number])),
            "value named": float(bool(values[number] & about)),
            "value covers": of_values[number],
            "counted": float(counts(squeeze(cell.value), things)),
            "first": float(number == 0),
            "place": number / len(cells),
            "length": min(1.0, len(cell.value) / 60),
        }
        made.append(each)
    return made


def told(cell: Cell) -> str:
    """'Địa điểm: Nhà văn hóa thôn 2'; a number with the unit that its column's name has in brackets."""
    name, value = squeeze(cell.column).rstrip(" :"), squeeze(cell.value).rstrip(" ;")
    unit = _IN_UNITS.search(name)
    if _AMOUNT.fullmatch(value) and _UNIT_ALONE.fullmatch(fold(name)):
        return f"{value} {name[:1].lower()}{name[1:]}"
    if unit and _AMOUNT.fullmatch(value):
        gap = "" if unit[1] == "%" else " "
        name, value = name[: unit.start()], f"{value}{gap}{unit[1]}"
    return f"{name}: {value}"


def main_cell(cells: Sequence[Cell]) -> Cell | None:
    """What the row is about: the cell under the column of tasks or names, else the longest."""
    named = [cell for cell in cells if squeeze(cell.value)]
    tasks = [cell for cell in named if _KEY.match(_bare(cell)) and re.search(r"[^\W\d]{2}", cell.value)]
    return tasks[0] if tasks else max(named, key=lambda cell: len(cell.value), default=None)


def others(cells: Sequence[Cell], *shown: Cell | None) -> list[str]:
    """The other cells, each under its column's name; running numbers say nothing."""
    return [told(cell) for cell in named(cells) if cell not in shown]


def _is_number(cell: Cell) -> bool:
    return re.fullmatch(r"s?tt|so tt|so thu tu", _bare(cell)) is not None


def left_blank(question: Question, cells: Sequence[Cell]) -> Cell | None:
    """The one cell whose column the question names, where the row leaves it blank or strikes it with a dash."""
    under = [cell for cell in cells if cell.column]
    meant = next((found for way in (_of_year, _by_name, _by_own_words) if (found := way(question, under))), [])
    return meant[0] if len(meant) == 1 and not re.search(r"\w", meant[0].value) else None


def cells_named(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    """The cells of a row that a question names by their value, or by column and number: 'chợ Đông Sa đợt 2'."""
    folded = fold(question.search)
    words = ((cell, fold(squeeze(cell.value))) for cell in cells)
    return [cell for cell, said in words if (len(said) > NAME and said in folded) or _says(folded, cell)]


def _of_year(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    years = set(_YEAR.findall(question.text))
    return [cell for cell in _of_money(question, cells) or cells if years & set(_YEAR.findall(cell.column))]


def _of_money(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    """Where a sum or a price is asked for the cells that hold one; else none."""
    asked = {Want.MONEY, Want.PRICE} & question.wants
    return [cell for cell in cells if asked and (_MONEY.search(_bare(cell)) or holds(Want.MONEY, told(cell)))]


def _by_name(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    folded = fold(question.search)
    names = ((cell, _bare(cell)) for cell in cells)
    return [
        cell
        for cell, name in names
        if len(name) > 3
        and not _KEY.match(name)
        and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded)
        and not _says(folded, cell)
    ]


def _says(folded: str, cell: Cell) -> bool:
    """'thôn Đoài', 'tháng 4': the question names the cell itself, and does not ask for it."""
    return bool(cell.value) and f"{_bare(cell)} {fold(squeeze(cell.value))}" in folded


def _by_own_words(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    """'Ai trực buổi chiều' → the cell under 'Cán bộ trực Buổi chiều' beside one under 'Cán bộ trực Buổi sáng'."""
    folded = fold(question.search)
    said = set(_WORD.findall(folded))
    own = ((cell, _own_words(cell, cells)) for cell in cells if not _says(folded, cell))
    return [cell for cell, words in own if words and words <= said]


def _own_words(cell: Cell, cells: Sequence[Cell]) -> set[str]:
    """The words of a column's name that no other column has."""
    others = {word for other in cells if other is not cell for word in _WORD.findall(_bare(other))}
    return set(_WORD.findall(_bare(cell))) - others


def _bare(cell: Cell) -> str:
    """A column's name, folded, without its unit in brackets: "Kinh phí (triệu đồng)" → "kinh phi"."""
    return re.sub(r"\([^()]*\)|[*_:]", " ", fold(squeeze(cell.column))).strip(" .")
