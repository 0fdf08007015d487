"""True sentences over the sample plans: what the good model says of every clause, and those written by hand."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

from answer.phrasing.clauses import Numbered, clause_of
from answer.shelf import Shelf
from ingest.parse import parse
from ingest.readers import read_whole
from tests.answer.phrasing.good_model import phrased
from tests.answer.phrasing.lies import Truth

ROOT = Path(__file__).parents[3]
FILES = (
    "samples/chuyen-doi-so.md", "samples/phong-chong-thien-tai.txt", "samples/van-hoa-doc.md",
    "tests/questions/plans/nguyet-ho.txt", "tests/questions/plans/ky-thuy.txt", "tests/questions/plans/cam-tri.txt",
)  # fmt: skip


class True_(NamedTuple):
    """A true sentence and the clause that it is about."""

    file: str
    address: str
    language: str
    text: str


@cache
def shelf(file: str) -> Shelf:
    """A plan of the samples, read but not indexed."""
    return Shelf(parse(read_whole(ROOT / file).source, Path(file).stem, 1))


@cache
def clause(file: str, address: str) -> Numbered:
    """One of its clauses under number 1."""
    return clause_of(1, shelf(file), address)


@cache
def by_hand() -> tuple[True_, ...]:
    """Written by a person who looked at the plans, not at the check."""
    lines = (Path(__file__).parent / "good_sentences.jsonl").read_text("utf-8").splitlines()
    found = (json.loads(line) for line in lines)
    paths = {Path(file).name: file for file in FILES}
    return tuple(True_(paths[each["file"]], each["clause"], each["lang"], each["text"]) for each in found)


@cache
def by_model() -> tuple[True_, ...]:
    """What the good model says of each clause."""
    return tuple(
        True_(file, passage.address, "vi", text)
        for file in FILES
        for passage in shelf(file).passages
        for text in phrased(clause(file, passage.address).text)
    )


def truths() -> list[tuple[True_, Truth]]:
    """Every Vietnamese true sentence, ready to be falsified with the help of its plan's other clauses."""
    every = [*(each for each in by_hand() if each.language == "vi"), *by_model()]
    return [(each, Truth(each.text, clause(each.file, each.address).text, _others(each, every))) for each in every]


def _others(true: True_, every: list[True_]) -> list[str]:
    return [each.text for each in every if each.file == true.file and each.address != true.address][:6]
