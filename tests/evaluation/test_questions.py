"""The question sets are sound: plans and questions have not drifted apart."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest

from tests.evaluation.questions import QuestionSet, own_sets, question_sets
from tests.evaluation.score import evidence_spans

SETS = tuple(question_sets())


@pytest.mark.parametrize("each", SETS, ids=lambda each: each.name)
def test_every_evidence_stands_once_in_its_file(each: QuestionSet) -> None:
    parts = Counter((part.file, part.text) for question in each.questions for part in question.evidence)
    assert {part: each.texts[part[0]].count(part[1]) for part in parts} == dict.fromkeys(parts, 1)


@pytest.mark.parametrize("each", SETS, ids=lambda each: each.name)
def test_every_question_is_complete(each: QuestionSet) -> None:
    assert len({question.id for question in each.questions}) == len(each.questions)
    for question in each.questions:
        assert question.unanswerable == (question.kind == "unanswerable"), question.id
        assert question.unanswerable or (question.answers and evidence_spans(question, each.texts)), question.id


@pytest.mark.parametrize("each", SETS, ids=lambda each: each.name)
def test_plans_are_composed_unicode(each: QuestionSet) -> None:
    """Offsets count the characters of the file only while ingestion has nothing to recompose."""
    assert all(unicodedata.is_normalized("NFC", text) for text in each.texts.values())


def test_own_sets_are_large_and_of_every_kind() -> None:
    questions = [question for each in own_sets() for question in each.questions]
    assert len(questions) >= 150
    assert {"vi", "vi-plain", "vi-abbr", "en"} == {question.lang for question in questions}
