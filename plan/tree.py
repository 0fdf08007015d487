"""Walking the clause tree of a version: lookups, ancestors, leaves, cleaned text; every span moved at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from typing import TypeVar

from plan.model import Clause, ClauseKind, Span
from plan.text import squeeze

NUMBERED = frozenset({ClauseKind.PART, ClauseKind.SECTION, ClauseKind.ITEM, ClauseKind.POINT, ClauseKind.APPENDIX})


class Tree:
    """Clauses by address, with their text. Built once per version; cheap to make."""

    def __init__(self, text: str, clauses: Sequence[Clause]) -> None:
        self.text = text
        self.clauses = tuple(clauses)
        self._bodies: dict[str, str] = {}

    @cached_property
    def by_address(self) -> dict[str, Clause]:
        """Every clause under its address."""
        return {clause.address: clause for clause in self.clauses}

    @cached_property
    def roots(self) -> tuple[Clause, ...]:
        """Clauses without a parent, in reading order."""
        return tuple(clause for clause in self.clauses if clause.parent is None)

    def children(self, clause: Clause) -> tuple[Clause, ...]:
        """Direct children in reading order, the heading leaf first."""
        return tuple(self.by_address[address] for address in clause.children)

    def parent(self, clause: Clause) -> Clause | None:
        """The clause above."""
        return self.by_address[clause.parent] if clause.parent is not None else None

    def ancestors(self, clause: Clause) -> tuple[Clause, ...]:
        """From the outermost down to the parent."""
        chain: list[Clause] = []
        above = self.parent(clause)
        while above is not None:
            chain.append(above)
            above = self.parent(above)
        return tuple(reversed(chain))

    def leaves(self, clause: Clause) -> Iterator[Clause]:
        """The leaves below (or the clause itself)."""
        if not clause.children:
            yield clause
        for child in self.children(clause):
            yield from self.leaves(child)

    def raw(self, clause: Clause) -> str:
        """Its exact characters."""
        return clause.span.of(self.text)

    def clean(self, clause: Clause) -> str:
        """Its text in one line without Markdown, the mark included; for a garbled leaf what it most likely says."""
        return clause.reading or squeeze(self.raw(clause))

    def body(self, clause: Clause) -> str:
        """Its text in one line without the mark; for a row, its cells under their columns' names."""
        if clause.address not in self._bodies:
            self._bodies[clause.address] = self._body(clause)
        return self._bodies[clause.address]

    def _body(self, clause: Clause) -> str:
        if clause.cells:
            return "; ".join(f"{c.column}: {c.value}" if c.column else c.value for c in clause.cells if c.value)
        cleaned = self.clean(clause)
        return (
            cleaned[len(clause.label) :].lstrip(" .):")
            if clause.label and cleaned.startswith(clause.label)
            else cleaned
        )

    def at(self, offset: int) -> Clause | None:
        """The leaf that holds a character."""
        return next((c for c in self.clauses if not c.children and c.span.start <= offset < c.span.end), None)


Thing = TypeVar("Thing")


def mapped(thing: Thing, move: Callable[[Span], Span]) -> Thing:
    """A copy of a frozen dataclass of `plan.model` with `move` applied to each Span inside, however deep."""
    return _moved(thing, move)  # type: ignore[return-value]


def _moved(value: object, move: Callable[[Span], Span]) -> object:
    if isinstance(value, Span):
        return move(value)
    if isinstance(value, tuple):
        return tuple(_moved(item, move) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _moved(getattr(value, f.name), move) for f in fields(value)})
    return value
