"""Whether an English sentence says nothing but what one Vietnamese clause says, by the glossary.

Order differs between the languages, so here each phrase has to have a rendering in one line of the clause, its
headings or the fields of the same task; units, figures, dates and negations are compared as in Vietnamese.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answer.phrasing.clauses import Numbered, Piece, roles_of
from answer.phrasing.english_items import Item, items_of
from answer.phrasing.roles import Wordings, role_at, wrong_role
from answer.phrasing.tokens import Kind, Token, same
from answer.phrasing.words import (
    ADJACENT,
    COMPARATORS,
    ENGLISH_COORDINATING_AFTER,
    ENGLISH_COORDINATING_BEFORE,
    ENGLISH_FUNCTION,
    ENGLISH_LABELS,
    ENGLISH_LEAD_AFTER,
    ENGLISH_LEAD_BEFORE,
    ENGLISH_NEGATIONS,
    NEUTRAL,
    POLARITY,
)
from plan.model import Field

_WORDINGS = Wordings(ENGLISH_LEAD_BEFORE, ENGLISH_LEAD_AFTER, ENGLISH_COORDINATING_BEFORE, ENGLISH_COORDINATING_AFTER)
_FIELDS = {"deadline": Field.DEADLINE, "product": Field.PRODUCT}
_ZONE = 7  # how far from its figure what is counted may stand


@dataclass(frozen=True)
class Match:
    """A sentence and the pieces of one task that together say all of it."""

    items: tuple[Item, ...]
    home: tuple[Piece, ...]

    def places(self, item: Item) -> list[tuple[Piece, int]]:
        """Where it stands."""
        return [(piece, at) for piece in self.home for at in found(item, piece)]

    @property
    def saying(self) -> Iterator[Item]:
        """What has to be proved."""
        return (item for item in self.items if item.renderings != ())


def english_fault(text: str, clause: Numbered) -> tuple[str, bool]:
    """Why the sentence is not supported ('' when it is), and whether it names its task."""
    items = tuple(items_of(text))
    saying = [item for item in items if item.renderings != ()]
    if not saying or any(item.renderings is None for item in saying):
        return "foreign", False
    home = _home(saying, clause.pieces)
    if home is None:
        return "mixed", False
    match = Match(items, home)
    for name, holds in (("polarity", _keeps_polarity), ("figure", _keeps_figures), ("label", _labels_right)):
        if not holds(match):
            return name, False
    roles = roles_of(clause, {piece.block for piece in home})
    if wrong_role([item.token for item in items], roles, _WORDINGS, lambda _, role: role == "none"):
        return "role", False
    if not all(_helps(match, i) for i in range(len(items))):
        return "doer", False
    return "", sum(any(piece.field is None for piece, _ in match.places(item)) for item in saying) >= 2


def _helps(match: Match, i: int) -> bool:
    """What stands only among those who help is said to help, be it a unit or not."""
    item = match.items[i]
    fields = {piece.field for piece, _ in match.places(item)} if item.renderings else set()
    tokens = [each.token for each in match.items]
    if item.token.kind is not Kind.WORD or fields != {Field.COORDINATING}:
        return True
    return role_at(tokens, i, i, _WORDINGS) in ("coordinating", "helping", "none")


def found(item: Item, piece: Piece) -> list[int]:
    """Where a rendering stands in a piece."""
    if item.token.kind is not Kind.WORD:
        return [at for at, token in enumerate(piece.said) if same(item.token, token)]
    keys = [token.key for token in piece.said]
    return [
        at
        for wanted in item.renderings or ()
        for at in range(len(keys) - len(wanted) + 1)
        if tuple(keys[at : at + len(wanted)]) == wanted
    ]


def _home(saying: Sequence[Item], pieces: Sequence[Piece]) -> tuple[Piece, ...] | None:
    """Headings, one line and its task's fields that together have every phrase; without the line where it goes."""
    heads = [piece for piece in pieces if piece.block < 0]
    for block in sorted({piece.block for piece in pieces} - {-1} or {-1}):
        fields = [piece for piece in pieces if piece.block == block and piece.field is not None]
        own = [piece for piece in pieces if piece.block == block and piece.is_content]
        lines = [[], *([statement] for piece in own for statement in _statements(piece))]
        for line in lines:
            home = (*line, *heads, *fields)
            if all(any(found(item, piece) for piece in home) for item in saying):
                return home
    return None


def _statements(piece: Piece) -> list[Piece]:
    """A line cut at its colons and semicolons: what is said in one is not said in another."""
    return [Piece(part, piece.field, piece.block) for part in re.split(r"[;:]\s", piece.text) if part.strip()]


def _keeps_polarity(match: Match) -> bool:
    """A negation or condition in the sentence where the statements it draws on have one, and only there."""
    said = any(item.token.key in ENGLISH_NEGATIONS for item in match.items)
    limits = {token.key for piece in match.home for token in _drawn_on(match, piece) if token.key in POLARITY}
    told = {key for item in match.saying for way in item.renderings or () for key in way}
    return said == bool(limits - ADJACENT - told) and limits & ADJACENT <= told


def _drawn_on(match: Match, piece: Piece) -> Iterator[Token]:
    """The statements of a piece in which something of the sentence stands that stands nowhere else."""
    marks = [0]
    for before, token in zip(piece.said, piece.said[1:], strict=False):
        marks.append(marks[-1] + (token.breaks in (".", ";") or token.part != before.part))
    own = (item for item in match.saying if all(where is piece for where, _ in match.places(item)))
    used = {marks[at] for item in own for at in found(item, piece)}
    return (token for token, mark in zip(piece.said, marks, strict=False) if mark in used)


def _keeps_figures(match: Match) -> bool:
    return all(
        any(_figure_at(match, i, piece, at) for piece, at in match.places(item))
        for i, item in enumerate(match.items)
        if item.token.kind is Kind.FIGURE
    )


def _figure_at(match: Match, i: int, piece: Piece, at: int) -> bool:
    stands, token = piece.said, match.items[i].token
    ours = match.items[i - 1].token.key if i and match.items[i - 1].token.key in COMPARATORS else ""
    theirs = stands[at - 1].key if at and stands[at - 1].key in COMPARATORS and not stands[at].breaks else ""
    if ours != theirs and not (ours in ("", *NEUTRAL) and theirs in ("", *NEUTRAL)):
        return False
    after = stands[at + 1] if at + 1 < len(stands) else None
    alike = [t for k, t in enumerate(stands) if t.kind is Kind.FIGURE and _alike(stands, k, token, after)]
    if len(alike) > 1 and not _same_sequence(match.items, alike):
        return False
    if ":" in token.key or "/" in token.key or after is None or after.breaks:
        return True
    until = next((k for k in range(at + 1, len(stands)) if stands[k].kind is Kind.FIGURE), len(stands))
    counted = list(_counted(match.items, i))
    if not counted:
        return _headed(match, i, piece, at)
    return all(any(at < place < min(until, at + _ZONE) for place in found(item, piece)) for item in counted)


def _headed(match: Match, i: int, piece: Piece, at: int) -> bool:
    """A number that counts nothing is that of the word before it: 'Round 1', 'in 2026'."""
    if at and piece.said[at - 1].key == "năm" and re.fullmatch(r"(?:19|20)\d\d", match.items[i].token.key):
        return True
    before = next((item for item in reversed(match.items[:i]) if item.renderings), None)
    ways = (before.renderings or ()) if before else ()
    ends = [place + len(way) for way in ways for place in found(Item(Token("", Kind.WORD), (way,)), piece)]
    return at in ends


def _counted(items: Sequence[Item], i: int) -> Iterator[Item]:
    """What a number is the number of: the words right after it."""
    for item in items[i + 1 :]:
        if item.token.key == "of":
            continue
        if item.token.kind is not Kind.WORD or (item.renderings == () and item.token.key in ENGLISH_FUNCTION):
            return
        if item.renderings:
            yield item


def _alike(stands: Sequence[Token], at: int, token: Token, after: Token | None) -> bool:
    """Whether another figure of the line could be taken for this one: both dates, or numbers of the same thing."""
    dates = ":" in stands[at].key, ":" in token.key
    counted = stands[at + 1].key if at + 1 < len(stands) else ""
    shares = stands[at].key.endswith("%") == token.key.endswith("%")
    return dates == (True, True) or (dates == (False, False) and shares and (after is None or counted == after.key))


def _same_sequence(items: Sequence[Item], alike: Sequence[Token]) -> bool:
    """Several figures of a kind in one line: all of them in the line's order, or nobody knows which is which."""
    said = [item.token for item in items if item.token.kind is Kind.FIGURE]
    return [t.key for t in said if any(same(t, other) for other in alike)] == [t.key for t in alike]


def _labels_right(match: Match) -> bool:
    """A named field is the clause's own: what follows its name stands in it."""
    for i, item in enumerate(match.items):
        for name, labels in ENGLISH_LABELS.items():
            if item.token.key in labels and not _is_field(match, i, _FIELDS[name]):
                return False
    return True


def _is_field(match: Match, i: int, field: Field) -> bool:
    others = match.items if field is Field.DEADLINE else match.items[i + 1 :]
    near = [item for item in others if item.renderings and (field is not Field.DEADLINE or ":" in item.token.key)]
    wanted = near[:1] if field is Field.PRODUCT else near
    return bool(wanted) and all(any(_in_field(piece, at, field) for piece, at in match.places(x)) for x in wanted)


def _in_field(piece: Piece, at: int, field: Field) -> bool:
    before = [token.key for token in piece.said[max(0, at - 4) : at]]
    return piece.field is field or (field is Field.DEADLINE and re.search("hoàn thành", " ".join(before)) is not None)
