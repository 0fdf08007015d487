"""The register: who leads, who coordinates, by when, with what product — each with the span it was read from.

Four sources, all of them forms of real plans: field lines under a task, field columns of a task table, prose
("Phòng Kinh tế chủ trì, phối hợp với …"), and the duties under a unit's heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.brackets import bracketed, from_brackets
from ingest.columns import OF_HEAD, legend_of, marked, roles
from ingest.inline import before_fields, inline_fields, names_who, shares_a_line
from ingest.prose import bare_names, behind_first_sentence, first_sentence, leading_prose, split_lead
from ingest.rosters import has_phone, is_contact, is_turn, without_phone
from ingest.sentences import duties_of
from ingest.unit_duties import (
    OWN,
    from_body_above,
    from_line_among_units,
    from_long_head,
    from_unit_heading,
    from_unit_line,
    is_role,
    is_unit_heading,
    units_head_lines,
)
from ingest.unit_headings import gives_out_duties
from plan.fields import field_line, label_field
from plan.model import Assignment, Clause, ClauseKind, Field, FieldValue, Span
from plan.text import fold
from plan.tree import NUMBERED, Tree
from plan.units import find_units

LEAST_TASK = 15  # characters before the first label that make a task of their own
_PEOPLE = re.compile(r"ho (?:va )?ten|ho,? ten")  # a table of people gives out no tasks
_LABELLED = re.compile(r"[^:.;]{2,25}:\s")
_MARK = re.compile(r"\A[“\"]?[a-zđ]\)\s+")
_WORK = re.compile(r"hoat dong|nhiem vu|giai phap|cong viec|tien do|moc thoi gian|cac buoc|to chuc|thuc hien")
_FACTS = re.compile(  # nobody's tasks
    r"tinh hinh|thuc trang|hien trang|dac diem|muc tieu|chi tieu|can cu|muc dich|boi canh|nhan dinh|danh gia chung|"
    r"pham vi|vi sao|muon thay|dich den"
)
_ASKS_OF = re.compile(r"^(?:[^,.;:]{3,40} )?(?:giao|de nghi|yeu cau)\s+(?:cho\s+)?")
_OF_VILLAGES = re.compile(r"(?:các |mỗi )?(?:thôn|bản|ấp|xóm|buôn|khu phố|tổ dân phố)\b", re.IGNORECASE)
_NO_TASK = re.compile(  # an amount behind a name, what is asked of all at the end
    r"[^:]{3,60}: *[\d.,]+ (?:trieu|ty|nghin|dong)\b.{0,20}|"
    r"(?:[^,;:]{0,20} )?cac (?:don vi|co quan|to chuc)[^:;]{0,40}? (?:nghiem tuc |khan truong )*"
    r"(?:to chuc |trien khai )*(?:thuc hien|trien khai)"
)
LEAST_PIECE = 10  # characters of a piece of a sentence: 'KP rà từng nhà'
_READ = (*OWN, ClauseKind.ITEM, ClauseKind.HEADING)  # for its sentences


def read_assignments(tree: Tree) -> tuple[Assignment, ...]:
    """Every assignment the clauses state, in reading order.

    One pass: what is read of a clause needs only what was read of it and of those above it, and readers that look at
    one line after another find its units known.
    """
    register = _Register(tree)
    for clause in tree.clauses:
        register.read(clause)
    return register.all()


class _Register:
    """What was read so far: by its source, by line, and who has what by clause."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.columns = _roles_of_tables(tree)
        self.formed: list[Assignment] = []  # from field lines, tables and unit headings
        self.prose: list[Assignment] = []
        self.pieces: list[Assignment] = []  # of sentences
        self.by_line: dict[Span, list[Assignment]] = {}
        self.used: set[Span] = set()  # lines that say who leads a task above them
        self.known: dict[str, list[tuple[str, str]]] = {}
        self.better: set[Span] = set()  # lines that prose says more of than a unit at their head
        self.below: dict[str | None, tuple[bool, bool]] = {}
        self.headed: dict[str, bool] = {}  # whether units head the lines below a clause
        self.bracketed = bracketed(tree)

    def all(self) -> tuple[Assignment, ...]:
        """In reading order."""
        formed = [item for item in self.formed if not self._bettered(item)]
        return tuple(sorted(formed + self.prose + self.pieces, key=lambda item: (item.task.line.start, item.source)))

    def read(self, clause: Clause) -> None:
        """Take note of what a clause gives out."""
        if clause.address in self.bracketed:
            self.formed.append(from_brackets(self.tree, clause, self.bracketed[clause.address]))
            return
        formed = _formed(self.tree, clause, self.columns) or self._among_units(clause)
        if formed and formed[0].source == "duties" and _OF_VILLAGES.match(formed[0].task.value) and self._facts(clause):
            formed = []  # 'Thôn Đông không còn hộ nghèo' among targets
        self.formed += formed
        for item in formed:
            self.used |= {lead.line for lead in item.leads}
            self.by_line.setdefault(item.task.line, []).append(item)
        if clause.children or clause.cells or clause.kind not in _READ:
            self._note(formed)
            return
        if field_line(self.tree.body(clause)) and (clause.span in self.used or not is_contact(self.tree.body(clause))):
            self._note(formed)
            self.pieces += self._pieces(clause, behind_first_sentence(self.tree.body(clause)))
            return
        prose = [item for item in self._prose(clause) if not _told(item, self.by_line.get(item.task.line, []))]
        self.prose += prose
        if prose:
            self.better |= {item.task.line for item in prose}
            self.known.pop(clause.address, None)
            formed = [item for item in self.by_line.get(clause.span, []) if not self._bettered(item)]
        own = [] if formed or prose else list(from_body_above(self.tree, clause))
        self.formed += own
        self._note([*formed, *prose, *own])
        pieces = list(self._pieces(clause, _said(self.tree, clause)))
        if not (formed or prose or own or pieces) and self._above(clause)[1]:
            pieces = list(from_long_head(self.tree, clause))
        self.pieces += pieces

    def _among_units(self, clause: Clause) -> list[Assignment]:
        """What a line gives to whoever stands at its head, where units head the lines beside it."""
        if clause.children or clause.cells or clause.kind not in OWN or clause.parent is None:
            return []
        if clause.parent not in self.headed:
            self.headed[clause.parent] = units_head_lines(self.tree, self.tree.by_address[clause.parent])
        return list(from_line_among_units(self.tree, clause)) if self.headed[clause.parent] else []

    def _bettered(self, item: Assignment) -> bool:
        return item.source == "duties" and item.task.line in self.better

    def _note(self, items: list[Assignment]) -> None:
        for item in items:
            for value in (*item.leads, *item.coordinating):
                self.known.setdefault(item.clause, []).append((fold(value.value), fold(item.task.value)))

    def _prose(self, clause: Clause) -> Iterator[Assignment]:
        if clause.kind is not ClauseKind.HEADING:
            yield from leading_prose(clause.address, self.tree.body(clause), clause.span)

    def _pieces(self, clause: Clause, text: str) -> Iterator[Assignment]:
        """What sentences give to units that the register does not have for that clause yet."""
        if self._facts(clause):
            return
        _, given_out = self._above(clause)
        said, above = self.known.get(clause.address, []), self.known.get(clause.parent or "", [])
        for duty in duties_of(text, given_out):
            actor, task = duty.of(text)
            idle = len(task) < LEAST_PIECE or _NO_TASK.fullmatch(fold(task).rstrip(" ./"))
            if idle or _known(fold(actor), task, said, above):
                continue
            if clause.kind is ClauseKind.HEADING and text[-1:] not in ".;" and not find_units(actor):
                continue  # 'Hội đồng kiểm kê và các tổ' heads what follows
            span = clause.span
            values = (FieldValue(actor, span, span),)
            leads, others = ((), values) if duty.helps else (values, ())
            yield Assignment(clause.address, FieldValue(task, span, span), leads, others, source="prose")

    def _facts(self, clause: Clause) -> bool:
        """Whether facts and targets stand where a clause does, and no duties."""
        facts, given_out = self._above(clause)
        return facts and not given_out

    def _above(self, clause: Clause) -> tuple[bool, bool]:
        """Whether the headings above a clause say that facts stand below them, and that duties are given out there."""
        if clause.parent not in self.below:
            headings = [fold(c.heading) for c in self.tree.ancestors(clause) if not c.heading.endswith((".", ";"))]
            facts = any(_FACTS.search(heading) and not _WORK.search(heading) for heading in headings)
            self.below[clause.parent] = facts, gives_out_duties(" ".join(headings))
        return self.below[clause.parent]


def _said(tree: Tree, clause: Clause) -> str:
    """Its text without a second mark ('- c) Trường THPT tổ chức …'), but with the name of a team that was its mark."""
    if is_turn(clause.label):
        return " ".join(tree.raw(clause).strip(" -+*").split())
    return _MARK.sub("", tree.body(clause), count=1)


def _formed(tree: Tree, clause: Clause, columns: dict[str, tuple[str, ...]]) -> list[Assignment]:
    """From a table's row, field lines, a unit's heading, or a unit at the head of a line."""
    if clause.kind is ClauseKind.ROW:
        return list(_from_row(clause, columns[clause.address]))
    if clause.children and (clause.kind in NUMBERED or clause.kind in (ClauseKind.BULLET, ClauseKind.PARAGRAPH)):
        return list(_from_lines(tree, clause)) or list(from_unit_heading(tree, clause))
    if clause.kind in (ClauseKind.ITEM, ClauseKind.POINT) or (
        clause.kind in (ClauseKind.BULLET, ClauseKind.PARAGRAPH) and not clause.children
    ):
        return _from_shared_line(tree, clause) or list(from_unit_line(tree, clause))
    return []


def _told(prose: Assignment, same: list[Assignment]) -> bool:
    """Whether a sentence adds nothing to what field lines or a unit's heading already say of its line."""
    begins = any(item.leads and item.task.value.startswith(item.leads[0].value[:12]) for item in same)
    return bool(same) and not (begins and (prose.coordinating or prose.deadline))


def _roles_of_tables(tree: Tree) -> dict[str, tuple[str, ...]]:
    """The roles of its columns for each row; all rows below one head are looked at together."""
    tables: dict[tuple[str, tuple[str, ...]], list[Clause]] = {}
    for clause in tree.clauses:
        if clause.kind is ClauseKind.ROW:
            tables.setdefault((clause.parent or "", tuple(cell.column for cell in clause.cells)), []).append(clause)
    legends: dict[str, dict[str, Field]] = {}
    found: dict[str, tuple[str, ...]] = {}
    for (parent, columns), rows in tables.items():
        values = [[cell.value for cell in row.cells] for row in rows]
        known = roles(columns, values)
        if parent not in legends:
            legends[parent] = _legend(tree, parent)
        marks = marked(columns, values, legends[parent]) or [{}] * len(rows)
        found |= {row.address: _with_marks(known, row, own) for row, own in zip(rows, marks, strict=True)}
    return found


def _legend(tree: Tree, parent: str) -> dict[str, Field]:
    """What signs stand for beside the rows of tables."""
    lines = (child for child in tree.children(tree.by_address[parent]) if child.kind in _READ) if parent else ()
    return {sign: field for line in lines for sign, field in legend_of(tree.body(line)).items()}


def _with_marks(known: tuple[str, ...], row: Clause, marks: dict[int, str]) -> tuple[str, ...]:
    """The roles of a row some of whose cells only mark the unit at the head of their column."""
    if not marks:
        return known
    found = [marks.get(i, role) for i, role in enumerate(known)]
    if Field.TASK not in found:  # the longest of the others
        others = [i for i in range(len(found)) if i not in marks]
        task = max(others, key=lambda i: len(row.cells[i].value), default=None)
        found = [str(Field.TASK) if i == task else role for i, role in enumerate(found)]
    return tuple(found)


def _from_row(row: Clause, columns: tuple[str, ...]) -> Iterator[Assignment]:
    values: dict[str, list[FieldValue]] = {}
    if any(_PEOPLE.match(fold(cell.column)) for cell in row.cells):
        return
    for cell, role in zip(row.cells, columns, strict=True):
        if role and cell.spans:
            said = cell.column if role.endswith(OF_HEAD) else cell.value
            values.setdefault(role.removesuffix(OF_HEAD), []).append(FieldValue(said, cell.spans[0], row.span))
    task = values.get(Field.TASK)
    if task and (Field.LEAD in values or Field.DEADLINE in values or Field.PRODUCT in values):
        yield Assignment(
            row.address,
            task[0],
            tuple(values.get(Field.LEAD, ())),
            tuple(values.get(Field.COORDINATING, ())),
            _first(values.get(Field.DEADLINE)),
            _first(values.get(Field.PRODUCT)),
            "table",
        )


def _first(values: list[FieldValue] | None) -> FieldValue | None:
    return values[0] if values else None


class _Group:
    """One task's field lines while they are gathered."""

    def __init__(self) -> None:
        self.content: list[Clause] = []
        self.leads: list[FieldValue] = []
        self.coordinating: list[FieldValue] = []
        self.deadline: FieldValue | None = None
        self.product: FieldValue | None = None

    @property
    def started(self) -> bool:
        """At least one field was read."""
        return bool(self.leads or self.coordinating or self.deadline or self.product)


def _from_lines(tree: Tree, clause: Clause) -> Iterator[Assignment]:
    group = _Group()
    heading = next((c for c in tree.children(clause) if c.kind is ClauseKind.HEADING), None)
    for child in tree.children(clause):
        if child.kind not in OWN:
            continue
        if not child.children and shares_a_line(tree.body(child)) and not is_unit_heading(tree, clause):
            if len(before_fields(tree.body(child))) < LEAST_TASK:  # the fields of the task above it
                for shared, value in inline_fields(tree.body(child)):
                    _fill(group, shared, [FieldValue(value, child.span, child.span)])
            continue
        if is_contact(tree.body(child)) and (len(group.content) > 1 or has_phone(tree.body(child))):
            continue  # whom to ask or to tell
        field, values = (None, []) if is_role(tree, child) and is_unit_heading(tree, clause) else _field_of(tree, child)
        if field is None and group.started and not child.children and _LABELLED.match(tree.body(child)):
            continue  # 'Địa điểm: …' between two fields of one task
        if field in (None, Field.TASK):
            if group.started and (field is Field.TASK or child.kind is not ClauseKind.POINT):
                yield from _finish(tree, clause, heading, group)
                group = _Group()
            group.content.append(child)
            continue
        if field is Field.LEAD and group.leads:
            yield from _finish(tree, clause, heading, group)
            group = _Group()
        _fill(group, field, values)
    yield from _finish(tree, clause, heading, group)


def _from_shared_line(tree: Tree, clause: Clause) -> list[Assignment]:
    """A task and its fields in one line: 'Mở 02 lớp … (chủ trì: Phòng Kinh tế; thời gian: quý II/2026).'"""
    text = tree.body(clause)
    task = before_fields(text)
    if clause.children or len(task) < LEAST_TASK or not (shares_a_line(text) or names_who(text)):
        return []
    group = _Group()
    group.content.append(clause)
    for field, value in inline_fields(text):
        _fill(group, field, [FieldValue(value, clause.span, clause.span)])
    said = FieldValue(task, clause.span, clause.span)
    return [
        Assignment(
            clause.address, said, tuple(group.leads), tuple(group.coordinating), group.deadline, group.product, "lines"
        )
    ]


def _field_of(tree: Tree, child: Clause) -> tuple[Field | None, list[FieldValue]]:
    """The field a child line states, with its values: on the line itself or in the lines below it."""
    text = tree.body(child) if not child.children else child.heading
    found = field_line(text)
    if found:
        own = next(tree.leaves(child))
        below = [_value(tree, leaf, 0) for leaf in tree.leaves(child) if leaf is not own]
        value = _value(tree, own, found[1])
        return found[0], [value, *below] if value.value else below
    field = label_field(text) if len(text) < 40 else None
    if field and child.children:
        return field, [_value(tree, leaf, 0) for leaf in tree.leaves(child) if leaf.kind is not ClauseKind.HEADING]
    return None, []


def _value(tree: Tree, leaf: Clause, skip: int) -> FieldValue:
    """The value on a line, `skip` characters of its cleaned body left out; its span is found in the raw text."""
    value = tree.body(leaf)[skip:].strip() if leaf.kind is not ClauseKind.HEADING else leaf.heading[skip:].strip()
    raw = tree.raw(leaf)
    first = value.split(" ")[0] if value else ""
    at = raw.find(first, min(skip, len(raw))) if first else -1
    start = leaf.span.start + at if at >= 0 else leaf.span.start
    return FieldValue(value.rstrip(" ."), Span(start, leaf.span.end), leaf.span)


def _fill(group: _Group, field: Field | None, values: list[FieldValue]) -> None:
    if not values:
        return
    if field is Field.LEAD:
        for value in values:
            lead, others = split_lead(without_phone(first_sentence(value)))
            group.leads += bare_names(lead)
            group.coordinating += others
    elif field is Field.COORDINATING:
        group.coordinating += [name for value in values for name in bare_names(first_sentence(value))]
    elif field is Field.DEADLINE:
        group.deadline = group.deadline or values[0]
    elif field is Field.PRODUCT:
        group.product = group.product or values[0]


def _finish(tree: Tree, clause: Clause, heading: Clause | None, group: _Group) -> Iterator[Assignment]:
    if not group.started:
        return
    source = heading or (group.content[0] if group.content else clause)
    line = source.span if not group.content or heading is None else Span(source.span.start, source.span.end)
    text = source.heading or tree.body(source)
    if label_field(text) or len(text) < 12:
        text = f"{text}: {tree.body(group.content[0])}" if group.content else text
    task = FieldValue(text, line, line)
    yield Assignment(
        clause.address, task, tuple(group.leads), tuple(group.coordinating), group.deadline, group.product, "lines"
    )


def _known(who: str, task: str, said: list[tuple[str, str]], above: list[tuple[str, str]]) -> bool:
    """Whether somebody has a task already, by what is said of its line or of the clause above it."""
    folded = fold(task)
    bare = _ASKS_OF.sub("", folded).strip(" .;,")
    if any((who in name or _cut(name, who)) and _same(bare, known.strip(" .;,")) for name, known in said):
        return True
    return any(who in name and folded in known for name, known in above)


def _cut(name: str, who: str) -> bool:
    """Whether a name of several words is the beginning of another: 'Hiệu trưởng Trường Trung học' + ' phổ thông …'."""
    return name.count(" ") > 1 and who.startswith(name)


def _same(task: str, known: str) -> bool:
    return task in known or known in task
