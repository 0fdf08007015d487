"""What the weights of the first line are learnt from, and what counts as told."""

from __future__ import annotations

from pathlib import Path

import pytest

from answer.weighed import chances
from training.telling import Lesson, cases, fitted, fitted_beside, is_told

DATA = Path(__file__).parents[2] / "training" / "data" / "reading"


def test_what_is_right_in_the_lessons_gets_the_weight() -> None:
    lessons = [Lesson([{"asks|has": 1.0}, {"asks|lacks": 1.0}], [0])] * 30
    weights = fitted(lessons, pull=1.0)
    assert weights["asks|has"] > 0 > weights["asks|lacks"]


def test_marks_count_the_more_the_oftener_they_are_right() -> None:
    weights = {"asks|has": 1.0}
    told = [Lesson([{"asks|has": 1.0}, {"asks|lacks": 1.0}], [1], [0.1, 0.8])] * 20
    beside = fitted_beside([*told, Lesson([{"asks|has": 1.0}, {}], [0], [0.4, 0.5])], weights)
    assert beside["marked"] > beside["signals"]


def test_chances_are_of_one_choice() -> None:
    both = chances("pieces", [{"own": 1.0}, {"own": 0.0}])
    assert both.sum() == pytest.approx(1.0)
    assert both[0] > both[1]


def test_a_fact_counts_where_it_is_read_at_a_glance() -> None:
    case = next(case for case in cases(DATA, held_out=True, share=0.05) if len(case.answers) == 1)
    assert is_told(case, case.answers[0])
    assert not is_told(case, "x " * 40 + case.answers[0])
