"""Text and Markdown files: the canonical text is the file's own text, composed (NFC) and otherwise untouched.

Line ends, spaces and marks stay as they are because every quote is cut from this text by offset.
"""

from __future__ import annotations

import re

from ingest.readers.draft import Draft
from ingest.readers.legacy import legacy_warning, recognise, repair_glyphs
from ingest.readers.limits import UnreadableFile
from plan.text import nfc

_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MOST_CONTROL = 0.002  # share of control characters above which a file is data, not prose


def read_text(data: bytes) -> Draft:
    if not data.strip(b"\x00 \t\r\n\x0b\x0c\xef\xbb\xbf"):
        raise UnreadableFile("empty")
    text, encoding = decode(data)
    if not text.strip():
        raise UnreadableFile("empty")
    if len(_CONTROL.findall(text)) > MOST_CONTROL * len(text):
        raise UnreadableFile("binary")
    return Draft(nfc(text), how="text", warnings=legacy_warning(encoding))


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding when that is not Unicode."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _strictly(data, name), ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(data, error)
    if "\x00" in text:
        return _wide(data), ""
    return repair_glyphs(text) or (text, "")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile("bad_encoding", str(error)) from None


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    if b"\x00" in data:
        return _wide(data), ""
    recognised = None if _CONTROL.search(data.decode("latin-1")) else recognise(data)
    if recognised is None:
        raise UnreadableFile("bad_encoding" if _looks_like_prose(data) else "binary", f"byte {error.start}")
    return recognised


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: of Latin letters, spaces and line ends every second byte is zero, on one side only."""
    even, odd = data[0:8000:2].count(0), data[1:8000:2].count(0)
    most, least = max(even, odd), min(even, odd)
    if len(data) % 2 or most * 8 < len(data[:8000]) or least * 20 > most:
        raise UnreadableFile("binary")
    return _strictly(data, "utf-16-le" if odd > even else "utf-16-be")


def _looks_like_prose(data: bytes) -> bool:
    """Mostly printable bytes with spaces: a text in some unknown encoding rather than data."""
    sample = data[:20_000]
    printable = sum(byte >= 0x20 or byte in b"\t\r\n" for byte in sample)
    return printable > 0.99 * len(sample) and sample.count(b" ") * 50 > len(sample)
