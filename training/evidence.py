"""What the product finds for the training questions: the passages of the asked plan with all their signals."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from answer.facts import Facts
from answer.question import Question
from answer.rank import answering
from answer.shelf import Shelf
from plan.model import PlanVersion
from training.plans import HELD_OUT, Asked, clauses_by_plan, load_plan, questions
from training.understanding import understand
from vectorstore.library import Library
from vectorstore.search import Hit

SEEN_SAMPLE = 900  # answerable questions from plans that the embedding model was trained on, for the judge alone


@dataclass(frozen=True, slots=True)
class Evidence:
    """One training question with what was found for it in its plan."""

    asked: Asked
    question: Question
    hits: list[Hit]
    facts: list[Facts]

    @property
    def held_out(self) -> bool:
        """Over a plan that the embedding model has not seen, so that its scores are not flattered."""
        return self.asked.plan in HELD_OUT

    @property
    def gold(self) -> int | None:
        """The place of the gold passage among the hits."""
        return next((i for i, hit in enumerate(self.hits) if hit.passage.address == self.asked.gold), None)


def training_plans() -> dict[str, PlanVersion]:
    """All training plans as the product parses them."""
    return {name: load_plan(name, lines) for name, lines in clauses_by_plan().items()}


def select(asked: Sequence[Asked], seed: int = 11) -> list[Asked]:
    """All questions over held-out plans, all unanswerable ones, and a sample of the others."""
    refused = {q.plan for q in asked if not q.gold}
    rest = [q for q in asked if q.gold and q.plan not in HELD_OUT and q.plan in refused]
    sample = random.Random(seed).sample(rest, min(SEEN_SAMPLE, len(rest)))
    return [q for q in asked if q.plan in HELD_OUT and q.gold] + sample + [q for q in asked if not q.gold]


def collect(data_dir: Path, plans: dict[str, PlanVersion]) -> tuple[list[Evidence], dict[str, Shelf]]:
    """Index the plans that are asked about (kept in `data_dir` between runs) and search for every question."""
    asked = select(list(questions(plans)))
    library = Library.open(data_dir)
    shelves = {name: Shelf(plans[name]) for name in sorted({q.plan for q in asked})}
    known = {plan.plan_id for plan in library.plans()}
    for name in shelves:
        if name not in known:
            library.publish(plans[name])
    return [_found(q, library, shelves[q.plan]) for q in asked], shelves


def _found(asked: Asked, library: Library, shelf: Shelf) -> Evidence:
    question = understand(asked.text)
    hits = library.retriever.hits(question.search, [shelf.scope], question.forms)
    facts = [shelf.facts[hit.passage.address] for hit in hits]
    kept = answering(question, hits, facts)
    return Evidence(asked, question, [hits[i] for i in kept], [facts[i] for i in kept])
