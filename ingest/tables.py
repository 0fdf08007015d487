"""Tables: lines of cells become rows with named cells, whatever the columns are called.

Cells stand between tabs, pipes or, in lists, semicolons. A row may go on in the next line or on the next page, where
the table repeats its header; its cells keep the spans of their pieces. The column a cell belongs to is told by its
place alone; what a column is *for* is told in `ingest.columns`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.lines import Line
from plan.model import Cell, Span
from plan.text import fold

_RULE = re.compile(r"[\s|:+=-]+\Z")
_NUMBER = re.compile(r"(?:stt|tt|so tt|so thu tu|no\.?|#)\Z")
_VALUE = re.compile(r"\d[\d.,/%:\s-]*\Z|.*\b\d{1,2}/\d{1,2}\b|.*\b\d{1,3}(?:[.,]\d{3})+\b")
_COUNT = re.compile(r"\d{1,3}(?:\.\d{1,3})*[.)]?\Z")
_UNFINISHED = re.compile(
    r"(?:\w\s*[,&/-]|\b(?:va|cua|cho|voi|cac|tai|theo|de|trong|den|tu|ve|do|la|co|bang|hoac|cung|tren))\Z"
)
_SAME = re.compile(r"(?:-?nt-?|nhu tren|\"|”|″|//)\Z")
_PLAIN_LABEL, _LABEL = (
    re.compile(r"[\dIVX.]{1,6}"),
    re.compile(r"[^\W_]{1,5}(?: ?[.,/-] ?[^\W_]{1,4}){0,3}[.)]?|[*+#-]{1,3}"),
)
NAME = 80  # characters of a column's name


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


Piece = tuple[str, Span | None]


@dataclass(slots=True)
class _Cut:
    """A row's pieces with the lines they stand in; `rule` for a line that only draws."""

    pieces: list[Piece]
    start: int
    end: int
    bold: bool = False
    rule: bool = False
    indented: bool = False  # begins with a separator: perhaps the rest of the row above


@dataclass(slots=True)
class _Table:
    rows: list[Row] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    after_head: bool = False
    heads: int = 0
    above: Row | None = None  # the last row that is no heading


def has_cells(line: Line) -> bool:
    """Two separators or more: a row of a table by itself."""
    text = line.text
    if text.count("\t") >= 2 or text.count(" | ") >= 2:
        return True
    stripped = text.strip()
    if stripped.startswith("|") and stripped.count("|") >= 3:
        return True
    return text.count("\t") == 1 and bool(text.split("\t")[0].strip()) and _is_number_name(text.split("\t")[0])


def table_lines(lines: list[Line]) -> frozenset[int]:
    """Indices of the lines that are rows of tables: by themselves, or beside lines cut in the same way."""
    found = {index for index, line in enumerate(lines) if has_cells(line)}
    run: list[int] = []
    for index, line in enumerate(lines):
        first = lines[run[0]] if run else None
        if not line.blank and _like_a_row(line, first, index - 1 in found):
            run.append(index)
            continue
        found.update(_rows_of_run(lines, run, found))
        run = [index] if not line.blank and index not in found and _like_a_row(line, None, False) else []
    found.update(_rows_of_run(lines, run, found))
    return frozenset(found)


def _rows_of_run(lines: list[Line], run: list[int], found: set[int]) -> list[int]:
    """The run itself when it is long enough to be a table, or goes on with one."""
    if not run:
        return []
    least = 3 if ";" in lines[run[0]].text else 2
    return run if len(run) >= least or run[0] - 1 in found else []


def _like_a_row(line: Line, first: Line | None, below: bool) -> bool:
    """A line with one tab or pipe, or with the same number of semicolons as the first of its run."""
    text = line.text
    if text.count("\t") == 1 or text.count(" | ") == 1 or (text.startswith("\t") and below):
        return first is None or ";" not in first.text or "\t" in first.text or " | " in first.text
    listed = text.count(";") >= 2 and len(text) < 120 and text.rstrip()[-1:] not in ".;:"
    return listed and (first is None or first.text.count(";") == text.count(";"))


def _is_number_name(text: str) -> bool:
    return bool(_NUMBER.match(fold(text).strip(" *.")))


def rows_of(lines: list[Line]) -> list[Row]:
    """The rows of a run of table lines, header rows included, continuation rows joined to the row they continue."""
    table = _Table()
    framed = 2 * sum(line.text.startswith("|") for line in lines) > len(lines)
    cuts = _wrapped([_cut(line, framed) for line in lines])
    head = _head_of(cuts)
    for index, cut in enumerate(cuts):
        if cut.rule or not cut.pieces:
            _stretch(table, cut)
        else:
            _take(table, cut, index == head)
    _settle_groups(table.rows)
    return table.rows


def _cut(line: Line, framed: bool) -> _Cut:
    """The cells of a line with their spans. `framed`: pipes stand around rows too, else an empty cell is before one."""
    text = line.text
    separator = next((sign for sign in ("\t", "|", ";") if sign in text), "")
    if _RULE.match(text) and not (separator == "\t" and text.strip("\t ")):
        return _Cut([], line.start, line.end, rule=True)
    if not separator:
        return _Cut([_piece(line, 0, len(text))], line.start, line.end, line.bold, indented=True)
    bounds = [index for index, char in enumerate(text) if char == separator]
    edges = [-1, *bounds, len(text)]
    pieces = [_piece(line, a + 1, b) for a, b in pairwise(edges)]
    if separator == "|" and framed and text.startswith("|"):
        pieces = pieces[1 : -1 if text.rstrip().endswith("|") else None]
    return _Cut(pieces, line.start, line.end, line.bold, indented=text.startswith("\t"))


def _piece(line: Line, start: int, end: int) -> Piece:
    raw = line.text[start:end]
    value = re.sub(r"\s+", " ", raw).strip()
    if not value:
        return "", None
    first = start + len(raw) - len(raw.lstrip())
    last = start + len(raw.rstrip()) - 1
    return value, Span(line.offset(first), line.offset(last) + 1)


def _wrapped(cuts: list[_Cut]) -> list[_Cut]:
    """Rows copied from a spreadsheet may break before a cell: the line that begins with a tab is the rest."""
    most = max((len(cut.pieces) for cut in cuts), default=0)
    sums = Counter(
        len(one.pieces) + len(two.pieces) - 1
        for one, two in pairwise(cuts)
        if _rest(two, most) and one.pieces and not one.indented
    )
    width, times = sums.most_common(1)[0] if sums else (0, 0)
    first = Counter(len(cut.pieces) for cut in cuts if not cut.indented and cut.pieces)
    if times < 2 or first.most_common(1)[0][0] >= width:
        return cuts
    joined: list[_Cut] = []
    for cut in cuts:
        if joined and _rest(cut, most) and len(joined[-1].pieces) + len(cut.pieces) - 1 <= width:
            joined[-1].pieces += cut.pieces[1:]
            joined[-1].end = cut.end
        else:
            joined.append(cut)
    return joined


def _rest(cut: _Cut, most: int) -> bool:
    """Begins with a tab and has fewer cells than a whole row, whose number may be empty."""
    return cut.indented and 0 < len(cut.pieces) < most and cut.pieces[0][1] is None


def _head_of(cuts: list[_Cut]) -> int:
    """The index of the row that names the columns, -1 when there is none.

    It is the row over a Markdown rule, or the first row when all its cells are short names and no values.
    """
    rows = [(index, cut) for index, cut in enumerate(cuts) if not cut.rule and cut.pieces]
    if len(rows) < 2:
        values = [value for value, _ in rows[0][1].pieces] if rows else []
        return rows[0][0] if len(values) > 1 and _is_number_name(values[0]) else -1
    index, first = rows[0]
    if any(cut.rule for cut in cuts[index + 1 : index + 2]):
        return index
    values = [value for value, _ in first.pieces]
    if len(values) < 2 or not _names(values):
        return -1
    return index


def _names(values: list[str]) -> bool:
    """Whether all cells are short names: no values, no sentences, at most one of them empty."""
    filled = [value for value in values if value]
    if len(filled) < max(2, len(values) - 1) or not all(len(value) < NAME for value in filled):
        return False
    plain = [fold(value).strip() for value in filled]
    if any(_VALUE.match(value) or value.endswith((".", ";")) for value in plain):
        return False
    return all(value[:1].isupper() or not value[:1].isalpha() for value in filled[:1])


def _stretch(table: _Table, cut: _Cut) -> None:
    """A rule line belongs to the row above it."""
    if not table.rows:
        table.rows.append(Row("head", [], cut.start, cut.end))
        return
    table.rows[-1].end = cut.end


def _join(cell: Cell, value: str, span: Span) -> Cell:
    joined = f"{cell.value} {value}" if cell.value else value
    return Cell(cell.column, joined, (*cell.spans, span))


def _take(table: _Table, cut: _Cut, head: bool) -> None:
    values = [value for value, _ in cut.pieces]
    same = bool(table.columns) and values == table.columns
    if head or same or (len(values) > 1 and _is_number_name(values[0])):
        table.columns = values
        table.rows.append(Row("head", _cells(values, cut.pieces), cut.start, cut.end))
        table.after_head = True
        table.heads = table.heads + 1 if same else 1
        return
    if len(cut.pieces) == 1 and table.rows and table.rows[-1].cells and cut.indented:
        _append_text(table.rows[-1], cut)
        return
    row = _row(table, cut)
    if _continues(table, row):
        _merge(table, row)
    else:
        _repeat(table, row)
        table.rows.append(row)
        table.above = row
    table.after_head = False


def _append_text(row: Row, cut: _Cut) -> None:
    """A line without separators goes on with the last cell that says something."""
    value, span = cut.pieces[0]
    row.end = cut.end
    if span:
        index = max(range(len(row.cells)), key=lambda i: (bool(row.cells[i].value), i))
        row.cells[index] = _join(row.cells[index], value, span)


def _cells(columns: list[str], pieces: list[Piece]) -> list[Cell]:
    names = columns + [""] * (len(pieces) - len(columns))
    return [Cell(name, value, (span,) if span else ()) for name, (value, span) in zip(names, pieces, strict=False)]


def _row(table: _Table, cut: _Cut) -> Row:
    cells = _cells(table.columns, cut.pieces)
    numbered = bool(table.columns) and _is_number_name(table.columns[0])
    label = cells[0].value if cells and (_LABEL if numbered else _PLAIN_LABEL).fullmatch(cells[0].value) else ""
    content = [cell for cell in cells[1 if numbered and (label or not cells[0].value) else 0 :] if cell.value]
    group = len(content) <= 1 and len(cells) > 2
    return Row("group" if group else "row", cells, cut.start, cut.end, label.strip("."), cut.bold)


def _repeat(table: _Table, row: Row) -> None:
    """'nt' stands for what the cell above it says."""
    above = table.above
    if above is None:
        return
    for index, cell in enumerate(row.cells[: len(above.cells)]):
        if cell.value and _SAME.match(fold(cell.value).strip()) and above.cells[index].value:
            row.cells[index] = Cell(cell.column, above.cells[index].value, cell.spans)


def _continues(table: _Table, row: Row) -> bool:
    """A row without a number right below a repeated header, or one that goes on in mid sentence."""
    if len(table.rows) < 2 or row.label or not row.filled:
        return False
    previous = table.above
    first = row.filled[0].value
    whole = all(cell.value for cell in row.cells[1:])
    if previous is None or (whole and not first[:1].islower()):
        return False
    if table.after_head:
        return table.heads > 1
    if whole or row.cells[0].value:
        return False
    return (first[:1].islower() and not previous.filled[-1].value.endswith(".")) or _unfinished(previous, row)


def _unfinished(previous: Row, row: Row) -> bool:
    """Whether a cell above breaks off in mid sentence and this row has the rest."""
    pairs = zip(previous.cells, row.cells, strict=False)
    return any(above.value and here.value and _UNFINISHED.search(fold(above.value).strip()) for above, here in pairs)


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


def _settle_groups(rows: list[Row]) -> None:
    """A numbered row with one cell filled is a task whose other cells are empty, unless rows are counted below it."""
    for row, after in pairwise([*rows, None]):
        if row is not None and row.kind == "group" and _COUNT.match(row.label) and not row.bold:
            below = after is not None and after.label.startswith(f"{row.label}.")
            row.kind = "group" if below else "row"
