"""What differs between two versions of a plan, clause by clause, for whoever decides whether to publish. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from plan.model import Clause, ClauseKind, PlanVersion
from plan.text import squeeze

_IGNORED = frozenset({ClauseKind.TRAILER, ClauseKind.TABLE_HEAD})


class Change(StrEnum):
    """What became of a clause."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """One clause that is not as it was. `pieces` are the words: ' ' kept, '-' gone, '+' new."""

    change: Change
    old: str  # address before, '' for a new clause
    new: str
    pieces: tuple[tuple[str, str], ...]


def differences(old: PlanVersion, new: PlanVersion) -> tuple[Difference, ...]:
    """In the order of the new version, what is gone at the end."""
    before, after = _texts(old), _texts(new)
    gone = {address: text for address, text in before.items() if address not in after}
    moved_from = {text: address for address, text in gone.items()}
    found = [_difference(address, text, before.get(address), moved_from) for address, text in after.items()]
    moved = {each.old for each in found if each and each.change is Change.MOVED}
    removed = (
        Difference(Change.REMOVED, address, "", (("-", text),))
        for address, text in gone.items()
        if address not in moved
    )
    return (*(each for each in found if each), *removed)


def _difference(address: str, text: str, before: str | None, moved_from: dict[str, str]) -> Difference | None:
    if before == text:
        return None
    if before is not None:
        return Difference(Change.CHANGED, address, address, tuple(_word_by_word(before, text)))
    if text in moved_from:
        return Difference(Change.MOVED, moved_from[text], address, ((" ", text),))
    return Difference(Change.ADDED, "", address, (("+", text),))


def _texts(plan: PlanVersion) -> dict[str, str]:
    leaves = (clause for clause in plan.clauses if _counts(clause))
    return {clause.address: _text(plan, clause) for clause in leaves}


def _text(plan: PlanVersion, clause: Clause) -> str:
    """On one line; a row without the marks between its cells."""
    cells = " · ".join(squeeze(cell.value) for cell in clause.cells if cell.value.strip())
    return cells or squeeze(clause.span.of(plan.text))


def _counts(clause: Clause) -> bool:
    return not clause.children and clause.kind not in _IGNORED


def _word_by_word(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = before.split(), after.split()
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield " ", " ".join(old[i:j])
            continue
        if j > i:
            yield "-", " ".join(old[i:j])
        if m > k:
            yield "+", " ".join(new[k:m])
