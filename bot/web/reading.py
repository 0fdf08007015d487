"""A plan as a page to read: its tree, each clause with its own characters, the cited ones marked. Pure.

Every character shown is one of the canonical text. Marks of Markdown stay in the page but out of sight, so that what is
counted, copied and highlighted are always the same characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from plan.model import Clause, ClauseKind, PlanVersion, Span
from plan.tree import NUMBERED, Tree

_MARKS = re.compile(r"^#{1,6}\s+|\*{1,3}(?=\S)|(?<=\S)\*{1,3}|</?[a-zA-Z]{1,6}/?>|\\(?=[-.*_#|])", re.MULTILINE)
_TABLE = frozenset({ClauseKind.ROW, ClauseKind.GROUP, ClauseKind.TABLE_HEAD})
_CONTENTS = frozenset({ClauseKind.PART, ClauseKind.SECTION, ClauseKind.APPENDIX})


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters that look the same."""

    text: str
    cited: bool = False
    hidden: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: its cells under the table's columns; a group's row is one cell over all of them."""

    clause: Clause
    cells: tuple[tuple[str, Runs], ...]  # the column's name, the characters
    here: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that stand together."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A clause on the page. Exactly one of `runs` and `parts` has something in it."""

    clause: Clause
    level: int  # of the heading below it, 2..6
    here: bool  # the clause that was asked for
    runs: Runs = ()
    parts: tuple[Node | Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents."""

    clause: Clause
    level: int


class Reader:
    """Lays out one version, with one clause asked for and some characters cited."""

    def __init__(self, plan: PlanVersion, here: str = "", cited: Span | None = None) -> None:
        self._text = plan.text
        self._tree = Tree(plan.text, plan.clauses)
        self._here = here
        self._cited = cited or Span(0, 0)

    def nodes(self) -> tuple[Node | Table, ...]:
        return self._parts(self._tree.roots, 2)

    def contents(self) -> list[Entry]:
        """Parts, sections and appendices, and the items with a heading right below them."""
        return [entry for root in self._tree.roots for entry in self._entries(root, 0)]

    def _entries(self, clause: Clause, level: int) -> Iterator[Entry]:
        if clause.kind in _CONTENTS or (clause.kind in NUMBERED and clause.heading and level == 1):
            yield Entry(clause, level)
            if level == 0 or clause.kind in _CONTENTS:
                for child in self._tree.children(clause):
                    yield from self._entries(child, level + 1)

    def _parts(self, clauses: Sequence[Clause], level: int) -> tuple[Node | Table, ...]:
        parts: list[Node | Table] = []
        for is_table, group in groupby(clauses, key=lambda clause: clause.kind in _TABLE):
            together = list(group)
            parts += [self._table(together)] if is_table else [self._node(clause, level) for clause in together]
        return tuple(parts)

    def _node(self, clause: Clause, level: int) -> Node:
        here = clause.address == self._here
        if not clause.children:
            return Node(clause, level, here, runs=self._runs(clause.span))
        below = min(level + (clause.kind in NUMBERED), 6)
        return Node(clause, level, here, parts=self._parts(self._tree.children(clause), below))

    def _table(self, clauses: Sequence[Clause]) -> Table:
        columns = max((tuple(cell.column for cell in clause.cells) for clause in clauses), key=len, default=())
        named = columns if any(columns) else ()
        rows = (self._row(clause) for clause in self._flat(clauses))
        return Table(named, tuple(row for row in rows if not (named and row.clause.kind is ClauseKind.TABLE_HEAD)))

    def _flat(self, clauses: Iterable[Clause]) -> Iterator[Clause]:
        """Rows below a group follow it in the same table."""
        for clause in clauses:
            if clause.children and clause.kind is not ClauseKind.ROW:
                yield from self._flat(self._tree.children(clause))
            else:
                yield clause

    def _row(self, clause: Clause) -> Row:
        cells = tuple((cell.column, self._joined(cell.spans)) for cell in clause.cells)
        return Row(clause, cells or (("", self._runs(clause.span)),), clause.address == self._here)

    def _joined(self, spans: Sequence[Span]) -> Runs:
        return tuple(run for span in spans for run in self._runs(span))

    def _runs(self, span: Span) -> Runs:
        return runs(self._text, span, [self._cited])


def runs(text: str, span: Span, cited: Sequence[Span]) -> Runs:
    """The characters of a span without the white space around them, cut where their look changes."""
    raw = span.of(text)
    start = span.start + len(raw) - len(raw.lstrip())
    end = span.start + len(raw.rstrip())
    if end <= start:
        return ()
    hidden = [(start + match.start(), start + match.end()) for match in _MARKS.finditer(text[start:end])]
    edges = {start, end, *(edge for pair in hidden for edge in pair)}
    edges |= {edge for each in cited for edge in (each.start, each.end) if start < edge < end}
    return tuple(
        Run(text[a:b], any(each.start <= a < each.end for each in cited), any(x <= a < y for x, y in hidden))
        for a, b in pairwise(sorted(edges))
    )


def plain_runs(quote: str, marks: Sequence[Sequence[int]] = ()) -> Runs:
    """A quote as it is read: its marks of Markdown out of sight, what proves marked as cited."""
    return runs(quote, Span(0, len(quote)), [Span(each[0], each[1]) for each in marks])


def cited_span(told: str, length: int) -> Span | None:
    """'120-340' of an address as a span of a text so long; None for what is none."""
    match = re.fullmatch(r"(\d{1,9})-(\d{1,9})", told)
    if match is None or not int(match[1]) < int(match[2]) <= length:
        return None
    return Span(int(match[1]), int(match[2]))
