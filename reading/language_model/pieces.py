"""What a language model is shown: a plan cut into numbered pieces, each of which knows its place in the text.

A piece is a line, a sentence, a heading or a table cell: the smallest thing that can be quoted alone. The whole plan is
shown where all candidates are of one plan and it fits; else the best candidates with their headings and neighbours.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from plan.model import Clause, ClauseKind, PlanVersion, Span
from plan.passages import Line, Passage, passages_of
from plan.recent import Recent
from plan.text import fold, squeeze
from plan.tree import Tree
from prompts import phrase
from reading.protocol import Candidate

NEIGHBOURED = 3  # the best candidates of a plan come with the clause before and the clause after
KEPT_PLANS = 64  # plans whose pieces are kept
CHARACTERS = 2.5  # a token's worth of Vietnamese, on the careful side
_UNSEEN = frozenset({ClauseKind.TRAILER, ClauseKind.TABLE_HEAD})
_FENCE = re.compile(r"<{2,}|>{2,}|\[(?=\d+\])")
_ORDINAL = re.compile(r"(?:(?:stt|tt|so tt|so thu tu|no\.?|#)\s*)?\Z")  # a column that only counts the rows
_TOKEN = re.compile(r"\S+")
_PlanKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """`text` is what the model reads, `spans` the characters of the plan that it stands for, `passage` the clause that
    it is cited as. A heading over clauses of their own is cited as none: it is shown, without a number.
    """

    text: str
    spans: tuple[Span, ...]
    version: PlanVersion
    passage: Passage | None
    leaf: str  # cells of one row stand on one line
    before: str = ""  # a row's number, which is shown and not chosen
    table: str = ""  # of a cell: the address that its rows stand under, and its column's name
    column: str = ""

    @property
    def value(self) -> str:
        """What it says without its column's name, a cell of several lines put together."""
        return self.text.removeprefix(squeeze(self.column)).lstrip(": ") if self.column else self.text

    @property
    def is_reading(self) -> bool:
        """Whether `text` is what a badly read line most likely says, word beside word."""
        raw = self.spans[0].of(self.version.text)
        return not self.column and squeeze(raw) != squeeze(self.text) and len(raw.split()) == len(self.text.split())

    def original(self, start: int, end: int) -> Span:
        """The plan's characters for those from `start` to `end` of a reading, by whole words."""
        told = list(_TOKEN.finditer(self.text))
        held = [place for place, word in enumerate(told) if word.end() > start and word.start() < end]
        words = list(_TOKEN.finditer(self.spans[0].of(self.version.text)))
        at = self.spans[0].start
        return Span(at + words[held[0]].start(), at + words[held[-1]].end())


@dataclass(frozen=True, slots=True)
class Sheet:
    """The pieces that can be chosen: number n is `pieces[n - 1]`. `plans` are the plans' ids, by their numbers."""

    text: str
    pieces: tuple[Piece, ...]
    plans: tuple[str, ...]
    whole: bool = False  # all of one plan

    def piece(self, number: int) -> Piece | None:
        """The piece of that number, None where there is none."""
        return self.pieces[number - 1] if 0 < number <= len(self.pieces) else None


def tokens(text: str) -> int:
    """About how many tokens a text takes."""
    return round(len(text) / CHARACTERS)


class PlanPieces:
    """One version cut into pieces, in reading order."""

    def __init__(self, version: PlanVersion) -> None:
        self.version = version
        self.passages = passages_of(version)
        self._tree = Tree(version.text, version.clauses)
        self._by_address: dict[str | None, Passage] = {passage.address: passage for passage in self.passages}
        lines = ((line.span.start, passage, line) for passage in self.passages for line in passage.lines)
        self._by_start = sorted(lines, key=lambda each: each[0])

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Everything that is shown of the plan."""
        leaves = (clause for clause in self.version.clauses if not clause.children and clause.kind not in _UNSEEN)
        return tuple(piece for leaf in leaves for piece in self._pieces(leaf))

    @cached_property
    def size(self) -> int:
        """Characters of the whole plan as it is shown, about."""
        return sum(len(piece.text) + 8 for piece in self.pieces)

    def of(self, passages: Sequence[Passage]) -> tuple[Piece, ...]:
        """The pieces of these clauses and of the headings above them."""
        wanted = {passage.address for passage in passages}
        above = {clause.address for address in wanted for clause in self._from_above(address)}
        return tuple(piece for piece in self.pieces if self._is_of(piece, wanted, above))

    def around(self, passage: Passage) -> Iterator[Passage]:
        """The clauses right before and right after."""
        at = next((i for i, each in enumerate(self.passages) if each.address == passage.address), None)
        if at is not None:
            yield from self.passages[max(0, at - 1) : at]
            yield from self.passages[at + 1 : at + 2]

    def _pieces(self, leaf: Clause) -> Iterator[Piece]:
        passage, within = self._passage(leaf), self._within(leaf)
        if leaf.cells and passage:
            yield from self._cells(leaf, passage)
            return
        lines = [line for _, own, line in within if own is passage]
        for line in lines if len(lines) > 1 else [Line(self._tree.clean(leaf), leaf.span)]:
            if line.text.strip():
                yield Piece(line.text, (line.span,), self.version, passage, leaf.address)

    def _cells(self, leaf: Clause, passage: Passage) -> Iterator[Piece]:
        told = [cell for cell in leaf.cells if cell.value.strip() and cell.spans]
        numbered = len(told) > 1 and told[0].value == leaf.label and bool(_ORDINAL.match(fold(told[0].column)))
        for place, cell in enumerate(told[numbered:]):
            text = squeeze(f"{cell.column}: {cell.value}" if cell.column else cell.value)
            number = f"({leaf.label}) " if numbered and not place else ""
            own = (leaf.address, number, leaf.parent or "", cell.column)
            yield Piece(text, cell.spans, self.version, passage, *own)

    def _passage(self, leaf: Clause) -> Passage | None:
        """The clause that a leaf is cited as."""
        within = self._within(leaf)
        return within[0][1] if within else self._by_address.get(leaf.parent)

    def _within(self, leaf: Clause) -> list[tuple[int, Passage, Line]]:
        ends = (leaf.span.start, leaf.span.end)
        first, last = (bisect_left(self._by_start, at, key=lambda each: each[0]) for at in ends)
        return self._by_start[first:last]

    def _is_of(self, piece: Piece, wanted: set[str], above: set[str]) -> bool:
        leaf = self._tree.by_address[piece.leaf]
        is_heading = leaf.kind is ClauseKind.HEADING and leaf.parent in above
        return is_heading or (piece.passage is not None and piece.passage.address in wanted)

    def _from_above(self, address: str) -> tuple[Clause, ...]:
        clause = self._tree.by_address[address]
        return (*self._tree.ancestors(clause), clause)


class Sheets:
    """Makes sheets, and keeps the pieces of the plans asked last."""

    def __init__(self, most: int) -> None:
        """`most` tokens of plan in one question."""
        self.most = most
        self._kept: Recent[tuple[str, int, str], PlanPieces] = Recent(KEPT_PLANS)

    def of(self, candidates: Sequence[Candidate], language: str) -> Sheet:
        """The whole plan where the candidates are of one and it fits, else the best of them, plan by plan."""
        plans = {_key(c.version): self._plan(c.version) for c in candidates}
        only = next(iter(plans.values()))
        if len(plans) == 1 and only.size <= self.most * CHARACTERS:
            return whole_sheet(only, language)
        shown = self._shown(candidates, plans)
        return _sheet([(plans[key], plans[key].of(passages)) for key, passages in shown.items()], language)

    def _plan(self, version: PlanVersion) -> PlanPieces:
        key = (*_key(version), version.source.sha256)
        return self._kept.get(key) or self._kept.keep(key, PlanPieces(version))

    def _shown(
        self, candidates: Sequence[Candidate], plans: dict[_PlanKey, PlanPieces]
    ) -> dict[_PlanKey, list[Passage]]:
        """Candidates from the best on, then neighbours of the best of each plan, while there is room."""
        best = sorted(candidates, key=lambda c: -c.prior)
        ranks: dict[_PlanKey, list[Passage]] = {}
        for each in best:
            ranks.setdefault(_key(each.version), []).append(each.passage)
        wanted = [(_key(c.version), c.passage) for c in best]
        wanted += [
            (key, p) for key, own in ranks.items() for each in own[:NEIGHBOURED] for p in plans[key].around(each)
        ]
        room, shown = self.most * CHARACTERS, dict[_PlanKey, dict[str, Passage]]()
        for key, passage in wanted:
            taken = shown.get(key, {})
            room -= 0 if passage.address in taken else len(passage.text) + 100
            if room < 0 and shown:
                break
            shown[key] = {**taken, passage.address: passage}
        return {key: list(passages.values()) for key, passages in shown.items()}


def whole_sheet(plan: PlanPieces, language: str) -> Sheet:
    """All of one plan."""
    return replace(_sheet([(plan, plan.pieces)], language), whole=True)


def _key(version: PlanVersion) -> _PlanKey:
    return version.plan_id, version.version


def _sheet(plans: Sequence[tuple[PlanPieces, Sequence[Piece]]], language: str) -> Sheet:
    pieces: list[Piece] = []
    blocks = []
    for number, (plan, own) in enumerate(plans, 1):
        lines = list(_lines(own, len(pieces) + 1))
        pieces += [piece for piece in own if piece.passage]
        info = plan.version.info
        head = phrase(language, "reading.plan", number=number, title=fenced(info.title or plan.version.file))
        blocks.append("\n".join((head, *lines)))
    return Sheet("\n\n".join(blocks), tuple(pieces), tuple(plan.version.plan_id for plan, _ in plans))


def _lines(pieces: Sequence[Piece], first: int) -> Iterator[str]:
    """One line a leaf, so that the cells of a row stand together."""
    number = first
    for _, leaf in groupby(pieces, key=lambda piece: piece.leaf):
        line = []
        for piece in leaf:
            mark = f"[{number}] " if piece.passage else ""
            line.append(f"{fenced(piece.before)}{mark}{fenced(piece.text)}")
            number += bool(mark)
        yield " ".join(line)


def fenced(text: str) -> str:
    """Text of a plan or a person that can neither close its fence nor bring numbers of its own."""
    return _FENCE.sub(" ", text)
