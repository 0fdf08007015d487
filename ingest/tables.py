"""Task and target tables: tab-separated or pipe lines become rows with named cells, page cuts joined.

A table cut by a page break repeats its header and goes on with a row whose number cell is empty; both pieces are one
row, whose cells keep the spans of their pieces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.lines import Line
from plan.fields import column_field
from plan.model import Cell, Span
from plan.text import fold

_RULE = re.compile(r"[\s|:+=-]+\Z")
_NUMBER = re.compile(r"(?:stt|tt|so tt|so thu tu|no\.?|#)\Z")


@dataclass(slots=True)
class Row:
    """One row as read; `kind` is head, group or row."""

    kind: str
    cells: list[Cell]
    start: int
    end: int
    label: str = ""
    bold: bool = False

    @property
    def filled(self) -> list[Cell]:
        """Cells that say something."""
        return [cell for cell in self.cells if cell.value]


@dataclass(slots=True)
class _Table:
    rows: list[Row] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    after_head: bool = False


def is_table_line(line: Line) -> bool:
    """Two tabs or more with two cells or more, or a pipe line."""
    text = line.text
    if text.count("\t") >= 2:
        return True
    stripped = text.strip()
    if stripped.startswith("|") and stripped.count("|") >= 3:
        return True
    return text.count("\t") == 1 and bool(text.split("\t")[0].strip()) and _is_number_name(text.split("\t")[0])


def _is_number_name(text: str) -> bool:
    return bool(_NUMBER.match(fold(text).strip(" *.")))


def rows_of(lines: list[Line]) -> list[Row]:
    """The rows of a run of table lines, header rows included, continuation rows joined to the row they continue."""
    table = _Table()
    cut = [(line, _pieces(line)) for line in lines]
    if _heads_a_list([[value for value, _ in pieces] for _, pieces in cut if pieces]):
        table.columns = [value for value, _ in next(pieces for _, pieces in cut if pieces)]
    for line, pieces in cut:
        if pieces is None:
            _stretch(table, line)
        else:
            _take(table, line, pieces)
    return table.rows


def _heads_a_list(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns of a numbered list, whatever the names: names only, a number below."""
    if len(rows) < 2 or len(rows[0]) < 2 or len(rows[0]) != len(rows[1]):
        return False
    names = all(value and len(value) < 60 and not re.search(r"\d|[.;:]$", value) for value in rows[0])
    return names and bool(re.fullmatch(r"\d{1,3}\.?|[IVX]{1,5}\.?", rows[1][0]))


def _pieces(line: Line) -> list[tuple[str, Span | None]] | None:
    """The cells of a line with their spans; None for a rule line or a line without cells."""
    text = line.text
    separator = "\t" if "\t" in text else "|"
    if _RULE.match(text) or separator not in text:
        return None
    bounds = [index for index, char in enumerate(text) if char == separator]
    edges = [-1, *bounds, len(text)]
    pieces = [_piece(line, a + 1, b) for a, b in pairwise(edges)]
    if separator == "|":
        pieces = pieces[1 if text.startswith("|") else 0 : -1 if text.rstrip().endswith("|") else None]
    return pieces


def _piece(line: Line, start: int, end: int) -> tuple[str, Span | None]:
    raw = line.text[start:end]
    value = re.sub(r"\s+", " ", raw).strip()
    if not value:
        return "", None
    first = start + len(raw) - len(raw.lstrip())
    last = start + len(raw.rstrip()) - 1
    return value, Span(line.offset(first), line.offset(last) + 1)


def _stretch(table: _Table, line: Line) -> None:
    """A rule line, or a line without separators inside a table, belongs to the row above it."""
    if not table.rows:
        table.rows.append(Row("head", [], line.start, line.end))
        return
    row = table.rows[-1]
    row.end = line.end
    value, span = _piece(line, 0, len(line.text))
    if span and not _RULE.match(line.text) and row.cells:
        index = max(range(len(row.cells)), key=lambda i: (bool(row.cells[i].value), i))
        row.cells[index] = _join(row.cells[index], value, span)


def _join(cell: Cell, value: str, span: Span) -> Cell:
    joined = f"{cell.value} {value}" if cell.value else value
    return Cell(cell.column, joined, (*cell.spans, span))


def _take(table: _Table, line: Line, pieces: list[tuple[str, Span | None]]) -> None:
    values = [value for value, _ in pieces]
    if _is_head(values, table):
        table.columns = values
        table.rows.append(Row("head", _cells(values, pieces), line.start, line.end))
        table.after_head = True
        return
    row = _row(table, line, pieces)
    if _continues(table, row):
        _merge(table, row)
    else:
        table.rows.append(row)
    table.after_head = False


def _is_head(values: list[str], table: _Table) -> bool:
    if table.columns and values == table.columns:
        return True
    named = sum(column_field(value) is not None and len(value) < 60 for value in values)
    first = bool(values) and _is_number_name(values[0])
    return (first and named >= 1) or (not table.rows and named >= 2 and not any(re.match(r"\d", v) for v in values))


def _cells(columns: list[str], pieces: list[tuple[str, Span | None]]) -> list[Cell]:
    names = columns + [""] * (len(pieces) - len(columns))
    return [Cell(name, value, (span,) if span else ()) for name, (value, span) in zip(names, pieces, strict=False)]


def _row(table: _Table, line: Line, pieces: list[tuple[str, Span | None]]) -> Row:
    cells = _cells(table.columns, pieces)
    numbered = bool(table.columns) and _is_number_name(table.columns[0])
    label = cells[0].value if numbered or (cells and re.fullmatch(r"[\dIVX.]{1,6}", cells[0].value)) else ""
    content = [cell for cell in cells[1 if numbered else 0 :] if cell.value]
    group = len(content) <= 1 and len(cells) > 2
    return Row("group" if group else "row", cells, line.start, line.end, label.strip("."), line.bold)


def _continues(table: _Table, row: Row) -> bool:
    """A row without a number right below a repeated header, or one that goes on in lower case, continues the last."""
    if len(table.rows) < 2 or row.label or not row.filled:
        return False
    previous = next((r for r in reversed(table.rows) if r.kind != "head"), None)
    first = row.filled[0].value
    whole = all(cell.value for cell in row.cells[1:])
    if previous is None or (whole and not first[:1].islower()):
        return False
    if table.after_head:
        return sum(r.kind == "head" for r in table.rows) > 1
    return not whole and first[:1].islower() and not previous.filled[-1].value.endswith(".")


def _merge(table: _Table, row: Row) -> None:
    while table.rows[-1].kind == "head":
        table.rows.pop()
    last = table.rows[-1]
    for index, cell in enumerate(row.cells[: len(last.cells)]):
        if cell.value:
            last.cells[index] = _join(last.cells[index], cell.value, cell.spans[0])
    last.end = row.end
    if last.kind == "group" and len(last.filled) > 2:
        last.kind = "row"
