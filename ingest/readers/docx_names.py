"""Short names for WordprocessingML elements and attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol

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
    text = value(element, *path)
    return int(text[:LONGEST_NUMBER]) if text and re.fullmatch(r"-?[0-9]+", text) else default


def is_on(properties: Element | None, name: str) -> bool:
    """Whether a toggle such as `vanish` is set."""
    found = find(properties, name)
    return found is not None and (found.get(w("val")) or "true") not in ("0", "false", "off")


def whole(text: str | None) -> int:
    """A whole number in ordinary digits, 0 for anything else ('①' is a digit and no number)."""
    return int(text[:LONGEST_NUMBER]) if text and re.fullmatch(r"-?[0-9]+", text) else 0
