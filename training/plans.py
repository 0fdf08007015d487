"""The training plans as plans: texts rebuilt from the clause lines, parsed by the product, gold clauses aligned.

Used to fit the section prior on the product's own passages rather than on the training clauses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from ingest.parse import parse
from plan.model import PlanVersion, SourceText, Warning_
from plan.passages import passages_of
from plan.text import fold, nfc, squeeze

DATA = Path(__file__).parent / "data"
# Never trained on, so that figures (and a ranker calibrated on these plans) are not flattered.
HELD_OUT = ("p11", "p12", "r11", "r12", "s11", "s12", "u11", "u12")


@dataclass(frozen=True, slots=True)
class Asked:
    """A training question: its plan, wording, and the address of its gold passage ('' when none holds its clause)."""

    plan: str
    text: str
    gold: str


def read_lines(pattern: str) -> Iterator[dict[str, object]]:
    """All JSON lines of the data files that match."""
    for file in sorted(DATA.glob(pattern)):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def clauses_by_plan() -> dict[str, list[dict[str, object]]]:
    """The clause lines of every plan, in order."""
    plans: dict[str, list[dict[str, object]]] = {}
    for line in read_lines("pairs-*.jsonl"):
        plans.setdefault(str(line["plan"]), []).append(line)
    return plans


def rebuild(clauses: Iterable[dict[str, object]]) -> str:
    """A plan's text with its headings, in the order of its clauses."""
    out = ["KẾ HOẠCH", ""]
    above: list[str] = []
    for clause in clauses:
        path = [part.strip() for part in str(clause["path"]).split(" > ")]
        text = str(clause["text"])
        row = text.count(" | ") >= 2 or text.count("\t") >= 2
        heads = path[:-1] if row else path
        for level, head in enumerate(heads):
            if above[: level + 1] != heads[: level + 1]:
                out += [
                    "",
                    head.upper() if level == 0 and re.match(r"(?:[IVX]+|PHẦN|PHỤ LỤC)\b", head, re.I) else head,
                    "",
                ]
        above = heads
        out += _row(str(clause["text"]), out) if row else [str(clause["text"])]
    return nfc("\n".join(out) + "\n")


def _row(text: str, out: list[str]) -> list[str]:
    cells = [cell.strip() for cell in re.split(r"\t| \| ", text)]
    line = "\t".join(cells)
    if out and "\t" in out[-1]:
        return [line]
    return ["\t".join(["STT", "Nội dung", *(f"Cột {n}" for n in range(3, len(cells) + 1))]), line]


def load_plan(name: str, clauses: list[dict[str, object]]) -> PlanVersion:
    """A training plan parsed by the product."""
    garbled = any(clause.get("garbled") for clause in clauses)
    source = SourceText(
        rebuild(clauses),
        f"{name}.txt",
        name,
        quality=0.5 if garbled else 1.0,
        warnings=(Warning_("poor_ocr"),) if garbled else (),
    )
    return parse(source, name, 1)


class Aligner:
    """Finds the passage of a plan that holds most of a training clause's text."""

    def __init__(self, version: PlanVersion) -> None:
        self.passages = passages_of(version)
        self._texts = [fold(squeeze(p.span.of(version.text))) for p in self.passages]
        self._heads = [fold(p.path[-1]) if p.path else "" for p in self.passages]

    def find(self, clause: dict[str, object]) -> str:
        """Its address, '' when no passage holds the clause."""
        wanted = fold(squeeze(str(clause["text"]).replace("|", " ")))
        tail = fold(str(clause["path"]).split(" > ")[-1])
        scores = [
            _overlap(wanted, text) + fuzz.ratio(tail, head) / 50
            for text, head in zip(self._texts, self._heads, strict=True)
        ]
        best = max(range(len(scores)), key=scores.__getitem__)
        return self.passages[best].address if scores[best] > 40 else ""


def _overlap(wanted: str, text: str) -> float:
    short = min(len(text), len(wanted)) / max(1, len(text), len(wanted))
    return float(fuzz.token_set_ratio(wanted, text)) * (0.3 + 0.7 * short)


def questions(plans: dict[str, PlanVersion]) -> Iterator[Asked]:
    """Every answerable training question over the given plans, gold passages aligned."""
    aligners = {name: Aligner(version) for name, version in plans.items()}
    paths: dict[tuple[str, str], str] = {}
    for clause in read_lines("pairs-*.jsonl"):
        name = str(clause["plan"])
        if name in plans:
            gold = paths[name, str(clause["path"])] = aligners[name].find(clause)
            for item in clause["questions"]:  # type: ignore[attr-defined]
                yield Asked(name, item["q"], gold)
    for item in read_lines("calibration*.jsonl"):
        if item["plan"] in plans:
            yield Asked(str(item["plan"]), str(item["q"]), paths[str(item["plan"]), str(item["path"])])
