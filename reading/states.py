"""What the embedding model makes of every piece of a text: the ground on which the shipped reader compares.

The model that finds clauses ships anyway, and it knows which words mean the same. Its states of a question and of a
clause are taken after the middle and the last layer, each text on its own, so those of a clause can be kept. The
reader gets them in two forms: shortened by a projection, and as likenesses of every piece of the question with every
piece of the clause.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plan.passages import Passage
from plan.recent import Recent
from reading.protocol import Asked

if TYPE_CHECKING:
    from vectorstore.bert import BertEncoder, Layers


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


Floats = NDArray[np.float32]
MIDDLE, LAST = 6, 12  # layers whose states are taken
PROJECTION = "projection.npz"
KEPT = 800  # texts whose states are remembered, about 130 kB each
BATCH = 16
LIKENESSES = 6  # numbers that tell of a piece how well the other text matches it
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class States:
    """One text: ids and characters of its pieces, their shortened states, and unit vectors of both layers."""

    ids: NDArray[np.int32]  # (pieces)
    characters: tuple[tuple[int, int], ...]
    short: NDArray[np.float16]  # (pieces, SHORT)
    middle: NDArray[np.float16]  # (pieces, hidden), of length one
    last: NDArray[np.float16]

    @property
    def mean(self) -> Floats:
        """The whole text as one unit vector."""
        return _unit(self.last.astype(np.float32).mean(0))


class Projection:
    """The shortening: principal components of both layers' states, fitted once by `training.projection`."""

    def __init__(self, file: Path) -> None:
        with np.load(file) as data:
            self.scale, self.mean, self.axes = (data[name].astype(np.float32) for name in ("scale", "mean", "axes"))

    def __call__(self, states: Floats) -> NDArray[np.float16]:
        short: NDArray[np.float16] = ((states * self.scale - self.mean) @ self.axes).astype(np.float16)
        return short


class StateMaker:
    """Texts to states, recent ones remembered. Thread-safe; the model is loaded with the first text."""

    def __init__(self, encoder: Path, projection: Path, kept: int = KEPT) -> None:
        self.encoder, self.projection = encoder, Projection(projection)
        self._known: Recent[tuple[str, int], States] = Recent(kept)
        self._models: dict[int, BertEncoder] = {}
        self._working = threading.Lock()

    def __call__(self, texts: Sequence[str], longest: int) -> list[States]:
        """The states of each text, cut to `longest` pieces."""
        names = [(text, longest) for text in texts]
        with self._working:  # one text is not read by two at once
            found = self._known.all_of(names, self._made)
        return [found[name] for name in names]

    def _made(self, names: Sequence[tuple[str, int]]) -> Iterator[tuple[tuple[str, int], States]]:
        longest, ordered = names[0][1], sorted(names, key=lambda name: len(name[0]))
        for start in range(0, len(ordered), BATCH):
            part = ordered[start : start + BATCH]
            layers = self._model(longest).layers([text for text, _ in part], (MIDDLE, LAST))
            yield from zip(part, map(self._states, layers), strict=True)

    def _states(self, layers: Layers) -> States:
        middle, last = layers.states
        short = self.projection(np.concatenate([middle, last], axis=1))
        half = np.float16
        return States(
            layers.ids.astype(np.int32), layers.characters, short, _unit(middle).astype(half), _unit(last).astype(half)
        )

    def _model(self, longest: int) -> BertEncoder:
        from vectorstore.bert import BertEncoder

        if longest not in self._models:  # an encoder cuts texts to one length; the weights are held once
            self._models[longest] = BertEncoder(self.encoder, longest)
        return self._models[longest]


def likenesses(question: States, clause: States) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    """How well each piece of one text is matched by the other: (question pieces, 6) and (clause pieces, 6).

    Best likeness by the last and by the middle layer, the same piece, the same two pieces in a row, second best by the
    last layer, mean by the middle one.
    """
    last = question.last.astype(np.float32) @ clause.last.astype(np.float32).T
    middle = question.middle.astype(np.float32) @ clause.middle.astype(np.float32).T
    same = question.ids[:, None] == clause.ids[None, :]
    run = np.zeros_like(same)
    run[:-1, :-1] = same[:-1, :-1] & same[1:, 1:]

    def told(axis: int) -> NDArray[np.float16]:
        second = np.sort(last, axis=axis).take(-2 if last.shape[axis] > 1 else -1, axis=axis)
        columns = (last.max(axis), middle.max(axis), same.any(axis), run.any(axis), second, middle.mean(axis))
        return np.stack(columns, -1).astype(np.float16)

    return told(1), told(0)


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + _TINY)
    return unit
