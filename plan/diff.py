"""What differs between two versions of a plan: clauses added, removed, changed or renumbered, and the fields of tasks.

Leaves of the two clause trees are paired in reading order: equal texts first, then likely ones in the gaps between
them, so that lines which a plan repeats are never taken for one another. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from plan.leaves import Leaf, leaves_of
from plan.model import PlanVersion
from plan.pairing import pair
from plan.text import squeeze

TEXT, LABEL, ADDRESS = "text", "label", "address"


class Kind(StrEnum):
    """What became of a clause."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENUMBERED = "renumbered"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was.

    `field` is text, label or address, a field of an assignment (lead, coordinating, deadline, product), number or date
    of the plan, or the name of a table's column. `pieces` are the clause's words: ' ' kept, '-' gone, '+' new.
    """

    kind: Kind
    old: str | None  # address before, None for a new clause
    new: str | None
    field: str
    old_value: str
    new_value: str
    pieces: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, str | None]:
        """The contract of `kehoach diff --json`."""
        return {
            "kind": self.kind.value,
            "old": self.old,
            "new": self.new,
            "field": self.field,
            "old_value": self.old_value,
            "new_value": self.new_value,
        }


def differences(old: PlanVersion, new: PlanVersion) -> tuple[Difference, ...]:
    """In the order of the new version; what is gone stands where it stood."""
    moved: dict[str | None, str | None] = {None: None}
    found: list[Difference] = []
    for before, after in pair(leaves_of(old), leaves_of(new)):
        if before is None:
            assert after
            found.append(Difference(Kind.ADDED, None, after.address, TEXT, "", after.whole, (("+", after.whole),)))
        elif after is None:
            found.append(Difference(Kind.REMOVED, before.address, None, TEXT, before.whole, "", (("-", before.whole),)))
        else:
            found.extend(_renumbered(before, after, moved))
            found.extend(_changed(before, after))
    return tuple(found)


def summary(found: Sequence[Difference]) -> dict[str, int]:
    """How many differences there are of each kind."""
    return {kind.value: sum(each.kind is kind for each in found) for kind in Kind}


def words_that_differ(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Both texts as one row of words: ' ' kept, '-' gone, '+' new."""
    return tuple(_pieces(old.split(), new.split()))


def _renumbered(old: Leaf, new: Leaf, moved: dict[str | None, str | None]) -> Iterator[Difference]:
    """The outermost clause with another address, once; what is below it moved with it."""
    for before, after in zip(old.path, new.path, strict=False):
        known = moved.get(before.address)
        if known == after.address:
            continue
        moved[before.address] = after.address
        stayed = moved.get(before.parent, before.parent) == after.parent
        if before.address == after.address or (stayed and before.step == after.step) or not before.numbered:
            continue
        label = before.label != after.label
        values = (before.label, after.label) if label else (before.address, after.address)
        yield Difference(
            Kind.RENUMBERED, before.address, after.address, LABEL if label else ADDRESS, *values, ((" ", new.whole),)
        )


def _changed(old: Leaf, new: Leaf) -> Iterator[Difference]:
    """The fields that differ; if that does not explain everything, the words too."""
    if old.body == new.body:
        return
    pieces = words_that_differ(old.whole, new.whole)
    fields = [name for name in {**old.fields, **new.fields} if old.value(name) != new.value(name)]
    for name in fields:
        yield Difference(Kind.CHANGED, old.address, new.address, name, old.value(name), new.value(name), pieces)
    before, after = old.without(fields), new.without(fields)
    if before != after:
        gone, come = _only(before, after)
        yield Difference(Kind.CHANGED, old.address, new.address, TEXT, gone, come, pieces)


def _only(old: str, new: str) -> tuple[str, str]:
    """The words that are gone and those that are new, without the marks around them."""
    pieces = words_that_differ(old, new)
    gone, come = (" … ".join(words for mark, words in pieces if mark == wanted) for wanted in "-+")
    if gone.count(" … ") == come.count(" … "):
        while gone and come and gone[-1] == come[-1] and not gone[-1].isalnum():
            gone, come = gone[:-1], come[:-1]
    return squeeze(gone), squeeze(come)


def _pieces(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield " ", " ".join(old[i:j])
            continue
        if j > i:
            yield "-", " ".join(old[i:j])
        if m > k:
            yield "+", " ".join(new[k:m])
