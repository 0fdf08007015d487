"""What a question calls a plan: its place, its number, words of its subject. Looked up, whatever the number of plans.

Each live plan has a row for every name it may go by, all folded:

* place    'phuong chu van an', and 'chu van an' alone where the name has two words or more
* number   '120/kh-ubnd', and '120' (read only behind "kế hoạch", "KH" or "plan")
* subject  each word of its subject but those of every title
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.orm import aliased

from plan.model import PlanInfo, PlanVersion
from plan.text import fold, fold_line
from vectorstore import frequencies
from vectorstore.frequencies import Added, among
from vectorstore.tables import IndexedRow, NameRow, PlanRow
from vectorstore.words import ALL

PLACE, NUMBER, DIGITS, SUBJECT = "place", "number", "digits", "subject"
LONGEST_PLACE = 7  # words: "thi tran nong truong moc chau" has six
MOST = 40  # plans given for one question
COMMON = 400  # a name or a subject's word that more plans share singles none out
_KIND = re.compile(r"^(?:phuong|xa|thi tran|dac khu|thi xa)\s+")
_WORDS = re.compile(r"[^\W_]+(?:[/-][^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SYLLABLE = re.compile(r"[^\W\d_]+")
_NUMBERED = re.compile(r"\b(?:kh|ke hoach|plan)(?: so| no\.?)? ?0*(\d+)(?!\d|/\d)")
_EVERY_TITLE = frozenset(
    {"ke", "hoach", "trien", "khai", "thuc", "hien", "to", "chuc", "tren", "dia", "ban", "nam", "thang", "giai", "doan"}
    | {"va", "cua", "ve", "cac", "cho", "theo", "trong", "xa", "phuong", "thi", "tran", "quy", "cong", "tac", "the"}
    | {"of", "and", "in", "on", "for"}
)
_WEIGHT = {PLACE: 3.0, NUMBER: 6.0, DIGITS: 5.0}


@dataclass(frozen=True, slots=True)
class PlanHit:
    """A live plan that a question may name: by what, how many words of its subject, and how much that says."""

    plan_id: str
    version: int
    by: frozenset[str]  # of place, number, subject
    subject_words: int
    score: float

    @property
    def named(self) -> bool:
        """By its place or number, not by words of its subject alone."""
        return self.by != {SUBJECT}

    @property
    def scope(self) -> tuple[str, int]:
        return self.plan_id, self.version


def names_of(info: PlanInfo) -> set[tuple[str, str]]:
    """Every (kind, name) a plan goes by."""
    number = fold(info.number)
    found = {(NUMBER, number), *((PLACE, name) for name in _names_of(fold_line(info.place)))}
    found.add((DIGITS, number.split("/")[0].lstrip("0")))
    found |= {(SUBJECT, word) for word in subject_words(info)}
    return {(kind, name) for kind, name in found if name}


def _names_of(whole: str) -> tuple[str, ...]:
    """The names of a place, folded: with and without what kind of place it is."""
    bare = _KIND.sub("", whole)
    return tuple(name for name in (whole, bare if " " in bare else "") if name)


def subject_words(info: PlanInfo) -> set[str]:
    """The words of a subject that may tell it from other plans, folded; those of its place tell nothing more."""
    return set(_LETTERS.findall(fold(info.subject or info.title))) - _EVERY_TITLE - set(fold(info.place).split())


def subject_pairs(info: PlanInfo) -> set[tuple[str, str]]:
    """Two such words each that stand side by side in the subject."""
    telling = subject_words(info)
    return {pair for pair in side_by_side(info.subject or info.title) if telling.issuperset(pair)}


def side_by_side(text: str) -> set[tuple[str, str]]:
    """The syllables of a text two by two as they follow one another, folded."""
    return set(pairwise(_SYLLABLE.findall(fold(text))))


def words_of(text: str) -> set[str]:
    """The words of a question that may be of a plan's subject, folded."""
    return set(_LETTERS.findall(fold(text))) - _EVERY_TITLE


class Called(NamedTuple):
    """By what a question speaks of a plan: words of its subject, parted by blanks, and its place, all folded."""

    subject: str
    place: str

    @classmethod
    def of(cls, info: PlanInfo) -> Called:
        """Of a plan's own words."""
        return cls(" ".join(sorted(subject_words(info))), fold_line(info.place))

    def says(self, folded: str) -> bool:
        """Whether a folded question names the place."""
        names = (name for name in _names_of(self.place) if name in folded)
        return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) for name in names)


def write(connection: Connection, version: PlanVersion) -> None:
    """The names of a plan's live version."""
    rows = [{"kind": kind, "name": name, "plan_id": version.plan_id} for kind, name in sorted(names_of(version.info))]
    if rows:
        connection.execute(insert(NameRow), rows)
    frequencies.add(connection, _counts(subject_words(version.info)))


def erase(connection: Connection, plan_id: str) -> None:
    mine = NameRow.plan_id == plan_id
    words = set(connection.scalars(select(NameRow.name).where(mine, NameRow.kind == SUBJECT)))
    kinds = NameRow.kind.in_((PLACE, NUMBER, DIGITS, SUBJECT))  # the others are of `plan_list`
    connection.execute(delete(NameRow).where(mine, kinds))
    frequencies.add(connection, _counts(words), -1)


def _counts(words: set[str]) -> list[Added]:
    return [Added(SUBJECT, ALL, 1), *(Added(SUBJECT, word, 1) for word in words)]


def find(connection: Connection, text: str) -> list[PlanHit]:
    """The live plans that a question may name, those it names surely first."""
    return named(connection, text) or _best(connection, {}, _subjects(connection, words_of(text), set()))


def named(connection: Connection, text: str) -> list[PlanHit]:
    """The live plans that a question names by place or number, those of its subject first."""
    called_so = _called(connection, text)
    told = _subjects(connection, words_of(text), set(called_so)) if called_so else {}
    return _best(connection, called_so, told)


def _best(connection: Connection, called_so: dict[str, set[str]], told: dict[str, list[float]]) -> list[PlanHit]:
    found = [_hit(plan_id, called_so.get(plan_id, set()), told.get(plan_id, [])) for plan_id in called_so or told]
    return list(_with_versions(connection, sorted(found, key=lambda hit: (-hit.score, hit.plan_id))[:MOST]))


def of_place(
    connection: Connection, place: str, saying: Collection[str] = (), number: str = "", limit: int | None = None
) -> list[tuple[str, int]]:
    """The live versions of a place's plans, by their ids; of those without a place where it is empty.

    Only those with one of the words `saying` in their subjects, or with the number, where these are given.
    """
    name = fold_line(place)
    of_plan = select(IndexedRow.plan_id, IndexedRow.version).order_by(IndexedRow.plan_id)
    if name:
        found = of_plan.join(NameRow, NameRow.plan_id == IndexedRow.plan_id)
        found = found.where(NameRow.kind == PLACE, NameRow.name == name)
    else:
        found = of_plan.join(PlanRow, PlanRow.plan_id == IndexedRow.plan_id).where(PlanRow.place == "")
    for kind, names in ((SUBJECT, saying), (NUMBER, [fold(number)] if number else [])):
        if names:
            also = aliased(NameRow)
            mine = select(also.plan_id).where(also.plan_id == IndexedRow.plan_id)
            found = found.where(mine.where(also.kind == kind, also.name.in_(names)).exists())
    return [(plan_id, version) for plan_id, version in connection.execute(found.limit(limit))]


def beside(connection: Connection, info: PlanInfo, most: int) -> list[tuple[str, int]]:
    """The live versions of the plans of one's place; of more than `most` those that share most words of its subject."""
    here = of_place(connection, info.place, limit=most + 1)
    if len(here) <= most:
        return here
    also, shared = aliased(NameRow), func.count()
    found = select(IndexedRow.plan_id, IndexedRow.version).join(NameRow, NameRow.plan_id == IndexedRow.plan_id)
    found = found.where(NameRow.kind == SUBJECT, NameRow.name.in_(subject_words(info)))
    mine = select(also.plan_id).where(also.plan_id == NameRow.plan_id, also.kind == PLACE)
    found = found.where(mine.where(also.name == fold_line(info.place)).exists())
    best = found.group_by(IndexedRow.plan_id, IndexedRow.version).order_by(shared.desc(), IndexedRow.plan_id)
    return sorted((plan_id, version) for plan_id, version in connection.execute(best.limit(most)))


def called(connection: Connection, text: str) -> list[tuple[str, int]]:
    """The live versions of plans whose place or number may stand in a text, by their ids."""
    ids = sorted(_called(connection, text))
    return [hit.scope for hit in _with_versions(connection, [_hit(plan_id, set(), []) for plan_id in ids])]


def _hit(plan_id: str, by: set[str], weights: list[float]) -> PlanHit:
    kinds = {NUMBER if kind == DIGITS else kind for kind in by} | ({SUBJECT} if weights else set())
    score = sum(weights) + sum(_WEIGHT[kind] for kind in by)
    return PlanHit(plan_id, 0, frozenset(kinds), len(weights), score)


def _called(connection: Connection, text: str) -> dict[str, set[str]]:
    """By plan, the kinds of names the question calls it by."""
    folded, found = fold_line(text), defaultdict(set)
    called_by = {PLACE: _runs(folded), NUMBER: set(_WORDS.findall(folded)), DIGITS: _digits(folded)}
    for kind, names in called_by.items():
        if names:
            wanted = select(NameRow.plan_id).where(NameRow.kind == kind, NameRow.name.in_(names))
            rows = connection.scalars(wanted.limit(COMMON + 1)).all()
            for plan_id in rows if len(rows) <= COMMON else ():
                found[plan_id].add(kind)
    return found


def _subjects(connection: Connection, words: set[str], among: set[str]) -> dict[str, list[float]]:
    """By plan, a weight for each word of its subject in the question; of all plans where none are given."""
    if not words:
        return {}
    spread, plans, _ = frequencies.known(connection, {SUBJECT: words})[SUBJECT]
    rare = [name for name, count in spread.items() if among or count <= COMMON]
    rows = select(NameRow.plan_id, NameRow.name).where(NameRow.kind == SUBJECT, NameRow.name.in_(rare))
    found: dict[str, list[float]] = defaultdict(list)
    for plan_id, name in connection.execute(rows.where(NameRow.plan_id.in_(among)) if among else rows):
        found[plan_id].append(math.log((plans + 1) / (spread[name] + 0.5)))
    return found


def _with_versions(connection: Connection, hits: list[PlanHit]) -> Iterator[PlanHit]:
    live = select(IndexedRow.plan_id, IndexedRow.version)
    versions = dict(among(connection, live, IndexedRow.plan_id, (hit.plan_id for hit in hits)))
    for hit in hits:
        if hit.plan_id in versions:
            yield PlanHit(hit.plan_id, versions[hit.plan_id], hit.by, hit.subject_words, hit.score)


def _runs(folded: str) -> set[str]:
    """Every run of words that may be a place."""
    words = _WORDS.findall(folded)
    ends: Iterable[tuple[int, int]] = ((i, i + n) for i in range(len(words)) for n in range(2, LONGEST_PLACE + 1))
    return {" ".join(words[start:end]) for start, end in ends if end <= len(words)}


def _digits(folded: str) -> set[str]:
    return set(_NUMBERED.findall(folded))
