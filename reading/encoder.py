"""The reader that ships: a small network reads the question with each of the best clauses, a larger one the best few.

Both give odds against "none of them", which are weighed by how well each did on plans that neither has seen. Offline,
two cores.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plan.model import Span
from plan.passages import Line, Passage
from reading.close import CloseReader, CloseText, both, close_text
from reading.protocol import Asked, Candidate, Mark, Part, Read, Reading
from reading.signals import known
from reading.states import (
    PROJECTION,
    QUERY,
    Shown,
    StateMaker,
    States,
    clause_text,
    likenesses,
    own_text,
    question_text,
    title_text,
)

if TYPE_CHECKING:
    from reading.network import Pair, ReaderNetwork

MODELS = Path(__file__).resolve().parent.parent / "models"
ENCODER, READER = MODELS / "kehoach-e5", MODELS / "kehoach-reader"
WEIGHTS = "model*.safetensors"  # of two trainings, whose chances are averaged
MOST, MOST_OVER_ALL = 8, 16  # candidates that are read with a plan selected, and with none
QUESTION_PIECES, CLAUSE_PIECES = 44, 128
CLOSELY, CLOSELY_OVER_ALL = 3, 4  # of these, candidates that are read closely too, at most
WORTH = 0.02  # of the best's chance: what is less likely to the first reader is not read closely
MOST_OF_MANY, CLOSELY_OF_MANY = 4, 1  # the same where many plans are read for one question, each by itself
TELLING = 0.12  # a piece with at least this share of the marks makes its line a part

Numbers = NDArray[np.float64]


class EncoderReader:
    """`read` as `reading.protocol.Reader` wants it. Thread-safe; loaded at the first question."""

    name = "encoder"

    def __init__(self, folder: Path = READER, encoder: Path = ENCODER, close: CloseReader | None = None) -> None:
        self.folder, self.encoder, self.close = folder, encoder, close
        self._reading = threading.Lock()

    def read(self, asked: Asked, candidates: Sequence[Candidate]) -> Reading:
        """The candidates with the chance that each answers, and that none does; the best few of them are read."""
        candidates = candidates[:MOST_OVER_ALL]  # what a language model was shown beside them says nothing here
        several = len({candidate.version.plan_id for candidate in candidates}) > 1
        most, closely = depth(several, asked.brief)
        given = candidates[:most]
        if not given:
            return Reading((), 1.0, reader=self.name)
        question = question_text(asked)
        shown = [clause_text(candidate.passage, question) for candidate in given]
        pairs = self._pairs(question, shown, given, several)
        chances, none, marks = self._chances(pairs)
        order = np.argsort(-chances, kind="stable")
        marked = [tuple(_marked(given[i].passage, shown[i], marks[i], pairs[i].clause)) for i in range(len(given))]
        found = [Read(given[i], float(chances[i]), *_told(marked[i]), marked[i]) for i in order]
        first = Reading(tuple(found), none, reader=self.name)
        if self.close is None:
            return first
        texts = close_texts(question, first, closely)
        return both(first, self.close.odds(texts), self.close.weights[several])

    def _pairs(self, question: str, shown: Sequence[Shown], given: Sequence[Candidate], several: bool) -> list[Pair]:
        from reading.network import Pair

        asked = self._states([question], QUESTION_PIECES)[0]
        clauses = self._states([each.text for each in shown], CLAUSE_PIECES)
        titles = [candidate.version.info.subject or candidate.version.info.title for candidate in given]
        titled = self._states([title_text(title) for title in titles], CLAUSE_PIECES)
        best, whole = max(candidate.prior for candidate in given), asked.mean
        pairs = []
        for place, (candidate, text, clause) in enumerate(zip(given, shown, clauses, strict=True)):
            passage = candidate.passage
            own = own_text(passage.path, [line.text for line in passage.lines] or [passage.text])
            likeness = float(whole @ titled[place].mean)
            signals = known(
                question, text.text, own, titles[place], place, candidate.prior - best, not several,
                candidate.signals, likeness,
            )  # fmt: skip
            pairs.append(Pair(asked, clause, likenesses(asked, clause), signals, 0))
        return pairs

    def _chances(self, pairs: Sequence[Pair]) -> tuple[Numbers, float, list[Numbers]]:
        """Softmax over the candidates and "none of them", and over the pieces of each clause."""
        import torch

        with self._reading, torch.inference_mode():
            read = [network(pairs) for network in self._networks]
        chances = _mean([torch.softmax(torch.cat([logits, none]).double(), 0).numpy() for logits, none, _ in read])
        shares = [[torch.softmax(row.double(), 0).numpy() for row in marks] for _, _, marks in read]
        return chances[:-1], float(chances[-1]), [_mean(each) for each in zip(*shares, strict=True)]

    @cached_property
    def _states(self) -> StateMaker:
        return StateMaker(self.encoder, self.folder / PROJECTION)

    @cached_property
    def _networks(self) -> list[ReaderNetwork]:
        from safetensors.torch import load_file

        from reading.network import ReaderNetwork

        networks = []
        for file in sorted(self.folder.glob(WEIGHTS)):
            weights = load_file(file)
            network = ReaderNetwork(len(weights["signal_mean"]))
            network.load_state_dict(weights)
            networks.append(network.eval())
        return networks


def depth(several: bool, brief: bool = False) -> tuple[int, int]:
    """How many candidates are read, and how many of them closely; `several`: they are of more than one plan."""
    if brief:
        return MOST_OF_MANY, CLOSELY_OF_MANY
    return (MOST_OVER_ALL, CLOSELY_OVER_ALL) if several else (MOST, CLOSELY)


def close_texts(question: str, first: Reading, closely: int) -> list[CloseText]:
    """What the close reader reads of the best `closely`; `question` as `question_text` makes it."""
    least = WORTH * first.answers[0].probability
    worth = [read.candidate for read in first.answers[:closely] if read.probability >= least]
    return [_close_text(question.removeprefix(QUERY), candidate) for candidate in worth]


def _close_text(question: str, candidate: Candidate) -> CloseText:
    info = candidate.version.info
    return close_text(question, info.subject or info.title, candidate.passage.path, _legible(candidate))


def _legible(candidate: Candidate) -> list[str]:
    """The lines of the clause; of a bad scan what they most likely say."""
    passage = candidate.passage
    read = [leaf for leaf in candidate.version.clauses if leaf.reading and leaf.span.overlap(passage.span)]
    left = [line for line in passage.lines if not any(line.span.overlap(leaf.span) for leaf in read)]
    placed = [(leaf.span.start, leaf.reading) for leaf in read] + [(line.span.start, line.text) for line in left]
    return [text for _, text in sorted(placed)] or [passage.text]


def _mean(rows: Sequence[Numbers]) -> Numbers:
    mean: Numbers = np.mean(rows, axis=0)
    return mean


def _marked(passage: Passage, shown: Shown, marks: Numbers, clause: States) -> Iterator[Mark]:
    """The pieces of the clause's lines; those of its headings are none of them. A line's first piece begins with the
    break before it."""
    lines = passage.lines or (Line(passage.text, passage.span),)
    for share, (start, end) in zip(marks.tolist(), clause.characters, strict=True):
        number, first = next((each for each in reversed(shown.lines) if each[1] < end), (-1, 0))
        if number >= 0 and end > start:
            yield Mark(lines[number], max(0, start - first), end - first, share)


def _told(marks: Sequence[Mark]) -> tuple[tuple[Part, ...], float]:
    """The lines of the clause with a share of the marks, the likeliest first, and the share of the best."""
    shares: dict[Span, float] = {}
    for mark in marks:
        shares[mark.line.span] = shares.get(mark.line.span, 0.0) + mark.share
    telling = sorted((span for span in shares if shares[span] >= TELLING), key=lambda span: -shares[span])
    return tuple(map(Part, telling)), max(shares.values(), default=0.0)
