"""Broken and hostile files: a sentence, never a crash, a hang or half a plan."""

from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

from ingest.readers import DEFAULT, Limits, UnreadableFile, read

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


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


def test_old_word_without_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.rtf").write_bytes(b"{\\rtf1 Ke hoach}")
    assert code_of(tmp_path / "a.rtf") == "office_missing"


def test_the_extension_is_not_believed(tmp_path: Path) -> None:
    disguised = tmp_path / "--help; rm -rf ~.txt"
    disguised.write_bytes((SAMPLES / "van-hoa-doc.docx").read_bytes())
    assert read(disguised).text == read(SAMPLES / "van-hoa-doc.docx").text
