"""Laying a Vietnamese sentence over a clause: which run of the clause each word of it was taken from.

Greedy, longest run first, as extractive fragments are measured in summarisation; particles are skipped on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answer.phrasing.clauses import Piece
from answer.phrasing.tokens import Token, same


@dataclass(frozen=True, slots=True)
class Run:
    """Tokens `[start, end)` of the sentence are tokens `[at, at + end - start)` of a piece."""

    start: int
    end: int
    piece: int
    at: int

    @property
    def until(self) -> int:
        """The end of the run in the piece."""
        return self.at + self.end - self.start


def aligned(said: Sequence[Token], pieces: Sequence[Piece]) -> list[Run]:
    """Runs in the sentence's order; tokens in no run stand nowhere in the clause."""
    runs: list[Run] = []
    here = 0
    while here < len(said):
        run = _best(said, here, pieces, runs)
        if run:
            runs.append(run)
        here = run.end if run else here + 1
    return runs


def _best(said: Sequence[Token], here: int, pieces: Sequence[Piece], runs: Sequence[Run]) -> Run | None:
    found = [
        Run(here, here + length, number, at)
        for number, piece in enumerate(pieces)
        for at in range(len(piece.said))
        if (length := _length(said, here, piece.said, at))
    ]
    return max(found, key=lambda run: _merit(run, said, pieces, runs), default=None)


def _length(said: Sequence[Token], here: int, stands: Sequence[Token], at: int) -> int:
    length = 0
    while here + length < len(said) and at + length < len(stands) and same(said[here + length], stands[at + length]):
        if length and said[here + length].part != said[here].part:
            break  # a semicolon begins a new statement
        length += 1
    return length


def _merit(run: Run, said: Sequence[Token], pieces: Sequence[Piece], runs: Sequence[Run]) -> tuple[int, int, int, int]:
    """Long before short; then on in the piece that was last used, then onward in it, near before far."""
    part = said[run.start].part
    last = next((r for r in reversed(runs) if r.piece == run.piece and said[r.start].part == part), None)
    used = any(pieces[r.piece].is_content and r.piece == run.piece for r in runs)
    onward = last is not None and run.at >= last.until
    near = -(run.at - last.until) if last and onward else -run.at
    return run.end - run.start, int(onward), int(used or not pieces[run.piece].is_content), near
