"""The sample plans that exist as text only, printed and scanned, so that the same questions can be asked over paper.

Run from this folder with LibreOffice installed: `python as_paper.py`. What it makes is kept in
`tests/questions/paper`; see `tests/evaluation/paper.py`.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from as_docx import _body, _centred, _columns, _numbering, _page, _table
from as_scan import to_scan
from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from make_formats import SAMPLES, to_pdf
from plan_source import HERE, Element

PAPER = HERE.parent / "questions" / "paper"
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
WIDTHS = {6: (1.0, 5.5, 3.2, 3.0, 2.6, 3.4)}


@dataclass
class Sheet:
    """A plan's lines by where they stand on paper."""

    left: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)


def sheet_of(text: str) -> Sheet:
    """The letterhead apart from the lines below it; Markdown's marks gone."""
    lines = [re.sub(r"\*{1,3}|^#+\s*", "", line).rstrip() for line in text.splitlines()]
    start = next(place for place, line in enumerate(lines) if line in ("KẾ HOẠCH", "DỰ THẢO"))
    sheet = Sheet(body=lines[start:])
    for line in lines[:start]:
        for part in re.split(r"\s{5,}(?=[A-ZĐÂ][^\s])", line.strip()):
            right = part in MOTTO or ", ngày" in part
            if part:
                (sheet.right if right else sheet.left).append(re.sub(r" {2,}", "     ", part))
    return sheet


def to_docx(text: str, path: Path) -> None:
    """The plan as an office would print it, numbers typed by hand."""
    sheet, document = sheet_of(text), Document()
    _page(document)
    _numbering(document)
    _columns(document, tuple(sheet.left), tuple(sheet.right), bold=2)
    lines = [line for line in sheet.body if line.strip()]
    for is_row, group in groupby(lines, key=_is_row):
        together = list(group)
        _rows(document, together) if is_row else _lines(document, together)
    document.save(str(path))


def _is_row(line: str) -> bool:
    return "\t" in line.strip() or line.startswith(("|", "\t\t\t"))


def _rows(document: Docx, lines: list[str]) -> None:
    rows: list[list[str]] = []
    for line in lines:
        if re.fullmatch(r"[|\-: ]+", line):
            continue
        cells = [cell.strip() for cell in (line.strip("| ").split("|") if line.startswith("|") else line.split("\t"))]
        if rows and cells == rows[0]:  # the heading once more, after a page end in the text
            continue
        if rows and not cells[0]:  # a row that the text breaks into two lines
            cells += [""] * (len(rows[-1]) - len(cells))
            rows[-1] = [" ".join(filter(None, pair)) for pair in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    width = max(map(len, rows))
    told = tuple(tuple(_merged(row + [""] * (width - len(row)))) for row in rows)
    _table(document, Element("table", (), told, WIDTHS.get(width, (1.0,) * width)))


def _merged(row: list[str]) -> list[str]:
    """A row that heads a group stands in one cell beside its number."""
    return [row[0], f"{row[1]}>"] if not any(row[2:]) else row


def _lines(document: Docx, lines: list[str]) -> None:
    waiting = iter(lines)
    for line in waiting:
        if line.startswith("Nơi nhận"):
            rest = list(waiting)
            end = next((place for place, one in enumerate(rest) if one.startswith("PHỤ LỤC")), len(rest))
            recipients = [one for one in rest[:end] if one.startswith("- ")]
            signer = [one.strip() for one in rest[:end] if not one.startswith(("- ", "\t"))]
            _columns(document, (line, *recipients), tuple(signer), bold=1)
            for stamp in (one.strip() for one in rest[:end] if one.startswith("\t")):
                document.add_paragraph(stamp)
            _lines(document, rest[end:])
        elif line.startswith("PHỤ LỤC"):
            _centred(document, Element("appendix", (line,)))
        elif line.isupper() or line.startswith("(Kèm theo"):
            _head(document, line)
        else:
            _body(document.add_paragraph(line))


def _head(document: Docx, line: str) -> None:
    numbered = re.match(r"[IVX]+\. ", line)
    paragraph = document.add_paragraph()
    paragraph.add_run(line).bold = True
    if not numbered:
        paragraph.alignment = ALIGN.CENTER


def main() -> None:
    """Both plans as PDF and as scan."""
    for name in ("chuyen-doi-so.md", "phong-chong-thien-tai.txt"):
        stem = name.partition(".")[0]
        with tempfile.TemporaryDirectory() as folder:
            docx = Path(folder, f"{stem}.docx")
            to_docx((SAMPLES / name).read_text("utf-8"), docx)
            to_pdf(docx, PAPER / f"{stem}.pdf")
        to_scan(PAPER / f"{stem}.pdf", PAPER / f"{stem}-quet.pdf")


if __name__ == "__main__":
    main()
