"""What a file is, told by its first bytes and, for archives, by the names inside; the extension is never believed."""

from __future__ import annotations

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
    OFFICE = "office"  # .doc, .odt, .rtf: through LibreOffice
    IMAGE = "image"


_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_DOCUMENT = re.compile(r"word/document\d*\.xml")
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
    if head.lstrip().startswith(b"{\\rtf"):
        return Kind.OFFICE
    if head.startswith(_IMAGES):
        return Kind.IMAGE
    if head.startswith(_OTHER) and b"\x00" in head:
        raise UnreadableFile("unsupported")
    return Kind.TEXT


def _archive(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mime = archive.read("mimetype")[:80] if _small(archive, "mimetype") else b""
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFile("truncated", str(error)) from None
    if any(map(is_document, names)):
        return Kind.DOCX
    if mime.startswith(b"application/vnd.oasis.opendocument.text"):
        return Kind.OFFICE
    raise UnreadableFile("bad_archive")


def is_document(name: str) -> bool:
    """Whether a member of an archive is a Word document's text: Word on the web calls it 'word/document2.xml', too."""
    return _DOCUMENT.fullmatch(name) is not None


def _small(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.namelist() and archive.getinfo(name).file_size < 1000


def _compound(path: Path) -> Kind:
    """An OLE container: Word 97 is one, and so is a .docx locked with a password (stream EncryptedPackage)."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFile("encrypted")
    if "WordDocument".encode("utf-16-le") in data:
        return Kind.OFFICE
    raise UnreadableFile("unsupported")
