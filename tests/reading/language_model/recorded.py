"""A careful reader, recorded: for questions of four sets the pieces that somebody chose who saw the plans.

The answers were written by hand from what the model is sent, without the set's own answers. They name pieces by their
text, so that they outlive a change of numbering, of wording, or of what else is sent; of the scan, which is read anew
now and then, by the text that comes nearest. What is looked up is not recorded but of the samples; `communes-2` and
`communes-3` were read with none of sixteen plans selected: where several hold the answer the pieces of each are kept.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from plan.model import Answer, Citation
from plan.text import squeeze
from reading.language_model.pieces import fenced
from reading.protocol import Reading
from tests.evaluation.questions import Question, own_sets
from tests.reading.language_model.scripted import Heard, Script, choosing

RECORDED = ("samples", "plans", "communes-2", "communes-3")
ALIKE = 0.9  # of a text, 0..1: the same piece, read a little differently


@cache
def questions(name: str = "samples") -> tuple[Question, ...]:
    """Those of a set's questions that were answered."""
    return tuple(each for own in own_sets() if own.name == name for each in own.questions if each.id in _by_id())


@cache
def _by_id() -> dict[str, dict[str, Any]]:
    lines = (Path(__file__).parent / "recorded.jsonl").read_text("utf-8").splitlines()
    return {each["id"]: each for each in map(json.loads, lines)}


@cache
def _by_text() -> dict[str, dict[str, Any]]:
    return {fenced(question.text): _by_id()[question.id] for name in RECORDED for question in questions(name)}


def recorded(heard: Heard) -> Script:
    """The player: what was chosen, by the numbers that its pieces have now; what was not sent is not chosen."""
    told = _by_text().get(heard.question, {"answers": ()})
    chosen = [(each, number) for each in told["answers"] if (number := _number(heard.pieces, each))]
    lacking = [(each, number) for each in told.get("missing", ()) if (number := _number(heard.pieces, each))]
    return choosing(
        *((each["facet"], number, each["part"]) for each, number in chosen),
        missing=[{"facet": each["facet"], "id": number} for each, number in lacking],
    )


def _number(pieces: dict[int, str], told: dict[str, Any]) -> int:
    """The number of the piece, the first after `after` where several read alike; 0 where it was not sent."""
    texts = {number: squeeze(text) for number, text in pieces.items()}
    first = _first(texts, told["after"]) if "after" in told else 0
    if "after" in told and not first:
        return 0
    return _first({number: text for number, text in texts.items() if number > first}, told["piece"])


def _first(texts: dict[int, str], wanted: str) -> int:
    """The first that reads so, else the one that comes nearest; 0 where none does."""
    near = [wanted] if wanted in texts.values() else get_close_matches(wanted, texts.values(), 1, ALIKE)
    return next((number for number, text in texts.items() if text in near), 0)


def answer_of(reading: Reading | None) -> Answer:
    """The chosen clauses as an answer, for the judge of `make eval`: what was chosen and the clause around it."""
    if reading is None or reading.none > 0.5 or not reading.answers:
        return Answer("", refused=True, reason="none")
    cited = []
    for read in reading.answers:
        version, passage = read.candidate.version, read.candidate.passage
        for span in (*(part.span for part in read.parts), passage.span):
            quote, place = span.of(version.text), (span.start, span.end)
            cited.append(Citation(version.plan_id, version.version, version.file, passage.address, "", *place, quote))
    reads = reading.answers
    around = [f"{read.candidate.version.info.place}: {read.candidate.passage.text}" for read in reads]
    return Answer("\n".join([*(each.quote for each in cited), *around]), tuple(cited), headline=cited[0].quote)
