"""Spreadsheets (.xlsx): schedules and task tables as offices keep them, letterhead, title and signature in cells too.

What stands side by side outside the table (issuer and motto, recipients and signer) is read column by column, the
table row by row under its head. A section's name across the table interrupts it: below it the head is said again.
Formulas stand as they were last reckoned, numbers and days as Excel shows them in Vietnam. What is hidden is left out,
as on paper, and hidden rows and columns that say something are told of.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import accumulate
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from ingest.readers.docx_parts import check_archive
from ingest.readers.draft import Draft
from ingest.readers.grid import GridCell, records
from ingest.readers.limits import Limits, UnreadableFile
from plan.model import Warning_
from plan.patterns import patterns
from plan.text import fold, nfc

MOST_CELLS = 2_000_000  # between the corners of a sheet
MOST_COLUMNS = 63  # of a table, as in Word
WIDE = 0.6  # of the columns: a cell over so many stands across the sheet
LEAST = 3  # cells of a row of a table
TOLD = 12  # hidden rows and columns told by name
_DAMAGED = (  # what openpyxl and zipfile end in; an XML parser's errors are SyntaxErrors
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, SyntaxError, OSError, EOFError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
_WORDS = patterns(Path(__file__).parents[1] / "data" / "document.txt")
_TITLE, _SIGNS = re.compile(rf"(?:{_WORDS['titles']})\b"), re.compile(_WORDS["signature"])
_BESIDE = re.compile(r"cong hoa xa hoi|doc lap\s*-|noi nhan")  # never in a table
_ORDINAL = re.compile(r"(?:stt|tt|so tt)\W*")
_SECTION = re.compile(r"[IVX]{1,5}\s*[.)/-]\s*\S")
_OWN_NAME = re.compile(r"(?:sheet|trang tinh|bang tinh)\s*\d*")  # of a sheet that nobody named

Row = list[GridCell[str]]  # cells that say something, in order


def read_xlsx(path: Path, limits: Limits) -> Draft:
    check_archive(path, limits)
    try:
        _refuse_entities(path)
        with path.open("rb") as file:  # by its name openpyxl would refuse what is called otherwise
            book = load_workbook(file, data_only=True)
    except _DAMAGED as error:
        raise UnreadableFile("truncated", str(error)) from None
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    lines = [line for index, sheet in enumerate(shown) for line in _sheet(sheet, named=index > 0)]
    hidden = "; ".join(filter(None, map(_hidden, shown)))
    warnings = (Warning_("hidden_cells", hidden),) if hidden else ()
    return Draft(nfc("".join(f"{line}\n" for line in lines)), "xlsx", warnings=warnings)


def _refuse_entities(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                if b"<!DOCTYPE" in member.read(2000):
                    raise UnreadableFile("xml_entities")


def _sheet(sheet: Any, named: bool) -> Iterator[str]:
    """The lines of a sheet, below its own name where somebody gave it one."""
    if sheet.max_row * sheet.max_column > MOST_CELLS:
        raise UnreadableFile("sheet_too_large", f"{sheet.max_row} x {sheet.max_column} cells")
    rows = _rows(sheet)
    if named and any(rows) and not _OWN_NAME.fullmatch(fold(sheet.title).strip()):
        yield sheet.title.strip()
    width = max((cell.column + cell.columns for row in rows for cell in row), default=1)
    at = 0
    while at < len(rows):
        end = _end_of_table(rows, at) if _begins_table(rows[at]) else at
        if end > at:
            yield from _table([cell for row in rows[at:end] for cell in row], width)
            at = end
            continue
        end = next((i for i in range(at, len(rows)) if not rows[i] or (i > at and _begins_table(rows[i]))), len(rows))
        yield from _beside(rows[at:end], width)
        at = max(end, at + 1)


def _rows(sheet: Any) -> list[Row]:
    """The cells of each row that is shown, columns counted as they are shown; a merged cell as far as it is."""
    ends = {(area.min_row, area.min_col): (area.max_row, area.max_col) for area in sheet.merged_cells.ranges}
    above, beside = _outside(sheet)
    down, along = _shown(sheet.max_row, above), _shown(sheet.max_column, beside)
    rows: list[Row] = [[] for _ in range(down[-1])]
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        last, end = ends.get((cell.row, cell.column), (cell.row, cell.column))
        number, column = down[cell.row - 1], along[cell.column - 1]
        high, wide = down[last] - number, min(along[end], MOST_COLUMNS) - column
        if high > 0 < wide and (said := _said(cell.value, cell.number_format)):
            rows[number].append(GridCell(number, column, high, wide, said))
    return [sorted(row, key=lambda cell: cell.column) for row in rows]


def _outside(sheet: Any) -> tuple[set[int], set[int]]:
    """The numbers of hidden rows and columns."""
    columns = (each for each in sheet.column_dimensions.values() if each.hidden)
    rows = {number for number, each in sheet.row_dimensions.items() if each.hidden}
    return rows, {number for each in columns for number in range(each.min, each.max + 1)}


def _shown(size: int, hidden: set[int]) -> list[int]:
    """For each number up to the size how many up to it are shown, for 0 none."""
    return [0, *accumulate(number not in hidden for number in range(1, size + 1))]


def _hidden(sheet: Any) -> str:
    """'Lịch: 4, 5, C': which hidden rows and columns of a sheet say something, '' for none."""
    rows, columns = _outside(sheet)
    if not (rows or columns):
        return ""
    filled = [cell for row in sheet.iter_rows() for cell in row if _said(cell.value, "")]
    names = [cell.row for cell in filled if cell.row in rows] + [
        cell.column_letter for cell in filled if cell.row not in rows and cell.column in columns
    ]
    told = list(dict.fromkeys(map(str, names)))
    return f"{sheet.title}: {', '.join(told[:TOLD])}{' …' if len(told) > TOLD else ''}" if told else ""


def _said(value: object, form: str) -> str:
    """A cell as it is seen: '85%', '1.250.000', '05/9/2026'."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, datetime):
        day, clock = value.strftime("%d/%m/%Y"), value.strftime("%H:%M")
        return day if clock == "00:00" else f"{clock} {day}"
    if isinstance(value, date | time):
        return value.strftime("%d/%m/%Y" if isinstance(value, date) else "%H:%M")
    if isinstance(value, int | float):
        return _number(value, form)
    return "\n".join(filter(None, (" ".join(line.split()) for line in str(value).splitlines())))


def _number(value: float, form: str) -> str:
    if "%" in form:
        return f"{value * 100:.10g}%".replace(".", ",")
    if re.fullmatch("0+", form):
        return f"{value:0{len(form)}.0f}"
    text = f"{value:,.10g}" if "," in form or value >= 1e6 else f"{value:.10g}"
    return text.translate(str.maketrans(",.", ".,"))


def _begins_table(row: Row) -> bool:
    if _stands_beside(row):
        return False
    return len(row) >= LEAST or (len(row) > 1 and _ORDINAL.fullmatch(fold(row[0].value)) is not None)


def _stands_beside(row: Row) -> bool:
    """Whether a row is one of the letterhead, of recipients or signers."""
    signs = any(cell.value.isupper() and _SIGNS.match(fold(cell.value)) for cell in row)
    return signs or _BESIDE.search(fold(" ".join(cell.value for cell in row))) is not None


def _end_of_table(rows: Sequence[Row], at: int) -> int:
    """Before the letters and signatures below it; a blank row ends it where no whole row follows."""
    end = at
    for index in range(at, len(rows)):
        if _stands_beside(rows[index]) or (not rows[index] and not _goes_on(rows, at, index)):
            break
        end = index + 1
    return end if end > at + 1 else at


def _goes_on(rows: Sequence[Row], at: int, blank: int) -> bool:
    after = rows[blank + 1] if blank + 1 < len(rows) else []
    return len(after) >= min(LEAST, len(rows[at]))


def _table(cells: Sequence[GridCell[str]], width: int) -> Iterator[str]:
    """Its rows; what stands across it with a numeral, or below its last row, as lines of their own."""
    top, bottom, left = cells[0].row, cells[-1].row, min(cell.column for cell in cells)
    right = max(cell.column + cell.columns for cell in cells) - left
    flat = [
        GridCell(c.row - top, c.column - left, min(c.rows, bottom + 1 - c.row), c.columns, " ".join(c.value.split()))
        for c in cells
    ]
    across = {c.row for c in flat if c.columns >= WIDE * min(width, right)}
    head, *rows = records(flat, lambda values: " ".join(dict.fromkeys(filter(None, values))))
    first = max(c.row + c.rows for c in flat) - len(rows)  # the first row below the head
    last = max((at for at, row in enumerate(rows, start=first) if sum(map(bool, row)) > 1), default=0)
    due, broken = True, False  # whether the head stands before the next row, and whether the table is interrupted
    for number, row in enumerate(rows, start=first):
        said = "".join(row)
        apart = number > last or (broken and number in across) or _SECTION.match(said)
        if apart and sum(map(bool, row)) == 1:
            due = broken = True
            yield said
        elif said:
            yield from ["\t".join(head)] * due
            due = broken = False
            yield "\t".join(row)


def _beside(rows: Sequence[Row], width: int) -> Iterator[str]:
    """What no table holds; letterhead and signature column by column, titles by themselves."""
    if not any(map(_stands_beside, rows)):
        for row in filter(None, rows):
            yield row[0].value if len(row) == 1 else "\t".join(" ".join(cell.value.split()) for cell in row)
        return
    waiting: Row = []
    for row in rows:
        if len(row) == 1 and (row[0].columns >= WIDE * width or _TITLE.match(fold(row[0].value))):
            yield from (*_by_column(waiting), row[0].value)
            waiting = []
        else:
            waiting += row
    yield from _by_column(waiting)


def _by_column(cells: Row) -> Iterator[str]:
    return (cell.value for cell in sorted(cells, key=lambda cell: (cell.column, cell.row)))
