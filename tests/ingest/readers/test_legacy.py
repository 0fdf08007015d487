"""Papers typed before Unicode, in every form they are kept in: read letter for letter, and said so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from ingest.readers import read
from ingest.readers.legacy import from_tcvn3, from_vni
from ingest.readers.office import convert
from plan.text import squeeze
from tests.ingest.papers import BODY, FOOT, HEAD

PAPER = "\n".join(
    (HEAD.format("27/KH-UBND"), BODY, "3. Trước mùa mưa, người dân giữ đường, vườn; chỗ trơ thì đắp.", FOOT)
)


def tcvn3(text: str) -> str:
    """As Word keeps a text of a .VnTime font; most capitals with accents have no place and stand as small letters."""
    letters = {from_tcvn3(bytes([code])): chr(code) for code in range(0xFF, 0x7F, -1)}
    return "".join(c if c.isascii() else letters.get(c) or letters[c.lower()] for c in text)


def vni(text: str) -> str:
    """As Word keeps a text of a VNI font: a letter, then its hat and tone together."""
    known = {from_vni(char.encode("cp1252")): char for char in "ñÑíÍìÌæÆóÓòÒôÔöÖîÎ"}
    for base in "aeouyôöAEOUYÔÖ":
        for mark in "ùøûõïâáàåãäêéèúüë":
            pair = base + (mark.upper() if base.isupper() else mark)
            known.setdefault(from_vni(pair.encode("cp1252")), pair)
    return "".join(c if c.isascii() else known[c] for c in text)


OLD: dict[str, tuple[Callable[[str], str], str, str]] = {
    "TCVN3": (tcvn3, ".VnTime", ".VnTimeH"),
    "VNI": (vni, "VNI-Times", "VNI-Times"),
}


def word_file(path: Path, write: Callable[[str], str], font: str, capitals: str) -> Path:
    """The paper as a Word file with a font on every run, another one on lines of capitals."""
    document = Document()
    for line in PAPER.split("\n"):
        run = document.add_paragraph().add_run(write(line))
        chosen = capitals if line.upper() == line else font
        run.font.name = chosen
    document.save(str(path))
    return path


def check(path: Path, encoding: str) -> None:
    source = read(path)
    assert squeeze(source.text) == squeeze(PAPER)
    assert [(w.code, encoding in w.detail) for w in source.warnings] == [("legacy_encoding", True)]


@pytest.mark.parametrize("encoding", OLD)
@pytest.mark.parametrize("stored", ["bytes", "as Latin letters"])
def test_text_files(tmp_path: Path, encoding: str, stored: str) -> None:
    text = OLD[encoding][0](PAPER)
    data = text.encode("latin-1" if encoding == "TCVN3" else "cp1252") if stored == "bytes" else text.encode()
    (tmp_path / "ke-hoach.txt").write_bytes(data)
    check(tmp_path / "ke-hoach.txt", encoding)


@pytest.mark.parametrize("encoding", OLD)
@pytest.mark.parametrize("named", [True, False])
def test_word_files_with_and_without_the_name_of_the_font(tmp_path: Path, encoding: str, named: bool) -> None:
    write, *fonts = OLD[encoding]
    check(word_file(tmp_path / "ke-hoach.docx", write, *(fonts if named else ["Times New Roman"] * 2)), encoding)


@pytest.mark.slow
@pytest.mark.parametrize(("encoding", "form"), [("TCVN3", "doc"), ("TCVN3", "rtf"), ("VNI", "odt")])
def test_what_libreoffice_opens(tmp_path: Path, libreoffice: str, encoding: str, form: str) -> None:
    write, *fonts = OLD[encoding]
    made = word_file(tmp_path / "ke-hoach.docx", write, *fonts)
    check(convert(made, form, tmp_path), encoding)


@pytest.mark.slow
def test_a_pdf_whose_fonts_have_other_names(tmp_path: Path, libreoffice: str) -> None:
    made = word_file(tmp_path / "ke-hoach.docx", vni, "VNI-Times", "VNI-Times")
    check(convert(made, "pdf", tmp_path), "VNI")
