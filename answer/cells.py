"""Of a table row the cell that is asked for: by its column's name, by the kind of its value, by what is left when the
cells that the question itself names are taken away. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.asked import DATA, Ask
from answer.candidates import FIELD_OF
from answer.question import Question
from answer.sense import pairs
from answer.wanted import Want, holds
from plan.fields import label_field
from plan.model import Cell
from plan.patterns import patterns
from plan.text import fold, lower, squeeze

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
_AMOUNT = re.compile(r"\d[\d.,]*")
_IN_UNITS = re.compile(r"\s*\((?:(?:ĐVT|đvt|Đơn vị(?: tính)?|đơn vị(?: tính)?)\s*:?\s*)?((?:[^\W\d]+ ?){1,3}|%)\)\Z")


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


def left_blank(question: Question, cells: Sequence[Cell]) -> bool:
    """Whether the row leaves blank, or strikes with a dash, the one cell whose column the question names."""
    named = [cell for cell in cells if cell.column]
    meant = next((found for way in (_of_year, _by_name, _by_own_words) if (found := way(question, named))), [])
    return len(meant) == 1 and not re.search(r"\w", meant[0].value)


def cells_asked(question: Question, cells: Sequence[Cell], known: Sequence[Cell] = ()) -> list[Cell]:
    """The cells that are asked for, `known` among them: a cell for each kind of thing asked that these are not."""
    named = [cell for cell in cells if cell.column and squeeze(cell.value) and not _is_number(cell)]
    one = cell_asked(question, cells) if not known else None
    value = _of_value(question, named) if known and question.wants else []
    found = list(dict.fromkeys((*known, *([one] if one else []), *(value if len(value) == 1 else []))))
    for kind in _kinds(question):
        if not any(_is_of(kind, cell) for cell in found):
            found += _likeliest(question, [cell for cell in named if cell not in found], kind)
    return found or _likeliest(question, [cell for cell in named if not _NUMBER.match(cell.value)], "")


def told(cell: Cell) -> str:
    """'Địa điểm: Nhà văn hóa thôn 2'; a number with the unit that its column's name has in brackets."""
    name, value = squeeze(cell.column).rstrip(" :"), squeeze(cell.value).rstrip(" ;")
    unit = _IN_UNITS.search(name)
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
    left = (cell for cell in cells if cell not in shown and cell.column and squeeze(cell.value))
    return [told(cell) for cell in left if not _is_number(cell)]


def _is_number(cell: Cell) -> bool:
    return re.fullmatch(r"s?tt|so tt|so thu tu", _bare(cell)) is not None


def _of_year(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    years = set(_YEAR.findall(question.text))
    money = _of_value(question, cells) if {Want.MONEY, Want.PRICE} & question.wants else []
    return [cell for cell in money or cells if years & set(_YEAR.findall(cell.column))]


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


def _counted(question: Question, cells: Sequence[Cell]) -> list[Cell]:
    """'Bao nhiêu cụm loa' → the cell that holds '36 cụm loa IP', 'mấy lượt' → that under 'Số lượt kiểm tra'."""
    asked = re.search(r"\b(?:bao nhieu|may|how many)\s+([^\W\d]{2,})", fold(question.search))
    if not asked:
        return []
    holding = [cell for cell in cells if re.search(rf"\d\s+{asked[1]}\b", fold(cell.value))]
    if not holding:
        holding = [cell for cell in cells if re.match(rf"so (?:luong )?{asked[1]}\b", _bare(cell))]
    if not holding:  # 'thoát nghèo mấy hộ': under the column 'Giao thoát nghèo 2026'
        beside = [" ".join(map(fold, pair)) for pair in pairs(question.search)]
        holding = [cell for cell in cells if re.search(r"\d", cell.value) and any(two in _bare(cell) for two in beside)]
    return holding


def _bare(cell: Cell) -> str:
    """A column's name, folded, without its unit in brackets: "Kinh phí (triệu đồng)" → "kinh phi"."""
    return re.sub(r"\([^()]*\)|[*_:]", " ", fold(squeeze(cell.column))).strip(" .")


_COLUMNS = {name: re.compile(entries) for name, entries in patterns(DATA / "columns.txt").items()}
_WORD = re.compile(r"[^\W_]+")
_MACHINE = re.compile(r"\bmáy\b")  # with its accents it asks for no number
_NUMBER = re.compile(r"\W*\d[\d.,]*(?!\d*\s*/)")
OF_KIND = 1.0  # what a cell has ahead whose value is of the kind asked for
OF_COLUMN = 1.0  # the same where its column's name says what is asked
NAMED = 1.0  # what one is behind whose value the question says itself: it tells which row, not what of it
LEAST, AHEAD = 0.6, 0.25
LEAST_BY_COLUMN = 0.9  # the same where no kind of thing is asked for
_KINDS = ("hour", "when", "how many", "where", "helper", "product")


def _kinds(question: Question) -> list[str]:
    """The kinds of things a question asks for, in its order."""
    text = fold(_MACHINE.sub(" ", lower(question.text)))
    found = {kind: said.start() for kind in _KINDS if (said := _COLUMNS[f"asks {kind}"].search(text))}
    if Ask.LEAD in question.asks and "helper" not in found:
        found["somebody"] = 0
    return sorted(found, key=lambda kind: found[kind])


def things_asked(question: Question) -> list[str]:
    """What a question asks for that is no field of a task: where, how many, at what hour."""
    return [kind for kind in _kinds(question) if kind in ("where", "how many", "hour")]


def tells(thing: str, text: str) -> bool:
    """Whether a sentence says such a thing."""
    match thing:
        case "where":
            return bool(re.search(r"\b(?:tại|ở)\b", text))
        case "how many":
            return holds(Want.COUNT, text)
        case _:
            return bool(_COLUMNS[thing].search(fold(text)))


def _is_of(kind: str, cell: Cell) -> bool:
    value, column = fold(squeeze(cell.value)), _bare(cell)
    match kind:
        case "how many":
            return bool(_NUMBER.match(value))
        case "helper" | "product":
            return bool(_COLUMNS[kind].search(column))
        case "where":
            return bool(_COLUMNS[kind].search(f"{column} {value}"))
        case _:
            return bool(_COLUMNS[kind].search(value))


def _likeliest(question: Question, cells: Sequence[Cell], kind: str) -> list[Cell]:
    """The one of the cells that is most likely of a kind; none where none is, or two are as likely."""
    fitting = [cell for cell in cells if not kind or _is_of(kind, cell)]
    words = {word for form in (question.text, question.search, *question.forms) for word in _WORD.findall(fold(form))}
    scored = sorted(((_score(words, cell, cells, kind), place) for place, cell in enumerate(fitting)), reverse=True)
    if (
        not scored
        or scored[0][0] < (LEAST if kind else LEAST_BY_COLUMN)
        or (len(scored) > 1 and scored[0][0] - scored[1][0] < AHEAD)
    ):
        return []
    return [fitting[scored[0][1]]]


def _score(words: set[str], cell: Cell, cells: Sequence[Cell], kind: str) -> float:
    column = _own_words(cell, cells)
    value = set(_WORD.findall(fold(cell.value)))
    said = column & words
    of_column = 0.6 + 0.4 * len(said) / len(column) if said else 0.0
    return OF_KIND * bool(kind) + OF_COLUMN * of_column - NAMED * len(value & words) / max(1, len(value))
