"""What of a plan is embedded: each passage as a whole, and each of its lines where a line says something of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plan.model import Span
from plan.passages import Passage


@dataclass(frozen=True, slots=True)
class Entry:
    """One text with its vector in the store. `line` is the number of a passage's line, None for the whole passage."""

    id: str
    text: str
    address: str
    span: Span
    passage: int
    line: int | None = None

    @property
    def kind(self) -> str:
        """As the store's metadata call it."""
        return "clause" if self.line is None else "line"


def entries_of(plan_id: str, version: int, passages: Sequence[Passage]) -> tuple[Entry, ...]:
    """All entries of a version, in reading order."""
    return tuple(
        entry for place, passage in enumerate(passages) for entry in _of_passage(f"{plan_id}@{version}", place, passage)
    )


def _of_passage(version: str, place: int, passage: Passage) -> Iterator[Entry]:
    whole = passage.embedded()
    yield Entry(_id(version, place, None, whole), whole, passage.address, passage.span, place)
    if not _lines_say_more(passage):
        return
    for number, text in enumerate(passage.embedded_lines()):
        name = _id(version, place, number, text)
        yield Entry(name, text, passage.address, passage.lines[number].span, place, number)


def _lines_say_more(passage: Passage) -> bool:
    """A single line that is the whole passage would only double its vector."""
    return len(passage.lines) > 1 or any(line.text.strip() != passage.text.strip() for line in passage.lines)


def _id(version: str, place: int, line: int | None, text: str) -> str:
    """The text's hash is part of the id: vectors made by a release that cut passages differently are not ours."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{version}/{place}{'' if line is None else f'.{line}'}#{digest}"
