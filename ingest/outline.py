"""The clause tree: blocks become nested clauses, each with a unique address, a span and the address in words.

Every non-blank character of the text lies in exactly one leaf. A clause that has children carries its own first lines
as a leaf of kind HEADING (address with `^`), so nothing is left between the leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.blocks import Block, Zone, blocks_of
from ingest.lines import split_lines
from ingest.marks import Level
from ingest.tables import Row, rows_of
from plan.address import child_address, in_words
from plan.model import Cell, Clause, ClauseKind, Span, Warning_
from plan.text import squeeze

_KINDS = {
    Level.APPENDIX: ClauseKind.APPENDIX,
    Level.PART: ClauseKind.PART,
    Level.SECTION: ClauseKind.SECTION,
    Level.POINT: ClauseKind.POINT,
    Level.DASH: ClauseKind.BULLET,
    Level.PLUS: ClauseKind.BULLET,
    Level.TEXT: ClauseKind.PARAGRAPH,
}
_ZONES = {
    Zone.LETTERHEAD: ("tiêu ngữ", ClauseKind.LETTERHEAD),
    Zone.TITLE: ("tiêu đề", ClauseKind.TITLE),
    Zone.OPENING: ("căn cứ", ClauseKind.OPENING),
    Zone.ENDING: ("kết luận", ClauseKind.PARAGRAPH),
    Zone.RECIPIENTS: ("nơi nhận", ClauseKind.CLOSING),
    Zone.SIGNATURE: ("phần ký", ClauseKind.SIGNATURE),
    Zone.TRAILER: ("chữ ký số", ClauseKind.TRAILER),
}


@dataclass(slots=True)
class Node:
    """A clause while the tree is built."""

    kind: ClauseKind
    level: int
    label: str
    key: str
    text: str  # own cleaned text, without the mark
    start: int
    end: int  # of its own lines; children may lie behind
    children: list[Node] = field(default_factory=list)
    cells: tuple[Cell, ...] = ()
    address: str = ""
    words: str = ""

    @property
    def last(self) -> int:
        """One past the last character of the subtree."""
        return max([self.end, *(child.last for child in self.children)])


@dataclass(frozen=True, slots=True)
class Outline:
    """The clauses in reading order, parents before children, and what was odd on the way."""

    clauses: tuple[Clause, ...]
    warnings: tuple[Warning_, ...]


def outline(text: str) -> Outline:
    """Cut a canonical text into its clause tree. Never fails; a text without any mark becomes paragraphs."""
    root = Node(ClauseKind.PART, -1, "", "", "", 0, 0)
    stack = [root]
    warnings: list[Warning_] = []
    for block in blocks_of(list(split_lines(text))):
        if block.zone is not Zone.BODY:
            stack = _place_zone(root, block, stack)
        elif block.table:
            _place_rows(_owner(stack), rows_of(block.lines))
        else:
            _place(stack, block, warnings)
    _address(root, warnings)
    return Outline(tuple(_freeze(root)), tuple(warnings))


def _place_zone(root: Node, block: Block, stack: list[Node]) -> list[Node]:
    """Letterhead, title, opening, ending, recipients and signature each gather under one node of their own."""
    name, kind = _ZONES[block.zone]
    home = next((node for node in reversed(root.children) if node.key == name), None)
    if home is None or root.children[-1] is not home:
        home = Node(kind, Level.PART, "", name, "", block.start, block.start)
        root.children.append(home)
    home.children.append(Node(kind, Level.TEXT, block.mark.label, "", block.text, block.start, block.end))
    return [root]


def _owner(stack: list[Node]) -> Node:
    """The numbered clause that plain text or a table belongs to: bullets do not own what follows them."""
    while stack[-1].level >= Level.DASH:
        stack.pop()
    return stack[-1]


def _place(stack: list[Node], block: Block, warnings: list[Warning_]) -> None:
    mark = block.mark
    if mark.doubtful:
        warnings.append(Warning_("garbled_numeral", f"{mark.label} → {mark.key}"))
    while stack[-1].level >= min(mark.level, Level.TEXT) and len(stack) > 1:
        stack.pop()
    if mark.level == Level.TEXT:
        _owner(stack)
    kind = _KINDS.get(Level(mark.level) if mark.level in _KINDS else Level.ITEM, ClauseKind.ITEM)
    body = squeeze(block.text[mark.rest :])
    node = Node(kind, mark.level, mark.label, mark.key, body, block.start, block.end)
    stack[-1].children.append(node)
    stack.append(node)


def _place_rows(owner: Node, rows: list[Row]) -> None:
    kinds = {"head": ClauseKind.TABLE_HEAD, "group": ClauseKind.GROUP, "row": ClauseKind.ROW}
    for row in rows:
        text = "; ".join(f"{c.column}: {c.value}" if c.column else c.value for c in row.filled)
        if row.kind == "group":
            text = row.filled[-1].value if row.filled else ""
        node = Node(kinds[row.kind], Level.TEXT, row.label, row.label, text, row.start, row.end, cells=tuple(row.cells))
        owner.children.append(node)


def _address(root: Node, warnings: list[Warning_]) -> None:
    seen: set[str] = set()
    _address_children(root, seen, warnings)


def _address_children(parent: Node, seen: set[str], warnings: list[Warning_]) -> None:
    keys = [(node.kind, node.key) for node in parent.children if node.key]
    counts: dict[ClauseKind, int] = {}
    group = ""
    for node in parent.children:
        group = node.key if node.kind is ClauseKind.GROUP and node.key else group
        counts[node.kind] = counts.get(node.kind, 0) + 1
        repeated = bool(node.key) and keys.count((node.kind, node.key)) > 1
        if repeated and node.kind in (ClauseKind.SECTION, ClauseKind.ITEM, ClauseKind.PART):
            warnings.append(Warning_("repeated_numeral", f"{node.label} {node.text[:60]}"))
        name = child_address(parent.address, parent.key, node, counts[node.kind], repeated, group)
        node.address = _unique(name, seen)
        node.words = in_words(node, parent.words, counts[node.kind], repeated, group)
        _address_children(node, seen, warnings)


def _unique(name: str, seen: set[str]) -> str:
    chosen, number = name, 1
    while chosen in seen:
        number += 1
        chosen = f"{name}~{number}"
    seen.add(chosen)
    return chosen


def _freeze(root: Node) -> list[Clause]:
    clauses: list[Clause] = []
    for node in root.children:
        _freeze_into(node, None, clauses)
    return clauses


def _freeze_into(node: Node, parent: str | None, clauses: list[Clause]) -> None:
    head = _heading_leaf(node)
    children = ((head.address,) if head else ()) + tuple(child.address for child in node.children)
    start = node.start if not node.children else min(node.start, node.children[0].start)
    heading = node.text if node.children or node.kind is ClauseKind.GROUP else ""
    clauses.append(
        Clause(
            node.address,
            node.kind,
            node.label,
            heading,
            Span(start, node.last),
            parent,
            children,
            node.cells,
            node.words,
        )
    )
    if head:
        clauses.append(head)
    for child in node.children:
        _freeze_into(child, node.address, clauses)


def _heading_leaf(node: Node) -> Clause | None:
    if not node.children or node.end <= node.start:
        return None
    return Clause(
        f"{node.address}^",
        ClauseKind.HEADING,
        node.label,
        node.text,
        Span(node.start, node.end),
        node.address,
        words=f"tiêu đề {node.words}",
    )
