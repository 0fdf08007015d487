"""A careful reader, recorded: for each of the samples' questions the pieces that somebody chose who saw the plan.

The answers were written by hand from what the model is sent, without the set's own answers. They name pieces by their
text, so that they outlive a change of numbering, of wording, or of what else is sent.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from plan.model import Answer, Citation
from plan.text import squeeze
from reading.language_model.pieces import fenced
from reading.protocol import Reading
from tests.evaluation.questions import Question, own_sets
from tests.reading.language_model.scripted import Heard, Script, choosing


@cache
def questions() -> tuple[Question, ...]:
    """Those of the samples' questions that were answered."""
    return tuple(each for each in own_sets()[0].questions if each.id in _by_id())


@cache
def _by_id() -> dict[str, dict[str, Any]]:
    lines = (Path(__file__).parent / "recorded.jsonl").read_text("utf-8").splitlines()
    return {each["id"]: each for each in map(json.loads, lines)}


@cache
def _by_text() -> dict[str, dict[str, Any]]:
    return {fenced(question.text): _by_id()[question.id] for question in questions()}


def recorded(heard: Heard) -> Script:
    """The player: what was chosen, by the numbers that its pieces have now; a piece that was not sent is not chosen."""
    told = _by_text()[heard.question]
    chosen = [(each, number) for each in told["answers"] if (number := _number(heard.pieces, each))]
    lacking = [(each, number) for each in told.get("missing", ()) if (number := _number(heard.pieces, each))]
    return choosing(
        *((each["facet"], number, each["part"]) for each, number in chosen),
        missing=[{"facet": each["facet"], "id": number} for each, number in lacking],
    )


def _number(pieces: dict[int, str], told: dict[str, Any]) -> int:
    """The number of the piece, the first after `after` where several read alike; 0 where it was not sent."""
    texts = {number: squeeze(text) for number, text in pieces.items()}
    first = next((number for number, text in texts.items() if text == told.get("after")), 0)
    if "after" in told and not first:
        return 0
    return next((number for number, text in texts.items() if number > first and text == told["piece"]), 0)


def answer_of(reading: Reading | None) -> Answer:
    """The chosen clauses as an answer, for the judge of `make eval`: what was chosen and the clause around it."""
    if reading is None or reading.none > 0.5 or not reading.answers:
        return Answer("", refused=True, reason="none")
    cited = []
    for read in reading.answers:
        version, passage = read.candidate.version, read.candidate.passage
        for part in read.parts:
            quote, place = part.span.of(version.text), (part.span.start, part.span.end)
            cited.append(Citation(version.plan_id, version.version, version.file, passage.address, "", *place, quote))
    reads = reading.answers
    around = [f"{read.candidate.version.info.place}: {read.candidate.passage.text}" for read in reads]
    return Answer("\n".join([*(each.quote for each in cited), *around]), tuple(cited), headline=cited[0].quote)
