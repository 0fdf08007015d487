"""The clause tree: blocks become nested clauses, each with a unique address, a span and the address in words.

Every non-blank character of the text lies in exactly one leaf. A clause that has children carries its own first lines
as a leaf of kind HEADING (address with `^`), so nothing is left between the leaves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.blocks import Block, blocks_of
from ingest.grouping import Node, regroup
from ingest.headings import LAST_LABEL
from ingest.lines import split_lines
from ingest.marks import Level, Mark
from ingest.tables import Row, rows_of
from ingest.zones import Zone
from plan.model import Clause, ClauseKind, Span, Warning_
from plan.text import squeeze
from plan.tree import child_address, in_words

BOLD = 7  # the depth of a line all in bold, below the six of Markdown
DEEPEST = 16  # clauses above one another; what a mangled file nests deeper stands beside
_KINDS = {
    Level.APPENDIX: ClauseKind.APPENDIX,
    Level.PART: ClauseKind.PART,
    Level.CHAPTER: ClauseKind.PART,
    Level.SECTION: ClauseKind.SECTION,
    Level.LETTER: ClauseKind.SECTION,
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
    Zone.CONTENTS: ("mục lục", ClauseKind.TRAILER),
}


@dataclass(frozen=True, slots=True)
class Outline:
    """The clauses in reading order, parents before children, and what was odd on the way."""

    clauses: tuple[Clause, ...]
    warnings: tuple[Warning_, ...]


def outline(text: str, leads: Iterable[int] = ()) -> Outline:
    """Cut a canonical text into its clause tree. Never fails; a text without any mark becomes paragraphs.

    `leads` as in SourceText.
    """
    root = Node(ClauseKind.PART, -1, "", "", "", 0, 0)
    stack = [root]
    warnings: list[Warning_] = []
    for block in blocks_of(list(split_lines(text, leads))):
        if block.zone is not Zone.BODY:
            stack = _place_zone(root, block, stack)
        elif block.table:
            _place_rows(_owner(stack), rows_of(block.lines))
        else:
            _place(stack, block, warnings)
    regroup(root)
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
    depth = _depth(block)
    level = _settle(stack, mark, depth)
    if mark.level == Level.TEXT:
        _owner(stack)
    kind = _KINDS.get(Level(mark.level) if mark.level in _KINDS else Level.ITEM, ClauseKind.ITEM)
    body = squeeze(block.text[mark.rest :])
    node = Node(kind, level, mark.label, mark.key, body, block.start, block.end, style=mark.style, depth=depth)
    stack[-1].children.append(node)
    if len(stack) < DEEPEST:
        stack.append(node)


def _depth(block: Block) -> int:
    """How deep its Markdown heading stands, a line all in bold below them all; 0 for ordinary lines."""
    line = block.lines[0]
    return line.depth or (BOLD if line.all_bold and block.mark.level < Level.POINT else 0)


def _settle(stack: list[Node], mark: Mark, depth: int) -> int:
    """Leave the clauses that end where this mark begins; the level it stands at."""
    if mark.level in (Level.DASH, Level.PLUS):
        return _bullet(stack, mark)
    if mark.style in ("", "letter"):
        return _numbered(stack, mark, depth)
    if mark.style.startswith("#"):
        return _below_hashes(stack, depth)
    if mark.style == LAST_LABEL:
        while len(stack) > 1 and not stack[-1].style.startswith(("label", "caps")) and stack[-1].style:
            stack.pop()
    if mark.style.startswith("label"):
        _leave_series(stack)
    same = next((i for i in range(len(stack) - 1, 0, -1) if _kin(stack[i].style) == _kin(mark.style)), None)
    if mark.style == "caps":
        same = same or next((i for i, node in enumerate(stack) if node.level >= Level.SECTION), None)
    if same is not None:
        level = stack[same].level
        del stack[same:]
        return level if mark.style != "caps" else max(level, Level.SECTION)
    while len(stack) > 1 and (stack[-1].level >= Level.DASH or _is_sentence(stack[-1], mark)):
        stack.pop()
    return max(stack[-1].level + 1, mark.level)


def _leave_series(stack: list[Node]) -> None:
    """A label behind 'Giai đoạn 4' is none of it where no 'Giai đoạn' before had one."""
    at = next((i for i in range(len(stack) - 1, 0, -1) if stack[i].style.startswith("series")), 0)
    before = [node for node in stack[at - 1].children[:-1] if node.style == stack[at].style] if at else []
    if before and not any(child.style.startswith("label") for node in before for child in node.children):
        del stack[at:]


def _kin(style: str) -> str:
    return "label" if style == LAST_LABEL else style


def _bullet(stack: list[Node], mark: Mark) -> int:
    """Of two signs the one that came first is the outer one: '+ Việc' above '- Chủ trì: …', or the other way round."""
    sign = _sign(mark.label)
    open_ = [i for i in range(len(stack)) if stack[i].kind is ClauseKind.BULLET]
    same = next((i for i in reversed(open_) if _sign(stack[i].label) == sign), None)
    if same is not None:
        del stack[same:]
        return stack[-1].level + 1 if same > open_[0] else Level.DASH
    while stack[-1].level >= Level.DASH and stack[-1].kind is not ClauseKind.BULLET:
        stack.pop()
    return stack[-1].level + 1 if open_ else Level.DASH


def _sign(label: str) -> str:
    return "-" if label in "–—-" else label


def _numbered(stack: list[Node], mark: Mark, depth: int) -> int:
    """By the level of the number; a number in running text stands below one that is set as a heading."""
    level = min(mark.level, Level.TEXT)
    while len(stack) > 1:
        top = stack[-1]
        if top.style.startswith("#") and 0 < depth <= top.depth:
            stack.pop()
        elif not depth and top.depth and level <= top.level and _begins_below(top, mark):
            return top.level + 1
        elif top.level >= level:
            stack.pop()
        else:
            break
    return level


def _begins_below(top: Node, mark: Mark) -> bool:
    """Whether a plain number stands below one that is set as a heading: the next after it stands beside it, where no
    number stands below it yet."""
    counted = any(child.kind is ClauseKind.ITEM for child in top.children)
    goes_on = not counted and top.key == str(mark.number - 1)
    return mark.level in range(Level.ITEM, Level.POINT) and not goes_on


def _below_hashes(stack: list[Node], depth: int) -> int:
    while len(stack) > 1 and not 0 < stack[-1].depth < depth:
        stack.pop()
    return max(stack[-1].level + 1, Level.SECTION)


def _is_sentence(node: Node, mark: Mark) -> bool:
    """Items that are sentences of their own head nothing: a label behind them stands beside them."""
    if mark.style.startswith(("series", "(")) and node.level < Level.POINT:
        return False
    return node.level >= Level.ITEM and (len(node.text) > 90 or node.text.rstrip().endswith((".", ";")))


def _place_rows(owner: Node, rows: list[Row]) -> None:
    kinds = {"head": ClauseKind.TABLE_HEAD, "group": ClauseKind.GROUP, "row": ClauseKind.ROW}
    for row in rows:
        text = "; ".join(f"{c.column}: {c.value}" if c.column else c.value for c in row.filled)
        if row.kind == "group":
            text = row.filled[-1].value if row.filled else ""
        node = Node(kinds[row.kind], Level.TEXT, row.label, row.label, text, row.start, row.end, cells=tuple(row.cells))
        owner.children.append(node)


def _address(root: Node, warnings: list[Warning_]) -> None:
    _address_children(root, Counter(), warnings)


def _address_children(parent: Node, seen: Counter[str], warnings: list[Warning_]) -> None:
    keys = Counter((node.kind, node.key) for node in parent.children if node.key)
    counts: dict[ClauseKind, int] = {}
    group = ""
    for node in parent.children:
        group = node.key if node.kind is ClauseKind.GROUP and node.key else group
        counts[node.kind] = counts.get(node.kind, 0) + 1
        repeated = bool(node.key) and keys[node.kind, node.key] > 1
        if repeated and node.kind in (ClauseKind.SECTION, ClauseKind.ITEM, ClauseKind.PART):
            warnings.append(Warning_("repeated_numeral", f"{node.label} {node.text[:60]}"))
        name = child_address(parent.address, parent.key, node, counts[node.kind], repeated, group)
        node.address = _unique(name, seen)
        node.words = in_words(node, parent.words, counts[node.kind], repeated, group)
        _address_children(node, seen, warnings)


def _unique(name: str, seen: Counter[str]) -> str:
    """The name itself, or with a number behind it when another clause bears it already."""
    chosen = name
    while seen[chosen]:
        seen[name] += 1
        chosen = f"{name}~{seen[name]}"
    seen[chosen] = 1
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
