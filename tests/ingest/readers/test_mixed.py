"""PDFs of several kinds of page: each page is read the way it needs."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest

from ingest.readers import read

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
GARBAGE = "Uy ban nhan dan x3 Tién Minh trién khai Nghi quyét cila HDND ve nhiém vu phat trién kinh té"


def write_garbage(document: pdfium.PdfDocument) -> None:
    """An invisible text layer as an English recogniser leaves it on a Vietnamese scan."""
    page = document[0]
    for line in range(6):
        text = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", ctypes.c_float(9))
        words = (GARBAGE + "\x00").encode("utf-16-le")
        raw.FPDFText_SetText(text, ctypes.cast(ctypes.create_string_buffer(words), raw.FPDF_WIDESTRING))
        raw.FPDFTextObj_SetTextRenderMode(text, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, 60, 700 - 20 * line)
        raw.FPDFPage_InsertObject(page, text)
    raw.FPDFPage_GenerateContent(page)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("tesseract")
def test_a_scanned_page_among_printed_ones(tmp_path: Path) -> None:
    document = pdfium.PdfDocument(SAMPLES / "van-hoa-doc.pdf")
    mixed = pdfium.PdfDocument.new()
    mixed.import_pages(document, [0])
    mixed.import_pages(pdfium.PdfDocument(SAMPLES / "van-hoa-doc-quet.pdf"), [1])
    mixed.save(tmp_path / "mixed.pdf")
    source = read(tmp_path / "mixed.pdf")
    assert source.how == "ocr"
    assert len(source.page_starts) == 2
    assert source.text.startswith("ỦY BAN NHÂN DÂN\nXÃ ĐÔNG KIỀU\n")
    assert source.text[source.page_starts[1] :].startswith("II. MỤC TIÊU\n1. Mục tiêu chung\n")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("tesseract")
def test_a_garbage_layer_is_read_again_from_the_image(tmp_path: Path) -> None:
    document = pdfium.PdfDocument.new()
    document.import_pages(pdfium.PdfDocument(SAMPLES / "van-hoa-doc-quet.pdf"), [1])
    write_garbage(document)
    document.save(tmp_path / "garbage.pdf")
    assert "cila" in pdfium.PdfDocument(tmp_path / "garbage.pdf")[0].get_textpage().get_text_bounded()
    source = read(tmp_path / "garbage.pdf")
    assert "cila" not in source.text
    assert source.quality > 0.9
