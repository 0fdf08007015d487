"""The leaves of a version as `plan.diff` compares them: text without its number, and the fields in it. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from plan.model import Assignment, Clause, ClauseKind, Field, FieldValue, PlanVersion, Span
from plan.text import squeeze
from plan.tree import NUMBERED, Tree

_IGNORED = frozenset({ClauseKind.TRAILER})
_NUMBERED = NUMBERED | {ClauseKind.BULLET, ClauseKind.ROW}


@dataclass(frozen=True, slots=True)
class Step:
    """A clause on the way from the top down to a leaf."""

    address: str
    parent: str | None
    step: str  # what the address adds to its parent's
    label: str
    numbered: bool


@dataclass(frozen=True)
class Leaf:
    """A leaf with everything that can differ. `fields` are the named values in it, each with its place."""

    address: str
    kind: ClauseKind
    path: tuple[Step, ...]
    whole: str
    body: str  # without its number: the same clause under another number has the same body
    text: str
    spans: tuple[Span, ...]  # of the body
    fields: dict[str, tuple[tuple[str, Span], ...]]

    def value(self, name: str) -> str:
        """A field's value, '' when the leaf has none."""
        return "; ".join(value for value, _ in self.fields.get(name, ()))

    def without(self, names: Sequence[str]) -> str:
        """The body without the values of some fields."""
        hidden = {at for name in names for _, span in self.fields.get(name, ()) for at in range(span.start, span.end)}
        return squeeze(" ".join(self._shown(span, hidden) for span in self.spans))

    def _shown(self, span: Span, hidden: set[int]) -> str:
        return "".join(self.text[at] for at in range(span.start, span.end) if at not in hidden)


def leaves_of(plan: PlanVersion) -> list[Leaf]:
    """In reading order, signature stamps left out."""
    maker = _Maker(plan)
    return [maker.leaf(clause) for clause in plan.clauses if not clause.children and clause.kind not in _IGNORED]


class _Maker:
    def __init__(self, plan: PlanVersion) -> None:
        self._plan = plan
        self._tree = Tree(plan.text, plan.clauses)

    @cached_property
    def _values(self) -> list[tuple[str, str, Span]]:
        """Every named value of the plan with its place, once."""
        found = {(name, squeeze(each.value), each.span) for a in self._plan.assignments for name, each in _fields(a)}
        return sorted(found | set(self._header()), key=lambda each: each[2])

    @cached_property
    def _starts(self) -> list[int]:
        return [span.start for _, _, span in self._values]

    def _header(self) -> Iterator[tuple[str, str, Span]]:
        """Number and date; the whole line stands for them, because a draft leaves them blank."""
        info = self._plan.info
        if info.number_line:
            yield "number", info.number, info.number_line
        if info.date_line:
            yield "date", info.date, info.date_line

    def leaf(self, clause: Clause) -> Leaf:
        text = self._plan.text
        spans = tuple(_body(clause, text))
        first, last = (bisect_left(self._starts, at) for at in (clause.span.start, clause.span.end))
        here = self._values[first:last]
        fields: dict[str, tuple[tuple[str, Span], ...]] = {}
        for name, value, span in here:
            fields[name] = (*fields.get(name, ()), (value, span))
        named = {span.start for _, _, span in here}
        for cell in clause.cells:
            if cell.column and cell.spans and cell.value != clause.label and cell.spans[0].start not in named:
                for span in cell.spans:
                    fields[cell.column] = (*fields.get(cell.column, ()), (squeeze(span.of(text)), span))
        path = tuple(map(_step, (*self._tree.ancestors(clause), clause)))
        body = squeeze(" ".join(span.of(text) for span in spans))
        return Leaf(clause.address, clause.kind, path, _whole(clause, text), body, text, spans, fields)


def _fields(assignment: Assignment) -> Iterator[tuple[str, FieldValue]]:
    """The fields that are compared by name; the task itself is the clause's text."""
    yield from ((Field.LEAD.value, each) for each in assignment.leads)
    yield from ((Field.COORDINATING.value, each) for each in assignment.coordinating)
    if assignment.deadline:
        yield Field.DEADLINE.value, assignment.deadline
    if assignment.product:
        yield Field.PRODUCT.value, assignment.product


def _step(clause: Clause) -> Step:
    above = clause.parent or ""
    step = clause.address[len(above) :] if clause.address.startswith(above) else clause.address
    return Step(clause.address, clause.parent, step, clause.label, clause.kind in _NUMBERED)


def _body(clause: Clause, text: str) -> Iterator[Span]:
    if clause.cells:
        cells = [span for cell in clause.cells if cell.value != clause.label for span in cell.spans]
        yield from sorted(cells)
        return
    start = clause.span.start
    if clause.label and text.startswith(clause.label, start):
        start += len(clause.label)
    yield Span(min(start, clause.span.end), clause.span.end)


def _whole(clause: Clause, text: str) -> str:
    """On one line; a row without the marks between its cells."""
    cells = " · ".join(squeeze(cell.value) for cell in clause.cells if cell.value.strip())
    return cells or squeeze(clause.span.of(text))
