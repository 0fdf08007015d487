"""The two versions of the sample differ in exactly the ten true places; a version does not differ from itself."""

from __future__ import annotations

import json
from pathlib import Path

from ingest.parse import parse
from ingest.readers import read
from plan.diff import differences, summary
from plan.model import PlanVersion

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def _plan(name: str) -> PlanVersion:
    return parse(read(SAMPLES / name), "van-hoa-doc", 1)


def test_the_sample_pair_differs_exactly_as_it_should() -> None:
    found = differences(_plan("van-hoa-doc-du-thao.docx"), _plan("van-hoa-doc.docx"))
    assert [each.as_json() for each in found] == json.loads((SAMPLES / "van-hoa-doc-khac-nhau.json").read_text("utf-8"))
    assert summary(found) == {"added": 1, "removed": 1, "changed": 7, "renumbered": 1}


def test_a_version_does_not_differ_from_itself() -> None:
    plan = _plan("van-hoa-doc.docx")
    assert differences(plan, plan) == ()
