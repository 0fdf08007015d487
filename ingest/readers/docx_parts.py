"""Parts of a Word file: taken out of the archive within limits, parsed without entities or networks; short names."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from lxml import etree  # type: ignore[import-untyped]

from ingest.readers.limits import Limits, UnreadableFile

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
LONGEST_NUMBER = 9  # digits: what a broken file writes behind them is no count of anything
CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"


class Element(Protocol):
    """The part of lxml's element that is used here (lxml is published without types)."""

    tag: Any
    text: str | None

    def get(self, key: str) -> str | None: ...
    def find(self, path: str) -> Element | None: ...
    def findall(self, path: str) -> list[Element]: ...
    def iter(self, *tags: str) -> Iterator[Element]: ...
    def iterancestors(self, *tags: str) -> Iterator[Element]: ...
    def __iter__(self) -> Iterator[Element]: ...


def loosen(data: bytes) -> bytes:
    """Strict OOXML differs in its namespace only; make it the usual one."""
    return data.replace(_STRICT.encode(), _W[1:-1].encode())


def w(name: str) -> str:
    """The full name of an element or attribute of the main namespace."""
    return _W + name


def find(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of child names."""
    for name in path:
        if element is None:
            return None
        element = element.find(w(name))
    return element


def value(element: Element | None, *path: str) -> str | None:
    """The `val` attribute of the element at the end of a path."""
    found = find(element, *path)
    return None if found is None else found.get(w("val"))


def number(element: Element | None, *path: str, default: int = 0) -> int:
    """The same as a whole number."""
    return whole(value(element, *path), default)


def is_on(properties: Element | None, name: str) -> bool:
    """Whether a toggle such as `vanish` is set."""
    found = find(properties, name)
    return found is not None and (found.get(w("val")) or "true") not in ("0", "false", "off")


def whole(text: str | None, default: int = 0) -> int:
    """A whole number in ordinary digits, the default for anything else ('①' is a digit and no number)."""
    return int(text[:LONGEST_NUMBER]) if text and re.fullmatch(r"-?[0-9]+", text) else default


_NO_CHARACTER = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:\d|1[1-9]|2\d|3[01]|x0?[0-9a-fA-F]|x1[0-9a-fA-F]);")
_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)")
_SMALL = 1024 * 1024  # ratios below this size say nothing: an empty style sheet packs a hundredfold


def check_archive(path: Path, limits: Limits) -> None:
    """Refuse archives that are locked or unpack to something a document never is, before unpacking anything."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableFile("truncated", str(error)) from None
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile("encrypted")
    if sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise UnreadableFile("zip_bomb")
    for member in members:
        if member.file_size > _SMALL and member.file_size > limits.unpacked_ratio * max(1, member.compress_size):
            raise UnreadableFile("zip_bomb", member.filename)


def members(path: Path) -> list[str]:
    """The names within an archive that was checked."""
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def read_member(path: Path, name: str, limits: Limits) -> bytes | None:
    """The bytes of one member, None when there is none. The declared size is not believed."""
    try:
        with zipfile.ZipFile(path) as archive:
            if name not in archive.namelist():
                return None
            with archive.open(name) as member:
                data = member.read(limits.unpacked_bytes + 1)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile("truncated", f"{name}: {error}") from None
    if len(data) > limits.unpacked_bytes:
        raise UnreadableFile("zip_bomb", name)
    return data


def parse_xml(data: bytes) -> Element:
    """The root element; a document type (the door for entity bombs and file theft) is refused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: Element = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile("xml_entities" if b"<!DOCTYPE" in data[:2000] else "truncated", str(error)) from None
    if _doctype(root):
        raise UnreadableFile("xml_entities")
    return root


def mend_xml(data: bytes) -> Element | None:
    """What can be read of damaged XML; None where that is nothing, or where it declares a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    data = _AMPERSAND.sub(b"&amp;", _NO_CHARACTER.sub(b"", data)).strip()
    root: Element | None = etree.fromstring(data, parser) if data else None
    return None if root is None or _doctype(root) else root


def _doctype(root: Any) -> str:
    return str(root.getroottree().docinfo.doctype)
