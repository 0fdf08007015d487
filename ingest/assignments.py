"""The register: who leads, who coordinates, by when, with what product — each with the span it was read from.

Four sources, all of them forms of real plans: field lines under a task, field columns of a task table, prose
("Phòng Kinh tế chủ trì, phối hợp với …"), and the duties under a unit's heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.actors import extended, starts_with_work
from ingest.columns import roles
from ingest.inline import before_fields, inline_fields, names_who, shares_a_line
from ingest.prose import bare_names, first_sentence, leading_prose, split_lead
from ingest.sentences import duties_of
from ingest.unit_headings import gives_out_duties
from plan.fields import field_line, label_field
from plan.model import Assignment, Clause, ClauseKind, Field, FieldValue, Span
from plan.text import fold
from plan.tree import NUMBERED, Tree
from plan.units import find_units

_DUTIES = re.compile(r"to chuc thuc hien|phan cong|trach nhiem|to chuc trien khai|giao viec")
_ROLE = re.compile(r"(?:chu tri|phoi hop|tham muu|nhiem vu)\s*:")
_PLACES = frozenset({"thuvien", "benhvien", "htx", "truonghoc", "thon", "tocnsocd"})  # as often a topic as a unit
LEAST_TASK = 15  # characters before the first label that make a task of their own
_PEOPLE = re.compile(r"ho (?:va )?ten|ho,? ten")  # a table of people gives out no tasks
_LEVEL = re.compile(r"^ (?:xa|phuong|thi tran|tinh)\b")
_LABELLED = re.compile(r"[^:.;]{2,25}:\s")
_SUFFERS = re.compile(
    r"\s*(?:\([^)]*\))?\s*(?:(?:duoc|xong|da|hien|nao)\b|co (?:tu |tren |\d))"
)  # 'Thôn được chấm sạch nhất …' is no duty
_PART_OF_BODY = re.compile(r"\s*\((?:Tổ|Bộ phận|Trung tâm|Phòng|Ban|Đội|Văn phòng|Trạm|Công chức)[^()\n]{2,60}\)(?=\s)")
_NOTE = re.compile(r"(?:bang|bieu|ghi chu|o ) ?\S")
_FACTS = re.compile(  # nobody's tasks
    r"tinh hinh|thuc trang|hien trang|dac diem|muc tieu|chi tieu|can cu|muc dich|boi canh|nhan dinh|danh gia chung|"
    r"pham vi|vi sao|muon thay|dich den"
)
_ASKS = re.compile(r"^(?:giao|de nghi|yeu cau)\s+")
_ASKS_OF = re.compile(r"^(?:giao|de nghi|yeu cau)\s+(?:cho\s+)?")
_ALL = re.compile(r"(?:các |mỗi |tất cả )*")
_HEADED = re.compile(r"[^:;.]{0,160}:\s")
_CHAIN = re.compile(r"(?:[\s,&/-]|va\b|cac\b|xa\b|phuong\b|thi tran\b|tinh\b|so \d)*")
_TERRITORY = re.compile(r"\s+(?:xa|phuong|thi tran)\b")
LEAST_PIECE = 10  # characters of a piece of a sentence: 'KP rà từng nhà'
_OWN = (ClauseKind.BULLET, ClauseKind.PARAGRAPH, ClauseKind.POINT)
_READ = (*_OWN, ClauseKind.ITEM, ClauseKind.HEADING)  # for its sentences


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
        self.known: dict[str, list[tuple[str, str]]] = {}
        self.better: set[Span] = set()  # lines that prose says more of than a unit at their head
        self.below: dict[str | None, tuple[bool, bool]] = {}

    def all(self) -> tuple[Assignment, ...]:
        """In reading order."""
        formed = [item for item in self.formed if not self._bettered(item)]
        return tuple(sorted(formed + self.prose + self.pieces, key=lambda item: (item.task.line.start, item.source)))

    def read(self, clause: Clause) -> None:
        """Take note of what a clause gives out."""
        formed = _formed(self.tree, clause, self.columns)
        self.formed += formed
        for item in formed:
            self.by_line.setdefault(item.task.line, []).append(item)
        if clause.children or clause.cells or clause.kind not in _READ or field_line(self.tree.body(clause)):
            self._note(formed)
            return
        prose = [item for item in self._prose(clause) if not _told(item, self.by_line.get(item.task.line, []))]
        self.prose += prose
        if prose:
            self.better |= {item.task.line for item in prose}
            self.known.pop(clause.address, None)
            formed = [item for item in self.by_line.get(clause.span, []) if not self._bettered(item)]
        self._note([*formed, *prose])
        self.pieces += self._pieces(clause)

    def _bettered(self, item: Assignment) -> bool:
        return item.source == "duties" and item.task.line in self.better

    def _note(self, items: list[Assignment]) -> None:
        for item in items:
            for value in (*item.leads, *item.coordinating):
                self.known.setdefault(item.clause, []).append((fold(value.value), fold(item.task.value)))

    def _prose(self, clause: Clause) -> Iterator[Assignment]:
        if clause.kind is not ClauseKind.HEADING:
            yield from leading_prose(clause.address, self.tree.body(clause), clause.span)

    def _pieces(self, clause: Clause) -> Iterator[Assignment]:
        """What sentences give to units that the register does not have for that clause yet."""
        facts, given_out = self._above(clause)
        if facts and not given_out:
            return
        said, above = self.known.get(clause.address, []), self.known.get(clause.parent or "", [])
        text = self.tree.body(clause)
        for duty in duties_of(text, given_out):
            actor, task = duty.of(text)
            who, what = fold(actor), fold(task)
            told = any(who in name and _same(what, known) for name, known in said)
            if len(task) < LEAST_PIECE or told or any(who in name and what in known for name, known in above):
                continue
            if clause.kind is ClauseKind.HEADING and text[-1:] not in ".;" and not find_units(actor):
                continue  # 'Hội đồng kiểm kê và các tổ' heads what follows
            span = clause.span
            values = (FieldValue(actor, span, span),)
            leads, others = ((), values) if duty.helps else (values, ())
            yield Assignment(clause.address, FieldValue(task, span, span), leads, others, source="prose")

    def _above(self, clause: Clause) -> tuple[bool, bool]:
        """Whether the headings above a clause say that facts stand below them, and that duties are given out there."""
        if clause.parent not in self.below:
            headings = " ".join(fold(c.heading) for c in self.tree.ancestors(clause))
            self.below[clause.parent] = bool(_FACTS.search(headings)), gives_out_duties(headings)
        return self.below[clause.parent]


def _formed(tree: Tree, clause: Clause, columns: dict[str, tuple[str, ...]]) -> list[Assignment]:
    """From a table's row, field lines, a unit's heading, or a unit at the head of a line."""
    if clause.kind is ClauseKind.ROW:
        return list(_from_row(clause, columns[clause.address]))
    if clause.children and (clause.kind in NUMBERED or clause.kind in (ClauseKind.BULLET, ClauseKind.PARAGRAPH)):
        return list(_from_lines(tree, clause)) or list(_from_unit_heading(tree, clause))
    if clause.kind in (ClauseKind.ITEM, ClauseKind.POINT) or (
        clause.kind in (ClauseKind.BULLET, ClauseKind.PARAGRAPH) and not clause.children
    ):
        return _from_shared_line(tree, clause) or list(_from_unit_line(tree, clause))
    return []


def _told(prose: Assignment, same: list[Assignment]) -> bool:
    """Whether a sentence adds nothing to what field lines or a unit's heading already say of its line."""
    begins = any(item.leads and item.task.value.startswith(item.leads[0].value[:12]) for item in same)
    return bool(same) and not (begins and (prose.coordinating or prose.deadline))


def _roles_of_tables(tree: Tree) -> dict[str, tuple[str, ...]]:
    """The roles of its columns for each row; all rows below one head are looked at together."""
    tables: dict[tuple[str | None, tuple[str, ...]], list[Clause]] = {}
    for clause in tree.clauses:
        if clause.kind is ClauseKind.ROW:
            tables.setdefault((clause.parent, tuple(cell.column for cell in clause.cells)), []).append(clause)
    found: dict[str, tuple[str, ...]] = {}
    for (_, columns), rows in tables.items():
        known = roles(columns, [[cell.value for cell in row.cells] for row in rows])
        found |= {row.address: known for row in rows}
    return found


def _from_row(row: Clause, columns: tuple[str, ...]) -> Iterator[Assignment]:
    values: dict[str, list[FieldValue]] = {}
    if any(_PEOPLE.match(fold(cell.column)) for cell in row.cells):
        return
    for cell, role in zip(row.cells, columns, strict=True):
        if role and cell.spans:
            values.setdefault(role, []).append(FieldValue(cell.value, cell.spans[0], row.span))
    task = values.get(Field.TASK)
    if task and (Field.LEAD in values or Field.DEADLINE in values or Field.PRODUCT in values):
        yield Assignment(
            row.address,
            task[0],
            tuple(values.get(Field.LEAD, ())[:1]),
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
        if child.kind not in _OWN:
            continue
        if not child.children and shares_a_line(tree.body(child)) and not _is_unit_heading(tree, clause):
            if len(before_fields(tree.body(child))) < LEAST_TASK:  # the fields of the task above it
                for shared, value in inline_fields(tree.body(child)):
                    _fill(group, shared, [FieldValue(value, child.span, child.span)])
            continue
        field, values = (
            (None, []) if _is_role(tree, child) and _is_unit_heading(tree, clause) else _field_of(tree, child)
        )
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
            lead, others = split_lead(first_sentence(value))
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


def _is_role(tree: Tree, child: Clause) -> bool:
    """'- Chủ trì: …' and '- Phối hợp: …' below a unit say what the unit does, not who does it."""
    return bool(_ROLE.match(fold(tree.body(child))))


def _from_unit_heading(tree: Tree, clause: Clause) -> Iterator[Assignment]:
    """'4. Công an phường' under 'Tổ chức thực hiện': each line below is a duty of the unit."""
    if not _is_unit_heading(tree, clause):
        return
    heading = next((c for c in tree.children(clause) if c.kind is ClauseKind.HEADING), None)
    if heading is None:
        return
    name = re.sub(r"^(?:giao|đề nghị|yêu cầu|đối với)\s+", "", clause.heading.rstrip(" :."), flags=re.IGNORECASE)
    lead = FieldValue(name, heading.span, heading.span)
    for child in tree.children(clause):
        body = tree.body(child)
        if child.kind not in _OWN or len(body) < 10 or (field_line(body) and not _is_role(tree, child)):
            continue
        if not _NOTE.match(fold(body)) and not any(_from_unit_line(tree, child)):
            yield Assignment(child.address, FieldValue(body, child.span, child.span), (lead,), source="duties")


def _is_unit_heading(tree: Tree, clause: Clause) -> bool:
    if re.search(r";|\.\s", clause.heading):  # a sentence that goes on below
        return False
    heading = re.sub(r"^(?:giao|de nghi|trach nhiem cua|doi voi)\s+", "", fold(clause.heading))
    mentions = find_units(heading)
    first = mentions[0] if mentions else None
    above = " ".join(fold(c.heading) for c in tree.ancestors(clause))
    generic = re.match(r"(?:cac|thu truong|nguoi dung dau|ubnd|uy ban nhan dan|truong|ban|hoi|to)\b", heading)
    if first and clause.heading.rstrip().endswith(".") and starts_with_work(_LEVEL.sub("", heading[first.end :])):
        return False  # a sentence that gives the unit its task, with another one below it
    topic = first is not None and first.unit in _PLACES and not _DUTIES.search(above)
    if first and not topic and first.start <= 12 and len(heading) - sum(m.end - m.start for m in mentions) < 90:
        return True
    return bool(generic and _DUTIES.search(above) and len(heading) < 140)


def _from_unit_line(tree: Tree, clause: Clause) -> Iterator[Assignment]:
    """'- Công an xã: …' or '- Phòng Kinh tế phối hợp …': a duty whose line begins with its unit."""
    text = tree.body(clause)
    if field_line(text) and not find_units(text[:4]):
        return
    body = _ASKS.sub("", fold(text))
    shift = len(text) - len(body)
    mentions = find_units(body)
    if not mentions or not _ALL.fullmatch(text[shift : shift + mentions[0].start].lower()):
        return
    end = extended(text, _chain_end(body, [(m.start, m.end) for m in mentions]) + shift) - shift
    part = _PART_OF_BODY.match(text, shift + end)
    end = part.end() - shift if part else end
    if mentions[0].unit in _PLACES and _SUFFERS.match(body[end:]):
        return
    colon = _HEADED.match(body)
    stop = colon.end() - 2 if colon and colon.end() >= end and not starts_with_work(text[shift + end :]) else end
    lead = FieldValue(text[shift : shift + stop].strip(" ,;:"), clause.span, clause.span)
    yield Assignment(clause.address, FieldValue(text, clause.span, clause.span), (lead,), source="duties")


def _chain_end(text: str, spans: list[tuple[int, int]]) -> int:
    """The end of a list of units that stand together: 'Công an xã, Trạm Y tế và các trường học'."""
    end = spans[0][1]
    for start, stop in spans[1:]:
        if not _CHAIN.fullmatch(text[end:start]):
            break
        end = stop
    tail = _TERRITORY.match(text, end)
    return tail.end() if tail else end


def _same(task: str, known: str) -> bool:
    task, known = _ASKS_OF.sub("", task).strip(" .;,"), known.strip(" .;,")
    return task in known or known in task
