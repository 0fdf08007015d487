"""A model is tried before it is let near an officer's question; one that cannot read is not used, admins hear why."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reading.language_model.call_log import Trial
from reading.language_model.limits import NotNow
from reading.language_model.reader import LanguageModelReader
from reading.language_model.self_test import FAULTS, set_questions
from tests.reading.language_model.readers import Desk, Make
from tests.reading.language_model.scripted import Heard, Script, choosing
from tests.reading.language_model.test_reader import good

PIECES, QUESTIONS = set_questions()
RIGHT = {question.text: question.right for question in QUESTIONS}


def able(heard: Heard) -> Script:
    """It reads the set questions, and others as the good model does."""
    if heard.question not in RIGHT:
        return good(heard)
    return choosing(*(("content", number) for number in RIGHT[heard.question]))


def weak(heard: Heard) -> Script:
    """As models of a few hundred million parameters do: some piece or other, whatever is asked."""
    return choosing(("content", random.Random(heard.question).randint(1, 31)))


def guarded(bot: Desk) -> LanguageModelReader:
    bot.reader.self_test = bot.self_test
    return bot.reader


def eventually(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not what() and time.monotonic() < until:
        time.sleep(0.01)
    assert what()


def test_the_set_questions_are_sound() -> None:
    assert len(QUESTIONS) == len(RIGHT) == 20
    assert sum(not question.right for question in QUESTIONS) == 5
    assert all(f"[{number}] " in PIECES for question in QUESTIONS for number in question.right | question.also)


def test_a_model_that_can_read_is_tried_once(desk: Make) -> None:
    bot = desk(able)
    guarded(bot)
    assert bot.read()
    assert bot.read("Ai chủ trì?")
    assert len(bot.server.heard) == len(QUESTIONS) + 2
    assert not bot.reader.take_news()
    again = Desk(bot.server, bot.data)  # the next start of the bot
    guarded(again)
    assert again.read("Ai phối hợp?")
    assert len(bot.server.heard) == len(QUESTIONS) + 3
    again.calls.close()


@pytest.mark.parametrize("play", [weak, lambda heard: Script("Tôi không biết"), lambda heard: choosing()])
def test_a_model_that_cannot_is_not_used_and_the_admin_hears_it(desk: Make, play: object) -> None:
    bot = desk(play)
    guarded(bot)
    assert bot.read() is None
    assert bot.read("Ai chủ trì?") is None
    [news] = bot.reader.take_news()
    assert "scripted" in news
    assert f"/{len(bot.server.heard)}" in news


def test_it_is_asked_no_more_once_it_is_clear_that_it_cannot(desk: Make) -> None:
    """However slow it is: what three wrong answers have shown is not lost because the fourth comes too late."""
    gate, asked = threading.Event(), iter(range(100))
    bot = desk(lambda heard: Script(hang=gate) if next(asked) > FAULTS else weak(heard))
    guarded(bot)
    assert bot.read() is None
    assert len(bot.server.heard) == 3
    assert "0/3" in bot.reader.take_news()[0]
    gate.set()


def test_a_trial_goes_on_where_it_was_broken_off(desk: Make) -> None:
    """A command that ends with its answer, or a slow model, would else begin it anew for ever."""
    broken = iter([False] * 5 + [True])
    bot = desk(lambda heard: Script(status=500) if next(broken, False) else able(heard))
    guarded(bot)
    assert bot.read() is None
    again = Desk(bot.server, bot.data)
    guarded(again)
    assert again.read("Ai phối hợp?")
    assert len(bot.server.heard) == len(QUESTIONS) + 2
    again.calls.close()


def half(heard: Heard) -> Script:
    """It reads three questions of four, a little less than the reader that ships does."""
    return able(heard) if list(RIGHT).index(heard.question) % 4 else choosing(("content", 1))


def test_a_model_that_reads_no_better_than_the_shipped_reader_is_not_used(desk: Make) -> None:
    bot = desk(half)
    guarded(bot)
    assert bot.read() is None
    assert "/9" in bot.reader.take_news()[0]


REAL = [json.loads(line) for line in (Path(__file__).parent / "weak_model.jsonl").read_text("utf-8").splitlines()]


def test_a_real_weak_model_is_noticed(desk: Make) -> None:
    """What Gemma 3 270M said to the set questions behind llama.cpp's server: an example of its rules, each time."""
    said = {each["question"]: each["said"] for each in REAL}
    bot = desk(lambda heard: Script(said[heard.question]))
    guarded(bot)
    assert bot.read() is None
    assert "0/3" in bot.reader.take_news()[0]


def test_what_a_real_weak_model_says_of_a_whole_plan_changes_no_answer(desk: Make) -> None:
    """Though nothing had noticed it: who answers with what is not there is not believed in what is lacking."""
    for said in {each["said"] for each in REAL}:
        bot = desk(lambda heard, said=said: Script(said))
        assert bot.read() is None
        assert bot.calls.latest()[0].outcome == "dropped"


def test_a_model_that_writes_without_end_cannot_read(desk: Make) -> None:
    """As small models do that are held to the form alone: piece after piece, until their room ends."""
    endless = ", ".join(f'{{"facet": "content", "id": {number}, "part": ""}}' for number in range(1, 60))
    bot = desk(lambda heard: Script(f'{{"answers": [{endless}, {{"facet"', cut=True))
    guarded(bot)
    assert bot.read() is None
    assert "/3" in bot.reader.take_news()[0]


def test_a_model_that_is_away_is_tried_again_later_and_nobody_waits_for_it_twice(desk: Make) -> None:
    away, gate = [True], threading.Event()
    bot = desk(lambda heard: Script(status=500) if away[0] else Script(able(heard).text, hang=gate))
    guarded(bot)
    assert bot.read() is None
    assert "Error" in bot.calls.latest()[0].outcome  # the book says why
    away[0] = False
    assert bot.read() is None  # not waited for: the gate is closed
    gate.set()
    eventually(bot.reader.is_trusted)
    assert bot.read()


def test_a_model_that_has_no_room_for_the_set_questions_is_told_so(desk: Make) -> None:
    bot = desk(lambda heard: Script("maximum context length is 2048 tokens", status=400))
    guarded(bot)
    for _ in range(3):
        with pytest.raises(NotNow) as reason:
            bot.self_test.run()
        assert reason.value.why == "TooLong"
    assert [call.outcome for call in bot.calls.latest()] == ["TooLong"] * 3
    assert "LLM_ANSWER_TOKENS" in bot.reader.take_news()[0]


def test_nobody_waits_while_another_question_tries_it(desk: Make) -> None:
    gate = threading.Event()
    bot = desk(lambda heard: Script(able(heard).text, hang=gate))
    guarded(bot)
    first = threading.Thread(target=bot.read)
    first.start()
    while not bot.server.heard:
        pass
    assert bot.read("Ai chủ trì?") is None
    gate.set()
    first.join()
    assert bot.read("Ai chủ trì?")


def test_the_first_officer_waits_no_longer_than_for_an_answer(desk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    bot, gate = desk(able, timeout=0.2), threading.Event()
    whole = Trial(len(QUESTIONS), len(QUESTIONS), time.time())
    monkeypatch.setattr(bot.self_test, "run", lambda begun: whole if gate.wait(60) else None)
    assert not bot.self_test.passed()
    assert not bot.self_test.passed()  # nor does anybody else
    gate.set()
    eventually(bot.self_test.passed)
