"""The candidates as a reader orders them: `Ranked` goes to the reader as clauses and comes back in its order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from answer.candidates import Ranked
from answer.features import KNOWN
from answer.question import Question
from answer.shelf import Shelves
from reading.protocol import Asked, Candidate, Read, Reader, Reading
from vectorstore.plan_index import Scope
from vectorstore.search import Hit

GIVEN = 16  # candidates that a reader is given
OF_EACH, OF_ALL = 4, 64  # of each plan where every plan is asked, and of all of them


def as_asked(question: Question) -> Asked:
    """What a reader is told of a question."""
    vietnamese = question.forms[1] if question.english and len(question.forms) > 1 else ""
    return Asked(question.text, question.search, question.english, vietnamese, question.after, question.typed)


def read(
    readers: Iterable[Reader], question: Question, ranked: Sequence[Ranked], shelves: Shelves
) -> tuple[Reading, list[Ranked]] | None:
    """What the first reader that can read makes of them, and the candidates in its order; None where none can."""
    readers = list(readers)
    given = [_candidate(each, shelves) for each in ranked[:GIVEN]] if readers else []  # each from a plan to be read
    for reader in readers:
        reading = reader.read(as_asked(question), given)
        if reading is not None:
            return reading, ordered(reading, ranked, shelves)
    return None


def read_each(
    readers: Iterable[Reader], question: Question, each: Sequence[Sequence[Ranked]], shelves: Shelves
) -> Reading | None:
    """One reading of what several plans say, from the best clauses of each; the plans with the best come first."""
    plans = sorted((ranked[:OF_EACH] for ranked in each if ranked), key=lambda ranked: -ranked[0].score)
    candidates = [_candidate(one, shelves) for ranked in plans for one in ranked][:OF_ALL]
    readings = (reader.read(as_asked(question), candidates) for reader in readers)
    return next((reading for reading in readings if reading), None)


def _candidate(ranked: Ranked, shelves: Shelves) -> Candidate:
    version = shelves[_scope(ranked)].version
    return Candidate(version, ranked.hit.passage, ranked.score, ranked.signals[:KNOWN])


def ordered(reading: Reading, ranked: Sequence[Ranked], shelves: Shelves) -> list[Ranked]:
    """What was read first, each with its chance as its share; the rest follows as it was."""
    known = {(*_scope(each), each.hit.passage.address): each for each in ranked}
    chosen = [_ranked(read, known, shelves) for read in reading.answers]
    placed = {id(known.get(_key(read))) for read in reading.answers}
    return [*chosen, *(each for each in ranked if id(each) not in placed)]


def _ranked(read: Read, known: dict[tuple[str, int, str], Ranked], shelves: Shelves) -> Ranked:
    """The candidate with the line that was read to answer; a clause that was no candidate is taken from its plan."""
    version, passage = read.candidate.version, read.candidate.passage
    found = known.get(_key(read))
    if found is None:
        shelf = shelves[version.plan_id, version.version]
        line = passage.lines[0]
        hit = Hit(version.plan_id, version.version, passage, 1.0, 1.0, line, 0.0, 0.0, 0.0, 0.0)
        found = Ranked(hit, shelf.facts[passage.address], 0.0, 0.0)
    told = next((line for part in read.parts for line in passage.lines if line.span.overlap(part.span)), None)
    hit = replace(found.hit, best_line=told) if told else found.hit
    return replace(found, hit=hit, share=read.probability, told=told is not None)


def _key(read: Read) -> tuple[str, int, str]:
    version = read.candidate.version
    return version.plan_id, version.version, read.candidate.passage.address


def _scope(ranked: Ranked) -> Scope:
    return ranked.hit.plan_id, ranked.hit.version
