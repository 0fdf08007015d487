"""Vietnamese before Unicode: TCVN3 (the .VnTime fonts), VNI-Windows and Windows-1258, turned into Unicode.

Old templates and references still arrive this way. A decoding is accepted only when what comes out reads as
Vietnamese (see `quality`), never because the bytes happen to be legal.
"""

from __future__ import annotations

import re
import unicodedata

from ingest.readers.quality import is_syllable, measure
from plan.model import Warning_

# TCVN 5712-1, bytes 0x80-0xFF; 0xB0-0xB4 are combining tones. Upper half as glibc's TCVN5712-1 has it.
_TCVN = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ\xa0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323"
    "àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
_VNI_SINGLE = dict(zip("ñÑíÍìÌæÆóÓòÒôÔöÖîÎ", "đĐíÍìÌỉỈĩĨịỊơƠưƯỵỴ", strict=True))
_TONES = (
    "\u0301 \u0300 \u0309 \u0303 \u0323 \u0302 \u0302\u0301 \u0302\u0300 \u0302\u0309 "
    "\u0302\u0303 \u0302\u0323 \u0306 \u0306\u0301 \u0306\u0300 \u0306\u0309 \u0306\u0303 \u0306\u0323"
)
_VNI_MARKS = dict(zip("ùøûõïâáàåãäêéèúüë", _TONES.split(), strict=True))
_VNI_PAIR = re.compile(f"([aeouyôö])([{''.join(_VNI_MARKS)}])|([ñíìæóòôöî])", re.IGNORECASE)
_DASHED = re.compile(r"[^\W\d_]*(?:-[^\W\d_]*)+")
_SMALL, _TWO, _CODE = re.compile(r"[a-z]"), re.compile(r"[A-Z].*[A-Z]"), re.compile(r"\d[/.-]*[A-ZĐ]{2}")
_HIGH = re.compile("[\x80-\xff]")


def from_tcvn3(data: bytes) -> str:
    """TCVN3 bytes; capitals with accents exist only in capital fonts, so they come out as lower case."""
    text = "".join(chr(byte) if byte < 0x80 else _TCVN[byte - 0x80] for byte in data)
    return unicodedata.normalize("NFC", text)


def from_vni(data: bytes) -> str:
    """VNI-Windows bytes: a base letter followed by a byte that carries hat and tone together."""
    return unicodedata.normalize("NFC", _VNI_PAIR.sub(_vni_letter, data.decode("cp1252", "replace")))


def _vni_letter(match: re.Match[str]) -> str:
    base, mark, alone = match.groups()
    if alone:
        return _VNI_SINGLE[alone]
    return _VNI_SINGLE.get(base, base) + _VNI_MARKS[mark.lower()]


def from_windows_1258(data: bytes) -> str:
    """Windows-1258: Latin letters with combining tones."""
    return unicodedata.normalize("NFC", data.decode("cp1258", "replace"))


def with_lost_u(word: str) -> str:
    """A word of a .VnTime text whose ư (0xAD, a soft hyphen elsewhere) has come out as '-': 'tr-ớc' → 'trước'."""
    return _DASHED.sub(_u_for_dash, word) if "-" in word else word


def _u_for_dash(match: re.Match[str]) -> str:
    whole = match.group().replace("-", "Ư" if match.group().isupper() else "ư")
    return whole if len(whole) > 1 and is_syllable(whole.lower()) else match.group()


def legacy_warning(encoding: str) -> tuple[Warning_, ...]:
    """What the admin is told of a text that was typed before Unicode; nothing when `encoding` is ''."""
    if not encoding:
        return ()
    return (Warning_("legacy_encoding", encoding),)


DECODERS = {"TCVN3": from_tcvn3, "VNI": from_vni, "Windows-1258": from_windows_1258}


def recognise(data: bytes) -> tuple[str, str] | None:
    """The text and the name of the legacy encoding that makes good Vietnamese of these bytes, if one does."""
    tried = [(measure(text), text, name) for name, text in ((n, decode(data)) for n, decode in DECODERS.items())]
    good = [(quality.score, text, name) for quality, text, name in tried if _convincing(quality.words, quality.score)]
    if not good:
        return None
    _, text, name = max(good)
    return (raised(text) if name == "TCVN3" else text), name


def raised(text: str) -> str:
    """Lines of capitals as they were seen: TCVN3 has few capitals with accents, so 'KẾ HOẠCH' comes out as 'Kế HOạCH'.

    A whole line without a plain small letter is one of capitals; elsewhere a word with two plain capitals is.
    """
    return "".join(_raised_line(line) for line in text.splitlines(keepends=True))


def _raised_line(line: str) -> str:
    parts = re.split(r"(\s+)", line)
    words = [part for part in parts if any(map(str.isalpha, part))]
    if len(words) > 1 and not any(_SMALL.search(word) or _CODE.search(word) for word in words):
        return line.upper()
    return "".join(part.upper() if not _SMALL.search(part) and _TWO.search(part) else part for part in parts)


def _convincing(words: int, score: float) -> bool:
    return words >= 5 and score >= 0.7


def repair_glyphs(text: str) -> tuple[str, str] | None:
    """Unicode text that is really legacy bytes seen as Latin letters ("KÕ ho¹ch"), as Word with .VnTime stores it."""
    before = measure(text)
    if not before.enough or before.score > 0.3 or not _HIGH.search(text):
        return None
    try:
        return recognise(text.encode("cp1252"))
    except UnicodeEncodeError:
        return recognise(bytes_of(text))


def bytes_of(text: str) -> bytes:
    """Bytes of a text whose other characters (dashes, quotes) have no place in cp1252."""
    return b"".join(char.encode("cp1252", "ignore") or char.encode("latin-1", "replace") for char in text)
