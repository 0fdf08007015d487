"""Citations: quotes cut from the canonical text, checked as they are made. Nothing else in the house makes quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from plan.model import Citation, Clause, PlanVersion, Span
from plan.passages import Passage

if TYPE_CHECKING:  # whoever cites a clause needs no index of plans: the command's help loads none
    from answer.shelf import Shelf

LONGEST = 1200  # characters of one citation; longer clauses are cited by their lines


class UnprovenQuote(AssertionError):
    """A quote that is not the text at its offsets. Never reaches an officer."""


def cite(shelf: Shelf, address: str, span: Span) -> Citation:
    """The citation of a span under the address of the clause that holds it. Raises UnprovenQuote."""
    version, clause = shelf.version, shelf.tree.by_address[address]
    quote = span.of(version.text)
    if not quote.strip() or span.end > len(version.text):
        raise UnprovenQuote(f"{version.plan_id} {address} {span}")
    return Citation(
        version.plan_id,
        version.version,
        version.file,
        address,
        clause.words or address,
        span.start,
        span.end,
        quote,
        version.page(span.start),
        _reading(shelf, span) if shelf.garbled else "",
    )


def cite_span(shelf: Shelf, span: Span) -> Citation:
    """The citation of a span under the clause that holds all of it, else under the part of the plan that it is in."""
    leaf = shelf.tree.at(span.start)
    top = next(c for c in shelf.tree.roots if c.span.start <= span.start < c.span.end)
    return cite(shelf, leaf.address if leaf and leaf.span.end >= span.end else top.address, Span(span.start, span.end))


def cite_clause(plan: PlanVersion, clause: Clause, proof: Span | None = None) -> Citation:
    """The whole clause of a plan; in it `proof`, a smaller part, is marked, so that it is among what is shown."""
    span = clause.span
    marks = ((proof.start, proof.end),) if proof and proof != span else ()
    place = (plan.plan_id, plan.version, plan.file, clause.address, clause.words)
    return Citation(*place, span.start, span.end, span.of(plan.text), plan.page(span.start), marks=marks)


def once(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """One citation a clause: a line that stands in a longer quote of its clause becomes a mark in it."""
    kept: list[Citation] = []
    for each in citations:
        beside = [number for number, other in enumerate(kept) if _holds(other, each) or _holds(each, other)]
        if not beside:
            kept.append(each)
            continue
        for number in beside:
            each = _merged(kept[number], each)
        kept[beside[0]] = each
        kept = [other for number, other in enumerate(kept) if number not in beside[1:]]
    return tuple(kept)


def _holds(whole: Citation, part: Citation) -> bool:
    same = (whole.plan_id, whole.version, whole.clause) == (part.plan_id, part.version, part.clause)
    return same and whole.start <= part.start and part.end <= whole.end


def _merged(one: Citation, other: Citation) -> Citation:
    whole, part = (one, other) if _holds(one, other) else (other, one)
    lines = part.marks or (((part.start, part.end),) if len(part.quote) < len(whole.quote) else ())
    return replace(whole, marks=tuple(dict.fromkeys((*whole.marks, *lines))), restored=part.restored or whole.restored)


def _reading(shelf: Shelf, span: Span) -> str:
    """What a garbled quote most likely says."""
    inside = (leaf for leaf in shelf.version.clauses if leaf.reading and leaf.span.overlap(span))
    return "\n".join(leaf.reading for leaf in inside)


def cite_passage(shelf: Shelf, passage: Passage, focus: Span | None = None) -> Citation:
    """The whole passage, or where it is too long the piece around `focus`, a line of it, which is marked."""
    if passage.span.end - passage.span.start <= LONGEST:
        return _marked(shelf, cite(shelf, passage.address, passage.span), focus)
    start, end = (focus.start, focus.end) if focus else (passage.span.start, passage.span.start)
    for line in passage.lines:
        grown = Span(min(start, line.span.start), max(end, line.span.end))
        if grown.end - grown.start <= LONGEST:
            start, end = grown.start, grown.end
    whole = cite(shelf, passage.address, Span(start, max(end, min(start + 1, passage.span.end))))
    return _marked(shelf, whole, focus)


def _marked(shelf: Shelf, whole: Citation, focus: Span | None) -> Citation:
    if focus is None or not (whole.start <= focus.start and focus.end <= whole.end):
        return whole
    if focus.end - focus.start == whole.end - whole.start:
        return whole
    reading = _reading(shelf, focus) if shelf.garbled else ""
    return replace(whole, marks=((focus.start, focus.end),), restored=reading or whole.restored)


def proven(version: PlanVersion, citation: Citation) -> bool:
    """Whether a citation still says what the text says at its offsets."""
    return version.text[citation.start : citation.end] == citation.quote
