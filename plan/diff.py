"""What differs between two versions of a plan: clauses added, removed, changed or renumbered, and the fields of tasks.

Leaves of the two clause trees are paired in reading order: equal texts first, then likely ones in the gaps between
them, so that lines which a plan repeats are never taken for one another. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property

from rapidfuzz import fuzz

from plan.model import Clause, ClauseKind, PlanVersion, Span
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
        stated = (field for assignment in self._plan.assignments for field in assignment.fields)
        found = {(name.value, squeeze(each.value), each.span) for name, each in stated}
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


SAME_PLACE, ELSEWHERE = 45, 65  # how alike (0..100) two texts are at least, to be one that was changed
LONG = 1500  # more leaves than this are paired by what stands once in each
MANY = 200  # a gap with more leaves is compared by address only

Pairs = list[tuple[Leaf | None, Leaf | None]]


def pair(old: Sequence[Leaf], new: Sequence[Leaf]) -> Pairs:
    """All leaves of both, in the order of the new version; None for a partner that is not there."""
    partner = _equal(old, new)
    for i, j, k, m in _gaps(partner, len(old), len(new)):
        partner |= _alike(old, new, range(i, j), range(k, m))
    partner |= _moved(old, new, partner)
    return list(_in_order(old, new, partner))


def _equal(old: Sequence[Leaf], new: Sequence[Leaf]) -> dict[int, int]:
    """Equal leaves in order. What both begin and end with is paired at once; only the middle has to be compared."""
    one, two = ([(leaf.kind, leaf.body) for leaf in leaves] for leaves in (old, new))
    least = min(len(one), len(two))
    head = next((i for i in range(least) if one[i] != two[i]), least)
    tail = next((i for i in range(least - head) if one[-1 - i] != two[-1 - i]), least - head)
    found = {i: i for i in range(head)} | {len(one) - 1 - i: len(two) - 1 - i for i in range(tail)}
    middles = one[head : len(one) - tail], two[head : len(two) - tail]
    if max(map(len, middles)) > LONG:
        return found | {head + i: head + k for i, k in _anchors(*middles)}
    blocks = SequenceMatcher(None, *middles, autojunk=False).get_matching_blocks()
    return found | {head + i + n: head + k + n for i, k, size in blocks for n in range(size)}


def _anchors(one: Sequence[object], two: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Leaves that stand once in each, as far as their order is the same: the longest rising row of partners."""
    here, there = _once(one), _once(two)
    pairs = [(i, there[key]) for key, i in here.items() if key in there]
    ends: list[int] = []  # the smallest last partner of a row of each length
    rows: list[int] = []  # which pair ends that row
    before: list[int] = []
    for number, (_, k) in enumerate(pairs):
        at = bisect_left(ends, k)
        ends[at : at + 1], rows[at : at + 1] = [k], [number]
        before.append(rows[at - 1] if at else -1)
    number = rows[-1] if rows else -1
    while number >= 0:
        yield pairs[number]
        number = before[number]


def _once(keys: Sequence[object]) -> dict[object, int]:
    """Where the keys stand that come once only."""
    times = Counter(keys)
    return {key: at for at, key in enumerate(keys) if times[key] == 1}


def _gaps(partner: dict[int, int], olds: int, news: int) -> Iterator[tuple[int, int, int, int]]:
    i = k = 0
    for j, m in [*sorted(partner.items()), (olds, news)]:
        if j > i and m > k:
            yield i, j, k, m
        i, k = j + 1, m + 1


def _alike(old: Sequence[Leaf], new: Sequence[Leaf], olds: range, news: range) -> dict[int, int]:
    """The best pairs first; the same address speaks for a pair."""
    few = len(olds) * len(news) <= MANY * MANY
    there = {new[k].address: k for k in news}
    scored = []
    for i in olds:
        for k in news if few else [there[a] for a in (old[i].address,) if a in there]:
            same = old[i].address == new[k].address
            if same or few:
                likeness = fuzz.ratio(old[i].body, new[k].body)
                header = same and old[i].fields.keys() & new[k].fields.keys()
                if likeness >= (SAME_PLACE if same else ELSEWHERE) or header:
                    scored.append((likeness + 10 * same, -abs(i - k), i, k))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, k in sorted(scored, reverse=True):
        if i not in found and k not in taken:
            found[i] = k
            taken.add(k)
    return found


def _moved(old: Sequence[Leaf], new: Sequence[Leaf], partner: dict[int, int]) -> dict[int, int]:
    """The same text in quite another place."""
    taken = set(partner.values())
    free: dict[str, list[int]] = {}
    for k in reversed(range(len(new))):
        if k not in taken:
            free.setdefault(new[k].body, []).append(k)
    return {i: free[leaf.body].pop() for i, leaf in enumerate(old) if i not in partner and free.get(leaf.body)}


def _in_order(
    old: Sequence[Leaf], new: Sequence[Leaf], partner: dict[int, int]
) -> Iterator[tuple[Leaf | None, Leaf | None]]:
    back = {k: i for i, k in partner.items()}
    told = 0
    for k, leaf in enumerate(new):
        i = back.get(k)
        if i is not None:
            yield from ((old[gone], None) for gone in range(told, i) if gone not in partner)
            told = max(told, i + 1)
        yield (None if i is None else old[i]), leaf
    yield from ((old[gone], None) for gone in range(told, len(old)) if gone not in partner)


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
        names = ("kind", "old", "new", "field", "old_value", "new_value")
        return {name: getattr(self, name) for name in names}


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
