"""A real small model through the same chain, where one is served: `KEHOACH_REAL_MODEL_URL=http://127.0.0.1:8000/v1`.

Run once with `-s` it prints what the model said and what the check did with it. Whatever it says, the answer keeps its
first line and its citations, and each sentence shown stands on its clause.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from answer.phrasing.sentences import Reader
from answer.phrasing.verify import Draft
from plan.model import Phrasing
from tests.answer.phrasing.fake_model import FakeModel, Script
from tests.answer.phrasing.houses import PLAN, QUESTION, House
from tests.answer.phrasing.plain import PlainEngine

URL = os.environ.get("KEHOACH_REAL_MODEL_URL", "")
NAME = os.environ.get("KEHOACH_REAL_MODEL", "gemma-3-270m")
QUESTIONS = (QUESTION, "Ai kiểm tra đê, kè?", "Who leads staff training?")


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.skipif(not URL, reason="no model is served at KEHOACH_REAL_MODEL_URL")
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_real_model_takes_the_same_path(question: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    more = Reader.more

    def heard(self: Reader, text: str) -> Iterator[Draft]:
        said.append(text)
        return more(self, text)

    monkeypatch.setattr(Reader, "more", heard)
    bot = House(FakeModel(lambda told: Script(), url=URL), tmp_path, PlainEngine(), model=NAME, timeout=240.0)
    plain, answer = bot.plain.ask(question, PLAN), bot.ask(question)
    [call] = bot.ledger.latest()
    print(f"\n{question}\nmodel said: {''.join(said)!r}\n{call}\n{answer.text}")
    assert (answer.headline, answer.citations) == (plain.headline, plain.citations)
    assert answer.phrasing is not Phrasing.EXTRACTIVE or answer == plain
    bot.ledger.close()
