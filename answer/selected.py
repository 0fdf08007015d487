"""An answer from what a language model selected: its parts by facet on the first line, then each where it stands.

Every word is of a part that was chosen, its clause or place, or a set label; quotes are cut from the canonical text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from answer.cite import cite, cite_passage
from answer.compose import with_reading
from answer.shelf import Shelf, Shelves
from answer.wording import one_line, place_line, place_name, readable, sentence, shorten, unmarked
from plan.fields import field_line
from plan.model import Answer, Cell, Citation, Clause, Span
from prompts import phrase, phrases
from reading.protocol import Part, Read, Reading
from vectorstore.plan_index import Scope

FIRST_LINE = 240  # characters
QUOTE_ROOM = 860  # characters of quote in a message: with headline and place it fits one phone screen
LISTED, SCREEN = 2400, 1100
LINE, LEAST_LINE, LEAST_SAID = 400, 100, 60  # of a list: characters of a line with its place, and of what it says
LEAST = 2  # from so many clauses on the answer is a list
_NUMBER = re.compile(r"[\d.,\s%]+")  # what only its column says the unit of


def selected(reading: Reading, shelves: Shelves, language: str) -> Answer:
    """The answer from a reading that chose parts. Raises KeyError for a clause of a plan that is not in `shelves`."""
    reads = [read for read in reading.answers if read.parts]
    plans = tuple(dict.fromkeys(read.candidate.version.plan_id for read in reads))
    head = reading.headline or _head(reads, shelves, language)
    if reading.choices:
        head = _which(reading, shelves, reads, language)
    cited = _in_turn(_citations(reads, shelves))
    listed = list(_list(reads, shelves, language)) if len(reads) >= LEAST else []
    quoted = [] if listed else list(_clause(reads[0], shelves, language))
    missing = list(_missing(reading, language))
    lines = [head, *(line for line in (*listed, *quoted) if line != head), *missing]
    kind = "several" if len(plans) > 1 else "selected"
    told = Answer(
        "\n".join(lines),
        cited,
        False,
        kind,
        language,
        head,
        (),
        plans,
        lines=(*listed, *missing),
        others=reading.choices,
    )
    return told if listed else with_reading(told, language)


def _head(reads: Sequence[Read], shelves: Shelves, language: str) -> str:
    """The parts of the first clause with their facets, or the first part alone where they are long."""
    told = list(_told(reads[0], shelves[_scope(reads[0])], language))
    line = "; ".join(told)
    return sentence(shorten(line if len(line) <= FIRST_LINE else told[0], FIRST_LINE))


def _told(read: Read, shelf: Shelf, language: str) -> Iterator[str]:
    """Each part once, under the name of its facet where the part before it has another."""
    clause = shelf.tree.by_address[read.candidate.passage.address]
    named = [_labelled(part, one_line(part.words(shelf.version.text)), clause, language) for part in read.parts]
    last = ""
    for label, text in dict.fromkeys(named):
        yield f"{label} {text}" if label and label != last else text
        last = label


def _labelled(part: Part, line: str, clause: Clause, language: str) -> tuple[str, str]:
    """The name of its facet, '' where the part has one of its own, and the part without its mark and label."""
    text = unmarked(line.strip(" -+•|;."))
    cell = _cell(part.span, clause)
    if cell and cell.column and _NUMBER.fullmatch(text):
        return f"{cell.column}:", text
    label = phrases(language).get(f"reading.facet_{part.facet.value}", "") if part.facet else ""
    own = field_line(text) if label else None
    text = text[own[1] :] if own else text
    known = label.rstrip(": ").casefold()
    return ("" if known in text.casefold()[: len(known) + 12] else label), text


def _cell(span: Span, clause: Clause) -> Cell | None:
    return next((cell for cell in clause.cells if any(span.overlap(each) for each in cell.spans)), None)


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
    """A line a clause: what was chosen and where it stands, under the name of its plan where there are several. Of many
    plans each has a share of one screen, so that none is left out behind the words of another.
    """
    names = _names(reads, shelves)
    most = LINE if len(names) == 1 else max(LEAST_LINE, min(LINE, SCREEN // len(reads)))
    room = LISTED
    for read in reads:
        shelf = shelves[_scope(read)]
        words = cite(shelf, read.candidate.passage.address, read.parts[0].span).words
        place = f"{names[shelf.scope]}: " if len(names) > 1 else ""
        own = most if most == LINE else max(LEAST_SAID, most - len(f"• {place} ({words})"))
        line = f"• {place}{_chosen(read, shelf, language, own)} ({words})"
        room -= len(line)
        if room < 0:
            return
        yield line


def _chosen(read: Read, shelf: Shelf, language: str, room: int) -> str:
    """The lines that were chosen; the parts of them alone where there is no room."""
    row = _row(read, shelf, language)
    whole = row or " · ".join(_unmarked(read, shelf))
    if len(whole) > room < LINE:
        whole = "; ".join(_told(read, shelf, language))
    return shorten(whole, room)


def _names(reads: Sequence[Read], shelves: Shelves) -> dict[Scope, str]:
    """What each plan is called: by its place, with its subject where another plan is of the same place."""
    versions = {_scope(read): shelves[_scope(read)].version for read in reads}
    places = Counter(place_name(version) for version in versions.values())
    return {
        scope: place_name(version) + (f", {version.info.subject}" * (places[place_name(version)] > 1))
        for scope, version in versions.items()
    }


def _which(reading: Reading, shelves: Shelves, reads: Sequence[Read], language: str) -> str:
    """That the question has to say which plan: by its place, or by its subject where they are of one place."""
    places = {place_name(shelves[_scope(read)].version) for read in reads}
    key = "reading.which_plan" if len(places) > 1 else "reading.which_subject"
    return phrase(language, key, count=len(reading.choices))


def _in_turn(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """The first of each plan, then the second of each: a screen shows three."""
    of_plan: dict[str, list[Citation]] = {}
    for each in dict.fromkeys(citations):
        of_plan.setdefault(each.plan_id, []).append(each)
    return tuple(each for turn in zip_longest(*of_plan.values()) for each in turn if each)


def _row(read: Read, shelf: Shelf, language: str) -> str:
    """Of a row of a table its task and what was chosen; '' of other clauses."""
    clause = shelf.tree.by_address[read.candidate.passage.address]
    task = next((cell for cell in clause.cells if cell.value.strip() and cell.value != clause.label), None)
    told = list(_told(read, shelf, language))
    if task is None:
        return ""
    alone = any(_cell(part.span, clause) == task for part in read.parts)
    return " – ".join(([] if alone else [one_line(task.value)]) + ["; ".join(told)])


def _unmarked(read: Read, shelf: Shelf) -> Iterator[str]:
    """The lines that were chosen, without the marks that their place tells; of a badly read plan what they say."""
    readings = {line.span: line.text for line in read.candidate.passage.lines} if shelf.garbled else {}
    for span in _lines(read):
        yield unmarked((readings.get(span) or one_line(span.of(shelf.version.text))).lstrip(" -+•"))


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
