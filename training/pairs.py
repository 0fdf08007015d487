"""The training data as objects: clauses with their questions, and the passages that are made of a clause.

The product searches whole clauses and single lines, so both forms are defined here, once:

    clause   {heading > heading > heading}\\n{text}
    line     {last heading}: {line}

(the E5 prefix goes in front of both).
"""

import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from training.plans import HELD_OUT

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
    """All pairs of the given files."""
    lines = (line for file in sorted(files) for line in file.read_text(encoding="utf-8").splitlines())
    return [_pair(json.loads(line)) for line in lines if line.strip()]


def _pair(row: dict[str, object]) -> Pair:
    asked = row["questions"]
    assert isinstance(asked, list)
    questions = tuple(Question(item["q"], item["lang"], item["aspect"]) for item in asked)
    text = str(row["text"]).replace("\t", CELL_MARK)
    return Pair(str(row["plan"]), str(row["path"]), text, questions, bool(row.get("garbled")))


def thinned(pairs: list[Pair], share: float, rng: random.Random) -> list[Pair]:
    """All clauses, but only a share of their questions: enough not to forget what was learnt from them."""
    return [replace(p, questions=tuple(q for q in p.questions if rng.random() < share)) for p in pairs]


def split(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """The pairs to learn from and those of the held-out plans."""
    learnt = [pair for pair in pairs if pair.plan not in HELD_OUT]
    held_out = [pair for pair in pairs if pair.plan in HELD_OUT]
    return learnt, held_out
