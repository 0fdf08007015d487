"""The visible words of a Word paragraph: insertions accepted, deletions and hidden text gone, text boxes kept aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from ingest.readers.docx_parts import ALTERNATE, CHOICE, Element, find, is_on, value, w
from ingest.readers.docx_styles import Styles
from ingest.readers.legacy import from_tcvn3, from_vni

_DROPPED = {w(name) for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "fldData", "rt", "pict")}
_SIGNS = {
    w("tab"): " ",
    w("br"): "\n",
    w("cr"): "\n",
    w("noBreakHyphen"): "-",
    w("ptab"): " ",
    w("softHyphen"): "\u00ad",  # in TCVN3 the letter ư; elsewhere it is dropped when the whole is read
}
_SYMBOLS = {"F0B7": "•", "F02D": "-", "F0A7": "▪", "F0E0": "→", "F0A3": "□", "F0FE": "☒"}
_SPACES = re.compile(r"[ \t\xa0\u2000-\u200a\u202f]+")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\ufeff]")
LEAD = "\ue0bd"  # a character of no language: the end of bold words while a text is put together
_BOX = w("txbxContent")


def words_of(paragraph: Element, styles: Styles) -> str:
    """The text of a paragraph without its automatic number, not yet tidied; soft line breaks stay line ends."""
    hidden = styles.hides(value(paragraph, "pPr", "pStyle") or "")
    return "" if hidden else "".join(_led(list(_weighed(paragraph, styles, paragraph))))


def _led(runs: list[tuple[str, bool]]) -> Iterator[str]:
    """The words of a paragraph; LEAD stands behind bold ones that it begins with, where others follow."""
    first = next((at for at, (words, bold) in enumerate(runs) if not bold and words.strip()), 0)
    led = "".join(words for words, _ in runs[:first])
    end = len(led.rstrip())
    yield f"{led[:end]}{LEAD}{led[end:]}" if end else led
    yield from (words for words, _ in runs[first:])


def split_leads(text: str) -> tuple[str, tuple[int, ...]]:
    """The text without LEAD, and where it stood."""
    parts = text.split(LEAD)
    return "".join(parts), tuple(accumulate(map(len, parts[:-1])))


def tidy(text: str) -> str:
    """Single spaces, no invisible characters; soft hyphens stay until it is known whether they are the ư of TCVN3."""
    lines = (_SPACES.sub(" ", _INVISIBLE.sub("", line)).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def boxes_of(paragraph: Element) -> Iterator[Element]:
    """The text boxes anchored in a paragraph, each once (Word stores a second copy for old versions)."""
    for child in _children(paragraph):
        if child.tag == _BOX:
            yield child
        elif child.tag not in _DROPPED or child.tag == w("pict"):
            yield from boxes_of(child)


def notes_of(paragraph: Element) -> Iterator[str]:
    """The ids of the footnotes and endnotes that a paragraph refers to."""
    for kind in ("footnote", "endnote"):
        for reference in paragraph.iter(w(f"{kind}Reference")):
            yield f"{kind} {reference.get(w('id'))}"


def old_font(body: Element, styles: Styles) -> str:
    """The name of the encoding before Unicode that runs of this body are set in, '' when none is."""
    for run in body.iter(w("r")):
        paragraph = next(iter(run.iterancestors(w("p"))), None)
        font = _font(find(run, "rPr"), styles, paragraph) if paragraph is not None else ""
        if font.startswith((".Vn", "VNI")) and not "".join(_signs(run)).isascii():
            return "TCVN3" if font.startswith(".Vn") else "VNI"
    return ""


def mark_deleted(paragraph: Element) -> bool:
    """Whether the paragraph's end was deleted under change tracking: it runs on into the next one."""
    properties = find(paragraph, "pPr", "rPr")
    return find(properties, "del") is not None or find(properties, "moveFrom") is not None


def _children(element: Element) -> list[Element]:
    if element.tag != ALTERNATE:
        return [child for child in element if isinstance(child.tag, str)]
    choice = element.find(CHOICE)
    return list(choice) if choice is not None else [grand for child in element for grand in child]


def _weighed(element: Element, styles: Styles, paragraph: Element) -> Iterator[tuple[str, bool]]:
    """The words of each run, and whether they are set in bold though the paragraph as a whole is not."""
    for child in _children(element):
        if child.tag in _DROPPED or child.tag == _BOX:
            continue
        if child.tag == w("r"):
            properties = find(child, "rPr")
            bold = is_on(properties, "b") or styles.is_bold(value(properties, "rStyle") or "")
            yield _run(child, styles, paragraph), bold
        else:
            yield from _weighed(child, styles, paragraph)


def _run(run: Element, styles: Styles, paragraph: Element) -> str:
    properties = find(run, "rPr")
    if is_on(properties, "vanish") or styles.hides(value(properties, "rStyle") or ""):
        return ""
    return _old_font("".join(_signs(run)), _font(properties, styles, paragraph))


def _signs(run: Element) -> Iterator[str]:
    for child in _children(run):
        if child.tag == w("t"):
            yield child.text or ""
        elif child.tag == w("sym"):
            yield _SYMBOLS.get((child.get(w("char")) or "").upper(), "")
        elif child.tag == w("br") and child.get(w("type")) in ("page", "column"):
            yield "\n"
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == ALTERNATE:
            yield from _signs(child)


def _font(properties: Element | None, styles: Styles, paragraph: Element) -> str:
    own = find(properties, "rFonts")
    if own is not None and own.get(w("ascii")):
        return own.get(w("ascii")) or ""
    return styles.font(value(paragraph, "pPr", "pStyle") or styles.default)


def _old_font(text: str, font: str) -> str:
    """Text typed in a .VnTime or VNI font is legacy bytes; capital fonts (.VnTimeH) hold their capitals in the font."""
    if text.isascii():
        return text.upper() if font.startswith(".Vn") and font.endswith("H") else text
    if font.startswith(".Vn"):
        plain = from_tcvn3(_bytes(text))
        return plain.upper() if font.endswith("H") else plain
    return from_vni(_bytes(text)) if font.startswith("VNI") else text


def _bytes(text: str) -> bytes:
    return b"".join(char.encode("cp1252", "ignore") or char.encode("latin-1", "replace") for char in text)
