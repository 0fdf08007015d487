"""Citations: quotes cut from the canonical text, checked as they are made. Nothing else in the house makes quotes."""

from __future__ import annotations

from answer.shelf import Shelf
from plan.model import Citation, PlanVersion, Span
from plan.passages import Passage

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


def _reading(shelf: Shelf, span: Span) -> str:
    """What a garbled quote most likely says."""
    inside = (leaf for leaf in shelf.version.clauses if leaf.reading and leaf.span.overlap(span))
    return "\n".join(leaf.reading for leaf in inside)


def cite_passage(shelf: Shelf, passage: Passage, focus: Span | None = None) -> Citation:
    """The whole passage, or where it is too long the piece around `focus` (a line of it)."""
    if passage.span.end - passage.span.start <= LONGEST:
        return cite(shelf, passage.address, passage.span)
    start, end = (focus.start, focus.end) if focus else (passage.span.start, passage.span.start)
    for line in passage.lines:
        grown = Span(min(start, line.span.start), max(end, line.span.end))
        if grown.end - grown.start <= LONGEST:
            start, end = grown.start, grown.end
    return cite(shelf, passage.address, Span(start, max(end, min(start + 1, passage.span.end))))


def proven(version: PlanVersion, citation: Citation) -> bool:
    """Whether a citation still says what the text says at its offsets."""
    return version.text[citation.start : citation.end] == citation.quote
