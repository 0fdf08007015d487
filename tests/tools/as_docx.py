"""The sample plan as a Word file the way offices write it: automatic numbers, merged cells, a borderless letterhead."""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from plan_source import Element

_LEVELS = (("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)"), ("bullet", "-"))
_DEPTH = {"section": 0, "item": 1, "point": 2, "bullet": 3}


def to_docx(elements: list[Element], path: Path) -> None:
    """Write the Word file."""
    document = Document()
    _page(document)
    _numbering(document)
    head = {element.kind: element for element in elements}
    _columns(document, head["ubnd"].parts, head["motto"].parts, bold=2)
    for index, element in enumerate(elements):
        following = elements[index + 1].kind if index + 1 < len(elements) else ""
        _add(document, element, following, head)
    document.save(str(path))


def _page(document: Docx) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Liberation Serif", Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Liberation Serif")
    style.paragraph_format.space_after = Pt(6)
    style.paragraph_format.line_spacing = 1.15
    header = section.header.paragraphs[0]
    header.alignment = ALIGN.CENTER
    field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    header._p.append(field)


def _numbering(document: Docx) -> None:
    """One list of four levels; the first is tied to the style Heading 1, as Word's multilevel lists are."""
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        + ('<w:pStyle w:val="Heading1"/>' if depth == 0 else "")
        + f'<w:suff w:val="space"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="0" w:firstLine="720"/></w:pPr></w:lvl>'
        for depth, (form, text) in enumerate(_LEVELS)
    )
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    heading = document.styles["Heading 1"]
    heading.font.name, heading.font.size, heading.font.bold = "Liberation Serif", Pt(14), True
    heading.font.color.rgb = None
    heading.element.rPr.rFonts.attrib.clear()  # theme fonts would win over the name
    heading.font.name = "Liberation Serif"
    heading.element.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="90"/></w:numPr>'))


def _add(document: Docx, element: Element, following: str, head: dict[str, Element]) -> None:
    if element.kind in _DEPTH:
        _numbered(document, element)
    elif element.kind == "paragraph":
        _body(document.add_paragraph(element.text))
    elif element.kind in ("title", "appendix"):
        _centred(document, element)
    elif element.kind == "recipients":
        _columns(document, element.parts, head["signer"].parts, bold=1)
    elif element.kind == "table":
        _table(document, element)


def _numbered(document: Docx, element: Element) -> None:
    paragraph = document.add_paragraph(style="Heading 1" if element.kind == "section" else None)
    paragraph.add_run(element.text).bold = element.kind == "section" or (
        element.kind == "item" and len(element.text) < 90
    )
    if element.kind != "section":
        number = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{_DEPTH[element.kind]}"/><w:numId w:val="90"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(number))
    paragraph.alignment = ALIGN.JUSTIFY


def _body(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.first_line_indent = Cm(1.27)
    paragraph.alignment = ALIGN.JUSTIFY


def _centred(document: Docx, element: Element) -> None:
    if element.kind == "appendix":
        _new_section(document, landscape=element.parts[0].endswith("II"))
    for part in element.parts:
        paragraph = document.add_paragraph()
        run = paragraph.add_run(part)
        run.bold, run.italic = not part.startswith("("), part.startswith("(")
        paragraph.alignment = ALIGN.CENTER


def _new_section(document: Docx, landscape: bool) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Cm(29.7), Cm(21)) if landscape else (Cm(21), Cm(29.7))


def _columns(document: Docx, left: tuple[str, ...], right: tuple[str, ...], bold: int) -> None:
    table = document.add_table(1, 2)
    table.autofit = False
    table.columns[0].width, table.columns[1].width = Cm(6.2), Cm(9.8)
    for cell, parts, width in zip(table.rows[0].cells, (left, right), (Cm(6.2), Cm(9.8)), strict=True):
        cell.width = width
        for index, part in enumerate(parts):
            paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
            run = paragraph.add_run(part)
            run.font.size = Pt(12)
            run.bold = index < bold
            bulleted = part.startswith(("- ", "Nơi nhận"))
            paragraph.alignment = ALIGN.LEFT if bulleted else ALIGN.CENTER
            paragraph.paragraph_format.space_after = Pt(2)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _table(document: Docx, element: Element) -> None:
    section = document.sections[-1]
    room = (section.page_width - section.left_margin - section.right_margin) / 360_000
    table = document.add_table(len(element.rows), len(element.widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, element.widths, strict=True):
        column.width = Cm(room * width / sum(element.widths))
    for index, row in enumerate(element.rows):
        _fill(table, index, row)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _fill(table: Table, index: int, row: tuple[str, ...]) -> None:
    for column, text in enumerate(row):
        cell = table.cell(index, column)
        if text == "^":
            table.cell(index - 1, column).merge(cell)
            continue
        if text.endswith(">"):
            cell = cell.merge(table.cell(index, len(table.columns) - 1))
        _write(cell, text.rstrip(">"), bold=index == 0 or len(row) < len(table.columns))


def _write(cell: _Cell, text: str, bold: bool) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(12), bold
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.line_spacing = 1.0
