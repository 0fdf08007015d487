"""Which clauses may answer: found by vectors and words, ranked by one learnt weight per signal, ordered by a reader."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from answer.asked import DOC_INFO, Ask
from answer.facts import Facts, Section, facts_of_hit
from answer.features import KNOWN, NAMES, WORDS, Matrix, features
from answer.question import Question
from answer.sense import content
from answer.shelf import Shelf, Shelves
from plan.model import ClauseKind, Field
from plan.references import Reference, matches
from plan.text import fold, lower, squeeze
from reading.protocol import Asked, Candidate, Mark, Read, Reader, Reading
from vectorstore.plan_index import Scope
from vectorstore.search import Hit, Search

FILE = Path(__file__).parent / "data" / "ranking.json"
FIELD_OF = {
    Ask.LEAD: Field.LEAD,
    Ask.COORD: Field.COORDINATING,
    Ask.DEADLINE: Field.DEADLINE,
    Ask.PRODUCT: Field.PRODUCT,
}
CLOSE = 0.5  # below this cosine a clause is about something else
_IN_FORCE = re.compile(r"\bthay the\b|\bbai bo\b|\bhieu luc\b")
_NUMBERED_CELL = re.compile(r"(?:\A|; )([a-z]+): 0*(\d+)(?=;|\Z)")
_DAY_FIRST = re.compile(r"[a-z ]+: 0?(\d{1,2})/0?(\d{1,2})(?:/\d{4})?(?=[^;\d]*(?:;|\Z))")
_ONE_DAY = re.compile(r"(?:\b(truoc|tu|den|sau|toi) )?\b(?:ngay|hom|sang|trua|chieu) 0?(\d{1,2})/0?(\d{1,2})\b")
_PART = re.compile(r"\b(sang|trua|chieu)(?= (?:ngay |hom )?\d{1,2}/)")
_OF_DAY, _A_DAY = re.compile(r"(?:ngay|thu|chu nhat)\b"), re.compile(r"(?<!\d)0?(\d{1,2})/0?(\d{1,2})(?!\d)")
_OF_PART = re.compile(r"(?:buoi )?(sang|trua|chieu|toi)\W*")
_RUNNING = re.compile(r"s?tt|so (?:tt|thu tu)")
_NAME = re.compile(r"[^\W\d_]+(?: [^\W_]+){1,4}")
_OTHERS = re.compile(r"\b(?:hon|khac|ngoai|tru|so voi|tong|ca|other|than|total)\b")
_THING = re.compile(r"[a-z]+\d+")
_SENT = re.compile(r"\b(?:kh|ke hoach)(?: \w+){0,2} gui\b|\bnoi nhan\b|\bthis plan\b")
_CLOSING = re.compile(
    r"nhan|\bgui|\bluu\b|\bky\b|chu tich|lanh dao|thay mat|thuoc|recipient|cop(?:y|ies)|"
    r"receiv|sen[dt]|sign|chair|leader|\bget"
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit with its facts and score; within one scope the softmax of scores is a probability."""

    hit: Hit
    facts: Facts
    score: float
    share: float
    told: bool = False  # a reader chose its best line
    signals: tuple[float, ...] = ()  # in the order of `answer.features`: NAMES, WORDS
    marks: tuple[Mark, ...] = ()  # which pieces of it a reader marked


@lru_cache(maxsize=2)
def weights(among: bool = False) -> Matrix:
    """The weight of each feature within one plan, or `among` several; 0 for features that the file does not know."""
    known = json.loads(FILE.read_text(encoding="utf-8"))["all plans" if among else "one plan"]
    return np.array([known.get(name, 0.0) for name in (*NAMES, *WORDS)])


def rank(question: Question, hits: Sequence[Hit], facts: Sequence[Facts], among: bool = False) -> list[Ranked]:
    """Hits of one scope, best first. `among`: they are of several plans."""
    if not hits:
        return []
    signals = features(question, hits, facts)
    scores = signals @ weights(among)
    shares = np.exp(scores - np.logaddexp.reduce(scores))
    order = np.argsort(-scores, kind="stable")
    return [
        Ranked(hits[i], facts[i], float(scores[i]), float(shares[i]), signals=tuple(signals[i].tolist())) for i in order
    ]


def answering(question: Question, hits: Sequence[Hit], facts: Sequence[Facts], among: bool = False) -> list[int]:
    """Which hits can answer at all: title and letterhead only when the document itself is asked about, the closing only
    when sending, receiving or signing is; of a table no rows of another month or group than the question's. `among`
    several plans openings and conclusions resemble every question."""
    if question.asks & DOC_INFO:
        return list(range(len(hits)))
    asked = fold(question.search)
    shut = {Section.TITLE, Section.LETTERHEAD}
    if not _CLOSING.search(fold(f"{question.text} {question.search}")):
        shut |= {Section.SIGNATURE, Section.RECIPIENTS}
    elif Ask.REPORTING in question.asks and not _SENT.search(asked):  # whom a report goes to is no recipient
        shut |= {Section.RECIPIENTS}
    if among and Ask.BASIS not in question.asks and not question.figures:
        shut |= {Section.OPENING}
    others = _of_other_things(question, hits) | _of_other_names(question, hits)
    if re.search(r"\d", asked):
        others |= {i for i, hit in enumerate(hits) if _of_another(asked, hit)}
    others |= {i for i, hit in enumerate(hits) if among and _only_ends(hit)}
    if times := _times_of(asked):
        others |= {i for i, hit in enumerate(hits) if _under_another_time(times, hit.passage.path)}
    return [i for i, fact in enumerate(facts) if fact.section not in shut and i not in others]


def _of_another(asked: str, hit: Hit) -> bool:
    """Whether a table's row is of another number or day than the one asked for: 'tháng 8', and it has 'Tháng: 06'."""
    if hit.passage.kind is not ClauseKind.ROW:
        return False
    text = fold(hit.passage.text)
    cells = _NUMBERED_CELL.findall(text)
    numbers = ((re.findall(rf"\b{name} (?:so )?0*(\d+)\b(?!\s*[/.,-]\s*\d)", asked), number) for name, number in cells)
    of_day, days = _DAY_FIRST.match(text), _ONE_DAY.findall(asked)
    other_day = of_day is not None and len(days) == 1 and not days[0][0] and days[0][1:] != of_day.groups()
    return other_day or any(named and number not in named for named, number in numbers)


def _times_of(asked: str) -> dict[str, tuple[str, ...]]:
    """The one day and the one part of a day that a question names: 'chiều 16/7'."""
    days, parts = _ONE_DAY.findall(asked), set(_PART.findall(asked))
    day = {"day": days[0][1:]} if len(days) == 1 and not days[0][0] else {}
    return day | ({"part": tuple(parts)} if len(parts) == 1 and day else {})


def _under_another_time(times: dict[str, tuple[str, ...]], path: Sequence[str]) -> bool:
    """Whether it stands under a day, or a part of it, that is not the one asked for."""
    heads = [fold(head) for head in path]
    days = [found for head in heads if _OF_DAY.match(head) and len(found := _A_DAY.findall(head)) == 1]
    parts = [part.groups() for head in heads if (part := _OF_PART.fullmatch(head))]
    other_part = "part" in times and bool(parts) and parts[-1] != times["part"]
    return bool(days) and (other_part or ("day" in times and days[-1][0] != times["day"]))


def _of_other_things(question: Question, hits: Sequence[Hit]) -> set[int]:
    """Rows without the thing that the question names by letters and figures ('CO2'), where their table has it."""
    things = [figure for figure in question.figures if _THING.fullmatch(figure)]
    rows = [(i, hit) for i, hit in enumerate(hits) if things and hit.passage.kind is ClauseKind.ROW]
    bare = {i for i, hit in rows if not any(thing in fold(hit.passage.text) for thing in things)}
    having = {_table(hit) for i, hit in rows if i not in bare}
    return {i for i, hit in rows if i in bare and _table(hit) in having}


def _of_other_names(question: Question, hits: Sequence[Hit]) -> set[int]:
    """Rows of other names than the one that the question says, where their table has it and they do not: what 'Buôn
    Kô' leaves blank is not told of 'Buôn Tlin'."""
    if _OTHERS.search(fold(question.search)):
        return set()
    spelt = fold if question.plain else lower
    said = " | ".join(map(spelt, (question.text, question.search)))
    names = {i: _name(hit) for i, hit in enumerate(hits) if hit.passage.kind is ClauseKind.ROW}
    asked = {i for i, name in names.items() if name and re.search(rf"(?<!\w){re.escape(spelt(name))}(?!\w)", said)}
    having = {_table(hits[i]) for i in asked}
    bare = {i for i in names if not any(spelt(names[named]) in spelt(hits[i].passage.text) for named in asked)}
    return {i for i in bare if _table(hits[i]) in having}


def _name(hit: Hit) -> str:
    """What a row begins with behind its number, where that is a name: of several words, one with a capital letter."""
    cells = (part.partition(": ") for part in squeeze(hit.passage.text).split("; "))
    told = next((value for column, _, value in cells if not _RUNNING.fullmatch(fold(column))), "")
    return told if _NAME.fullmatch(told) and any(word[:1].isupper() for word in told.split()[1:]) else ""


def _table(hit: Hit) -> tuple[Scope, str]:
    return hit.scope, hit.passage.address.rpartition("#")[0]


def _only_ends(hit: Hit) -> bool:
    return hit.passage.address == "kết luận" and not _IN_FORCE.search(fold(hit.passage.text))


def closeness(ranked: Sequence[Ranked]) -> float:
    """Cosine of the question with the best clause or its best line, the nearest of the first three."""
    return max((max(r.hit.clause, r.hit.line) for r in ranked[:3]), default=0.0)


def own_text(ranked: Ranked) -> str:
    """A clause's own heading and its lines: a number may stand in either."""
    passage = ranked.hit.passage
    return f"{passage.path[-1]}\n{passage.text}" if passage.path else passage.text


def whole_text(ranked: Ranked) -> str:
    """A clause with all headings above it."""
    return f"{' '.join(ranked.hit.passage.path)} {ranked.hit.passage.text}"


def has_figures(question: Question, ranked: Ranked) -> bool:
    """Whether a clause holds every figure and document number of the question."""
    text = fold(ranked.hit.passage.text)
    return all(figure in text for figure in question.figures)


def states_fields(question: Question, ranked: Ranked) -> bool:
    """Whether fields are asked for and the clause states all of them."""
    wanted = [field for ask, field in FIELD_OF.items() if ask in question.asks]
    return bool(wanted) and _states(ranked, wanted)


def _states(ranked: Ranked, wanted: Sequence[Field]) -> bool:
    return set(wanted) <= ranked.facts.fields


ANCHOR = 3.0  # what the clause of the last answer gains when a follow-up stays with it
RANKED_OVER_ALL = 200  # the best hits over many plans by the plain sum, which the learnt ranking then orders


def found_in(search: Search, question: Question, shelf: Shelf, anchor: str = "") -> list[Ranked]:
    """The clauses of one plan, best first; where the question names a place ('mục III.2'), only those there."""
    hits = search.every(question.search, question.forms, [shelf.scope])
    facts = [_facts(shelf, hit) for hit in hits]
    kept = answering(question, hits, facts)
    ranked = rank(question, [hits[i] for i in kept], [facts[i] for i in kept])
    if anchor:
        ranked = sorted(ranked, key=lambda r: -(r.score + ANCHOR * (r.hit.passage.address == anchor)))
    return _there(question, shelf, ranked) if question.reference else ranked


def _facts(shelf: Shelf, hit: Hit) -> Facts:
    """Kept with its plan, but where that was cut otherwise when its shelf was made."""
    return shelf.facts.get(hit.passage.address) or facts_of_hit(hit)


def _there(question: Question, shelf: Shelf, ranked: list[Ranked]) -> list[Ranked]:
    reference = question.reference
    clause = shelf.tree.by_address
    there = [r for r in ranked if matches(shelf.tree, clause[r.hit.passage.address], reference)]
    if reference.item and not reference.section:  # "nhiệm vụ 1": the one with such a field
        there = sorted(there, key=lambda r: not states_fields(question, r))
    strict = reference.exact or reference.appendix or reference.in_appendix or not content(question.text)
    return there or ([] if strict else ranked)


class Finds(Protocol):
    """What finds candidates over several plans: `vectorstore.search.Search`."""

    def candidates(self, query: str, forms: Sequence[str], scopes: Sequence[Scope] | None, k: int) -> Sequence[Hit]:
        """The k best passages, the best first."""


def found_among(search: Finds, question: Question, scopes: Sequence[Scope] | None) -> list[Ranked]:
    """The clauses of several plans, or of all there are, as one list, best first. No plan is read for it."""
    hits = search.candidates(question.search, question.forms, scopes, RANKED_OVER_ALL)
    facts = [facts_of_hit(hit) for hit in hits]
    kept = answering(question, hits, facts, among=True)
    return rank(question, [hits[i] for i in kept], [facts[i] for i in kept], among=True)


def bearing_first(question: Question, ranked: list[Ranked], shelves: Shelves, plans: int) -> list[Ranked]:
    """Where a clause is named by its address ("mục III.6"), those that bear it, of so many of the nearest plans."""
    if not question.reference.exact:
        return ranked
    near = set(list(dict.fromkeys(map(_scope, ranked)))[:plans])
    return sorted(ranked, key=lambda r: _scope(r) not in near or not _bears(question.reference, r, shelves))


def _bears(reference: Reference, ranked: Ranked, shelves: Shelves) -> bool:
    tree = shelves[_scope(ranked)].tree
    return matches(tree, tree.by_address[ranked.hit.passage.address], reference)


def closest(search: Finds, question: Question, scopes: Sequence[Scope] | None, most: int) -> Sequence[Scope]:
    """So many of the plans at most: where there are more, those with the clauses nearest to the question."""
    if scopes is not None and len(scopes) <= most:
        return scopes
    hits = search.candidates(question.search, question.forms, scopes, RANKED_OVER_ALL)
    return list(dict.fromkeys(hit.scope for hit in hits))[:most]


GIVEN = 16  # candidates that the shipped reader is given
GIVEN_A_MODEL = 32  # and a language model, which is not thrown off by more: what is not shown cannot be chosen
OF_EACH, OF_ALL = 4, 64  # of each plan where every plan is asked, and of all of them


def as_asked(question: Question) -> Asked:
    """What a reader is told of a question."""
    vietnamese = question.forms[1] if question.english and len(question.forms) > 1 else ""
    return Asked(question.text, question.search, question.english, vietnamese, question.after, question.typed)


def read(
    readers: Iterable[Reader], question: Question, ranked: Sequence[Ranked], shelves: Shelves, brief: bool = False
) -> tuple[Reading, list[Ranked]] | None:
    """What the first reader that can read makes of them, and the candidates in its order; None where none can.

    `brief` where it is one of many readings for one question.
    """
    readers = list(readers)
    most = GIVEN_A_MODEL if len(readers) > 1 else GIVEN
    given = [_candidate(each, shelves) for each in ranked[:most]] if readers else []  # each from a plan to be read
    for reader in readers:
        reading = reader.read(replace(as_asked(question), brief=brief), given)
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
        found = Ranked(hit, _facts(shelf, hit), 0.0, 0.0)
    told = next((line for part in read.parts for line in passage.lines if line.span.overlap(part.span)), None)
    hit = replace(found.hit, best_line=told) if told else found.hit
    return replace(found, hit=hit, share=read.probability, told=told is not None, marks=read.marks)


def _key(read: Read) -> tuple[str, int, str]:
    version = read.candidate.version
    return version.plan_id, version.version, read.candidate.passage.address


def _scope(ranked: Ranked) -> Scope:
    return ranked.hit.plan_id, ranked.hit.version
