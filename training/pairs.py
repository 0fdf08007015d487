"""The training data as objects: plans, clauses with their questions, and the passages that are made of a clause.

Plans are texts rebuilt from the clause lines, parsed by the product, gold clauses aligned: the section prior is fitted
on the product's own passages rather than on the training clauses.

The product searches whole clauses and single lines, so both forms are defined here, once:

    clause   {heading > heading > heading}\\n{text}
    line     {last heading}: {line}

(the E5 prefix goes in front of both).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

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


def json_lines(files: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """The objects in some files, one a line."""
    for file in files:
        yield from (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip())


def read_lines(pattern: str) -> Iterator[dict[str, Any]]:
    """Those of the data files that match."""
    return json_lines(sorted(DATA.glob(pattern)))


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
            for item in clause["questions"]:
                yield Asked(name, item["q"], gold)
    for item in read_lines("calibration*.jsonl"):
        if item["plan"] in plans:
            yield Asked(str(item["plan"]), str(item["q"]), paths[str(item["plan"]), str(item["path"])])


QUERY = "query: "
PASSAGE = "passage: "
LEVELS_KEPT = 3
CELL_MARK = " | "
LONG_LINE = 220
_SENTENCE_END = re.compile(r"(?<=[.;])\s+(?=[A-ZÀ-ỸĐ(“\"])")
_ROW_LABEL = re.compile(r"(?i)(h[aà]ng|dòng|stt|tt|số|số tt)\s*\d+")

LINE_SIGNS = {
    "lead": r"chủ trì|cơ quan thực hiện|đơn vị thực hiện|thực hiện:|đầu mối",
    "coord": r"phối hợp",
    "deadline": r"thời gian|thời hạn|tiến độ|thời điểm|hoàn thành:",
    "product": r"sản phẩm|kết quả:|minh chứng|đầu ra",
    "basis": r"căn cứ|thực hiện|theo ",
    "docinfo": r"^số|, ngày |chủ tịch",
}


@dataclass(frozen=True)
class Question:
    """What somebody might type; `lang` is vi, vi-plain, vi-abbr or en."""

    text: str
    lang: str
    aspect: str


@dataclass(frozen=True)
class Pair:
    """A clause of an invented plan and the questions it answers; `garbled` if written as a bad scan reads."""

    plan: str
    path: str
    text: str
    questions: tuple[Question, ...]
    garbled: bool = False

    @property
    def headings(self) -> list[str]:
        """The last levels of the heading path, without the plan's title and a table row's own number."""
        levels = [level.strip() for level in self.path.split(" > ")]
        if len(levels) > 1 and levels[0].lower().startswith("kế hoạch"):
            levels = levels[1:]
        if len(levels) > 1 and CELL_MARK in self.text and _ROW_LABEL.fullmatch(levels[-1]):
            levels = levels[:-1]
        return levels[-LEVELS_KEPT:]

    @property
    def lines(self) -> list[str]:
        """The lines of the clause that hold words, long ones cut into sentences."""
        whole = [line.strip() for line in self.text.splitlines() if re.search(r"\w", line)]
        return [part for line in whole for part in _parts(line)]


def _parts(line: str) -> list[str]:
    return [line] if CELL_MARK in line or len(line) <= LONG_LINE else _SENTENCE_END.split(line)


def clause_passage(headings: list[str], text: str) -> str:
    """A whole clause as it is embedded."""
    return f"{PASSAGE}{' > '.join(headings)}\n{text}"


def line_passage(heading: str, line: str) -> str:
    """One line of a clause as it is embedded, with its heading for the topic."""
    return f"{PASSAGE}{heading}: {line}"


def answering_line(pair: Pair, question: Question) -> str | None:
    """The one line that answers the question, where what is asked for tells which; None where it does not."""
    signs = LINE_SIGNS.get(question.aspect)
    if signs is None:
        return _line_sharing_most_words(pair, question)
    lines = pair.lines
    found = [line for line in lines if re.search(signs, line.lower())]
    return found[0] if len(found) == 1 and len(lines) > 1 else None


def _line_sharing_most_words(pair: Pair, question: Question) -> str | None:
    """The line with at least two more of the question's words than any other line."""
    asked = _words(question.text)
    scored = sorted(((len(asked & _words(line)), line) for line in pair.lines), reverse=True)
    if len(scored) < 2 or scored[0][0] < scored[1][0] + 2:
        return None
    return scored[0][1]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def read_pairs(files: Iterable[Path]) -> list[Pair]:
    return [_pair(row) for row in json_lines(sorted(files))]


def _pair(row: dict[str, Any]) -> Pair:
    questions = tuple(Question(item["q"], item["lang"], item["aspect"]) for item in row["questions"])
    text = row["text"].replace("\t", CELL_MARK)
    return Pair(row["plan"], row["path"], text, questions, bool(row.get("garbled")))


def thinned(pairs: list[Pair], share: float, rng: random.Random) -> list[Pair]:
    """All clauses, but only a share of their questions: enough not to forget what was learnt from them."""
    return [replace(p, questions=tuple(q for q in p.questions if rng.random() < share)) for p in pairs]


def split(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """The pairs to learn from and those of the held-out plans."""
    learnt = [pair for pair in pairs if pair.plan not in HELD_OUT]
    held_out = [pair for pair in pairs if pair.plan in HELD_OUT]
    return learnt, held_out
