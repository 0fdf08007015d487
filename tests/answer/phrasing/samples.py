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


class Said(NamedTuple):
    """A sentence and the clause that it is about."""

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
def by_hand() -> tuple[Said, ...]:
    """True ones, written by looking at the plans and not at the check."""
    return _written("good_sentences.jsonl")


@cache
def lies_by_hand() -> tuple[Said, ...]:
    """False ones, written in the same way: each with the clause that it lies about."""
    return _written("lies_by_hand.jsonl")


def _written(name: str) -> tuple[Said, ...]:
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    paths = {Path(file).name: file for file in FILES}
    found = (json.loads(line) for line in lines)
    return tuple(Said(paths[each["file"]], each["clause"], each["lang"], each["text"]) for each in found)


@cache
def by_model() -> tuple[Said, ...]:
    """What the good model says of each clause."""
    return tuple(
        Said(file, passage.address, "vi", text)
        for file in FILES
        for passage in shelf(file).passages
        for text in phrased(clause(file, passage.address).text)
    )


def truths() -> list[tuple[Said, Truth]]:
    """Every Vietnamese true sentence, ready to be falsified with the help of its plan's other clauses."""
    every = [*(each for each in by_hand() if each.language == "vi"), *by_model()]
    return [(each, Truth(each.text, clause(each.file, each.address).text, _others(each, every))) for each in every]


def _others(true: Said, every: list[Said]) -> list[str]:
    return [each.text for each in every if each.file == true.file and each.address != true.address][:6]
