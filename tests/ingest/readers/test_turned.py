"""Pages on their side or on their head are read as if they stood, and their boxes lead to the page as it is."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from ingest.readers import read, read_whole
from ingest.readers.picture import pictures

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
PRINTED, SCANNED = SAMPLES / "van-hoa-doc.pdf", SAMPLES / "van-hoa-doc-quet.pdf"


def shown_turned(source: Path, pages: list[int], degrees: int, to: Path) -> Path:
    """The pages of a PDF, turned by what the file says of them (/Rotate)."""
    document = pdfium.PdfDocument.new()
    document.import_pages(pdfium.PdfDocument(source), pages)
    for page in document:
        page.set_rotation(degrees)
    document.save(to)
    return to


def drawn_turned(source: Path, index: int, to: Path) -> Path:
    """A page whose content itself is drawn on its side, as a wide table on an upright sheet is."""
    document = pdfium.PdfDocument.new()
    document.import_pages(pdfium.PdfDocument(source), [index])
    page = document[0]
    width, height = page.get_size()
    for thing in page.get_objects(max_depth=1):
        thing.transform(pdfium.PdfMatrix().rotate(90, ccw=True).translate(height, 0))
    page.set_mediabox(0, 0, height, width)
    page.gen_content()
    document.save(to)
    return to


def test_a_printed_page_that_the_file_shows_turned_is_read_as_if_it_stood(tmp_path: Path) -> None:
    quarters = (read(shown_turned(PRINTED, [0, 5], degrees, tmp_path / "a.pdf")).text for degrees in (0, 90, 180, 270))
    upright, *turned = quarters
    assert turned == [upright] * 3


def test_a_table_drawn_on_its_side_keeps_its_rows(tmp_path: Path) -> None:
    upright = read(shown_turned(PRINTED, [5], 0, tmp_path / "a.pdf"))
    assert "\t" in upright.text
    assert read(drawn_turned(PRINTED, 5, tmp_path / "b.pdf")).text == upright.text


def test_a_quote_of_a_turned_page_is_framed_where_it_is_seen(tmp_path: Path) -> None:
    path = shown_turned(PRINTED, [0], 90, tmp_path / "a.pdf")
    reading = read_whole(path)
    source, layout = reading.source, reading.layout
    assert layout
    start = source.text.index("KẾ HOẠCH")
    (picture,) = pictures(path, layout, start, start + 8)
    with closing(pdfium.PdfDocument(path)) as document:
        width, height = document[0].get_size()
    assert layout.pages[0].width == pytest.approx(width)
    assert layout.pages[0].height == pytest.approx(height)
    boxes = [word.box for word in layout.at(start, start + 8)]
    assert all(
        box.bottom - box.top > box.x1 - box.x0 for box in boxes
    )  # the words stand on end, as the page shows them
    assert picture.png


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_scanned_page_is_set_upright(quarters: int, tmp_path: Path) -> None:
    with closing(pdfium.PdfDocument(SCANNED)) as document:
        image = np.asarray(document[1].render(scale=200 / 72).to_pil().convert("L"))
    upper = image[: len(image) * 2 // 5]  # what a whole page takes is its words
    Image.fromarray(np.rot90(upper, quarters)).save(tmp_path / "page.png", dpi=(200, 200))
    reading = read_whole(tmp_path / "page.png")
    source, layout = reading.source, reading.layout
    assert "I. MỤC TIÊU\n1. Mục tiêu chung\nĐến hết năm 2026, mọi thôn" in source.text
    assert source.quality > 0.9
    assert layout
    first = layout.at(0, 2)[0].box
    middle = (first.x0 + first.x1) / 2 / layout.pages[0].width, (first.top + first.bottom) / 2 / layout.pages[0].height
    assert {1: middle[1] > 0.5, 2: middle[0] > 0.5 and middle[1] > 0.5, 3: middle[0] > 0.5}[quarters]
