"""What a file is, told by its first bytes and, for archives, by the names inside; the extension is never believed."""

from __future__ import annotations

import codecs
import re
import zipfile
from enum import StrEnum
from pathlib import Path

from ingest.readers.limits import UnreadableFile


class Kind(StrEnum):
    """The kinds of files that have a reader."""

    TEXT = "text"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    OFFICE = "office"  # .doc, .odt, .rtf, web pages: through LibreOffice
    IMAGE = "image"


_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_DOCUMENT = re.compile(r"word/document\d*\.xml")
_TABLES = re.compile(r"(?:xl|ppt)/")  # parts of PowerPoint's files and of old or binary ones of Excel
_ENTRY, MOST_PARTS = b"PK\x01\x02", 20_000  # how an archive names a part, and more than any document has
_TABLE_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "PowerPoint Document"))
_MANIFEST = "META-INF/manifest.xml"
_WORD, _LOCKED = b"\xec\xa5", 0x01  # how the text of a Word 97 file begins, which mostly stands first; of its flags
# What Word opens and LibreOffice too: a web page or mail called '.doc', Word's XML of 2003, a flat .fodt.
_MARKED_UP = re.compile(
    rb"\s*(?:<!doctype html|<html|mime-version:|<\?xml.*?(?:wordml|office:document\b|<html))", re.I | re.S
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER = (
    b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\x7fELF", b"MZ", b"\x00\x00\x01\x00", b"ID3", b"OggS",
    b"RIFF", b"SQLite format 3", b"%!PS", b"\xca\xfe\xba\xbe", b"\xfd7zXZ",
)  # fmt: skip


def detect(path: Path) -> Kind:
    """The kind of a file; UnreadableFile for kinds that are known not to be plans."""
    with path.open("rb") as file:
        head = file.read(4096)
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith(_ARCHIVE):
        return _archive(path)
    if head.startswith(_OLE):
        return _compound(path)
    if head.lstrip().startswith(b"{\\rtf") or _MARKED_UP.match(head.removeprefix(codecs.BOM_UTF8)):
        return Kind.OFFICE
    if head.startswith(_IMAGES):
        return Kind.IMAGE
    if head.startswith(_OTHER) and b"\x00" in head:
        raise UnreadableFile("unsupported")
    return Kind.TEXT


def _archive(path: Path) -> Kind:
    if path.read_bytes().count(_ENTRY) > MOST_PARTS:  # counted before each of them takes memory
        raise UnreadableFile("zip_bomb")
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mime = archive.read("mimetype")[:80] if _small(archive, "mimetype") else b""
            manifest = archive.read(_MANIFEST) if _small(archive, _MANIFEST, 1_000_000) else b""
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFile("truncated", str(error)) from None
    if any(map(is_document, names)):
        return Kind.DOCX
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if b"encryption-data" in manifest:
        raise UnreadableFile("encrypted")
    if mime.startswith(b"application/vnd.oasis.opendocument.text"):
        return Kind.OFFICE
    tables = any(map(_TABLES.match, names)) or mime.startswith(b"application/vnd.oasis.opendocument.")
    raise UnreadableFile("spreadsheet" if tables else "bad_archive")


def is_document(name: str) -> bool:
    """Whether a member of an archive is a Word document's text: Word on the web calls it 'word/document2.xml', too."""
    return _DOCUMENT.fullmatch(name) is not None


def _small(archive: zipfile.ZipFile, name: str, most: int = 1000) -> bool:
    return name in archive.namelist() and archive.getinfo(name).file_size < most


def _compound(path: Path) -> Kind:
    """An OLE container: Word 97 is one, and so is a .docx locked with a password (stream EncryptedPackage)."""
    data = path.read_bytes()
    locked = data[512:514] == _WORD and int.from_bytes(data[523:524]) & _LOCKED
    if locked or "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFile("encrypted")
    if "WordDocument".encode("utf-16-le") in data:
        return Kind.OFFICE
    if any(stream in data for stream in _TABLE_STREAMS):
        raise UnreadableFile("spreadsheet")
    raise UnreadableFile("truncated" if data[512:514] == _WORD else "unsupported")  # the names stand at its end
