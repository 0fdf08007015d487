"""A re-ranking model says which clause comes first, and never how sure the engine may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from answer.engine import Engine
from vectorstore.library import Library

HV, LK = "chuyen-doi-so", "phong-chong-thien-tai"
QUESTION = "Đơn vị nào chủ trì bồi dưỡng cán bộ, công chức?"


@dataclass
class Reader:
    """Scores by a function, and remembers what it read."""

    score: Callable[[str], float]
    weight: float = 1.0
    read: list[list[str]] = field(default_factory=list)

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        self.read.append(list(texts))
        return [self.score(text) for text in texts]


def test_the_clause_that_the_model_prefers_comes_first(library: Library) -> None:
    question = "kiểm tra đê, kè trước mùa mưa"
    plain = Engine(library).ask(question, LK)
    reader = Reader(lambda text: 0.0)
    assert Engine(library, reranker=reader).ask(question, LK) == plain  # it has no opinion
    last = reader.read[0][-1]
    turned = Engine(library, reranker=Reader(lambda text: float(text == last), 50.0)).ask(question, LK)
    first = (turned.citations or turned.nearest)[0]
    assert first.clause != plain.citations[0].clause
    assert last.split("\n")[-1] in first.quote


def test_it_reads_twelve_clauses_with_their_headings(library: Library) -> None:
    reader = Reader(len)
    Engine(library, reranker=reader).ask(QUESTION, HV)
    assert {len(texts) for texts in reader.read} == {12}
    assert all("\n" in text for text in reader.read[0][:3])


def test_a_weight_of_nothing_changes_nothing(library: Library) -> None:
    plain, weightless = Engine(library), Engine(library, reranker=Reader(len, 0.0))
    for question, plan in ((QUESTION, HV), ("Ai kiểm tra đê, kè?", None), ("Who inspects the dykes?", LK)):
        assert weightless.ask(question, plan) == plain.ask(question, plan)


@pytest.mark.parametrize(
    "question",
    [
        "Giá vé xe buýt là bao nhiêu?",
        "Số điện thoại của Công an phường?",
        "What is the phone number of the ward police?",
    ],
)
def test_an_eager_model_makes_nothing_of_what_is_refused(library: Library, question: str) -> None:
    reader = Reader(lambda text: 0.0)
    assert Engine(library, reranker=reader).ask(question, HV).refused
    assert reader.read
    for text in reader.read[0]:  # whichever clause it swears by
        assert Engine(library, reranker=Reader(text.__eq__, 50.0)).ask(question, HV).refused, text
