"""Batches in which a clause must be told from its sisters.

A batch holds questions over two plans. Its candidates are the clauses asked about, the lines that answer, and further
clauses of the same plans as hard negatives, those most alike first.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from training.pairs import CELL_MARK, QUERY, Pair, Question, answering_line, clause_passage, line_passage
from training.spoil import Spoiler, plan_spoiler, spoil_question, unspoiled

QUESTIONS_PER_PLAN = 20
HARD_NEGATIVES_PER_PLAN = 3
LINE_CHANCE = 0.5
STRAY_LINE_CHANCE = 0.4
SHORT_PATH_CHANCE = 0.15
ZONE_NAME_CHANCE = 0.5
NAMED_COLUMNS_CHANCE = 0.4
# "ngày ký" asks the same of every plan: so short a question competes only within its own plan.
WORDS_TO_STAND_ALONE = 5

ZONES = {"Căn cứ ban hành": r"^(phần )?(trích yếu|căn cứ|mở đầu|đoạn mở đầu)", "Nơi nhận": r"nơi nhận|^phần ký|^ký "}
TASK_COLUMNS = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian", "Sản phẩm")


@dataclass(frozen=True)
class Candidate:
    """A passage: a whole clause, or one line of it."""

    pair: Pair
    line: str | None
    text: str


@dataclass(frozen=True)
class Asked:
    """A question with its clause, and the line of it that answers, where known."""

    pair: Pair
    line: str | None
    text: str

    def is_answered_by(self, candidate: Candidate) -> bool:
        """The clause itself, or the line that answers."""
        return candidate.pair == self.pair and candidate.line in (None, self.line)

    def competes_with(self, candidate: Candidate) -> bool:
        """Other lines of the right clause count neither for nor against; short questions stay in their plan."""
        if candidate.pair.plan == self.pair.plan:
            return candidate.pair != self.pair
        return len(self.text.split()) > WORDS_TO_STAND_ALONE


@dataclass(frozen=True)
class Batch:
    """Questions and the passages among which each must find its own."""

    asked: list[Asked]
    candidates: list[Candidate]


def epoch(pairs: list[Pair], rng: random.Random) -> Iterator[Batch]:
    """Every question once, in random order, two plans a batch."""
    sisters: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        sisters[pair.plan].append(pair)
    chunks = _chunks(sisters, rng)
    while chunks:
        first = chunks.pop()
        parts = [_part(first, sisters[first[0][0].plan], rng)]
        if chunks:
            second = chunks.pop(_index_of_other_plan(chunks, first[0][0].plan))
            parts.append(_part(second, sisters[second[0][0].plan], rng))
        yield Batch([a for part in parts for a in part.asked], [c for part in parts for c in part.candidates])


def _chunks(sisters: dict[str, list[Pair]], rng: random.Random) -> list[list[tuple[Pair, Question]]]:
    """Each plan's questions in random order, a dozen at a time."""
    chunks: list[list[tuple[Pair, Question]]] = []
    for pairs in sisters.values():
        asked = [(pair, question) for pair in pairs for question in pair.questions]
        rng.shuffle(asked)
        chunks += [asked[i : i + QUESTIONS_PER_PLAN] for i in range(0, len(asked), QUESTIONS_PER_PLAN)]
    rng.shuffle(chunks)
    return chunks


def _index_of_other_plan(chunks: list[list[tuple[Pair, Question]]], plan: str) -> int:
    return next((i for i in reversed(range(len(chunks))) if chunks[i][0][0].plan != plan), len(chunks) - 1)


def _part(chunk: list[tuple[Pair, Question]], sisters: list[Pair], rng: random.Random) -> Batch:
    """One plan's share of a batch; the plan's passages are spoiled alike, as a scanned plan would be."""
    spoil = unspoiled if sisters[0].garbled else plan_spoiler(rng)
    asked = [_asked(pair, question, rng) for pair, question in chunk]
    clauses = list(dict.fromkeys(pair for pair, _ in chunk))
    negatives = _hard_negatives(clauses, sisters, rng)
    candidates = [_clause(pair, spoil, rng) for pair in clauses + negatives]
    wanted = dict.fromkeys((a.pair, a.line) for a in asked if a.line is not None)
    stray = [(p, rng.choice(p.lines)) for p in negatives if p.lines and rng.random() < STRAY_LINE_CHANCE]
    return Batch(asked, candidates + [_line(pair, line, spoil, rng) for pair, line in (*wanted, *stray)])


def _asked(pair: Pair, question: Question, rng: random.Random) -> Asked:
    line = answering_line(pair, question) if rng.random() < LINE_CHANCE else None
    return Asked(pair, line, QUERY + spoil_question(question, rng))


def _hard_negatives(clauses: list[Pair], sisters: list[Pair], rng: random.Random) -> list[Pair]:
    """Clauses not asked about: drawn from the half most alike to those asked about."""
    others = [pair for pair in sisters if pair not in clauses]
    others.sort(key=lambda other: -max(_likeness(other, pair) for pair in clauses))
    pool = others[: max(HARD_NEGATIVES_PER_PLAN, len(others) // 2)]
    return rng.sample(pool, min(HARD_NEGATIVES_PER_PLAN, len(pool)))


def _likeness(one: Pair, other: Pair) -> float:
    ours, theirs = _words(one), _words(other)
    return len(ours & theirs) / max(1, len(ours | theirs))


@lru_cache(maxsize=10_000)
def _words(pair: Pair) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", f"{pair.path} {pair.text}".lower()))


def _clause(pair: Pair, spoil: Spoiler, rng: random.Random) -> Candidate:
    headings = _headings(pair, rng)
    text = _with_named_columns(pair.text) if rng.random() < NAMED_COLUMNS_CHANCE else pair.text
    return Candidate(pair, None, clause_passage([spoil(h) for h in headings], spoil(text)))


def _line(pair: Pair, line: str, spoil: Spoiler, rng: random.Random) -> Candidate:
    text = _with_named_columns(line) if rng.random() < NAMED_COLUMNS_CHANCE else line
    return Candidate(pair, line, line_passage(spoil(_headings(pair, rng)[-1]), spoil(text)))


def _headings(pair: Pair, rng: random.Random) -> list[str]:
    """The clause's headings; the opening and the closing of a plan often under the name that the product gives them."""
    zone = next((name for name, signs in ZONES.items() if re.search(signs, pair.headings[-1].lower())), None)
    if zone is not None and rng.random() < ZONE_NAME_CHANCE:
        return [zone]
    return pair.headings[-2:] if rng.random() < SHORT_PATH_CHANCE else pair.headings


def _with_named_columns(text: str) -> str:
    """A table row as `column: value; column: value`; any other text as it is."""
    *head, row = text.splitlines()
    cells = row.split(CELL_MARK)
    names = tuple(head[-1].split(CELL_MARK)) if head else TASK_COLUMNS
    if len(cells) < 3:
        return text
    if ": " in cells[1]:
        return row.replace(CELL_MARK, "; ")
    if len(names) != len(cells) or (not head and not _looks_like_a_task(cells)):
        return text
    return "; ".join(f"{name}: {cell}" for name, cell in zip(names, cells, strict=True))


def _looks_like_a_task(cells: list[str]) -> bool:
    """The third cell of a task is an office, not a document or a figure."""
    return not re.search(r"\d", cells[2])
