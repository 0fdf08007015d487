"""What the embedding model makes of every piece of a text: the ground on which the shipped reader compares.

The model that finds clauses ships anyway, and it knows which words mean the same. Its states of a question and of a
clause are taken after the middle and the last layer, each text on its own, so those of a clause can be kept. The
reader gets them in two forms: shortened by a projection, and as likenesses of every piece of the question with every
piece of the clause.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from vectorstore.bert import BertEncoder, Layers

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
        self.encoder, self.projection, self.kept = encoder, Projection(projection), kept
        self._known: OrderedDict[tuple[str, int], States] = OrderedDict()
        self._models: dict[int, BertEncoder] = {}
        self._working = threading.Lock()

    def __call__(self, texts: Sequence[str], longest: int) -> list[States]:
        """The states of each text, cut to `longest` pieces."""
        with self._working:  # the memory is not safe to share between threads
            new = sorted({text for text in texts if (text, longest) not in self._known}, key=len)
            for start in range(0, len(new), BATCH):
                part = new[start : start + BATCH]
                for text, states in zip(part, self._made(part, longest), strict=True):
                    self._known[text, longest] = states
            found = [self._known[text, longest] for text in texts]
            for text in texts:
                self._known.move_to_end((text, longest))
            while len(self._known) > self.kept:
                self._known.popitem(last=False)
        return found

    def _made(self, texts: Sequence[str], longest: int) -> list[States]:
        return [self._states(layers) for layers in self._model(longest).layers(texts, (MIDDLE, LAST))]

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
