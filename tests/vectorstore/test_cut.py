"""What is cut from a stored version is pinned: when it changes, indexes made by earlier releases must be made anew."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from plan.passages import assignments_by_passage, passages_of
from plan.records import from_record, to_json
from vectorstore.plan_index import CUT, entries_of
from vectorstore.words import terms_of

STORED = Path(__file__).parent / "stored_version.json"  # a sample as release 0.1 kept it; not to be made anew
PINNED = (4, "0e3a3faae5bf47b7")


def test_other_passages_or_tokens_raise_the_number_of_the_cut() -> None:
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    version = from_record(stored["record"], stored["text"])
    passages = passages_of(version)
    tasks = assignments_by_passage(version, passages)
    told = [
        [[to_json(each), [to_json(task) for task in tasks.get(each.address, ())], terms_of(each)] for each in passages],
        [to_json(entry) for entry in entries_of(passages)],
    ]
    digest = hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
    assert (CUT, digest) == PINNED, "raise CUT in vectorstore/plan_index.py, then pin its number and this digest"
