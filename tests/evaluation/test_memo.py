"""What a model made of a text is remembered: for the next test, the next process, and no other model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from reading.close import CloseText
from tests.evaluation.memo import Memo


def making(asked: list[object]) -> Callable[[list[CloseText]], Iterator[bytes]]:
    def make(texts: list[CloseText]) -> Iterator[bytes]:
        asked.extend(texts)
        return (text.question.encode() for text in texts)

    return make


def test_a_text_is_made_once_for_all_that_open_the_file(tmp_path: Path) -> None:
    file, asked = tmp_path / "memo", list[object]()
    one, two = CloseText("a", "b"), CloseText("a", "c")
    assert Memo(file, "odds").all_of([one, one], making(asked)) == [b"b", b"b"]
    assert Memo(file, "odds").all_of([two, one], making(asked)) == [b"c", b"b"]
    assert asked == [one, two]


def test_what_another_model_made_is_not_taken(tmp_path: Path) -> None:
    file, asked = tmp_path / "memo", list[object]()
    for model in ("one", "other"):
        Memo(file, model).all_of([CloseText("a", "b")], making(asked))
    assert len(asked) == 2


def test_a_clause_and_a_question_are_not_taken_for_others_of_the_same_letters(tmp_path: Path) -> None:
    memo, asked = Memo(tmp_path / "memo", "odds"), list[object]()
    memo.all_of([CloseText("ab", "c"), CloseText("a", "bc")], making(asked))
    assert len(asked) == 2
