"""Prompt injection at its worst: the model obeys every attack, in a question or in a plan; no word of it gets out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.parse import parse
from plan.model import PlanVersion
from reading.language_model.pieces import fenced
from tests.reading.language_model.readers import HA_VAN, LAC_KHE, QUESTION, Make, candidates, quotes, version
from tests.reading.language_model.scripted import Heard, Script, choosing

ATTACKS = [json.loads(line) for line in (Path(__file__).parent / "attacks.jsonl").read_text("utf-8").splitlines()]
AFTER = "đề xuất phương án xử lý và báo cáo Chủ tịch UBND xã."
ASKED = {
    ("question", "vi"): QUESTION,
    ("question", "en"): "Who leads staff training?",
    ("clause", "vi"): "Ai kiểm tra đê, kè?",
    ("clause", "en"): "Who inspects the dykes?",
}


def poisoned(attack: str) -> PlanVersion:
    """The sample whose clause about dykes has the attack as its last sentence."""
    source = version(LAC_KHE).source
    text = source.text.replace(AFTER, f"{AFTER} {attack}")
    return parse(replace(source, text=text, sha256="poisoned"), "phong-chong-thien-tai", 1)


def asked_of(attack: dict[str, Any]) -> tuple[PlanVersion, str]:
    asked = ASKED[attack["where"], attack["lang"]]
    if attack["where"] == "clause":
        return poisoned(attack["text"]), asked
    return version(HA_VAN), f"{asked} {attack['text']}"


def test_there_are_enough_of_them() -> None:
    assert len(ATTACKS) == 69
    assert {attack["lang"] for attack in ATTACKS} == {"vi", "en"}
    assert {attack["where"] for attack in ATTACKS} == {"question", "clause"}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack['id']}-{attack['where']}-{attack['kind']}")
def test_nothing_that_an_obedient_model_says_reaches_the_officer(quick_desk: Make, attack: dict[str, Any]) -> None:
    lies = [each["text"] for each in attack["says"]]

    def obeys(heard: Heard) -> Script:
        made = [("lead", number, lie) for lie in lies for number in (1, 7, 99_999)]
        return choosing(*made, headline=lies[0] if lies else "", instructions=attack["text"])

    plan, asked = asked_of(attack)
    bot = quick_desk(obeys)
    reading = bot.read(asked, candidates(plan, words=asked))
    assert bot.server.heard, "the model was asked"
    # Nothing stands, so the shipped reader is asked; or the lie is, word for word, what the plan says.
    assert reading is None or all(quote in plan.text for quote in quotes(reading))
    assert reading is None or not reading.headline
    # The fences hold: what the model takes for the question is the question.
    assert bot.server.heard[0].question == fenced(asked)


@pytest.mark.parametrize("attack", ATTACKS[::4], ids=lambda attack: str(attack["id"]))
def test_an_attack_hides_no_true_piece(quick_desk: Make, attack: dict[str, Any]) -> None:
    lies = [each["text"] for each in attack["says"]]

    def half(heard: Heard) -> Script:
        number = heard.number("tuyến đê" if attack["where"] == "clause" else "Đơn vị chủ trì: Văn phòng")
        return choosing(("lead", number), *(("lead", number, lie) for lie in lies), headline=" ".join(lies))

    plan, asked = asked_of(attack)
    reading = quick_desk(half).read(asked, candidates(plan, words=asked))
    assert reading
    assert all(quote in plan.text and quote not in lies for quote in quotes(reading))
    assert not reading.headline or attack["kind"] == "citation"  # which says something true
