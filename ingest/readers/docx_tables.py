"""Word tables: the letterhead and signature tables as lines, all others as records."""

from __future__ import annotations

from collections.abc import Callable

from ingest.readers.docx_names import Element, find, number, value, w
from ingest.readers.docx_styles import Styles
from ingest.readers.tables import GridCell, records
from plan.text import fold

CellText = Callable[[Element], list[str]]
_ORDINAL = ("stt", "tt", "so tt", "so thu tu")

MOST_COLUMNS = 63  # Word's own limit


def table_lines(table: Element, styles: Styles, lines_of: CellText) -> list[str]:
    """The lines of a table, cells read in order so that automatic numbers inside them count on."""
    cells = _grid(table, lines_of)
    if _is_layout(table, styles, cells):
        return [line for cell in sorted(cells, key=lambda cell: (cell.column, cell.row)) for line in cell.value]
    flat = [GridCell(c.row, c.column, c.rows, c.columns, " ".join(" ".join(c.value).split())) for c in cells]
    rows = records(flat, lambda values: " ".join(dict.fromkeys(value for value in values if value)))
    return ["\t".join(row) for row in rows if any(row)]


def _is_layout(table: Element, styles: Styles, cells: list[GridCell[list[str]]]) -> bool:
    """A table without lines of few columns only places things side by side: issuer and motto, recipients and signer."""
    columns = max((cell.column + cell.columns for cell in cells), default=0)
    if columns <= 1:
        return True
    words = fold(" ".join(line for cell in cells[:4] for line in cell.value))
    if "cong hoa xa hoi" in words or "noi nhan" in words:
        return True
    first = fold(" ".join(cells[0].value)).strip(" .")
    return columns <= 3 and first not in _ORDINAL and not styles.bordered(table)


def _grid(table: Element, lines_of: CellText) -> list[GridCell[list[str]]]:
    cells: list[GridCell[list[str]]] = []
    open_at: dict[int, int] = {}  # column → index of the cell that may grow downwards
    for row, element in enumerate(_rows(table)):
        column = min(MOST_COLUMNS, max(0, number(element, "trPr", "gridBefore")))
        for cell in _descend(element, "tc"):
            span = min(MOST_COLUMNS, max(1, number(cell, "tcPr", "gridSpan", default=1)))
            if _continues(cell) and column in open_at:
                grown = cells[open_at[column]]
                cells[open_at[column]] = GridCell(
                    grown.row, grown.column, row - grown.row + 1, grown.columns, grown.value
                )
            else:
                open_at[column] = len(cells)
                cells.append(GridCell(row, column, 1, span, lines_of(cell)))
            column += span
    return cells


def _rows(table: Element) -> list[Element]:
    """Rows that were not deleted under change tracking."""
    return [row for row in _descend(table, "tr") if find(row, "trPr", "del") is None]


def _descend(element: Element, name: str) -> list[Element]:
    """Children of a name, also those wrapped in content controls."""
    found: list[Element] = []
    for child in element:
        if child.tag == w(name):
            found.append(child)
        elif child.tag in (w("sdt"), w("sdtContent"), w("customXml"), w("ins")):
            found.extend(_descend(child, name))
    return found


def _continues(cell: Element) -> bool:
    merge = find(cell, "tcPr", "vMerge")
    return merge is not None and (value(cell, "tcPr", "vMerge") or "continue") == "continue"
