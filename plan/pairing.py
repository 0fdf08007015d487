"""Which leaf of the old version is which of the new one: equal texts in order, then alike, then moved ones. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from plan.leaves import Leaf

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
