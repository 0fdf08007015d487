"""One plan in every format gives the same addresses and the same words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from functools import cache
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from rapidfuzz.distance import Levenshtein

from ingest.parse import parse
from ingest.readers import Reading, read, read_whole
from ingest.readers.office import convert
from plan.model import PlanVersion, SourceText
from plan.text import squeeze

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
NAME = "van-hoa-doc"
TOLD = (0, 1, 5, 6)  # of its eight pages: head, sections, tables of both appendices


@cache
def reading(name: str) -> Reading:
    return read_whole(SAMPLES / name)


@cache
def version(name: str) -> PlanVersion:
    return parse(reading(name).source, NAME, 1)


def leaves(plan: PlanVersion) -> dict[str, str]:
    """Leaf clauses by address; marks of Markdown and white space apart."""
    return {c.address: squeeze(c.span.of(plan.text)).replace("|", " ") for c in plan.clauses if not c.children}


def error_rate(text: str, truth: str) -> float:
    """Share of characters that differ from the true text, white space aside."""
    true, got = (re.sub(r"\s", "", each) for each in (truth, text))
    return Levenshtein.distance(true, got) / len(true)


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if "\t" in line]


@pytest.mark.parametrize("form", ["docx", "pdf", "md"])
def test_the_addresses_are_the_same(form: str) -> None:
    addresses = [clause.address for clause in version(f"{NAME}.txt").clauses]
    assert [clause.address for clause in version(f"{NAME}.{form}").clauses] == addresses


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_clauses_have_the_same_words(form: str) -> None:
    true, got = leaves(version(f"{NAME}.txt")), leaves(version(f"{NAME}.{form}"))
    same = sum(got.get(address) == text for address, text in true.items())
    assert same >= 0.98 * len(true)
    assert len(version(f"{NAME}.{form}").assignments) == len(version(f"{NAME}.txt").assignments)


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_table_rows_are_whole(form: str) -> None:
    true = rows(reading(f"{NAME}.txt").source.text)
    got = set(rows(reading(f"{NAME}.{form}").source.text))
    assert sum(row in got for row in true) >= 0.97 * len(true)


def test_pdf_pages_begin_where_they_say() -> None:
    source = reading(f"{NAME}.pdf").source
    assert (source.how, len(source.page_starts)) == ("pdf", 8)
    heads = [source.text[start:].split("\n")[0][:20] for start in source.page_starts]
    assert heads[0] == "ỦY BAN NHÂN DÂN"
    assert heads[1] == "II. MỤC TIÊU"
    assert heads[5:7] == ["PHỤ LỤC I", "PHỤ LỤC II"]


def test_every_word_box_holds_its_word() -> None:
    read_pdf = reading(f"{NAME}.pdf")
    assert read_pdf.layout is not None
    text = read_pdf.source.text
    spelled = "".join(text[word.start : word.end] for word in read_pdf.layout.words)
    assert spelled == re.sub(r"\s", "", text)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize("pages", [TOLD, pytest.param(range(8), marks=pytest.mark.long)])
def test_a_skewed_scan_is_read_within_the_promised_error(pages: Sequence[int], tmp_path: Path) -> None:
    printed, source = (_some(f"{NAME}{scan}.pdf", pages, tmp_path) for scan in ("", "-quet"))
    assert source.how == "ocr"
    assert error_rate(source.text, printed.text) <= 0.025
    true, got = rows(printed.text), rows(source.text)
    near = sum(any(Levenshtein.distance(row, other) <= 0.05 * len(row) for other in got) for row in true)
    assert near >= 0.93 * len(true) > 0
    true_addresses, addresses = ({c.address for c in parse(each, NAME, 1).clauses} for each in (printed, source))
    assert len(true_addresses & addresses) >= 0.95 * len(true_addresses)
    assert "độ tin cậy" in source.quality_reason


def _some(name: str, pages: Sequence[int], folder: Path) -> SourceText:
    """Some pages of a PDF, read."""
    with closing(pdfium.PdfDocument(SAMPLES / name)) as whole, closing(pdfium.PdfDocument.new()) as some:
        some.import_pages(whole, list(pages))
        some.save(folder / name)
    return read(folder / name)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("tesseract")
def test_a_photo_is_cut_out_and_read() -> None:
    photo = reading(f"{NAME}-anh-trang-2.jpg")
    true = reading(f"{NAME}.pdf").source
    page = true.text[true.page_starts[1] : true.page_starts[2]]
    true_words, got = (re.sub(r"\s", "", text) for text in (page, photo.source.text))
    assert Levenshtein.distance(true_words, got) <= 0.025 * len(true_words)
    assert photo.layout is not None
    size, last = photo.layout.pages[0], photo.layout.words[-1].box
    assert 0.8 * size.height < last.bottom < size.height  # boxes lie on the photo, not on the flattened sheet


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_older_word_files_go_through_libreoffice(tmp_path: Path, libreoffice: str) -> None:
    """With tables; other forms of theirs are in `test_legacy`."""
    source = read(convert(SAMPLES / f"{NAME}.docx", "doc", tmp_path))
    assert source.how == "docx"
    assert error_rate(source.text, reading(f"{NAME}.txt").source.text) < 0.01


def test_a_page_that_cannot_be_opened_costs_only_itself(tmp_path: Path) -> None:
    whole = (SAMPLES / "van-hoa-doc.pdf").read_bytes()
    pages = [match.start() for match in re.finditer(rb"\d+ 0 obj\s*<</Type/Page/", whole)]
    broken = tmp_path / "a.pdf"
    broken.write_bytes(whole[: pages[2]] + whole[pages[2] :].replace(b"obj", b"obx", 1))
    source = read(broken)
    assert [(w.code, w.detail) for w in source.warnings] == [("damaged", "trang 3")]
    assert source.page_starts[2] == source.page_starts[3]
    assert len(source.page_starts) == len(pages)


@pytest.mark.usefixtures("libreoffice")
def test_an_rtf_file_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_bytes(b"\n {\\rtf1\\ansi {\\b KE HOACH\\par} Tram \\{Y te\\} kham 40 ho.\\par {\\i Tuan")
    source = read(path)
    assert "Tram {Y te} kham 40 ho." in source.text
    assert ("damaged", "phần cuối") in [(w.code, w.detail) for w in source.warnings]


@pytest.mark.usefixtures("libreoffice")
def test_a_web_page_saved_as_a_word_file(tmp_path: Path) -> None:
    """As Word saves a page with its pictures in one file; web sites of laws call such files '.doc'."""
    page = "<html><head><meta charset=utf-8></head><body><p>KẾ HOẠCH</p><p>Chợ&nbsp;đêm</p></body></html>"
    mail = MIMEMultipart("related")
    mail.attach(MIMEText(page, "html", "utf-8"))
    version, whole = b"MIME-Version: 1.0\n", mail.as_bytes()
    (tmp_path / "a.doc").write_bytes(version + whole.replace(version, b"", 1))
    assert read(tmp_path / "a.doc").text == "KẾ HOẠCH\nChợ đêm\n"
