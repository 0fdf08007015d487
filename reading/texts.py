"""How a question and a clause are put before the shipped reader. The same for training and for answering. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plan.passages import Passage
from reading.protocol import Asked

HEADINGS, HEADING_ROOM = 2, 90  # the nearest headings of a clause, and characters of each
QUERY = "query: "  # what the embedding model wants before a question
ROOM = 400  # characters of a clause; of a longer one the stretch around the line most like the question
_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A clause as the reader sees it: `text`, and for each line that is in it the line's number and first character."""

    text: str
    lines: tuple[tuple[int, int], ...]  # (number of the line in the passage, where it starts in `text`)


def question_text(asked: Asked) -> str:
    """The question with what it leans on; an English one with its known terms in Vietnamese."""
    own = asked.text if asked.english else asked.mended
    return f"{QUERY}{own} | {asked.vietnamese}" if asked.english and asked.vietnamese else f"{QUERY}{own}"


def clause_text(passage: Passage, question: str) -> Shown:
    """The clause under its nearest headings; of a long clause the part that is most like the question."""
    return shown(passage.path, [line.text for line in passage.lines] or [passage.text], question)


def shown(path: Sequence[str], lines: Sequence[str], question: str) -> Shown:
    """As `clause_text`, from headings and lines."""
    text = "passage: " + " > ".join(heading[:HEADING_ROOM] for heading in path[-HEADINGS:])
    placed = []
    for number in window(lines, question):
        placed.append((number, len(text) + 1))
        text = f"{text}\n{lines[number]}"
    return Shown(text, tuple(placed))


def own_text(path: Sequence[str], lines: Sequence[str]) -> str:
    """The nearest heading and all lines: where the clause's values stand."""
    return "\n".join((path[-1] if path else "", *lines))


def title_text(title: str) -> str:
    """A plan's title."""
    return f"passage: {title}"


def window(lines: Sequence[str], question: str, room: int = ROOM) -> list[int]:
    """Numbers of the lines that fit, grown around the one that shares most words with the question."""
    if sum(len(line) + 1 for line in lines) <= room:
        return list(range(len(lines)))
    words = set(_WORD.findall(question.lower()))
    shared = [len(words & set(_WORD.findall(line.lower()))) for line in lines]
    first = last = shared.index(max(shared))
    size = len(lines[first])
    while True:
        before = first > 0 and size + len(lines[first - 1]) < room
        if before:
            first -= 1
            size += len(lines[first])
        after = last + 1 < len(lines) and size + len(lines[last + 1]) < room
        if after:
            last += 1
            size += len(lines[last])
        if not (before or after):
            return list(range(first, last + 1))
