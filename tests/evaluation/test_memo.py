"""What a model made of a text is remembered: for the next test, the next process, and no other model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from reading.close import CloseText
from reading.states import StateMaker, States
from tests.evaluation import shelf
from tests.evaluation.memo import Memo, RememberingStates
from tests.evaluation.scale import CheapEmbeddings


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


def test_states_come_back_as_they_were_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [np.arange(6, dtype=np.float16).reshape(2, 3) + each for each in range(3)]
    made = States(np.array([4, 7], np.int32), ((0, 2), (2, 5)), *numbers)
    monkeypatch.setattr(StateMaker, "__call__", lambda self, texts, longest: [made] * len(texts))
    RememberingStates(tmp_path / "memo")(["chủ trì"], 128)
    monkeypatch.setattr(StateMaker, "__call__", lambda self, texts, longest: pytest.fail("it was known"))
    [again] = RememberingStates(tmp_path / "memo")(["chủ trì"], 128)
    assert again.characters == made.characters
    for name in ("ids", "short", "middle", "last"):
        assert np.array_equal(getattr(again, name), getattr(made, name))
        assert getattr(again, name).dtype == getattr(made, name).dtype


def test_plans_are_read_anew_where_a_room_knows_other_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "ROOT", tmp_path)
    monkeypatch.setattr(shelf, "cache", lambda: tmp_path / "cache")
    words = tmp_path / "ingest" / "data" / "marks.txt"
    words.parent.mkdir(parents=True)
    for known in ("một", "một", "hai"):
        words.write_text(known, "utf-8")
        shelf.library_of((), CheapEmbeddings()).close()  # type: ignore[arg-type]
    assert len(list((tmp_path / "cache").iterdir())) == 2
