"""What belongs together though no number says so: a task with its field lines, a lead-in with its list.

'- Chủ trì: …' belongs to the task line above it when the tasks of a clause have such lines each; a
paragraph that ends in a colon owns the list below it; '- Chủ trì: …' behind points that have none belongs to all of
them. Works on the tree while it is built, before addresses are given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.marks import Level
from plan.fields import field_line, label_field
from plan.model import Cell, ClauseKind, Field

_TEXT = (ClauseKind.BULLET, ClauseKind.PARAGRAPH)
_WHO = (Field.LEAD, Field.COORDINATING)
_LABELS = re.compile(r"(?:^|[.;,(]\s*)([^:.;,()\n]{3,40}?)\s*:")
SENTENCE = 60  # characters of a point that is no heading


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
    style: str = ""
    depth: int = 0

    @property
    def last(self) -> int:
        """One past the last character of the subtree."""
        return max([self.end, *(child.last for child in self.children)])


def regroup(node: Node) -> None:
    """Nest field lines and lists below the lines they belong to, in the whole subtree."""
    if len(node.children) > 1 and any(child.kind in _TEXT for child in node.children):
        node.children = _lists(node, _fields(node.children))
    for child in node.children:
        regroup(child)
    node.children += _above_all(node.children)


def _above_all(children: list[Node]) -> list[Node]:
    """Taken from the last point: field lines behind points that have none belong to what the points explain."""
    last = children[-1] if children else None
    if last is None or last.kind not in (ClauseKind.ITEM, ClauseKind.POINT) or not last.children:
        return []
    before = [child for child in children[:-1] if child.kind is last.kind]
    sentence = last.text.rstrip().endswith((".", ";")) or len(last.text) > SENTENCE
    if not before or not sentence or any(_says_who(child) for child in before):
        return []
    if not all(_field(child) for child in last.children) or _field(last.children[0]) not in _WHO:
        return []
    taken, last.children = last.children, []
    return taken


def _says_who(node: Node) -> bool:
    """Whether a point names who does it, on its own line or below."""
    inline = any(label_field(label) in _WHO for label in _LABELS.findall(node.text))
    return inline or any(_field(child) in _WHO or _says_who(child) for child in node.children)


def _fields(children: list[Node]) -> list[Node]:
    """Field lines go to the line above them where several lines of one clause have their own."""
    named = [_field(child) for child in children]
    if not _several(children, named):
        return children
    found: list[Node] = []
    for child, name in zip(children, named, strict=True):
        if name is not None and found and found[-1].kind in _TEXT and _task_above(found[-1]):
            found[-1].children.append(child)
        else:
            found.append(child)
    return found


def _several(children: list[Node], named: list[Field | None]) -> bool:
    """Whether a field is stated twice, each time behind a line that is none: one clause, several tasks."""
    runs: list[set[Field]] = []
    for index, name in enumerate(named):
        if name is None:
            continue
        if index and named[index - 1] is None and children[index - 1].kind in _TEXT:
            runs.append(set())
        if runs:
            runs[-1].add(name)
    return len(runs) >= 2 and bool(runs[0] & runs[1]) and named[0] is None


def _field(node: Node) -> Field | None:
    if node.kind not in _TEXT or node.children:
        return None
    found = field_line(node.text)
    return found[0] if found and found[0] is not Field.TASK else None


def _task_above(node: Node) -> bool:
    return len(node.text) >= 8 and (field_line(node.text) or (Field.TASK, 0))[0] is Field.TASK


def _lists(parent: Node, children: list[Node]) -> list[Node]:
    """A paragraph that ends in a colon owns the bullets below it, where the clause has more to say than this list."""
    leads = [child for child in children if _leads(child)]
    if not leads or (len(leads) < 2 and parent.level >= Level.ITEM):
        return children
    found: list[Node] = []
    for child in children:
        if child.kind is ClauseKind.BULLET and found and _leads(found[-1]):
            found[-1].children.append(child)
        else:
            found.append(child)
    return found


def _leads(node: Node) -> bool:
    return node.kind is ClauseKind.PARAGRAPH and node.text.rstrip().endswith(":")
