"""Asking a set: each question with the right plan selected, and a fault costs one question only."""

from __future__ import annotations

from plan.model import Answer
from tests.evaluation.asking import FAULT, ask_all
from tests.evaluation.questions import own_sets
from tests.evaluation.run import misses
from tests.evaluation.table import report, shares, summary

SAMPLES = own_sets()[0]
IDS = {path.name: path.stem for path in SAMPLES.plans}


def _refuse(question: str, scope: str | None) -> Answer:
    return Answer(f"{scope}", refused=True)


def _break(question: str, scope: str | None) -> Answer:
    raise ValueError("broken")


def test_plan_is_selected_unless_the_question_tells() -> None:
    asked = ask_all(SAMPLES, _refuse, IDS)
    expected = [IDS[each.selected] if each.selected else None for each in SAMPLES.questions]
    assert [each.answer.text for each in asked] == [str(scope) for scope in expected]


def test_one_who_always_refuses_is_right_on_the_unanswerable_alone() -> None:
    found = shares(ask_all(SAMPLES, _refuse, IDS))
    assert (found["answerable"], found["falsely refused"], found["unanswerable refused"]) == (0.0, 1.0, 1.0)


def test_fault_is_a_miss_and_no_refusal() -> None:
    asked = ask_all(SAMPLES, _break, IDS)
    assert {each.answer.reason for each in asked} == {FAULT}
    assert shares(asked)["right"] == 0.0
    assert misses(asked).count("\n- ") + 1 == len(SAMPLES.questions)


def test_table_has_a_row_for_each_group() -> None:
    asked = ask_all(SAMPLES, _refuse, IDS)
    rows = report(asked).splitlines()
    groups = {(name, getattr(each, name)) for each in SAMPLES.questions for name in ("lang", "kind", "plan")}
    assert len(rows) == 2 + len(groups)
    assert summary(asked).startswith("right ")
