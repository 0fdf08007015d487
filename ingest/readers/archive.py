"""Word files are zip archives of XML. Members are taken out within limits and parsed without entities or networks."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from ingest.readers.docx_names import Element
from ingest.readers.faults import UnreadableFile
from ingest.readers.limits import Limits

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
    if len(members) > 20_000 or sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise UnreadableFile("zip_bomb")
    for member in members:
        if member.file_size > _SMALL and member.file_size > limits.unpacked_ratio * max(1, member.compress_size):
            raise UnreadableFile("zip_bomb", member.filename)


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


def _doctype(root: Any) -> str:
    return str(root.getroottree().docinfo.doctype)
