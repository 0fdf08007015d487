"""A model's first line, shown only when it is put together from what it chose: runs of chosen words, and set labels.

Each run is cut word by word from one chosen part (or a heading above it) so that nothing which turns or limits it is
lost, and runs are kept apart by a label or a comma. A label of a facet ("chủ trì", "thời hạn") stands only beside parts
that were chosen for that facet. Anything else, and the program's own first line is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from language.syllable import canonical
from plan.text import lower, nfc, squeeze
from reading.language_model.cuts import keeps_sense
from reading.protocol import Facet

LONGEST = 200  # characters
SHORT = 2  # words: a run is that long or all of its part
# Labels that the program itself would put there, by the facet whose parts they may stand beside.
LABELS: dict[str, frozenset[Facet]] = {
    "đơn vị chủ trì": frozenset({Facet.LEAD}),
    "cơ quan chủ trì": frozenset({Facet.LEAD}),
    "chủ trì": frozenset({Facet.LEAD}),
    "đơn vị phối hợp": frozenset({Facet.COORD}),
    "cơ quan phối hợp": frozenset({Facet.COORD}),
    "phối hợp": frozenset({Facet.COORD}),
    "thời hạn": frozenset({Facet.DEADLINE}),
    "hạn hoàn thành": frozenset({Facet.DEADLINE}),
    "sản phẩm": frozenset({Facet.PRODUCT}),
    "kinh phí": frozenset({Facet.FUNDING}),
    "chỉ tiêu": frozenset({Facet.TARGET}),
    "mục tiêu": frozenset({Facet.TARGET}),
    "người ký": frozenset({Facet.SIGNER}),
    "nơi nhận": frozenset({Facet.RECIPIENTS}),
    "lead unit": frozenset({Facet.LEAD}),
    "lead": frozenset({Facet.LEAD}),
    "coordinating unit": frozenset({Facet.COORD}),
    "coordinating": frozenset({Facet.COORD}),
    "deadline": frozenset({Facet.DEADLINE}),
    "due": frozenset({Facet.DEADLINE}),
    "product": frozenset({Facet.PRODUCT}),
    "là": frozenset(Facet),
    "gồm": frozenset(Facet),
}
_LABELS = sorted(((tuple(label.split()), facets) for label, facets in LABELS.items()), key=lambda each: -len(each[0]))
_WORD = re.compile(r"%|\w+(?:[./-]\w+)*")
_PLAIN = re.compile(r"[\w ,.;:()/%–“”\"'&-]+")
_BETWEEN = re.compile(r"[:()–]|\s-\s")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A part that was chosen: its characters, the facet it answers and the headings above."""

    text: str
    facet: Facet | None
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    text: str
    words: tuple[re.Match[str], ...]
    keys: tuple[str, ...]
    facet: Facet | None
    heads: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """`size` words of the headline taken from one source, or a label."""

    size: int
    facets: frozenset[Facet | None] = frozenset()
    label: bool = False


def proved(headline: str, chosen: Sequence[Chosen]) -> str:
    """The headline on one line, '' unless all of it is proved."""
    text = squeeze(nfc(headline))
    if not text or not chosen or len(text) > LONGEST or not _is_plain(text):
        return ""
    sources = [_source(each.text, each.facet, False) for each in chosen]
    sources += [_source(head, None, True) for each in chosen for head in each.path]
    return text if all(_segment_stands(part, sources) for part in re.split(r"[;,.](?:\s|$)", text) if part) else ""


def _is_plain(text: str) -> bool:
    letters = (char for char in text if char.isalpha())
    return bool(_PLAIN.fullmatch(text)) and all("LATIN" in unicodedata.name(char, "") for char in letters)


def _segment_stands(text: str, sources: Sequence[_Source]) -> bool:
    """One statement: runs and labels, the labels those of the runs' facets."""
    words, runs, at = list(_WORD.finditer(text)), list[_Run](), 0
    keys = [canonical(lower(word.group())) for word in words]
    while at < len(keys):
        run = max(_label(keys[at:]), _run(keys[at:], sources), key=lambda each: each.size)
        if not run.size:
            return False
        apart = at == 0 or _BETWEEN.search(text[words[at - 1].end() : words[at].start()])
        if runs and not (apart or run.label or runs[-1].label):
            return False
        runs.append(run)
        at += run.size
    taken = [run for run in runs if not run.label]
    return bool(taken) and all(run.facets <= label.facets for label in runs if label.label for run in taken)


def _run(keys: Sequence[str], sources: Sequence[_Source]) -> _Run:
    """The longest run of these words in a source, cut so that it keeps its sense; of no size where there is none."""
    best = _Run(0)
    for source in sources:
        for first in range(len(source.keys)):
            size = _common(keys, source.keys[first:])
            if size and size > best.size and _stands(source, first, size):
                best = _Run(size, frozenset() if source.heads else frozenset({source.facet}))
    return best


def _stands(source: _Source, first: int, size: int) -> bool:
    start, end = source.words[first].start(), source.words[first + size - 1].end()
    return (size >= SHORT or size == len(source.keys)) and keeps_sense(source.text, start, end)


def _label(keys: Sequence[str]) -> _Run:
    for label, facets in _LABELS:
        if tuple(keys[: len(label)]) == label:
            return _Run(len(label), frozenset[Facet | None](facets), label=True)
    return _Run(0)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    size = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        size += 1
    return size


def _source(text: str, facet: Facet | None, heads: bool) -> _Source:
    plain = squeeze(text)
    words = tuple(_WORD.finditer(plain))
    return _Source(plain, words, tuple(canonical(lower(word.group())) for word in words), facet, heads)
