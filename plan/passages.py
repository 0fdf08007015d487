"""What can be found: the passages of a plan, each with its lines. Retrieval, ranking and citing all speak of these.

A passage is the smallest clause an officer would cite: an item or point with its field lines, a table row, a unit's
duties, the opening, the recipients. Its lines are the bullets, sentences or cells that could be quoted alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plan.fields import field_line, label_field
from plan.model import Clause, ClauseKind, Field, PlanVersion, Span
from plan.text import fold, squeeze
from plan.tree import NUMBERED, Tree

_LONG = 220
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-ZÀ-ỸĐ(“\"])")
_ZONES = {
    ClauseKind.LETTERHEAD: "Số, ngày ban hành",
    ClauseKind.TITLE: "Tên kế hoạch",
    ClauseKind.OPENING: "Căn cứ ban hành",
    ClauseKind.CLOSING: "Nơi nhận",
    ClauseKind.SIGNATURE: "Người ký",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A quotable piece of a passage: cleaned text for search, span for the quote."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Passage:
    """A findable clause: `path` is the chain of headings above and at it, outermost first."""

    address: str
    kind: ClauseKind
    path: tuple[str, ...]
    text: str
    span: Span
    lines: tuple[Line, ...]

    def embedded(self) -> str:
        """The text that is embedded for the whole passage, without the model's prefix."""
        return f"{' > '.join(self.path[-3:])}\n{self.text}" if self.path else self.text

    def embedded_lines(self) -> tuple[str, ...]:
        """The texts embedded for its lines, each under the nearest heading."""
        head = self.path[-1] if self.path else ""
        return tuple(f"{head}: {line.text}" if head else line.text for line in self.lines)


def passages_of(version: PlanVersion) -> tuple[Passage, ...]:
    """All passages of a version in reading order; every leaf but headings and trailer lies in one."""
    tree = Tree(version.text, version.clauses)
    found: list[Passage] = []
    for root in tree.roots:
        found += _visit(tree, root, ())
    return tuple(found)


def _visit(tree: Tree, clause: Clause, path: tuple[str, ...]) -> Iterator[Passage]:
    if clause.kind is ClauseKind.TRAILER:
        return
    if clause.kind in _ZONES:
        yield _passage(tree, clause, (_ZONES[clause.kind],), tree.leaves(clause))
        return
    if not clause.children:
        yield _passage(tree, clause, path, [clause])
        return
    here = (*path, squeeze(f"{clause.label} {clause.heading}")) if clause.heading else path
    own = [child for child in tree.children(clause) if not _separate(tree, clause, child)]
    content = [leaf for child in own for leaf in tree.leaves(child) if not _only_heads(leaf, clause)]
    apart = [child for child in tree.children(clause) if _separate(tree, clause, child)]
    if content or (not apart and clause.heading):
        yield _passage(tree, clause, here, content or list(tree.leaves(clause)))
    yield from _visit_apart(tree, apart, here)


def _only_heads(leaf: Clause, clause: Clause) -> bool:
    """The clause's own heading and the header rows of its tables say nothing by themselves."""
    return leaf.kind is ClauseKind.TABLE_HEAD or (leaf.kind is ClauseKind.HEADING and leaf.parent == clause.address)


def _visit_apart(tree: Tree, children: list[Clause], path: tuple[str, ...]) -> Iterator[Passage]:
    groups: list[str] = []
    for child in children:
        if child.kind is ClauseKind.GROUP:
            groups = [*groups[: 0 if re.fullmatch(r"[IVX]*", child.label) else 1], child.heading]
        elif child.kind is ClauseKind.ROW:
            yield _passage(tree, child, (*path, *groups), [child])
        else:
            yield from _visit(tree, child, path)


def _separate(tree: Tree, parent: Clause, child: Clause) -> bool:
    """Whether a child is a passage of its own rather than a line of its parent's."""
    if child.kind in (ClauseKind.ROW, ClauseKind.GROUP):
        return True
    if child.kind is ClauseKind.BULLET:
        return any(
            _names_field(tree.body(leaf)) for leaf in tree.leaves(child) if leaf.address != f"{child.address}^"
        ) and bool(child.children)
    if child.kind not in NUMBERED:
        return False
    return not _is_field_point(tree, parent, child)


def _is_field_point(tree: Tree, parent: Clause, child: Clause) -> bool:
    """Points that are the fields of their item: 'a) Nội dung thực hiện … b) Cơ quan thực hiện …'."""
    if child.kind is not ClauseKind.POINT:
        return False
    fields = [point_field(tree, sister) for sister in tree.children(parent) if sister.kind is ClauseKind.POINT]
    named = [field for field in fields if field]
    return len(named) >= 2 and point_field(tree, child) is not None and (Field.LEAD in named or Field.DEADLINE in named)


def point_field(tree: Tree, clause: Clause) -> Field | None:
    """The field a clause's first line names: a label with a value, or a label alone as its heading."""
    text = clause.heading or tree.body(clause)
    found = field_line(text)
    if found:
        return found[0]
    return label_field(text) if len(text) < 40 else None


def _names_field(text: str) -> bool:
    found = field_line(text)
    return found is not None and found[0] is not Field.TASK


def _passage(tree: Tree, clause: Clause, path: tuple[str, ...], leaves: Iterator[Clause] | list[Clause]) -> Passage:
    parts = [leaf for leaf in leaves if leaf.kind is not ClauseKind.TABLE_HEAD]
    quoted = [leaf for leaf in parts if not _is_label(tree.clean(leaf))] or parts
    lines = tuple(line for leaf in quoted for line in _lines(tree, leaf))
    text = "\n".join(tree.body(leaf) if leaf.cells or leaf is clause else tree.clean(leaf) for leaf in parts)
    own = clause.span if clause.kind is ClauseKind.ROW or not parts else _span(clause, parts)
    return Passage(clause.address, clause.kind, path, text, own, lines)


def _is_label(text: str) -> bool:
    """'Nơi nhận:' alone says nothing."""
    return re.fullmatch(r"\W*n\S{1,2}i nh\S{1,2}n\W*", fold(text)) is not None


def _span(clause: Clause, parts: list[Clause]) -> Span:
    """From the clause's own heading to the last of its lines."""
    return Span(clause.span.start, max(part.span.end for part in parts))


def _lines(tree: Tree, leaf: Clause) -> Iterator[Line]:
    raw = tree.raw(leaf)
    if leaf.cells or leaf.reading or len(raw) <= _LONG:
        yield Line(tree.body(leaf) if leaf.cells else tree.clean(leaf), leaf.span)
        return
    start = 0
    for cut in [*(match.start() for match in _SENTENCE.finditer(raw)), len(raw)]:
        if cut - start < 40 and cut != len(raw):
            continue
        piece = raw[start:cut]
        lead = len(piece) - len(piece.lstrip())
        if piece.strip():
            yield Line(
                squeeze(piece), Span(leaf.span.start + start + lead, leaf.span.start + start + len(piece.rstrip()))
            )
        start = cut
