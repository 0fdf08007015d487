"""The numbered clauses a model may phrase from: what an answer cites, whole, each piece with what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from answer.cite import cite_passage
from answer.phrasing.tokens import Kind, Token, saying, tokens
from answer.phrasing.words import ROLE_WORDS
from answer.shelf import Shelf
from answer.wording import place_name, plan_name
from plan.fields import column_field, field_line
from plan.model import Answer, Assignment, Citation, Field, FieldValue, Span
from plan.passages import Passage
from plan.text import squeeze

MOST = 6  # clauses that go out with one question
_MARK = re.compile(r"\A\s*(?:[-+•*]\s*|(?:[IVX]+|\d{1,2}(?:\.\d{1,2})*|[a-zđ])[.)]\s+)+")
_SENTENCE = re.compile(r"(?<=[^\W\d_]{2}\.)\s+(?=[A-ZÀ-ỸĐ])|(?<=\d{2}\.)\s+(?=[A-ZÀ-ỸĐ])|(?<=[)\"”]\.)\s+(?=[A-ZÀ-ỸĐ])")
LONGEST = 2400  # characters of one; a longer clause is left out


@dataclass(frozen=True)
class Piece:
    """A heading, line or cell of a clause. `block` counts the tasks of one clause; a heading is in all (-1)."""

    text: str
    field: Field | None = None
    block: int = -1

    @cached_property
    def said(self) -> tuple[Token, ...]:
        """The tokens that say something."""
        return saying(tokens(self.text))

    @property
    def is_content(self) -> bool:
        """Neither a heading nor a field's line."""
        return self.block >= 0 and self.field is None


@dataclass(frozen=True)
class Roles:
    """Units that the register has for one block of a clause."""

    leads: frozenset[str] = frozenset()
    coordinating: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Numbered:
    """One proven clause under its number. `text` is what the model reads."""

    number: int
    citation: Citation
    plan: str  # its name
    place: str
    text: str
    pieces: tuple[Piece, ...]
    roles: Mapping[int, Roles]  # by block; -1 for those of its heading


def numbered(answer: Answer, shelves: Mapping[tuple[str, int], Shelf]) -> tuple[Numbered, ...]:
    """The clauses an answer stands on, in its order, each once. Garbled and overlong ones are left out."""
    found: dict[tuple[str, str], Numbered] = {}
    for citation in answer.citations:
        shelf = shelves.get((citation.plan_id, citation.version))
        passage = shelf.by_address.get(citation.clause) if shelf and not shelf.garbled else None
        key = (citation.plan_id, citation.clause)
        if shelf is None or passage is None or key in found or len(passage.text) > LONGEST:
            continue
        found[key] = _numbered(len(found) + 1, citation, shelf, passage)
        if len(found) == MOST:
            break
    return tuple(found.values())


def clause_of(number: int, shelf: Shelf, address: str) -> Numbered:
    """One clause by its address, as `numbered` makes it."""
    passage = shelf.by_address[address]
    return _numbered(number, cite_passage(shelf, passage), shelf, passage)


def roles_of(clause: Numbered, blocks: set[int]) -> Roles:
    """The register's roles for the blocks a sentence draws on, or for all where it draws on headings alone."""
    wanted = blocks - {-1} or set(clause.roles)
    chosen = [clause.roles[block] for block in (wanted | {-1}) if block in clause.roles]
    return Roles(
        frozenset().union(*(roles.leads for roles in chosen)),
        frozenset().union(*(roles.coordinating for roles in chosen)),
    )


def _numbered(number: int, citation: Citation, shelf: Shelf, passage: Passage) -> Numbered:
    placed = _placed(shelf, passage)
    pieces = tuple(piece for piece, _ in placed)
    heads = tuple(Piece(_without_mark(head)) for head in passage.path)
    read = "\n".join((*(piece.text for piece in heads[-2:]), *(piece.text for piece in pieces)))
    roles = _roles(shelf, passage, placed)
    place = place_name(shelf.version)
    return Numbered(number, citation, plan_name(shelf.version), place, read, (*heads, *pieces), roles)


def _without_mark(head: str) -> str:
    """'III. NHIỆM VỤ' → 'NHIỆM VỤ': numerals of headings are no figures to be said."""
    return _MARK.sub("", head, count=1) or head


def _placed(shelf: Shelf, passage: Passage) -> list[tuple[Piece, Span]]:
    clause = shelf.tree.by_address[passage.address]
    if clause.cells:
        return [
            (Piece(f"{c.column}: {c.value}" if c.column else c.value, _cell_field(c.column), 0), span)
            for c in clause.cells
            if c.value
            for span in c.spans[:1]
        ]
    placed: list[tuple[Piece, Span]] = []
    block, after_field = 0, False
    for line in passage.lines:
        text = _MARK.sub("", squeeze(line.text))
        for statement in _statements(text):
            field = _field(statement)
            block += after_field and field is None
            after_field = field is not None
            placed.append((Piece(statement, field, block), line.span))
    return placed


def _statements(text: str) -> list[str]:
    """The sentences of a line of prose; one that begins with who leads and goes on with something else, in two."""
    if field_line(text) is not None:
        return [text]
    found: list[str] = []
    for sentence in _SENTENCE.split(text):
        parts = sentence.split("; ")
        roles = next((n for n, part in enumerate(parts) if not _only_roles(part)), len(parts))
        found += [part for part in ("; ".join(parts[:roles]), "; ".join(parts[roles:])) if part]
    return found


def _field(text: str) -> Field | None:
    """The field of a labelled line, or of a sentence that only says who leads and who helps."""
    found = field_line(text)
    if found:
        return None if found[0] is Field.TASK else found[0]
    return Field.LEAD if all(_only_roles(part) for part in text.split("; ")) else None


def _only_roles(text: str) -> bool:
    """'Phòng Kinh tế chủ trì', 'các ban quản trị chung cư phối hợp': who, and nothing of what."""
    said = saying(tokens(text))
    if not any(token.kind is Kind.UNIT for token in said) and not _helps(said):
        return False
    return _helps(said) or all(token.kind is Kind.UNIT or token.key in ROLE_WORDS for token in said)


def _helps(said: Sequence[Token]) -> bool:
    tail = [token.key for token in said[-2:]] == ["phối", "hợp"]
    return tail and len(said) <= 12 and all(token.kind is not Kind.FIGURE for token in said)


def _cell_field(column: str) -> Field | None:
    field = column_field(column) if column else None
    return None if field is Field.TASK else field


def _roles(shelf: Shelf, passage: Passage, placed: Sequence[tuple[Piece, Span]]) -> dict[int, Roles]:
    facts = shelf.facts[passage.address]
    roles: dict[int, Roles] = {}
    for assignment in facts.assignments:
        for block in _blocks(assignment, placed) or {0}:
            known = roles.get(block, Roles())
            leads = _units(assignment.leads)
            helping = _units(assignment.coordinating)
            roles[block] = Roles(known.leads | leads, known.coordinating | helping)
    heads = frozenset(key for head in passage.path[-1:] for key in _unit_keys(head))
    roles[-1] = Roles(heads & frozenset().union(*(roles.leads for roles in roles.values())))
    return roles


def _units(values: Sequence[FieldValue]) -> frozenset[str]:
    return frozenset(key for value in values for key in _unit_keys(value.value))


def _unit_keys(text: str) -> Iterator[str]:
    return (token.key for token in tokens(text) if token.kind is Kind.UNIT)


def _blocks(assignment: Assignment, placed: Sequence[tuple[Piece, Span]]) -> set[int]:
    values = (*assignment.leads, *assignment.coordinating)
    return {piece.block for piece, span in placed if any(span.overlap(value.line) for value in values)}
