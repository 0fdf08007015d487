"""Broken and hostile files: a sentence, never a crash, a hang or half a plan."""

from __future__ import annotations

import os
import struct
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

from ingest.readers import DEFAULT, Limits, UnreadableFile, read
from tests.patience import eventually

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def code_of(path: Path, limits: Limits = DEFAULT) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(path, limits)
    return caught.value.code


def docx(folder: Path, document: bytes, **extra: bytes) -> Path:
    path = folder / "hostile.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
        for name, data in extra.items():
            archive.writestr(f"word/{name}.xml", data)
    return path


def blank_pdf(folder: Path, pages: int) -> Path:
    document = pdfium.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    document.save(folder / "blank.pdf")
    return folder / "blank.pdf"


def test_entity_bombs_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>' + BODY.format("<w:p>&b;</w:p>")
    assert code_of(docx(tmp_path, bomb.encode())) == "xml_entities"
    theft = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + BODY.format(
        "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>"
    )
    assert code_of(docx(tmp_path, theft.encode())) == "xml_entities"


def test_zip_bombs_are_refused_before_they_unpack(tmp_path: Path) -> None:
    path = docx(tmp_path, BODY.format("").encode(), media=b"0" * 30_000_000)
    assert code_of(path) == "zip_bomb"
    assert code_of(
        docx(tmp_path, BODY.format("").encode(), a=os.urandom(90_000)), replace(DEFAULT, unpacked_bytes=50_000)
    ) == ("zip_bomb")


def test_a_cut_or_foreign_archive(tmp_path: Path) -> None:
    whole = (SAMPLES / "van-hoa-doc.docx").read_bytes()
    (tmp_path / "cut.docx").write_bytes(whole[: len(whole) // 2])
    assert code_of(tmp_path / "cut.docx") == "truncated"
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("../../etc/cron.d/evil", "x")
    assert code_of(tmp_path / "other.zip") == "bad_archive"


def test_a_word_file_with_nothing_in_it(tmp_path: Path) -> None:
    assert code_of(docx(tmp_path, BODY.format("<w:p/>").encode())) == "no_text"


def test_deep_nesting_does_not_overflow(tmp_path: Path) -> None:
    deep = "<w:sdt><w:sdtContent>" * 120 + "<w:p/>" + "</w:sdtContent></w:sdt>" * 120
    assert code_of(docx(tmp_path, BODY.format(deep).encode())) == "truncated"


def test_locked_pdf() -> None:
    assert code_of(Path(__file__).parent / "locked.pdf") == "encrypted"


@pytest.mark.parametrize("size", [20, 200, 500])
def test_cut_pdf(tmp_path: Path, size: int) -> None:
    data = (SAMPLES / "van-hoa-doc.pdf").read_bytes()
    (tmp_path / "cut.pdf").write_bytes(data[:size])
    assert code_of(tmp_path / "cut.pdf") == "truncated"


def test_too_many_pages(tmp_path: Path) -> None:
    assert code_of(blank_pdf(tmp_path, 6), replace(DEFAULT, pages=5)) == "too_many_pages"


def test_blank_pdf(tmp_path: Path) -> None:
    assert code_of(blank_pdf(tmp_path, 1)) == "no_text"


def test_a_silent_child_is_stopped() -> None:
    assert code_of(SAMPLES / "van-hoa-doc.pdf", replace(DEFAULT, silence_seconds=0.01)) == "timeout"


def test_too_little_memory_is_a_sentence() -> None:
    code = code_of(SAMPLES / "van-hoa-doc.pdf", replace(DEFAULT, memory_bytes=40_000_000))
    assert code in ("out_of_memory", "crashed")


def test_an_image_that_would_fill_the_memory(tmp_path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "huge.png")
    assert code_of(tmp_path / "huge.png") == "image_too_large"


def test_a_scan_without_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert code_of(SAMPLES / "van-hoa-doc-quet.pdf") == "ocr_missing"
    assert code_of(SAMPLES / "van-hoa-doc-anh-trang-2.jpg") == "ocr_missing"
    assert read(SAMPLES / "van-hoa-doc.docx").how == "docx"


def _runs(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def converter(folder: Path, monkeypatch: pytest.MonkeyPatch, shell: str, does: str) -> Path:
    """A stub of LibreOffice that does this, and a file for it."""
    stub, file = folder / "soffice", folder / "hostile.rtf"
    stub.write_text(f"#!{shell}\n{does}\n")
    stub.chmod(0o755)
    file.write_bytes(b"{\\rtf1 Ke hoach}")
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return file


def test_a_converter_that_hangs_is_stopped_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = tmp_path / "begun"
    file = converter(tmp_path, monkeypatch, "/bin/sh", f"sleep 900 & echo $! > {begun}\nwait")
    assert code_of(file, replace(DEFAULT, convert_seconds=1.0)) == "timeout"
    eventually(lambda: not begun.exists() or not _runs(int(begun.read_text())))


def test_a_converter_that_takes_all_memory_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    takes = "taken = []\nwhile True:\n    taken.append(b'x' * 20_000_000)"
    file = converter(tmp_path, monkeypatch, sys.executable, takes)
    assert code_of(file, replace(DEFAULT, convert_bytes=300_000_000)) == "out_of_memory"


@pytest.mark.parametrize(
    "begun",
    [
        b"{\\rtf1 Ke hoach}",
        b"\xef\xbb\xbf<!DOCTYPE html><p>Ke hoach",
        b"\r\n<HTML xmlns:w='urn:schemas-microsoft-com:office:word'><body>",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x",
        b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">',
        b'<?xml version="1.0"?>\n<office:document office:mimetype="application/vnd.oasis.opendocument.text">',
    ],
)
def test_what_only_libreoffice_opens_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.doc").write_bytes(begun)
    assert code_of(tmp_path / "a.doc") == "office_missing"


def test_spreadsheets_are_told_what_to_become(tmp_path: Path) -> None:
    for name, part in (("a.xlsx", "xl/workbook.bin"), ("a.docx", "ppt/presentation.xml")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(part, "<x/>")
        assert code_of(tmp_path / name) == "spreadsheet"
    (tmp_path / "a.doc").write_bytes(OLE + "Workbook".encode("utf-16-le"))
    assert code_of(tmp_path / "a.doc") == "spreadsheet"
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert code_of(tmp_path / "a.ods") == "spreadsheet"


def test_a_word_97_file_cut_short_or_locked(tmp_path: Path) -> None:
    path, text = tmp_path / "a.doc", b"\xec\xa5\xc1\x00\x00\x00\x00\x00\x00\x00\x00"
    path.write_bytes(OLE.ljust(512) + text + b"\x00" * 500)
    assert code_of(path) == "truncated"
    path.write_bytes(OLE.ljust(512) + text)  # cut where the flags would stand
    assert code_of(path) == "truncated"
    path.write_bytes(OLE.ljust(512) + text + b"\x01" * 500 + "WordDocument".encode("utf-16-le"))
    assert code_of(path) == "encrypted"


def test_a_locked_odt(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    assert code_of(tmp_path / "a.odt") == "encrypted"


def test_an_archive_of_more_parts_than_memory_is_refused_uncounted(tmp_path: Path) -> None:
    """A million empty parts took 474 MB and a minute in the bot's own process before they were counted."""
    path = docx(tmp_path, BODY.format("").encode())
    whole = path.read_bytes()
    at, end = whole.index(b"PK\x01\x02"), whole.rindex(b"PK\x05\x06")
    entry = whole[at:end]
    places = struct.pack("<LL", len(entry) * 30_000, at)
    path.write_bytes(whole[:at] + entry * 30_000 + whole[end : end + 12] + places + b"\x00\x00")
    assert code_of(path) == "zip_bomb"


def test_a_word_file_of_more_words_than_a_text_may_have(tmp_path: Path) -> None:
    path = docx(tmp_path, BODY.format("<w:p><w:r><w:t>Kế hoạch</w:t></w:r></w:p>" * 20).encode())
    assert code_of(path, replace(DEFAULT, text_bytes=100)) == "too_long"


def test_the_extension_is_not_believed(tmp_path: Path) -> None:
    disguised = tmp_path / "--help; rm -rf ~.txt"
    disguised.write_bytes((SAMPLES / "van-hoa-doc.docx").read_bytes())
    assert read(disguised).text == read(SAMPLES / "van-hoa-doc.docx").text
