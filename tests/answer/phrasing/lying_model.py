"""A lying model, scripted: it phrases its clauses well and then turns every sentence false, each in another way."""

from __future__ import annotations

from itertools import count

from tests.answer.phrasing.fake_model import Script, Told, saying
from tests.answer.phrasing.good_model import phrased
from tests.answer.phrasing.lies import Truth, lies

_turn = count()


def lying(told: Told) -> Script:
    """The player: six lies at most about its clauses, from another place in the list of lies with each call."""
    every = [
        (lie, [number])
        for number, clause in told.clauses.items()
        for true in phrased(clause)
        for _, lie in lies(Truth(true, clause))
    ]
    start = next(_turn) * 5 % max(1, len(every))
    return saying(*every[start::7][:6])
