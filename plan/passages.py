"""What can be found: the passages of a plan, each with its lines. Retrieval, ranking and citing all speak of these.

A passage is the smallest clause an officer would cite: an item or point with its field lines, a table row, a unit's
duties, the opening, the recipients. Its lines are the bullets, sentences or cells that could be quoted alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from plan.fields import field_line, label_field
from plan.model import Assignment, Clause, ClauseKind, Field, PlanVersion, Span
from plan.text import CAPITALS, fold, squeeze
from plan.tree import NUMBERED, Tree

_LONG = 220
_TITLE = 160  # characters of a heading in a path
_SENTENCE_HEADING = 60  # a longer one says something by itself, though rows or items stand below it
_MOST = {ClauseKind.PART: 600, ClauseKind.SECTION: 600, ClauseKind.APPENDIX: 600}  # characters of one passage
_MOST_OF_ITEM = 900
_MOST_WITH_FIELDS = 1200  # a task is not parted from its fields
_SHORT, _TOGETHER = 60, 300
_NAMELESS = {ClauseKind.APPENDIX: "Phụ lục"}
_UNIT = re.compile(r"\W*(?:don vi(?: tinh)?|dvt)\s*:\s*[^;.:]{2,40}")
_SENTENCE = re.compile(rf"(?<=[.;])\s+(?=[{CAPITALS}(“\"])")
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


def assignments_by_passage(version: PlanVersion, passages: Sequence[Passage]) -> dict[str, tuple[Assignment, ...]]:
    """The tasks each passage states, by address: its own, and those of clauses that only it shows.

    A task whose item is too long for one passage is stated by the one with its first field.
    """
    if not version.assignments:
        return {}
    tree, known = Tree(version.text, version.clauses), {passage.address for passage in passages}
    begins = sorted((passage.span.start, passage.address) for passage in passages)
    found: dict[str, tuple[Assignment, ...]] = {}
    for assignment in version.assignments:
        home = next((each.address for each in tree.upwards(assignment.clause) if each.address in known), None)
        first = next((value.line.start for _, value in assignment.fields), None)
        if home is None and first is not None:
            home = begins[max(0, bisect_right(begins, first, key=itemgetter(0)) - 1)][1]
        if home is not None:
            found[home] = (*found.get(home, ()), assignment)
    return found


def _visit(tree: Tree, clause: Clause, path: tuple[str, ...]) -> Iterator[Passage]:
    if clause.kind is ClauseKind.TRAILER:
        return
    if clause.kind in _ZONES:
        yield _passage(tree, clause, (_ZONES[clause.kind],), tree.leaves(clause))
        return
    if not clause.children:
        yield _passage(tree, clause, path, [clause])
        return
    called = clause.heading or (clause.children and " " in clause.label)  # 'Quý II' says something by itself
    here = (*path, _title(tree, clause)) if called or clause.parent is None else path
    children = tree.children(clause)
    apart = _apart(tree, children)
    own = [child for child, alone in zip(children, apart, strict=True) if not alone]
    yield from _content(tree, clause, own, here, path, any(apart))
    yield from _visit_apart(tree, [child for child, alone in zip(children, apart, strict=True) if alone], here)


def _title(tree: Tree, clause: Clause) -> str:
    """What stands for a clause in the path: its number and heading, a long one cut short at a word."""
    title = squeeze(f"{clause.label} {clause.heading}") or _NAMELESS.get(clause.kind, "Kết luận")
    return title if len(title) <= _TITLE else title[:_TITLE].rsplit(" ", 1)[0] + " …"


def _content(
    tree: Tree, clause: Clause, own: list[Clause], here: tuple[str, ...], path: tuple[str, ...], apart: bool
) -> Iterator[Passage]:
    """The clause's own lines: one passage while that can be read at a glance, else one for each of them."""
    heading = next((child for child in own if child.kind is ClauseKind.HEADING), None)
    content = [leaf for child in own if child is not heading for leaf in tree.leaves(child) if not _is_head(leaf)]
    if not content:
        if heading is not None and (not apart or _says_something(clause)):
            yield _passage(tree, clause, here if not apart else path, [heading])
        return
    length = sum(leaf.span.end - leaf.span.start for leaf in content)
    fields = any(_names_field(tree.body(leaf)) for leaf in content)
    if length <= (_MOST_WITH_FIELDS if fields else _MOST.get(clause.kind, _MOST_OF_ITEM)) or len(own) < 3:
        yield _passage(tree, clause, here, content)
        return
    for piece in _pieces(tree, [child for child in own if child is not heading and not _is_head(child)]):
        yield _passage(tree, piece[0], here, [leaf for child in piece for leaf in tree.leaves(child)])


def _says_something(clause: Clause) -> bool:
    """Items often say in their first line what rows or points below them go into."""
    return clause.kind not in _MOST and len(clause.heading) > _SENTENCE_HEADING


def _pieces(tree: Tree, own: list[Clause]) -> list[list[Clause]]:
    """One child each; lines of a few words go together, and the fields of a task with what stands above them."""
    pieces: list[list[Clause]] = []
    for child in own:
        field = point_field(tree, child) not in (None, Field.TASK)
        short = len(tree.clean(child)) < _SHORT and bool(pieces) and len(tree.clean(pieces[-1][-1])) < _SHORT
        most = _MOST_WITH_FIELDS if field else _TOGETHER if short else 0
        if pieces and _length([*pieces[-1], child]) <= most:
            pieces[-1].append(child)
        else:
            pieces.append([child])
    return pieces


def _length(clauses: list[Clause]) -> int:
    return sum(clause.span.end - clause.span.start for clause in clauses)


def _is_head(leaf: Clause) -> bool:
    """The header rows of tables say nothing by themselves."""
    return leaf.kind is ClauseKind.TABLE_HEAD


def _visit_apart(tree: Tree, children: list[Clause], path: tuple[str, ...]) -> Iterator[Passage]:
    groups: list[tuple[int, str]] = []
    of_rows = _with_unit(tree, children, path)
    for child in children:
        if child.kind is ClauseKind.GROUP:
            alike = (above for above, heading in groups if heading.split()[:2] == child.heading.split()[:2])
            rank = _rank(child.label) if child.label else next(alike, _rank(""))
            groups = [*(above for above in groups if above[0] < rank), (rank, child.heading)]
        elif child.kind is ClauseKind.ROW:
            yield _passage(tree, child, (*of_rows, *(heading for _, heading in groups)), [child])
        elif child.kind in (ClauseKind.BULLET, ClauseKind.PARAGRAPH):
            yield from _task(tree, child, path)
        else:
            yield from _visit(tree, child, path)


def _with_unit(tree: Tree, children: list[Clause], path: tuple[str, ...]) -> tuple[str, ...]:
    """The path with the unit of all figures that stands over a table: 'Đơn vị tính: triệu đồng'."""
    row = next((child for child in children if child.kind is ClauseKind.ROW), None)
    if row is None or row.parent is None or not path:
        return path
    beside = (c for c in tree.children(tree.by_address[row.parent]) if not c.children and not c.cells)
    units = (told for c in beside if _UNIT.fullmatch(fold(told := squeeze(tree.body(c)))))
    unit = next(units, "").strip(" ()")
    return (*path[:-1], f"{path[-1]} ({unit})") if unit else path


def _rank(label: str) -> int:
    """How deep a group of rows stands, by its mark: 'A', 'II', '1', '1.1', 'a'; one without a mark below them all."""
    label = label.strip(" .)")
    if not label:
        return 9
    if label.isupper():
        return 1 if re.fullmatch(r"[IVX]+", label) else 0
    return 2 + label.count(".") if label[0].isdigit() else 7


def _task(tree: Tree, clause: Clause, path: tuple[str, ...]) -> Iterator[Passage]:
    """A line with what belongs to it: one passage, or, of a long list, one for each line under it."""
    leaves = list(tree.leaves(clause))
    if sum(leaf.span.end - leaf.span.start for leaf in leaves) <= _MOST_WITH_FIELDS:
        yield _passage(tree, clause, path, leaves)
        return
    yield from _visit(tree, clause, path)


def _apart(tree: Tree, children: tuple[Clause, ...]) -> list[bool]:
    """Which children are passages of their own rather than lines of their parent's."""
    fields = [point_field(tree, child) for child in children if child.kind is ClauseKind.POINT]
    named = [field for field in fields if field]
    by_field = len(named) >= 2 and (Field.LEAD in named or Field.DEADLINE in named)
    return [_separate(tree, child, by_field) for child in children]


def _separate(tree: Tree, child: Clause, by_field: bool) -> bool:
    """A number, a row, or a line with field lines or a list of its own; not a point that states a field of its item."""
    if child.kind in (ClauseKind.ROW, ClauseKind.GROUP):
        return True
    if child.kind is ClauseKind.PARAGRAPH:
        return bool(child.children)
    if child.kind is ClauseKind.BULLET:
        return any(_names_field(tree.body(c)) for c in tree.children(child) if c.kind is not ClauseKind.HEADING)
    if child.kind not in NUMBERED:
        return False
    return not (by_field and child.kind is ClauseKind.POINT and point_field(tree, child) is not None)


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
