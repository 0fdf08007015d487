"""Questions with their candidates, for teaching the reader: what the product itself finds, right or wrong.

    python -m training.groups --data training/data/reading --out build/groups.jsonl --keep build/groups-index

Each question of `questions/` is asked with its plan selected; with `--shelf N`, N of them once more with none, each
over a shelf of its own of some dozens of plans. `shelves/*.jsonl` (questions that were written for no plan selected)
are always asked so. With `--authors` only theirs are asked. The index is kept between runs. One line of the output is
one `Group`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from answer.candidates import Ranked, as_asked, found_among, found_in
from answer.followup import take_up
from answer.question import Question
from answer.shelf import Shelf
from answer.understand import Understanding
from ingest.parse import NotAPlan, parse
from plan.model import PlanVersion, SourceText, Span, Topic
from plan.passages import Passage
from plan.text import nfc
from reading.states import question_text
from training.pairs import json_lines
from vectorstore.library import Library


@lru_cache(maxsize=1)
def _reader() -> Understanding:
    return Understanding()


def understand(text: str) -> Question:
    """The question with its forms, asks, units and prior."""
    reader = _reader()
    return reader.read(text, reader.english(text)).over()


MOST = 16  # candidates kept of a question
LEAST_OVERLAP = 12  # characters that a clause and an evidence string share at least; all of a shorter one
SHELF = (8, 40)  # plans on a shelf
SEED = 4
HELD_OUT = ("e", "p", "y", "ab", "af")  # authors whom neither ranking nor reader learns from: by them we judge both


@dataclass(frozen=True)
class Choice:
    """One candidate. `holding` are the numbers of the lines that hold an answer; `prior` is the ranking's score."""

    plan: str
    subject: str
    path: list[str]
    lines: list[str]
    right: bool
    holding: list[int]
    prior: float
    signals: list[float]  # the ranking's, in the order of `answer.features`: NAMES, WORDS


@dataclass(frozen=True)
class Group:
    """A question as the reader sees it, with its candidates; nothing is right where the plan does not say."""

    id: str
    plan: str  # '' where none was selected
    question: str
    answers: list[str]
    answerable: bool
    why: str
    choices: list[Choice]


Spans = dict[str, list[Span]]  # evidence or answers by plan


def asked_of(row: dict[str, Any]) -> str:
    """The question as the product reads it: a follow-up with what it takes up of the one before."""
    return take_up(str(row["q"]), Topic(question=str(row.get("after") or "")), False).search


def author(plan: str) -> str:
    """'k3-chi-tra' → 'k'; 'f-ben-bai' → 'f'; a plan's name begins with its author's letters."""
    return re.sub(r"\d*-.*", "", plan)


def load_plans(folder: Path, library: Library) -> dict[str, Shelf]:
    """Every plan of the folder as the product parses it, indexed once."""
    shelves = {}
    for file in sorted((folder / "plans").iterdir()):
        live = library.live_version(file.stem)
        version = live or parsed(file)
        if version:
            shelves[file.stem] = Shelf(version)
        if version and not live:
            library.publish(version)
    return shelves


def parsed(file: Path) -> PlanVersion | None:
    """A plan as the product parses it; None, and a line that says so, for what it refuses."""
    try:
        return parse(SourceText(nfc(file.read_text("utf-8")), file.name, file.stem), file.stem, 1)
    except NotAPlan:
        print(f"refused: {file.name}")
        return None


def groups(
    folder: Path, library: Library, shelves: dict[str, Shelf], shelf_sample: int, authors: Sequence[str] = ()
) -> Iterator[Group]:
    """Every question with its plan selected, then some and those of `shelves/` over several plans."""
    asked = [name for name in shelves if not authors or author(name) in authors]
    rows = [(name, number, row) for name in asked for number, row in enumerate(_rows(folder / "questions", name))]
    rng = random.Random(SEED)
    for name, number, row in rows:
        yield _group(f"{name}#{number}", row, _spans(row["evidence"], name, shelves), [shelves[name]], library)
    for name, number, row in rng.sample(rows, min(shelf_sample, len(rows))):
        spans = _spans(row["evidence"], name, shelves)
        yield _group(f"{name}#{number}@all", row, spans, some_plans(shelves, [name], rng), library)
    for name, row, proofs, known in shelf_questions(folder, shelves, authors):
        yield _group(f"{name}@all", row, proofs, some_plans(shelves, known, rng), library)


def shelf_questions(
    folder: Path, shelves: dict[str, Shelf], authors: Sequence[str] = ()
) -> Iterator[tuple[str, dict[str, Any], Spans, list[str]]]:
    """The questions that were written for no plan selected: name, fields, spans of the evidence, plans it is about."""
    for file in sorted((folder / "shelves").glob("*.jsonl")):
        if authors and author(file.stem) not in authors:
            continue
        for number, row in enumerate(_rows(folder / "shelves", file.stem)):
            proofs: Spans = {}
            for part in (part for part in row["evidence"] if part["plan"] in shelves):
                proofs.setdefault(part["plan"], []).extend(_spans([part["text"]], part["plan"], shelves)[part["plan"]])
            if proofs or not row["evidence"]:
                known = [name for name in {*proofs, _near(row)} if name in shelves]
                yield f"{file.stem}#{number}", row, proofs, sorted(known)


def _near(row: dict[str, Any]) -> str:
    """The plan that a hasty reader would take for the one that answers."""
    return str((row.get("nearest") or {}).get("plan", ""))


def some_plans(shelves: dict[str, Shelf], names: Sequence[str], rng: random.Random) -> list[Shelf]:
    """A shelf on which the named plans stand, and others of the same authors and of any."""
    others = [name for name in shelves if name not in names]
    sisters = [name for name in others if any(author(name) == author(each) for each in names)]
    size = rng.randint(*SHELF)
    chosen = [*names, *rng.sample(sisters, min(len(sisters), size // 2))]
    left = [name for name in others if name not in chosen]
    return [shelves[name] for name in [*chosen, *rng.sample(left, min(len(left), max(0, size - len(chosen))))]]


def plan_questions(folder: Path, shelf: Shelf) -> Iterator[tuple[dict[str, Any], list[Span]]]:
    """The questions over one plan, each with the spans of its evidence."""
    name = shelf.version.plan_id
    for row in _rows(folder / "questions", name):
        yield row, _spans(row["evidence"], name, {name: shelf})[name]


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return list(json_lines([folder / f"{name}.jsonl"]))


def _spans(parts: Sequence[str], plan: str, shelves: dict[str, Shelf]) -> Spans:
    text = shelves[plan].version.text
    found = [(text.find(nfc(part)), len(nfc(part))) for part in parts]
    return {plan: [Span(at, at + size) for at, size in found if at >= 0]}


def _group(name: str, row: dict[str, Any], evidence: Spans, scope: Sequence[Shelf], library: Library) -> Group:
    question = understand(asked_of(row))
    answers = [nfc(answer) for answer in row["answer"]]
    by_plan = {shelf.version.plan_id: shelf for shelf in scope}
    choices = [
        _choice(ranked, by_plan[ranked.hit.plan_id], evidence.get(ranked.hit.plan_id, []), answers)
        for ranked in _found(question, by_plan, library)
    ]
    selected = scope[0].version.plan_id if len(scope) == 1 else ""
    text = question_text(as_asked(question))
    return Group(name, selected, text, answers, bool(row["evidence"]), row.get("why") or "", choices)


def _found(question: Question, shelves: dict[str, Shelf], library: Library) -> list[Ranked]:
    if len(shelves) == 1:
        return found_in(library.search, question, next(iter(shelves.values())))[:MOST]
    return found_among(library.search, question, [shelf.scope for shelf in shelves.values()])[:MOST]


def proves(passage: Passage, evidence: Sequence[Span]) -> bool:
    """Whether a clause shares enough with one of the spans that prove the answer."""
    return any(passage.span.overlap(span) >= min(LEAST_OVERLAP, span.end - span.start) for span in evidence)


def _choice(ranked: Ranked, shelf: Shelf, evidence: Sequence[Span], answers: Sequence[str]) -> Choice:
    passage = ranked.hit.passage
    right = proves(passage, evidence)
    lines = [line.text for line in passage.lines] or [passage.text]
    proofs = [line.span for line in passage.lines if any(line.span.overlap(span) for span in evidence)]
    holding = [
        n for n, line in enumerate(passage.lines) if line.span in proofs and any(a in line.text for a in answers)
    ]
    info = shelf.version.info
    return Choice(
        shelf.version.plan_id,
        info.subject or info.title,
        list(passage.path),
        lines,
        right,
        holding,
        ranked.score,
        [round(x, 4) for x in ranked.signals],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True, help="where the indexed plans are kept between runs")
    parser.add_argument("--shelf", type=int, default=0, help="so many questions once more over all plans")
    parser.add_argument("--authors", nargs="*", default=[], help="ask only questions of these (all)")
    options = parser.parse_args()
    library = Library.open(options.keep)
    shelves = load_plans(options.data, library)
    right = {True: [0, 0, 0], False: [0, 0, 0]}  # by "a plan selected": answerable, right first, right among MOST
    with options.out.open("w", encoding="utf-8") as out:
        for group in groups(options.data, library, shelves, options.shelf, options.authors):
            out.write(json.dumps(asdict(group), ensure_ascii=False) + "\n")
            if group.answerable:
                counts = right[bool(group.plan)]
                counts[0] += 1
                counts[1] += group.choices[0].right if group.choices else 0
                counts[2] += any(choice.right for choice in group.choices)
    print(f"{len(shelves)} plans; answerable, right first, right among {MOST}:", right)


if __name__ == "__main__":
    main()
