"""Addresses of clauses: the short form (`II.2.a`) and the words of Vietnamese administration ("điểm a khoản 2 mục II").

Short form: sections `II`, items `II.7`, sub-items `II.7.1`, points `II.2.a`, bullets `II.7-2`, sub-bullets `II.7-2+1`,
paragraphs `II.7:1`, table rows `III.3#2`, appendices `PLII`, their rows `PLII#22`, a heading's own line `II.7^`.
A repeated numeral carries its heading: `III(Tổ chức thực hiện).8`.
"""

from __future__ import annotations

import re
from typing import Protocol

from plan.model import ClauseKind


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
