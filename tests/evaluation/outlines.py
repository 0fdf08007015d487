"""The outlines of the sample plans as they are known to be read: outlines/NAME.txt, one clause a line.

A change of the parser that moves a clause shows as a difference of these files, which its commit then carries:

    python -m tests.evaluation.outlines
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ingest.parse import parse
from ingest.readers import read
from plan.model import Clause, PlanVersion
from tests.evaluation.questions import ROOT, own_sets

FOLDER = Path(__file__).with_name("outlines")
SHOWN = 48  # characters of a clause's first line: enough to know it by


def plans() -> list[Path]:
    """Every plan of the own sets, and the same sample as a Word file."""
    return [*(path for each in own_sets() for path in each.plans), ROOT / "samples" / "van-hoa-doc.docx"]


def outline(plan: Path) -> str:
    """What header and closing say, then address, kind and beginning of every clause; → marks one that states a task."""
    version = parse(read(plan), "", 0)
    info, tasks = version.info, Counter(task.clause for task in version.assignments)
    lines = [f"# {info.place} · {info.number} · {info.date} · {info.signer}"]
    for each in version.clauses:
        lines.append(f"{each.address}\t{each.kind}\t{_start(version, each)}{' →' * tasks[each.address]}")
    return "\n".join(lines) + "\n"


def known(plan: Path) -> Path:
    """Where its outline is kept."""
    return FOLDER / f"{plan.name}.txt"


def _start(version: PlanVersion, clause: Clause) -> str:
    return " ".join(clause.span.of(version.text).split())[:SHOWN]


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in plans():
        known(each).write_text(outline(each), encoding="utf-8")
