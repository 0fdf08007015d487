"""An answer from what a language model selected: its parts by facet on the first line, then each where it stands.

Every word is of a part that was chosen, its clause or place, or a set label; quotes are cut from the canonical text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from answer.cite import cite, cite_passage
from answer.shelf import Shelves
from answer.wording import one_line, place_line, place_name, readable, sentence, shorten
from plan.model import Answer, Citation, Span
from prompts import phrase, phrases
from reading.protocol import Part, Read, Reading
from vectorstore.plan_index import Scope

FIRST_LINE = 240  # characters
QUOTE_ROOM = 860  # characters of quote in a message: with headline and place it fits one phone screen
LISTED = 2400
LEAST = 2  # from so many clauses on the answer is a list


def selected(reading: Reading, shelves: Shelves, language: str) -> Answer:
    """The answer from a reading that chose parts. Raises KeyError for a clause of a plan that is not in `shelves`."""
    reads = [read for read in reading.answers if read.parts]
    plans = tuple(dict.fromkeys(read.candidate.version.plan_id for read in reads))
    head = reading.headline or _head(reads, language)
    if reading.choices:
        head = phrase(language, "reading.which_plan", count=len(reading.choices))
    cited = list(_citations(reads, shelves))
    listed = list(_list(reads, shelves, language)) if len(reads) >= LEAST else []
    quoted = [] if listed else list(_clause(reads[0], shelves, language))
    missing = list(_missing(reading, language))
    lines = [head, *(line for line in (*listed, *quoted) if line != head), *missing]
    kind = "several" if len(plans) > 1 else "selected"
    return Answer("\n".join(lines), tuple(cited), False, kind, language, head, (), plans, lines=(*listed, *missing))


def _head(reads: Sequence[Read], language: str) -> str:
    """The parts of the first clause with their facets, or the first part alone where they are long."""
    told = list(dict.fromkeys(_labelled(part, reads[0], language) for part in reads[0].parts))
    line = "; ".join(told)
    return sentence(shorten(line if len(line) <= FIRST_LINE else told[0], FIRST_LINE))


def _labelled(part: Part, read: Read, language: str) -> str:
    text = one_line(part.span.of(read.candidate.version.text)).strip(" -+•|;.")
    label = phrases(language).get(f"reading.facet_{part.facet.value}", "") if part.facet else ""
    known = label.rstrip(": ").casefold()
    return text if not label or known in text.casefold()[: len(known) + 12] else f"{label} {text}"


def _clause(read: Read, shelves: Shelves, language: str) -> Iterator[str]:
    """Where the clause stands, and its lines that were chosen."""
    shelf = shelves[_scope(read)]
    spans = _lines(read)
    yield place_line(language, shelf.version, cite(shelf, read.candidate.passage.address, spans[0]))
    room = QUOTE_ROOM
    for span in spans:
        quote = readable(span.of(shelf.version.text))
        yield phrase(language, "answer.quote", quote=shorten(quote, max(room, 200)))
        room -= len(quote)
        if room < 0:
            return


def _list(reads: Sequence[Read], shelves: Shelves, language: str) -> Iterator[str]:
    """A line a clause: what was chosen and where it stands, under the name of its plan where there are several."""
    several = len({read.candidate.version.plan_id for read in reads}) > 1
    room = LISTED
    for read in reads:
        shelf = shelves[_scope(read)]
        quotes = " · ".join(one_line(span.of(shelf.version.text)) for span in _lines(read))
        words = cite(shelf, read.candidate.passage.address, read.parts[0].span).words
        place = f"{place_name(shelf.version)}: " if several else ""
        line = f"• {place}{shorten(quotes, 400)} ({words})"
        room -= len(line)
        if room < 0:
            return
        yield line


def _missing(reading: Reading, language: str) -> Iterator[str]:
    for facet in sorted(reading.missing - {part.facet for read in reading.answers for part in read.parts}):
        label = phrases(language).get(f"reading.facet_{facet.value}", "")
        if label:
            yield phrase(language, "reading.not_stated", what=label.rstrip(": ").lower())


def _citations(reads: Sequence[Read], shelves: Shelves) -> Iterator[Citation]:
    """The lines chosen, of the first clause then all of it, so that officers see the words around them."""
    for place, read in enumerate(reads):
        shelf, passage = shelves[_scope(read)], read.candidate.passage
        lines = _lines(read)
        yield from (cite(shelf, passage.address, span) for span in (lines if place else lines[:2]))
        if not place:
            yield cite_passage(shelf, passage, lines[0])


def _lines(read: Read) -> list[Span]:
    """The whole lines that the parts stand in; a part that no line holds is its own."""
    lines = read.candidate.passage.lines
    found = [next((line.span for line in lines if line.span.overlap(part.span)), part.span) for part in read.parts]
    return list(dict.fromkeys(found))


def _scope(read: Read) -> Scope:
    return read.candidate.version.plan_id, read.candidate.version.version
