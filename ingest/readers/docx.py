"""Word files (.docx): paragraphs with the numbers Word generates, tables as rows, headers and footers left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ingest.readers.docx_parts import (
    ALTERNATE,
    Element,
    check_archive,
    find,
    loosen,
    number,
    parse_xml,
    read_member,
    value,
    w,
)
from ingest.readers.docx_styles import Numbering, Styles
from ingest.readers.docx_words import boxes_of, mark_deleted, notes_of, old_font, split_leads, tidy, words_of
from ingest.readers.draft import Draft
from ingest.readers.faults import UnreadableFile
from ingest.readers.grid import GridCell, records
from ingest.readers.legacy import legacy_warning, repair_glyphs
from ingest.readers.limits import Limits
from plan.model import Warning_
from plan.text import fold, nfc

_WRAPPERS = {w(name) for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")} | {ALTERNATE}
MOST_DEPTH = 40  # nested tables and content controls; Word itself stops before


def read_docx(path: Path, limits: Limits) -> Draft:
    check_archive(path, limits)
    body = find(_part(path, "word/document.xml", limits), "body")
    if body is None:
        raise UnreadableFile("truncated", "no body")
    numbers = _part(path, "word/numbering.xml", limits)
    styles = Styles.of(_part(path, "word/styles.xml", limits), numbers)
    reader = _Reader(styles, Numbering.of(numbers, styles), _notes(path, styles, limits))
    text = nfc("".join(f"{line}\n" for line in reader.lines(body)))
    repaired = repair_glyphs(split_leads(text)[0])
    if repaired:
        return Draft(nfc(repaired[0]), "docx", warnings=legacy_warning(repaired[1]))
    text = text.replace("\u00ad", "")  # in no font of old a soft hyphen is only where a word may be broken
    text, leads = split_leads(text)
    warnings = (*_tracked(body), *legacy_warning(old_font(body, styles)))
    return Draft(text, "docx", warnings=warnings, leads=leads)


def _notes(path: Path, styles: Styles, limits: Limits) -> dict[str, str]:
    """The words of footnotes and endnotes by kind and id."""
    found: dict[str, str] = {}
    for kind in ("footnote", "endnote"):
        part = _part(path, f"word/{kind}s.xml", limits)
        for note in part.iter(w(kind)) if part is not None else ():
            words = " ".join(tidy(words_of(paragraph, styles)) for paragraph in note.iter(w("p"))).strip()
            words, _ = split_leads(words)
            if words:
                found[f"{kind} {note.get(w('id'))}"] = words
    return found


def _part(path: Path, name: str, limits: Limits) -> Element | None:
    data = read_member(path, name, limits)
    return None if data is None else parse_xml(loosen(data))


def _tracked(body: Element) -> tuple[Warning_, ...]:
    if next(body.iter(w("ins"), w("del"), w("moveFrom")), None) is None:
        return ()
    return (Warning_("tracked_changes", "Tệp còn vết sửa đổi (track changes); đã đọc như khi chấp nhận tất cả."),)


@dataclass
class _Reader:
    styles: Styles
    numbering: Numbering
    notes: dict[str, str] = field(default_factory=dict)
    carried: str = ""  # words of a paragraph whose end was deleted
    depth: int = field(default=0)

    def lines(self, container: Element) -> list[str]:
        """The lines of a body, a cell or a text box, in order."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise UnreadableFile("truncated", "nested too deep")
        found: list[str] = []
        for child in container:
            if child.tag == w("p"):
                found += self._paragraph(child)
            elif child.tag == w("tbl"):
                found += table_lines(child, self.styles, self._cell)
            elif child.tag in _WRAPPERS:
                found += self.lines(child)
        self.depth -= 1
        return found

    def _cell(self, cell: Element) -> list[str]:
        return [split_leads(line)[0] for line in self.lines(cell)]

    def _paragraph(self, paragraph: Element) -> list[str]:
        boxes = [line for box in boxes_of(paragraph) for line in self.lines(box)]
        words = self.carried + words_of(paragraph, self.styles)
        self.carried = ""
        if mark_deleted(paragraph):
            self.carried = words
            return boxes
        words = tidy(words)
        label = self.numbering.label(paragraph)
        in_cell = any(True for _ in paragraph.iterancestors(w("tc")))
        if not words and not (label and in_cell):  # an empty numbered line is shown in a cell (the STT column) only
            return boxes
        notes = [f"[{number}] {self.notes[key]}" for number, key in self._noted(paragraph)]
        return [*boxes, *f"{label} {words}".strip().split("\n"), *notes]

    def _noted(self, paragraph: Element) -> list[tuple[int, str]]:
        """The footnotes of a paragraph with their numbers: they stand below it, as a reader looks them up."""
        known = [key for key in notes_of(paragraph) if key in self.notes]
        order = list(self.notes)
        return [(order.index(key) + 1, key) for key in known]


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
