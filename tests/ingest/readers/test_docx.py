"""Word files: generated numbers, merged cells, tracked changes, hidden text, text boxes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.readers import Limits
from ingest.readers.detect import Kind, detect
from ingest.readers.docx import read_docx

NS = nsdecls("w")


def text_of(path: Path) -> str:
    return read_docx(path, Limits()).text


def document_with(folder: Path, *paragraphs: str) -> str:
    document = Document()
    for paragraph in paragraphs:
        document.element.body.insert(-1, parse_xml(paragraph.replace("<w:p>", f"<w:p {NS}>", 1)))
    document.save(str(folder / "a.docx"))
    return text_of(folder / "a.docx")


def test_tracked_changes_are_accepted(tmp_path: Path) -> None:
    text = document_with(
        tmp_path,
        '<w:p><w:r><w:t xml:space="preserve">Hạn </w:t></w:r>'
        '<w:del w:id="1" w:author="a"><w:r><w:delText>cũ</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="a"><w:r><w:t>mới</w:t></w:r></w:ins></w:p>',
        '<w:p><w:pPr><w:rPr><w:del w:id="3" w:author="a"/></w:rPr></w:pPr>'
        '<w:r><w:t xml:space="preserve">nối </w:t></w:r></w:p>',
        "<w:p><w:r><w:t>liền</w:t></w:r></w:p>",
    )
    assert text == "Hạn mới\nnối liền\n"


def test_hidden_text_is_dropped_and_breaks_are_kept(tmp_path: Path) -> None:
    text = document_with(
        tmp_path,
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:t>hiện</w:t><w:br/><w:t>dòng</w:t><w:tab/>"
        "<w:t>hai</w:t></w:r></w:p>",
        '<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>không ẩn</w:t></w:r></w:p>',
    )
    assert text == "hiện\ndòng hai\nkhông ẩn\n"


def test_a_text_box_is_read_once(tmp_path: Path) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>DỰ THẢO</w:t></w:r></w:p></w:txbxContent>"
    text = document_with(
        tmp_path,
        "<w:p><w:r><mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        f"<mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>Thân</w:t></w:r></w:p>",
    )
    assert text == "DỰ THẢO\nThân\n"


def test_old_fonts_become_unicode(tmp_path: Path) -> None:
    text = document_with(
        tmp_path,
        '<w:p><w:r><w:rPr><w:rFonts w:ascii=".VnTimeH"/></w:rPr><w:t>KÕ ho¹ch</w:t></w:r></w:p>',
        '<w:p><w:r><w:rPr><w:rFonts w:ascii="VNI-Times"/></w:rPr><w:t>ñôn vò chuû trì</w:t></w:r></w:p>',
    )
    assert text == "KẾ HOẠCH\nđơn vị chủ trì\n"


def numbered(text: str, key: int, depth: int) -> str:
    number = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{key}"/></w:numPr>'
    return f"<w:p {NS}><w:pPr>{number}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_numbers_restart_under_each_heading_and_where_told(tmp_path: Path) -> None:
    document = Document()
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text) in enumerate((("upperRoman", "%1."), ("decimal", "%1.%2."), ("lowerLetter", "%3)")))
    )
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {NS} w:abstractNumId="77">{levels}</w:abstractNum>'))
    for key, override in ((77, ""), (78, '<w:lvlOverride w:ilvl="2"><w:startOverride w:val="4"/></w:lvlOverride>')):
        root.append(parse_xml(f'<w:num {NS} w:numId="{key}"><w:abstractNumId w:val="77"/>{override}</w:num>'))
    for text, key, depth in zip("AbcdefgHi", (77,) * 6 + (78, 77, 77), (0, 1, 2, 2, 1, 2, 2, 0, 1), strict=True):
        document.element.body.insert(-1, parse_xml(numbered(text, key, depth)))
    document.save(str(tmp_path / "n.docx"))
    labels = [line.split()[0] for line in text_of(tmp_path / "n.docx").splitlines()]
    assert labels == ["I.", "I.1.", "a)", "b)", "I.2.", "a)", "d)", "II.", "II.1."]


@pytest.fixture
def table_text(tmp_path: Path) -> str:
    document = Document()
    table = document.add_table(5, 4, style="Table Grid")
    rows = (
        ("STT", "Việc", "Thời gian", ""),
        ("", "", "Từ", "Đến"),
        ("1", "Khảo\nsát", "3", "4"),
        ("2", "Sửa", "3", "6"),
        ("I", "Nhóm", "", ""),
    )
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    for first, last in (((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 3)), ((2, 2), (3, 2)), ((4, 1), (4, 3))):
        kept = table.cell(*first).text
        table.cell(*first).merge(table.cell(*last)).text = kept
    document.save(str(tmp_path / "t.docx"))
    return text_of(tmp_path / "t.docx")


def test_merged_cells_become_records(table_text: str) -> None:
    assert table_text.splitlines() == [
        "STT\tViệc\tThời gian Từ\tThời gian Đến",
        "1\tKhảo sát\t3\t4",
        "2\tSửa\t3\t6",
        "I\tNhóm\t\t",
    ]


def rewritten(folder: Path, change: dict[str, Callable[[bytes], bytes]], names: dict[str, str] | None = None) -> Path:
    """A Word file of one paragraph, some of its parts changed or renamed."""
    document = Document()
    document.add_paragraph("Trạm Y tế khám 40 hộ.")
    document.save(str(folder / "a.docx"))
    with zipfile.ZipFile(folder / "a.docx") as old, zipfile.ZipFile(folder / "b.docx", "w") as new:
        for name in old.namelist():
            data = change.get(name, bytes)(old.read(name))
            new.writestr((names or {}).get(name, name), data)
    return folder / "b.docx"


@pytest.mark.parametrize("part", ["word/styles.xml", "word/numbering.xml"])
@pytest.mark.parametrize("data", [b"", b"<a><b></a>"])
def test_a_damaged_part_beside_the_document_is_done_without(tmp_path: Path, part: str, data: bytes) -> None:
    draft = read_docx(rewritten(tmp_path, {part: lambda _: data}), Limits())
    assert draft.text == "Trạm Y tế khám 40 hộ.\n"
    assert [(w.code, w.detail) for w in draft.warnings] == [("damaged", part)]


@pytest.mark.parametrize(
    ("words", "text"), [("40 h&\xe1\xbb".encode() + b" A & B", "A"), (b"\x07 40", "40"), (b"&khong; 40", "40")]
)
def test_a_sign_that_is_none_in_the_document_costs_no_more_than_itself(tmp_path: Path, words: bytes, text: str) -> None:
    change = {"word/document.xml": lambda data: data.replace(b" 40", b" " + words)}
    draft = read_docx(rewritten(tmp_path, change), Limits())
    assert text in draft.text
    assert [w.code for w in draft.warnings] == ["damaged"]


def test_a_document_of_another_name_is_a_word_file(tmp_path: Path) -> None:
    path = rewritten(tmp_path, {}, {"word/document.xml": "word/document2.xml"})
    assert detect(path) is Kind.DOCX
    assert read_docx(path, Limits()).text == "Trạm Y tế khám 40 hộ.\n"
