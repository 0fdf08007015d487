"""The plans and questions that the reader learns from hold what their README says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reading.protocol import Facet
from training.groups import asked_of

DATA = Path(__file__).resolve().parents[2] / "training" / "data" / "reading"
FACETS = {facet.value for facet in Facet}
LANGUAGES = {"vi", "vi-plain", "vi-abbr", "en"}
WHY = {
    "field_missing", "other_period", "other_group", "other_place", "unit_absent", "person_absent", "detail_beyond",
    "false_premise", "near_topic", "far_topic",
}  # fmt: skip
PLANS = {file.stem: file for file in sorted((DATA / "plans").iterdir())}


def rows(file: Path) -> Iterator[dict[str, Any]]:
    yield from (json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip())


def test_every_plan_has_questions_and_every_question_a_plan() -> None:
    assert set(PLANS) == {file.stem for file in (DATA / "questions").glob("*.jsonl")}


@pytest.mark.parametrize("name", PLANS)
def test_questions_over_one_plan(name: str) -> None:
    text, asked = PLANS[name].read_bytes().decode("utf-8"), set()
    for row in rows(DATA / "questions" / f"{name}.jsonl"):
        where = f"{name}: {row['q']}"
        assert row["q"] not in asked, where
        asked.add(row["q"])
        assert row["asks"], where
        assert set(row["asks"]) <= FACETS, where
        assert row["lang"] in LANGUAGES, where
        proofs = [*row["evidence"], *([row["nearest"]] if row.get("nearest") else [])]
        assert all(text.count(part) == 1 for part in proofs), where
        assert bool(row["evidence"]) != bool(row.get("why")), where
        assert (row.get("why") or "far_topic") in WHY, where
        assert bool(row["answer"]) == bool(row["evidence"]), where
        assert all(any(answer in part for part in row["evidence"]) for answer in row["answer"]), where


@pytest.mark.parametrize("file", sorted((DATA / "shelves").glob("*.jsonl")), ids=lambda file: file.stem)
def test_questions_over_a_shelf(file: Path) -> None:
    texts = {name: path.read_bytes().decode("utf-8") for name, path in PLANS.items()}
    for row in rows(file):
        assert all(texts[part["plan"]].count(part["text"]) == 1 for part in row["evidence"]), row["q"]
        assert bool(row["evidence"]) != bool(row.get("why")), row["q"]
        assert all(any(answer in part["text"] for part in row["evidence"]) for answer in row["answer"]), row["q"]


def test_a_follow_up_is_learnt_as_the_product_reads_it() -> None:
    before = "Đơn vị nào chủ trì tập huấn kỹ năng số?"
    assert asked_of({"q": "hết bao nhiêu tiền?", "after": before}) == "hết bao nhiêu tiền? (tập huấn kỹ năng số)"
    assert asked_of({"q": before}) == before
