"""A Word file's pages: printed by LibreOffice without reaching anybody, its words found where they stand."""

from __future__ import annotations

import re
import socket
import zipfile
from pathlib import Path

import pytest
from docx import Document

from ingest.readers import Box, PlacedWord, read, read_whole
from ingest.readers.office import placed, print_pages


def _words(text: str, page: int = 1) -> tuple[PlacedWord, ...]:
    return tuple(PlacedWord(*m.span(), page, Box(m.start(), 0, m.end(), 1)) for m in re.finditer(r"\S+", text))


def test_words_are_found_side_by_side_and_what_the_print_breaks_has_no_place() -> None:
    text, printed = "1. Năm 2026\n2. Minh chứng năm 2026\n", "1. Năm 2026\n2. Mi nh chứng 2 năm 2026"
    found = placed(text, printed, _words(printed))
    assert [text[word.start : word.end] for word in found] == ["1.", "Năm", "2026", "2.", "chứng", "năm", "2026"]
    assert found[-1].box.x0 == printed.rindex("2026")  # the second of the two, not the first


def test_every_word_of_the_sample_has_its_page(samples: Path, libreoffice: str, tmp_path: Path) -> None:
    file = samples / "van-hoa-doc.docx"
    text = read(file).text
    layout = print_pages(file, text, tmp_path / "print.pdf")
    assert len(layout.words) > 0.98 * len(text.split())
    original = read_whole(samples / "van-hoa-doc.pdf")
    assert original.layout
    assert abs(len(layout.pages) - len(original.layout.pages)) <= 1
    assert (tmp_path / "print.pdf").read_bytes().startswith(b"%PDF")


def test_linked_pictures_are_not_fetched(samples: Path, libreoffice: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        stranger.setblocking(False)
        file = _linking(tmp_path, samples / "van-hoa-doc-anh-trang-2.jpg", stranger.getsockname()[1])
        assert print_pages(file, read(file).text, tmp_path / "print.pdf").words
        with pytest.raises(BlockingIOError):
            stranger.accept()


def _linking(folder: Path, picture: Path, port: int) -> Path:
    """A Word file with a picture that is only linked to."""
    document = Document()
    document.add_paragraph("KẾ HOẠCH")
    document.add_picture(str(picture))
    document.save(str(folder / "plain.docx"))
    file = folder / "linking.docx"
    with zipfile.ZipFile(folder / "plain.docx") as plain, zipfile.ZipFile(file, "w") as linking:
        for name in plain.namelist():
            part = plain.read(name)
            if name == "word/document.xml":
                part = part.replace(b"r:embed=", b"r:link=")
            if name == "word/_rels/document.xml.rels":
                address = f'Target="http://127.0.0.1:{port}/x.png" TargetMode="External"'.encode()
                part = re.sub(rb'Target="media/[^"]+"', address, part)
            linking.writestr(name, part)
    return file
