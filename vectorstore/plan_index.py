"""The index of clauses in the catalog's database: a version's passages with their vectors, words and counts.

Only live versions are in it: the transaction that switches a version exchanges its rows too, so that what is found and
what answers can never differ. Writing costs what the version holds, whatever else is there; reading is by id, by
key, or by version. Sums over all plans (how many passages hold a word) are counted up and down as versions come and go.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
import orjson
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from plan.model import Assignment, PlanInfo, PlanVersion
from plan.passages import Passage, assignments_by_passage
from plan.recent import Recent
from plan.records import reader, to_json
from vectorstore import frequencies, plan_names, plan_tasks, plan_words, word_table
from vectorstore.frequencies import Added, among
from vectorstore.matrix import Layout, Vectors
from vectorstore.plan_names import Called
from vectorstore.tables import CountedRow, IndexedRow, Number, PassageRow
from vectorstore.words import Terms, WordIndex, counted, packed, terms_of

Scope = tuple[str, int]
CUT = 4  # raise it when the passages of a stored text, or their tokens, come out otherwise: the index is made anew
HALF = 2  # bytes of a number of a vector as it is kept
NEXT = "next passage"  # the counter's name
LOOKED_UP = ("accent", "folded", "heading")  # views whose tokens lead to passages; the others only score them


@dataclass(frozen=True, slots=True)
class PlanCard:
    """What is told of a plan beside a clause of it, without its text and clauses."""

    plan_id: str
    version: int
    file: str
    info: PlanInfo
    garbled: bool = False  # read from a poor image

    @property
    def scope(self) -> Scope:
        return self.plan_id, self.version

    @classmethod
    def of(cls, version: PlanVersion) -> PlanCard:
        garbled = any(warning.code == "poor_ocr" for warning in version.warnings)
        return cls(version.plan_id, version.version, version.file, version.info, garbled)


@dataclass(frozen=True, slots=True)
class Stored:
    """A passage as the index keeps it, with the tasks it states."""

    place: int  # in its version, from 0
    passage: Passage
    assignments: tuple[Assignment, ...]
    vectors: int = 1  # how many: of the whole, and of its lines where they say more


class Scorable(NamedTuple):
    """What a passage is scored by. What it says is read if it is good."""

    scope: Scope
    vectors: bytes  # half floats: of the whole, then of its lines
    words: bytes  # see vectorstore.words.packed


@dataclass(frozen=True)
class PlanIndex:
    """One version's passages with their vectors and words: exact scores of all of them."""

    scope: Scope
    called: Called
    stored: tuple[Stored, ...]
    vectors: Vectors
    packed: tuple[bytes, ...]  # by passage, its words

    @cached_property
    def words(self) -> WordIndex:
        """Made where the plan is searched: others only ask how it was cut."""
        return WordIndex.of(self.packed)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        return tuple(each.passage for each in self.stored)

    def by_text(self) -> dict[str, Vectors]:
        """The vector of each text that was embedded."""
        entries = entries_of(self.passages)
        return {entry.text: vector for entry, vector in zip(entries, self.vectors, strict=True)}

    @cached_property
    def layout(self) -> Layout:
        return Layout.of([each.vectors - 1 for each in self.stored])


@dataclass(frozen=True, slots=True)
class Ready:
    """A version with all that its publishing writes."""

    version: PlanVersion
    passages: tuple[Passage, ...]
    entries: tuple[Entry, ...]
    vectors: Vectors  # by entry
    model: str  # the identity of what made them

    @property
    def scope(self) -> Scope:
        return self.version.plan_id, self.version.version


def key_of(scope: Scope, place: int) -> str:
    """A passage's name in Chroma."""
    return f"{scope[0]}@{scope[1]}/{place}"


def scope_of(key: str) -> Scope:
    """The version that a passage is of."""
    plan_id, _, version = key.rpartition("/")[0].rpartition("@")
    return plan_id, int(version)


# Writing


def write(session: Session, ready: Ready) -> None:
    """A version's rows; it replaces what was there of the same version."""
    erase(session, ready.scope)
    first = next_id(session)
    card = PlanCard.of(ready.version)
    stored = _stored(ready)
    terms = [terms_of(each.passage) for each in stored]
    row = IndexedRow(plan_id=card.plan_id, version=card.version, first=first, count=len(stored))
    row.model, row.cut, row.card = ready.model, CUT, to_json(card)
    row.subject, row.place = Called.of(ready.version.info)
    session.add(row)
    session.merge(Number(name=NEXT, value=first + max(1, len(stored))))
    if stored:
        session.execute(insert(PassageRow), _rows(ready, stored, terms, first))
    connection = session.connection()
    word_table.put(connection, {first + place: looked_up(each) for place, each in enumerate(terms)})
    counts = counted(terms)
    session.add(CountedRow(plan_id=card.plan_id, version=card.version, rows=zlib.compress(orjson.dumps(counts))))
    frequencies.add(connection, map(Added._make, counts))
    plan_names.write(connection, ready.version)
    plan_words.write(session, ready.version, card.garbled)
    plan_tasks.write(connection, ready.version)


def next_id(session: Session) -> int:
    """Of the passage that is written next: above any that there ever was, so that what is newer can be told."""
    counter = session.get(Number, NEXT)
    if counter is not None:
        return counter.value
    columns = select(IndexedRow.first, IndexedRow.count).order_by(IndexedRow.first.desc())
    runs = session.execute(columns.limit(1)).all()  # of an earlier release, which kept no counter
    return max([1, *(first + max(1, count) for first, count in runs)])


def erase(session: Session, scope: Scope) -> None:
    """Forget a version's rows, and take what it added off the sums."""
    row = session.get(IndexedRow, scope)
    if row is None:
        return
    connection = session.connection()
    counts = session.get(CountedRow, scope)
    if counts is not None:
        frequencies.add(connection, map(Added._make, orjson.loads(zlib.decompress(counts.rows))), -1)
        session.delete(counts)
    word_table.drop(connection, row.first, row.count)
    session.execute(delete(PassageRow).where(PassageRow.id >= row.first, PassageRow.id < row.first + row.count))
    plan_names.erase(connection, scope[0])
    plan_words.erase(session, scope[0])
    plan_tasks.erase(connection, scope[0])
    session.delete(row)
    session.flush()


def _stored(ready: Ready) -> list[Stored]:
    tasks = assignments_by_passage(ready.version, ready.passages)
    rows = Counter(entry.passage for entry in ready.entries)
    return [Stored(at, each, tasks.get(each.address, ()), rows[at]) for at, each in enumerate(ready.passages)]


def _rows(ready: Ready, stored: Sequence[Stored], terms: Sequence[Terms], first: int) -> list[dict[str, object]]:
    vectors: dict[int, list[Vectors]] = {}
    for entry, vector in zip(ready.entries, ready.vectors, strict=True):
        vectors.setdefault(entry.passage, []).append(vector)
    return [
        {
            "id": first + each.place,
            "key": key_of(ready.scope, each.place),
            "record": to_json(each),
            "vectors": np.stack(vectors[each.place]).astype(np.float16).tobytes(),
            "words": packed(words),
        }
        for each, words in zip(stored, terms, strict=True)
    ]


def looked_up(terms: Terms) -> list[str]:
    """A passage's tokens as the word table keeps them."""
    return [word_table.name_of(view, token) for view in LOOKED_UP for token in terms[view]]


# Reading


def card_of(record: dict[str, Any]) -> PlanCard:
    """The card as an indexed version's row holds it."""
    card: PlanCard = reader(PlanCard)(record)
    return card


def read_version(session: Session, scope: Scope) -> PlanIndex | None:
    """A live version's index; None when it has none."""
    row = session.get(IndexedRow, scope)
    if row is None:
        return None
    columns = select(PassageRow.record, PassageRow.vectors, PassageRow.words)
    run = columns.where(PassageRow.id >= row.first, PassageRow.id < row.first + row.count).order_by(PassageRow.id)
    rows = session.execute(run).all()
    stored = tuple(reader(Stored)(each.record) for each in rows)
    vectors = halves([each.vectors for each in rows], sum(each.vectors for each in stored))
    words = tuple(each.words for each in rows)
    return PlanIndex(scope, Called(row.subject, row.place), stored, vectors, words)


def read_called(connection: Connection, scopes: Collection[Scope]) -> dict[Scope, Called]:
    """By what a question speaks of plans; of one that is no longer live it is missing."""
    columns = select(IndexedRow.plan_id, IndexedRow.version, IndexedRow.subject, IndexedRow.place)
    rows = among(connection, columns, IndexedRow.plan_id, (plan_id for plan_id, _ in scopes))
    return {(plan_id, version): Called(*told) for plan_id, version, *told in rows if (plan_id, version) in scopes}


def halves(vectors: Iterable[bytes], count: int) -> Vectors:
    """So many vectors as rows keep them, one behind the other."""
    together = np.frombuffer(b"".join(vectors), np.float16)
    return together.reshape(count, -1 if count else 0).astype(np.float32)


def read_scorable(connection: Connection, column: Any, names: Iterable[int | str]) -> dict[int, Scorable]:
    """Passages by id, of these ids or of these keys; what is no longer live is missing."""
    columns = select(PassageRow.id, PassageRow.key, PassageRow.vectors, PassageRow.words)
    rows = among(connection, columns, column, names)
    return {at: Scorable(scope_of(key), vectors, words) for at, key, vectors, words in rows}


def read_stored(connection: Connection, ids: Iterable[int]) -> dict[int, Stored]:
    """What passages say, by id; what is no longer live is missing."""
    rows = among(connection, select(PassageRow.id, PassageRow.record), PassageRow.id, ids)
    return {at: reader(Stored)(record) for at, record in rows}


@dataclass(frozen=True, slots=True)
class Entry:
    """One text that has a vector. `line` is the number of a passage's line, None for the whole passage."""

    text: str
    passage: int
    line: int | None = None


def entries_of(passages: Sequence[Passage]) -> tuple[Entry, ...]:
    """All entries of a version in reading order: a passage as a whole, then its lines."""
    return tuple(entry for place, passage in enumerate(passages) for entry in _of_passage(place, passage))


def _of_passage(place: int, passage: Passage) -> Iterator[Entry]:
    yield Entry(passage.embedded(), place)
    if _lines_say_more(passage):
        yield from (Entry(text, place, number) for number, text in enumerate(passage.embedded_lines()))


def _lines_say_more(passage: Passage) -> bool:
    """A single line that is the whole passage would only double its vector."""
    return len(passage.lines) > 1 or any(line.text.strip() != passage.text.strip() for line in passage.lines)


KEPT = 4096  # about 2 kB each
Name = tuple[Scope, int]  # with the first of its passages' ids: a removed plan's number can come again, with others


class Cards:
    """Cards by version. Safe to use from any thread."""

    def __init__(self) -> None:
        self._kept: Recent[Name, PlanCard] = Recent(KEPT)

    def of(self, connection: Connection, scopes: Iterable[Scope]) -> dict[Scope, PlanCard]:
        """What is told of live versions; one that is no longer live is missing."""
        wanted = dict.fromkeys(scopes)
        known = self._kept.all_of(_firsts(connection, wanted), partial(_read_cards, connection))
        found = {scope: card for (scope, _), card in known.items()}
        return {scope: found[scope] for scope in wanted if scope in found}


def _firsts(connection: Connection, scopes: Iterable[Scope]) -> list[Name]:
    columns, wanted = select(IndexedRow.plan_id, IndexedRow.version, IndexedRow.first), set(scopes)
    rows = among(connection, columns, IndexedRow.plan_id, (plan_id for plan_id, _ in wanted))
    return [((plan_id, version), first) for plan_id, version, first in rows if (plan_id, version) in wanted]


def _read_cards(connection: Connection, names: Iterable[Name]) -> list[tuple[Name, PlanCard]]:
    wanted = {name[0]: name for name in names}
    rows = among(connection, select(IndexedRow.card), IndexedRow.plan_id, (plan_id for plan_id, _ in wanted))
    cards = [card_of(record) for (record,) in rows]
    return [(wanted[card.scope], card) for card in cards if card.scope in wanted]  # another may be live by now
