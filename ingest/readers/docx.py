"""Word files (.docx): paragraphs with the numbers Word generates, tables as rows, headers and footers left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from ingest.readers.detect import is_document
from ingest.readers.docx_parts import (
    ALTERNATE,
    CHOICE,
    Element,
    check_archive,
    find,
    is_on,
    loosen,
    members,
    mend_xml,
    number,
    parse_xml,
    read_member,
    value,
    w,
)
from ingest.readers.docx_styles import Numbering, Styles
from ingest.readers.draft import Draft
from ingest.readers.grid import GridCell, records
from ingest.readers.legacy import bytes_of, from_tcvn3, from_vni, legacy_warning, repair_glyphs
from ingest.readers.limits import Limits, UnreadableFile
from plan.model import Warning_
from plan.text import fold, nfc

_DROPPED = {w(name) for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "fldData", "rt", "pict")}
_SIGNS = {
    w("tab"): " ",
    w("br"): "\n",
    w("cr"): "\n",
    w("noBreakHyphen"): "-",
    w("ptab"): " ",
    w("softHyphen"): "\u00ad",  # in TCVN3 the letter ư; elsewhere it is dropped when the whole is read
}
_SYMBOLS = {"F0B7": "•", "F02D": "-", "F0A7": "▪", "F0E0": "→", "F0A3": "□", "F0FE": "☒"}
_SPACES = re.compile(r"[ \t\xa0\u2000-\u200a\u202f]+")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\ufeff]")
LEAD = "\ue0bd"  # a character of no language: the end of bold words while a text is put together
_BOX = w("txbxContent")


def words_of(paragraph: Element, styles: Styles) -> str:
    """The text of a paragraph without its automatic number, not yet tidied; soft line breaks stay line ends."""
    hidden = styles.hides(value(paragraph, "pPr", "pStyle") or "")
    return "" if hidden else "".join(_led(list(_weighed(paragraph, styles, paragraph))))


def _led(runs: list[tuple[str, bool]]) -> Iterator[str]:
    """The words of a paragraph; LEAD stands behind bold ones that it begins with."""
    first = next((at for at, (words, bold) in enumerate(runs) if not bold and words.strip()), len(runs))
    led = "".join(words for words, _ in runs[:first])
    end = len(led.rstrip())
    yield f"{led[:end]}{LEAD}{led[end:]}" if end else led
    yield from (words for words, _ in runs[first:])


def split_leads(text: str) -> tuple[str, tuple[int, ...]]:
    """The text without LEAD, and where it stood."""
    parts = text.split(LEAD)
    return "".join(parts), tuple(accumulate(map(len, parts[:-1])))


def tidy(text: str) -> str:
    """Single spaces, no invisible characters; soft hyphens stay until it is known whether they are the ư of TCVN3."""
    lines = (_SPACES.sub(" ", _INVISIBLE.sub("", line)).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def boxes_of(paragraph: Element) -> Iterator[Element]:
    """The text boxes anchored in a paragraph, each once (Word stores a second copy for old versions)."""
    for child in _children(paragraph):
        if child.tag == _BOX:
            yield child
        elif child.tag not in _DROPPED or child.tag == w("pict"):
            yield from boxes_of(child)


def notes_of(paragraph: Element) -> Iterator[str]:
    """The ids of the footnotes and endnotes that a paragraph refers to."""
    for kind in ("footnote", "endnote"):
        for reference in paragraph.iter(w(f"{kind}Reference")):
            yield f"{kind} {reference.get(w('id'))}"


def old_font(body: Element, styles: Styles) -> str:
    """The name of the encoding before Unicode that runs of this body are set in, '' when none is."""
    for run in body.iter(w("r")):
        paragraph = next(iter(run.iterancestors(w("p"))), None)
        font = _font(find(run, "rPr"), styles, paragraph) if paragraph is not None else ""
        if font.startswith((".Vn", "VNI")) and not "".join(_signs(run)).isascii():
            return "TCVN3" if font.startswith(".Vn") else "VNI"
    return ""


def mark_deleted(paragraph: Element) -> bool:
    """Whether the paragraph's end was deleted under change tracking: it runs on into the next one."""
    properties = find(paragraph, "pPr", "rPr")
    return find(properties, "del") is not None or find(properties, "moveFrom") is not None


def _children(element: Element) -> list[Element]:
    if element.tag != ALTERNATE:
        return [child for child in element if isinstance(child.tag, str)]
    choice = element.find(CHOICE)
    return list(choice) if choice is not None else [grand for child in element for grand in child]


def _weighed(element: Element, styles: Styles, paragraph: Element) -> Iterator[tuple[str, bool]]:
    """The words of each run, and whether they are set in bold though the paragraph as a whole is not."""
    for child in _children(element):
        if child.tag in _DROPPED or child.tag == _BOX:
            continue
        if child.tag == w("r"):
            properties = find(child, "rPr")
            bold = is_on(properties, "b") or styles.is_bold(value(properties, "rStyle") or "")
            yield _run(child, styles, paragraph), bold
        else:
            yield from _weighed(child, styles, paragraph)


def _run(run: Element, styles: Styles, paragraph: Element) -> str:
    properties = find(run, "rPr")
    if is_on(properties, "vanish") or styles.hides(value(properties, "rStyle") or ""):
        return ""
    return _old_font("".join(_signs(run)), _font(properties, styles, paragraph))


def _signs(run: Element) -> Iterator[str]:
    for child in _children(run):
        if child.tag == w("t"):
            yield child.text or ""
        elif child.tag == w("sym"):
            yield _SYMBOLS.get((child.get(w("char")) or "").upper(), "")
        elif child.tag == w("br") and child.get(w("type")) in ("page", "column"):
            yield "\n"
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == ALTERNATE:
            yield from _signs(child)


def _font(properties: Element | None, styles: Styles, paragraph: Element) -> str:
    own = find(properties, "rFonts")
    if own is not None and own.get(w("ascii")):
        return own.get(w("ascii")) or ""
    return styles.font(value(paragraph, "pPr", "pStyle") or styles.default)


def _old_font(text: str, font: str) -> str:
    """Text typed in a .VnTime or VNI font is legacy bytes; capital fonts (.VnTimeH) hold their capitals in the font."""
    if text.isascii():
        return text.upper() if font.startswith(".Vn") and font.endswith("H") else text
    if font.startswith(".Vn"):
        plain = from_tcvn3(bytes_of(text))
        return plain.upper() if font.endswith("H") else plain
    return from_vni(bytes_of(text)) if font.startswith("VNI") else text


_WRAPPERS = {w(name) for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")} | {ALTERNATE}
MOST_DEPTH = 40  # nested tables and content controls; Word itself stops before


def read_docx(path: Path, limits: Limits) -> Draft:
    check_archive(path, limits)
    damage: list[str] = []  # parts of the file
    body = find(_body(path, limits, damage), "body")
    if body is None:
        raise UnreadableFile("truncated", "no body")
    numbers = _part(path, "word/numbering.xml", limits, damage)
    styles = Styles.of(_part(path, "word/styles.xml", limits, damage), numbers)
    reader = _Reader(styles, Numbering.of(numbers, styles), _notes(path, styles, limits, damage))
    text = nfc("".join(f"{line}\n" for line in reader.lines(body)))
    repaired = repair_glyphs(split_leads(text)[0])
    if repaired:
        return Draft(nfc(repaired[0]), "docx", warnings=(*legacy_warning(repaired[1]), *_damaged(damage)))
    text = text.replace("\u00ad", "")  # in no font of old a soft hyphen is only where a word may be broken
    text, leads = split_leads(text)
    warnings = (*_damaged(damage), *_tracked(body), *legacy_warning(old_font(body, styles)))
    return Draft(text, "docx", warnings=warnings, leads=leads)


def _notes(path: Path, styles: Styles, limits: Limits, damage: list[str]) -> dict[str, str]:
    """The words of footnotes and endnotes by kind and id."""
    found: dict[str, str] = {}
    for kind in ("footnote", "endnote"):
        part = _part(path, f"word/{kind}s.xml", limits, damage)
        for note in part.iter(w(kind)) if part is not None else ():
            words = " ".join(tidy(words_of(paragraph, styles)) for paragraph in note.iter(w("p"))).strip()
            words, _ = split_leads(words)
            if words:
                found[f"{kind} {note.get(w('id'))}"] = words
    return found


def _body(path: Path, limits: Limits, damage: list[str]) -> Element | None:
    """The document itself: with a sign that is none ('A & B'), or cut off, it is read as far as it goes."""
    name = next(filter(is_document, members(path)), "")
    data = read_member(path, name, limits)
    if data is None:
        return None
    try:
        return parse_xml(loosen(data))
    except UnreadableFile as fault:
        if fault.code != "truncated" or (body := mend_xml(loosen(data))) is None:
            raise
    damage.append(name)
    return body


def _part(path: Path, name: str, limits: Limits, damage: list[str]) -> Element | None:
    """A part beside the document, None when there is none; a damaged one is named in `damage` and done without."""
    try:
        data = read_member(path, name, limits)
        return None if data is None else parse_xml(loosen(data))
    except UnreadableFile as fault:
        if fault.code != "truncated":
            raise
    damage.append(name)
    return None


def _damaged(parts: list[str]) -> tuple[Warning_, ...]:
    return (Warning_("damaged", ", ".join(parts)),) if parts else ()


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
