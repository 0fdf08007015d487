"""What a step of the reader's training shows: the first candidates as they stand, the right one among them or not."""

import random
from dataclasses import replace
from typing import cast

import pytest

from reading.network import Pair
from training.lessons import Candidate, Lesson
from training.reader import LEARNT, learnt

NOTHING = Candidate(cast(Pair, None), right=False, marks=None)


def lesson(right: int) -> Lesson:
    """A question with eight candidates; the one at this place answers, -1 for none."""
    candidates = tuple(replace(NOTHING, right=place == right) for place in range(8))
    return Lesson("a1-plan#0", True, right >= 0, "", candidates)


@pytest.mark.parametrize("right", [0, 3, 7, -1])
def test_the_right_one_is_never_put_where_it_does_not_stand(right: int) -> None:
    """Once whatever stood in the last place was right: the reader learnt that, and read eight candidates badly."""
    rng = random.Random(0)
    for _ in range(200):
        shown = learnt(lesson(right), rng)
        assert shown is not None
        assert {place for place, each in enumerate(shown) if each.right} <= {right}
        assert len(shown) <= max(LEARNT)


def test_a_question_whose_right_clause_was_never_found_is_not_learnt() -> None:
    assert learnt(replace(lesson(-1), answerable=True), random.Random(0)) is None
