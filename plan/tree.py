"""The clause tree of a version: walking it, moving every span at once, and the addresses of its clauses.

Short form: sections `II`, items `II.7`, sub-items `II.7.1`, points `II.2.a`, bullets `II.7-2`, sub-bullets `II.7-2+1`,
paragraphs `II.7:1`, table rows `III.3#2`, appendices `PLII`, their rows `PLII#22`, a heading's own line `II.7^`.
A repeated numeral carries its heading: `III(Tổ chức thực hiện).8`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from typing import Protocol, TypeVar

from plan.model import Clause, ClauseKind, Span
from plan.text import squeeze

_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf][\ufe0f\u200d]*\\s*")  # '✅ Công an xã …'
NUMBERED = frozenset({ClauseKind.PART, ClauseKind.SECTION, ClauseKind.ITEM, ClauseKind.POINT, ClauseKind.APPENDIX})


class Tree:
    """Clauses by address, with their text. Built once per version; cheap to make."""

    def __init__(self, text: str, clauses: Sequence[Clause]) -> None:
        self.text = text
        self.clauses = tuple(clauses)
        self._bodies: dict[str, str] = {}

    @cached_property
    def by_address(self) -> dict[str, Clause]:
        """Every clause under its address."""
        return {clause.address: clause for clause in self.clauses}

    @cached_property
    def roots(self) -> tuple[Clause, ...]:
        """Clauses without a parent, in reading order."""
        return tuple(clause for clause in self.clauses if clause.parent is None)

    def children(self, clause: Clause) -> tuple[Clause, ...]:
        """Direct children in reading order, the heading leaf first."""
        return tuple(self.by_address[address] for address in clause.children)

    def parent(self, clause: Clause) -> Clause | None:
        return self.by_address[clause.parent] if clause.parent is not None else None

    def upwards(self, address: str | None) -> Iterator[Clause]:
        """The clause at an address and those around it, innermost first; none where there is no such clause."""
        here = None if address is None else self.by_address.get(address)
        while here is not None:
            yield here
            here = self.parent(here)

    def ancestors(self, clause: Clause) -> tuple[Clause, ...]:
        """From the outermost down to the parent."""
        return tuple(self.upwards(clause.parent))[::-1]

    def leaves(self, clause: Clause) -> Iterator[Clause]:
        """The leaves below (or the clause itself)."""
        if not clause.children:
            yield clause
        for child in self.children(clause):
            yield from self.leaves(child)

    def raw(self, clause: Clause) -> str:
        """Its exact characters."""
        return clause.span.of(self.text)

    def clean(self, clause: Clause) -> str:
        """Its text in one line without Markdown, the mark included; for a garbled leaf what it most likely says."""
        return clause.reading or squeeze(self.raw(clause))

    def body(self, clause: Clause) -> str:
        """Its text in one line without the mark; for a row, its cells under their columns' names."""
        if clause.address not in self._bodies:
            self._bodies[clause.address] = self._body(clause)
        return self._bodies[clause.address]

    def _body(self, clause: Clause) -> str:
        if clause.cells:
            return "; ".join(f"{c.column}: {c.value}" if c.column else c.value for c in clause.cells if c.value)
        cleaned = _PICTURES.sub("", self.clean(clause))
        return (
            cleaned[len(clause.label) :].lstrip(" .):")
            if clause.label and cleaned.startswith(clause.label)
            else cleaned
        )

    def at(self, offset: int) -> Clause | None:
        """The leaf that holds a character."""
        return next((c for c in self.clauses if not c.children and c.span.start <= offset < c.span.end), None)


Thing = TypeVar("Thing")


def mapped(thing: Thing, move: Callable[[Span], Span]) -> Thing:
    """A copy of a frozen dataclass of `plan.model` with `move` applied to each Span inside, however deep."""
    return _moved(thing, move)  # type: ignore[return-value]


def _moved(value: object, move: Callable[[Span], Span]) -> object:
    if isinstance(value, Span):
        return move(value)
    if isinstance(value, tuple):
        return tuple(_moved(item, move) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _moved(getattr(value, f.name), move) for f in fields(value)})
    return value


class Numbered(Protocol):
    """What an address is made from."""

    kind: ClauseKind
    label: str
    key: str
    text: str


_NAMES = {
    ClauseKind.SECTION: "mục",
    ClauseKind.ITEM: "khoản",
    ClauseKind.POINT: "điểm",
    ClauseKind.ROW: "hàng",
    ClauseKind.GROUP: "nhóm",
}


def child_address(parent: str, parent_key: str, node: Numbered, place: int, repeated: bool, group: str) -> str:
    """The short address of a node below `parent`; `place` counts nodes of its kind among its siblings."""
    key = (
        f"{node.key}({short_heading(node.text)})"
        if repeated and node.kind not in (ClauseKind.ROW, ClauseKind.GROUP)
        else node.key
    )
    match node.kind:
        case ClauseKind.APPENDIX:
            return f"PL{key or place}"
        case ClauseKind.PART | ClauseKind.SECTION | ClauseKind.ITEM | ClauseKind.POINT:
            return _numbered(parent, parent_key, node, key)
        case ClauseKind.BULLET:
            sign = "+" if node.label in ("+", "○", "◦") else "-"
            return f"{parent}{sign}{place}"
        case ClauseKind.ROW:
            return f"{parent}#{group + '.' if repeated and group else ''}{node.key or f'({place})'}"
        case ClauseKind.GROUP:
            return f"{parent}#nhóm {node.key or place}"
        case ClauseKind.TABLE_HEAD:
            return f"{parent}#đầu bảng"
        case _:
            return f"{parent}:{place}" if parent else (node.key or f":{place}")


def _numbered(parent: str, parent_key: str, node: Numbered, key: str) -> str:
    if node.kind is ClauseKind.PART and not parent and len(node.label) > 2:
        return f"P{key}"
    if parent_key and key.startswith(parent_key + "."):
        key = key[len(parent_key) + 1 :]
    return f"{parent}.{key}" if parent else key


def short_heading(text: str) -> str:
    """At most five words of a heading in sentence case, for use inside an address."""
    words = re.sub(r"[().#^:]", " ", text).split()[:5]
    return " ".join(words).capitalize()


def _name(node: Numbered) -> str:
    """'khoản 2', 'bước 3' where the plan counts in steps, 'Điều 4', 'mục “Kinh phí”' for a heading without number."""
    if node.kind is ClauseKind.ITEM and not node.label:
        return f"“{node.key}”"
    if node.kind is ClauseKind.SECTION and not node.label:
        return f"mục “{node.key}”"
    own = re.match(r"[^\W\d]{2,}(?: [^\W\d]{2,}){0,3}(?= )", node.label)
    if own is None or node.kind is not ClauseKind.ITEM or own.group().lower() == "khoản":
        return f"{_NAMES[node.kind]} {node.key}"
    name = own.group().lower()
    return f"Điều {node.key[1:]}" if name == "điều" else f"{name} {node.key}"


def in_words(node: Numbered, parent: str, place: int, repeated: bool, group: str) -> str:
    """The address as officers say it, from the node outwards: 'điểm a khoản 2 mục II'."""
    kind = node.kind
    if kind in _NAMES and node.key:
        name = _name(node)
        if repeated and kind is ClauseKind.ROW and group:
            name += f" nhóm {group}"
        elif repeated and kind is not ClauseKind.ROW:
            name += f" “{short_heading(node.text)}”"
        return _join(name, _above(node, parent))
    if kind is ClauseKind.APPENDIX:
        return f"Phụ lục {node.key}".strip()
    if kind is ClauseKind.PART and node.key and node.label:
        chapter = node.label[:1].upper() == "C" and len(node.label) > 2
        return _join(f"{'chương' if chapter else 'phần'} {node.key}", parent)
    if kind is ClauseKind.BULLET:
        return _join(f"{'dấu cộng' if node.label == '+' else 'gạch đầu dòng'} {place}", parent)
    if kind is ClauseKind.ROW:
        return _join(f"hàng thứ {place}", parent)
    if not parent:
        return {"căn cứ": "phần căn cứ", "tiêu ngữ": "phần tiêu ngữ"}.get(node.key, node.key or f"đoạn {place}")
    return _join(f"đoạn {place}" if kind is ClauseKind.PARAGRAPH else f"dòng {place}", parent)


def _above(node: Numbered, parent: str) -> str:
    """'khoản 1.1' already says its item, so 'khoản 1' is not repeated."""
    if node.kind is ClauseKind.ITEM and "." in node.key:
        return re.sub(r"^khoản [\d.]+( “[^”]*”)? ?", "", parent)
    return parent


def _join(name: str, parent: str) -> str:
    return f"{name} {parent}".strip()
