"""The training plans as plans: texts rebuilt from the clause lines, parsed by the product, gold clauses aligned.

Used to fit everything that ranks and refuses on the product's own passages rather than on the training clauses.
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
from plan.passages import Passage, passages_of
from plan.text import fold, nfc, squeeze

DATA = Path(__file__).parent / "data"
HELD_OUT = ("p11", "p12", "r11", "r12", "s11", "s12", "u11", "u12")


@dataclass(frozen=True, slots=True)
class Asked:
    """A training question: its plan, wording, language, and the address of its gold passage ('' when unanswerable)."""

    plan: str
    text: str
    lang: str
    gold: str
    aspect: str = ""
    why: str = ""


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


def align(version: PlanVersion, clause: dict[str, object], passages: tuple[Passage, ...]) -> str:
    """The address of the passage that holds most of a clause's text."""
    wanted = fold(squeeze(str(clause["text"]).replace("|", " ")))
    tail = fold(str(clause["path"]).split(" > ")[-1])
    best = max(passages, key=lambda p: _overlap(wanted, tail, p, version))
    return best.address if _overlap(wanted, tail, best, version) > 40 else ""


def _overlap(wanted: str, tail: str, passage: Passage, version: PlanVersion) -> float:
    text = fold(squeeze(passage.span.of(version.text)))
    head = fuzz.ratio(tail, fold(passage.path[-1])) / 50 if passage.path else 0.0
    short = min(len(text), len(wanted)) / max(1, max(len(text), len(wanted)))
    return float(fuzz.token_set_ratio(wanted, text)) * (0.3 + 0.7 * short) + head


def questions(plans: dict[str, PlanVersion]) -> Iterator[Asked]:
    """Every training question over the given plans, gold passages aligned; unanswerable ones without."""
    cut = {name: passages_of(version) for name, version in plans.items()}
    for clause in read_lines("pairs-*.jsonl"):
        name = str(clause["plan"])
        if name in plans:
            gold = align(plans[name], clause, cut[name])
            for item in clause["questions"]:  # type: ignore[attr-defined]
                yield Asked(name, item["q"], item["lang"], gold, item["aspect"])
    for item in read_lines("unanswerable*.jsonl"):
        if item["plan"] in plans:
            yield Asked(str(item["plan"]), str(item["q"]), str(item["lang"]), "", "", str(item["why"]))
