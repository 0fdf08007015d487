"""Text and Markdown files: the canonical text is the file's own text, composed (NFC) and otherwise untouched.

Line ends, spaces and marks stay as they are because every quote is cut from this text by offset.
"""

from __future__ import annotations

import codecs
import contextlib
import re

from ingest.readers.draft import Draft
from ingest.readers.legacy import legacy_warning, recognise, repair_glyphs
from ingest.readers.limits import UnreadableFile
from plan.model import Warning_
from plan.text import nfc

_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MANY_BYTES = re.compile(rb"[\xc3-\xc6][\x80-\xbf]|\xe1[\xba\xbb][\x80-\xbf]")
_BEHIND = "\x00\x1a"  # what old programs fill a file up with
_WINDOWS = (b"\x85", b"\x91", b"\x92", b"\x93", b"\x94", b"\x95", b"\x96", b"\x97", b"\xa0")
LOST = "\ufffd"  # what stands for a character that cannot be read
MOST_LOST = 0.02  # of the letters with marks: more is another encoding
MOST_CONTROL = 0.002  # share of control characters above which a file is data, not prose


def read_text(data: bytes) -> Draft:
    if not data.strip(b"\x00 \t\r\n\x0b\x0c\xef\xbb\xbf"):
        raise UnreadableFile("empty")
    text, encoding = decode(data)
    text = text.rstrip(_BEHIND).replace("\x00", LOST)
    if not text.strip():
        raise UnreadableFile("empty")
    if len(_CONTROL.findall(text)) > MOST_CONTROL * len(text):
        raise UnreadableFile("binary")
    return Draft(nfc(text), how="text", warnings=(*legacy_warning(encoding), *_damage(text)))


def _damage(text: str) -> tuple[Warning_, ...]:
    lost = text.count(LOST)
    return (Warning_("damaged", f"{lost} chữ không đọc được"),) if lost else ()


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding when that is not Unicode."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _with_holes(data, name), ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(data, error)
    if text.rstrip(_BEHIND).count("\x00") > MOST_CONTROL * len(text):
        return _wide(data), ""
    return repair_glyphs(text) or (text, "")


def _with_holes(data: bytes, encoding: str) -> str:
    """The text with LOST where bytes are none of the encoding; refused where that is more than a little damage."""
    text = data.decode(encoding, "punctuation or lost")
    if text.count(LOST) > MOST_LOST * sum(not char.isascii() for char in text) + 1:
        raise UnreadableFile("bad_encoding", f"{text.count(LOST)} of {len(text)}")
    return text


def _punctuation_or_lost(error: UnicodeError) -> tuple[str, int]:
    """What a dash or a quotation mark of Windows stands for within UTF-8, LOST for any other byte."""
    assert isinstance(error, UnicodeDecodeError)
    byte = error.object[error.start : error.start + 1]
    if error.encoding == "utf-8" and byte in _WINDOWS:
        return byte.decode("cp1252"), error.start + 1
    return LOST, error.end


codecs.register_error("punctuation or lost", _punctuation_or_lost)


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    if data.rstrip(_BEHIND.encode()).count(b"\x00") > MOST_CONTROL * len(data):
        return _wide(data), ""
    if sum(len(run) for run in _MANY_BYTES.findall(data)) > len(data) // 20:  # Vietnamese in UTF-8, whatever else
        with contextlib.suppress(UnreadableFile):
            return _with_holes(data, "utf-8"), ""
    recognised = None if _CONTROL.search(data.decode("latin-1")) else recognise(data)
    if recognised is None:
        raise UnreadableFile("bad_encoding" if _looks_like_prose(data) else "binary", f"byte {error.start}")
    return recognised


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: of Latin letters, spaces and line ends every second byte is zero, on one side only."""
    even, odd = data[0:8000:2].count(0), data[1:8000:2].count(0)
    most, least = max(even, odd), min(even, odd)
    if most * 8 < len(data[:8000]) or least * 20 > most:
        raise UnreadableFile("binary")
    return _with_holes(data, "utf-16-le" if odd > even else "utf-16-be")


def _looks_like_prose(data: bytes) -> bool:
    """Mostly printable bytes with spaces: a text in some unknown encoding rather than data."""
    sample = data[:20_000]
    printable = sum(byte >= 0x20 or byte in b"\t\r\n" for byte in sample)
    return printable > 0.99 * len(sample) and sample.count(b" ") * 50 > len(sample)
