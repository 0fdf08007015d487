"""What of a plan is embedded: each passage as a whole, and each of its lines where a line says something of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plan.passages import Passage


@dataclass(frozen=True, slots=True)
class Entry:
    """One text that has a vector. `line` is the number of a passage's line, None for the whole passage."""

    text: str
    passage: int
    line: int | None = None


def entries_of(passages: Sequence[Passage]) -> tuple[Entry, ...]:
    """All entries of a version in reading order: a passage as a whole, then its lines."""
    return tuple(entry for place, passage in enumerate(passages) for entry in _of_passage(place, passage))


def _of_passage(place: int, passage: Passage) -> Iterator[Entry]:
    yield Entry(passage.embedded(), place)
    if _lines_say_more(passage):
        yield from (Entry(text, place, number) for number, text in enumerate(passage.embedded_lines()))


def _lines_say_more(passage: Passage) -> bool:
    """A single line that is the whole passage would only double its vector."""
    return len(passage.lines) > 1 or any(line.text.strip() != passage.text.strip() for line in passage.lines)
