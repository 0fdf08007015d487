"""How plans are taken in: refused files, evidence in one passage, long passages, passages without a heading.

`python -m tests.evaluation.intake FOLDER [NAME …]` reads `FOLDER/plans/*` and the evidence of
`FOLDER/questions/*.jsonl`; with `-v` it prints what is wrong.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.parse import NotAPlan, parse
from ingest.readers import read
from plan.model import PlanVersion
from plan.passages import Passage, passages_of

LONGEST = 1200  # characters of a passage that an officer still reads


@dataclass(slots=True)
class Intake:
    """Counts over all plans; the lists name what went wrong."""

    plans: int = 0
    refused: list[str] = field(default_factory=list)
    evidence: int = 0
    split: list[str] = field(default_factory=list)
    passages: int = 0
    long: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        share = 1 - len(self.split) / max(1, self.evidence)
        return (
            f"{self.plans} plans, {len(self.refused)} refused; evidence in one passage {share:.1%} of {self.evidence}; "
            f"{self.passages} passages, {len(self.long)} over {LONGEST} characters, "
            f"{len(self.bare)} without a heading; {len(self.facts)} facts of the head missing"
        )


def holds(passage: Passage, text: str, start: int, end: int) -> bool:
    """Whether a stretch of the plan lies in a passage: every word of it in its lines or in its own heading."""
    if passage.span.end <= start or passage.span.start >= end:
        return False
    inside = [(max(start, line.span.start), min(end, line.span.end)) for line in passage.lines]
    first = min(line.span.start for line in passage.lines)
    covered = {at for a, b in inside for at in range(a, b)} | set(range(passage.span.start, first))
    letters = [at for at in range(start, end) if text[at].isalnum()]
    return sum(at in covered for at in letters) >= 0.95 * len(letters)


def take_in(path: Path, questions: Path, total: Intake) -> PlanVersion | None:
    """Read one plan and count; None when it is refused."""
    total.plans += 1
    try:
        version = parse(read(path), path.stem, 1)
    except NotAPlan as error:
        total.refused.append(f"{path.name}: {error}")
        return None
    passages = passages_of(version)
    total.passages += len(passages)
    total.long += [f"{path.name} {p.address}: {len(p.text)}" for p in passages if len(p.text) > LONGEST]
    total.bare += [f"{path.name} {p.address}: {p.text[:90]}" for p in passages if not p.path]
    info = version.info
    facts = {"number": info.number, "date": info.date, "issuer": info.issuer, "subject": info.subject}
    total.facts += [f"{path.name}: {name}" for name, value in facts.items() if not value]
    for evidence in _evidence(questions):
        start = version.text.find(evidence)
        total.evidence += 1
        if start < 0 or not any(holds(p, version.text, start, start + len(evidence)) for p in passages):
            total.split.append(f"{path.name}: {evidence[:160]!r}")
    return version


def _evidence(questions: Path) -> Iterator[str]:
    if not questions.exists():
        return
    rows = map(json.loads, questions.read_text(encoding="utf-8").splitlines())
    yield from dict.fromkeys(part for row in rows for part in row["evidence"])


def measure(folder: Path, names: str = "") -> Intake:
    """All plans of a folder whose name matches `names`."""
    total = Intake()
    for path in sorted((folder / "plans").iterdir()):
        if re.search(names, path.name):
            take_in(path, folder / "questions" / f"{path.stem}.jsonl", total)
    return total


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "-v"]
    found = measure(Path(arguments[0]), "|".join(arguments[1:]))
    if "-v" in sys.argv:
        print(*found.refused, *found.split, *found.long, *found.bare, *found.facts, sep="\n")
    print(found)
