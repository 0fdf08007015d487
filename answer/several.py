"""One question over several plans: a line per plan that says so, each with its own citation; the others are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answer.cite import cite, cite_passage
from answer.fields import answer_fields
from answer.question import Question
from answer.rank import Ranked
from answer.shelf import Shelf
from answer.wording import place_name, sentence, shorten
from plan.model import Answer, Citation
from plan.text import squeeze
from prompts import phrase

LIMIT = 2400


@dataclass(frozen=True, slots=True)
class Found:
    """What one plan has: its ranked clauses and the probability that it says it."""

    shelf: Shelf
    ranked: Sequence[Ranked]
    probability: float
    question: Question


def choose(found: Sequence[Found], threshold: float, spread: float = 0.35) -> list[Found]:
    """The plans that say it: above the threshold and not far below the best."""
    likely = [f for f in found if f.ranked and f.probability >= threshold]
    best = max((f.probability for f in likely), default=0.0)
    return sorted((f for f in likely if f.probability >= best - spread), key=lambda f: -f.probability)


def compose_several(chosen: Sequence[Found], language: str) -> Answer:
    """One line per plan, the best first."""
    names = [place_name(f.shelf.version) for f in chosen]
    key = "answer.several" if len(chosen) > 1 else "answer.one_of_many"
    head = phrase(language, key, count=len(chosen), plan=sentence(names[0]))
    lines, citations = [head], []
    room = max(160, min(600, (LIMIT - 100) // max(1, len(chosen)) - 80))
    for item, name in zip(chosen, names, strict=True):
        line, proofs = _line(item, name, language, room)
        lines.append(line)
        citations.append(proofs)
    ordered = [c for group in zip(*(_pad(p) for p in citations), strict=True) for c in group if c is not None]
    ids = tuple(f.shelf.version.plan_id for f in chosen)
    head_line = head if len(chosen) > 1 else lines[1].removeprefix("• ")
    return Answer("\n".join(lines), tuple(dict.fromkeys(ordered)), False, "several", language, head_line, (), ids)


def _pad(proofs: list[Citation]) -> list[Citation | None]:
    return [*proofs[:3], *[None] * (3 - len(proofs[:3]))]


def _line(item: Found, name: str, language: str, room: int) -> tuple[str, list[Citation]]:
    top = item.ranked[0]
    fields = answer_fields(item.question, top, language)
    whole = cite_passage(item.shelf, top.hit.passage, top.hit.best_line.span)
    more = [cite_passage(item.shelf, r.hit.passage, r.hit.best_line.span) for r in item.ranked[1:3] if r.share > 0.12]
    if fields and fields.said and not fields.missing:
        answer = shorten("; ".join(fields.said), room)
        proof = cite(item.shelf, top.hit.passage.address, fields.proofs[0].line)
        return phrase(language, "answer.many_answer", plan=sentence(name), answer=answer, words=whole.words), [
            proof,
            whole,
            *more,
        ]
    quote = shorten(squeeze(top.hit.best_line.text), room)
    return phrase(language, "answer.many_line", plan=sentence(name), words=whole.words, quote=quote), [whole, *more]
