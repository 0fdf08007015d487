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
from plan.model import Answer, Cell, Citation, Clause, ClauseKind, Span
from plan.text import squeeze
from prompts import phrase, phrases
from reading.protocol import Part, Read, Reading
from vectorstore.plan_index import Scope

FIRST_LINE = 240  # characters
QUOTE_ROOM = 860  # characters of quote in a message: with headline and place it fits one phone screen
LISTED, SCREEN = 2400, 1100
LINE, LEAST_LINE, LEAST_SAID = 400, 100, 60  # of a list: characters of a line with its place, and of what it says
TASK, LEAST_TASK = 220, 24  # of what a task is, and of as much of it as still says something
DUTIES = "duties"  # of the register: what stands under a body's name; that the body was chosen names none of it
LEAST = 2  # from so many clauses on the answer is a list
_NUMBER = re.compile(r"[\d.,\s%]+")  # what only its column says the unit of


def selected(reading: Reading, shelves: Shelves, language: str) -> Answer:
    """The answer from a reading that chose parts. Raises KeyError for a clause of a plan that is not in `shelves`."""
    reads = [read for read in reading.answers if read.parts]
    plans = tuple(dict.fromkeys(read.candidate.version.plan_id for read in reads))
    head = _which(reading, shelves, reads, language) if reading.choices else reading.headline
    head = head or _head(reads, shelves, language, len(plans))
    cited = _in_turn(_citations(reads, shelves))
    listed = list(_list(reads, shelves, language)) if len(reads) >= LEAST else []
    quoted = [] if listed else list(_clause(reads[0], shelves, language))
    further = [*_about(reads[0], shelves, listed), *_missing(reading, language)]
    lines = [head, *(line for line in (*listed, *quoted) if line != head), *further]
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
        lines=(*listed, *further),
        others=reading.choices,
    )
    return told if listed else with_reading(told, language)


def _head(reads: Sequence[Read], shelves: Shelves, language: str, plans: int) -> str:
    """The parts of the first clause with their facets, or the first part alone where they are long; of several plans
    how many they are, since the words of the first answer for none of the others.
    """
    if plans > 1:
        return phrase(language, "answer.several", count=plans)
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
    spans = _lines(read, shelf)
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
        place = f"{sentence(names[shelf.scope])}: " if len(names) > 1 else ""
        own = most if most == LINE else max(LEAST_SAID, most - len(f"• {place} ({words})"))
        line = f"• {place}{_chosen(read, shelf, language, own)} ({words})"
        room -= len(line)
        if room < 0:
            return
        yield line


def _chosen(read: Read, shelf: Shelf, language: str, room: int) -> str:
    """The lines that were chosen; of a row, or of a task's fields, the parts under its name; cut to the room."""
    told, task = "; ".join(_told(read, shelf, language)), _task(read, shelf)
    if task and room - len(told) > LEAST_TASK:
        return f"{shorten(task, min(TASK, room - len(told)))} – {told}"
    whole = told if task or _is_row(read, shelf) else " · ".join(_unmarked(read, shelf))
    return shorten(told if len(whole) > room < LINE else whole, room)


def _about(read: Read, shelves: Shelves, listed: Sequence[str]) -> list[str]:
    """What the task is, under a quote that does not name it."""
    shelf = shelves[_scope(read)]
    task = "" if listed or _is_row(read, shelf) else _task(read, shelf)
    return [shorten(task, TASK)] if task else []


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


def _is_row(read: Read, shelf: Shelf) -> bool:
    return bool(shelf.tree.by_address[read.candidate.passage.address].cells)


def _task(read: Read, shelf: Shelf) -> str:
    """What the row is about, or the task whose fields were chosen; '' where what was chosen says it."""
    clause = shelf.tree.by_address[read.candidate.passage.address]
    if clause.cells:
        main = next((cell for cell in clause.cells if cell.value.strip() and cell.value != clause.label), None)
        alone = main is None or any(_cell(part.span, clause) == main for part in read.parts)
        return "" if main is None or alone else one_line(main.value)
    spans, lines = [part.span for part in read.parts], _lines(read, shelf)
    found = {
        squeeze(task.task.value): task.task.line
        for task in shelf.version.assignments
        if task.source != DUTIES and any(value.span.overlap(span) for _, value in task.fields for span in spans)
    }
    said = any(own.overlap(line) for own in found.values() for line in lines)
    return _bare(next(iter(found))) if len(found) == 1 and not said else ""


def _bare(task: str) -> str:
    """Without its mark and a label of its own: 'a) Nội dung: …'."""
    text = unmarked(task)
    label = field_line(text)
    return text[label[1] :] if label else text


def _unmarked(read: Read, shelf: Shelf) -> Iterator[str]:
    """The lines that were chosen, without the marks that their place tells; of a badly read plan what they say."""
    readings = {line.span: line.text for line in read.candidate.passage.lines} if shelf.garbled else {}
    for span in _lines(read, shelf):
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
        lines = _lines(read, shelf)
        yield from (cite(shelf, passage.address, span) for span in (lines if place else lines[:2]))
        if not place:
            yield cite_passage(shelf, passage, lines[0])


def _lines(read: Read, shelf: Shelf) -> list[Span]:
    """The whole lines that the parts stand in, be it the heading above the clause's own lines."""
    lines = [line.span for line in read.candidate.passage.lines]
    return list(dict.fromkeys(_line(part.span, lines, shelf) for part in read.parts))


def _line(part: Span, lines: Sequence[Span], shelf: Shelf) -> Span:
    """The line that holds the part, itself where none does."""
    heads = (c.span for c in shelf.version.clauses if c.kind is ClauseKind.HEADING)
    return next((line for line in (*lines, *heads) if line.overlap(part)), part)


def _scope(read: Read) -> Scope:
    return read.candidate.version.plan_id, read.candidate.version.version
