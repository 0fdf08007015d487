"""Live plans looked up, so that none is loaded: what lists tell of them, which of them a name or a question means.

The rows follow what is live in the same transaction, without Chroma and without the model: a list can be shown whatever
else is wrong. A name leads to plans through rows of `plan_names`, of the kinds below, all folded:

* id       'chuyen-doi-so'
* file     'ke hoach 58.docx', and the same without what says its kind
* compact  '58/kh-ubnd'
* word     each word of any of its names
* amends   of an amendment: the number of the plan that it amends
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Select, delete, insert, select, true
from sqlalchemy.orm import Session, aliased

from plan.listed import Listed, PlanTasks, amended_number, compact, files_of, ref_of, spelt, telling, words
from plan.model import PlanInfo, PlanVersion
from plan.records import reader, to_json
from plan.text import fold, fold_line
from vectorstore import frequencies, looked_up, plan_names, plan_tasks
from vectorstore.frequencies import Added, chunks
from vectorstore.plan_index import Cards, PlanCard, Scope
from vectorstore.plan_names import PLACE
from vectorstore.tables import IndexedRow, ListRow, NameRow, VersionRow
from vectorstore.words import ALL

P = ParamSpec("P")
T = TypeVar("T")
READ_AS = 2  # raise it when lists tell more of a version, or names are read otherwise: the rows are made anew
ID, FILE, COMPACT, WORD, AMENDS = "id", "file", "compact", "word", "amends"
LISTED = "listed"  # view of the frequencies: plans, and the clauses of all of them
LOOKED_THROUGH = 500  # plans at most that are counted to see which word of a name is the rarest


def write(connection: Connection, version: PlanVersion) -> None:
    """What lists tell of a plan's live version; it replaces what they told of any other."""
    erase(connection, version.plan_id)
    listed = Listed.of(version)
    row = {"plan_id": listed.plan_id, "version": listed.version, "read_as": READ_AS, "ref": ref_of(listed.plan_id),
           "clauses": listed.clauses, "spelt": spelt(listed), "record": to_json(listed)}  # fmt: skip
    connection.execute(insert(ListRow), [row])
    named = [{"kind": kind, "name": name, "plan_id": listed.plan_id} for kind, name in sorted(_names(listed)) if name]
    connection.execute(insert(NameRow), named)
    frequencies.add(connection, [Added(LISTED, ALL, 1, listed.clauses)])


def erase(connection: Connection, plan_id: str) -> None:
    clauses = connection.scalar(select(ListRow.clauses).where(ListRow.plan_id == plan_id))
    if clauses is None:
        return
    frequencies.add(connection, [Added(LISTED, ALL, 1, clauses)], -1)
    connection.execute(delete(ListRow).where(ListRow.plan_id == plan_id))
    kinds = NameRow.kind.in_((ID, FILE, COMPACT, WORD, AMENDS))
    connection.execute(delete(NameRow).where(NameRow.plan_id == plan_id, kinds))


def _names(listed: Listed) -> set[tuple[str, str]]:
    found = {(ID, fold(listed.plan_id)), *((FILE, name) for name in files_of(listed))}
    found |= {(COMPACT, compact(listed.info.number)), (AMENDS, fold(amended_number(listed.info)))}
    return found | {(WORD, word) for word in spelt(listed).split() if word != "|"}


class LookUps:
    """Questions to the database, each in a session of its own. Safe to use from any thread."""

    def __init__(self, sessions: Callable[[], AbstractContextManager[Session]]) -> None:
        self._sessions = sessions

    def _look(self, how: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._sessions() as session:
            return how(session.connection(), *args, **kwargs)


class PlanList(LookUps):
    """Lists of live plans, in the order of their ids."""

    def count(self) -> int:
        """How many there are."""
        return self._look(frequencies.totals, LISTED)[0]

    def clauses(self) -> int:
        """How many clauses they have together."""
        return self._look(frequencies.totals, LISTED)[1]

    def page(self, start: int = 0, count: int | None = None) -> list[Listed]:
        """So many of them, or all, from one on."""
        return self._look(_read, select(ListRow.record).order_by(ListRow.plan_id), start, count)

    def latest(self, count: int) -> list[Listed]:
        """So many of them, the one that was taken in last first."""
        taken_in = (VersionRow.plan_id == ListRow.plan_id) & (VersionRow.version == ListRow.version)
        found = select(ListRow.record).join(VersionRow, taken_in)
        return self._look(_read, found.order_by(VersionRow.ingested_at.desc(), ListRow.plan_id), 0, count)

    def all(self, at_once: int = 200) -> Iterator[Listed]:
        """All of them, some at a time."""
        last = ""
        while found := self._after(last, at_once):
            yield from found
            last = found[-1].plan_id

    def of(self, plan_id: str) -> Listed | None:
        return next(iter(self._look(_read, select(ListRow.record).where(ListRow.plan_id == plan_id))), None)

    def of_ref(self, ref: str) -> Listed | None:
        """The one that a button means."""
        return next(iter(self._look(_read, select(ListRow.record).where(ListRow.ref == ref))), None)

    def amending(self, numbers: Collection[str]) -> list[Listed]:
        """The amendments of plans with these numbers, wherever they are from."""
        wanted = chunks(sorted({fold(number) for number in numbers}))
        return [plan for chunk in wanted for plan in self._look(_read, _of_kind(AMENDS).where(NameRow.name.in_(chunk)))]

    def amending_in(self, place: str) -> list[Listed]:
        """All amendments of a place."""
        also = aliased(NameRow)
        named = select(also.plan_id).where(also.plan_id == NameRow.plan_id, also.kind == PLACE)
        here = named.where(also.name == fold_line(place)).exists() if fold_line(place) else true()
        return [
            plan for plan in self._look(_read, _of_kind(AMENDS).where(here)) if fold(plan.info.place) == fold(place)
        ]

    def ids_from(self, begin: str) -> list[str]:
        """The ids that begin so."""
        ids = select(ListRow.plan_id).where(ListRow.plan_id.startswith(begin, autoescape=True))
        with self._sessions() as session:
            return sorted(session.scalars(ids))

    def called(self, name: str, most: int) -> list[Listed]:
        """Those that a name means by the strictest reading that fits any (see `plan.listed`)."""
        with self._sessions() as session:
            for wanted in _readings(session.connection(), name.strip()):
                found = _read(session.connection(), wanted, 0, most)
                if found:
                    return found
        return []

    def saying(self, text: str, start: int = 0, count: int | None = None) -> list[Listed]:
        """Those with all words of a text in their names; all where it has none."""
        if not words(text):
            return self.page(start, count)
        with self._sessions() as session:
            return _read(session.connection(), _with_words(session.connection(), words(text)), start, count)

    def _after(self, plan_id: str, count: int) -> list[Listed]:
        after = select(ListRow.record).where(ListRow.plan_id > plan_id).order_by(ListRow.plan_id)
        return self._look(_read, after, 0, count)


def _readings(connection: Connection, name: str) -> Iterator[Select[Any]]:
    """As `plan.listed.READINGS`, as queries."""
    for kind, called in ((ID, fold(name)), (FILE, fold(name)), (COMPACT, compact(name))):
        if called:
            yield _named(kind, called)
    wanted = telling(name)
    if wanted:
        yield _with_words(connection, wanted).where(ListRow.spelt.contains(f" {' '.join(wanted)} ", autoescape=True))
    if wanted or words(name):
        yield _with_words(connection, wanted or words(name))


def _of_kind(kind: str) -> Select[Any]:
    mine = select(ListRow.record).join(NameRow, NameRow.plan_id == ListRow.plan_id)
    return mine.where(NameRow.kind == kind).order_by(NameRow.plan_id)


def _named(kind: str, name: str) -> Select[Any]:
    return _of_kind(kind).where(NameRow.name == name)


def _with_words(connection: Connection, wanted: Sequence[str]) -> Select[Any]:
    """Plans whose names have all these words: gone through are those with the rarest of them."""
    rarest, *others = sorted(dict.fromkeys(wanted), key=lambda word: _holders(connection, word))
    found = _named(WORD, rarest)
    for word in others:
        also = aliased(NameRow)
        mine = select(also.plan_id).where(also.plan_id == NameRow.plan_id)
        found = found.where(mine.where(also.kind == WORD, also.name == word).exists())
    return found


def _holders(connection: Connection, word: str) -> int:
    held = select(NameRow.plan_id).where(NameRow.kind == WORD, NameRow.name == word).limit(LOOKED_THROUGH)
    return len(connection.scalars(held).all())


def _read(connection: Connection, wanted: Select[Any], start: int = 0, count: int | None = None) -> list[Listed]:
    found = wanted.offset(start) if start else wanted
    records = connection.scalars(found.limit(count) if count is not None else found)
    return [reader(Listed)(record) for record in records]


LINES, RESEMBLING = 12, 8  # of a text, the longest; plans that hold most of them


class PlanLookup(LookUps):
    """Look-ups of live plans in the catalog's index."""

    def __init__(self, sessions: Callable[[], AbstractContextManager[Session]]) -> None:
        super().__init__(sessions)
        self._cards = Cards()

    def count(self) -> int:
        """How many plans answer."""
        return self._look(frequencies.totals, plan_names.SUBJECT)[0]

    def first(self, count: int) -> list[Scope]:
        """So many live versions, in the order of plan ids."""
        columns = select(IndexedRow.plan_id, IndexedRow.version).order_by(IndexedRow.plan_id).limit(count)
        with self._sessions() as session:
            return [(plan_id, version) for plan_id, version in session.execute(columns)]

    def live(self, plan_id: str) -> Scope | None:
        with self._sessions() as session:
            version = session.scalar(select(IndexedRow.version).where(IndexedRow.plan_id == plan_id))
        return None if version is None else (plan_id, version)

    def cards(self, scopes: Iterable[Scope]) -> dict[Scope, PlanCard]:
        """What is told of live versions; one that is no longer live is missing."""
        return self._look(self._cards.of, scopes)

    def of_place(self, place: str, saying: Collection[str] = (), number: str = "") -> list[PlanCard]:
        """The live plans of a place, accents or not, by their ids; those of no place where it is empty.

        Only those with one of the words `saying` in their subjects, or with the number, where these are given.
        """
        scopes = self._look(plan_names.of_place, place, saying, number)
        return [card for card in self.cards(scopes).values() if fold(card.info.place) == fold(place)]

    def called(self, text: str) -> list[PlanCard]:
        """The live plans whose place or number may stand in a text, by their ids."""
        scopes = self._look(plan_names.called, text)
        return list(self.cards(scopes).values())

    def tasks_asked(self, asked: plan_tasks.Asked, start: int = 0, count: int | None = None) -> list[PlanTasks]:
        """The tasks that are asked for, by plan; so many of them, or all, from one on."""
        return self._look(plan_tasks.find, asked, start, count)

    def units_of(self, scopes: Iterable[Scope]) -> dict[Scope, frozenset[str]]:
        """By version, the units that its tasks name, by their ids."""
        wanted = list(scopes)
        found = self._look(plan_tasks.units_of, [plan_id for plan_id, _ in wanted])
        return {scope: frozenset(found[scope]) for scope in wanted}

    def tasks_of(self, plan_ids: Iterable[str]) -> list[PlanTasks]:
        return self._look(plan_tasks.of_plans, plan_ids)

    def tasks_counted(self, asked: plan_tasks.Asked) -> int:
        return self._look(plan_tasks.counted, asked)

    def leading(self, most: int) -> list[str]:
        return self._look(plan_tasks.leading, most)

    def working(self) -> list[str]:
        """All units that lead tasks or help with them, the one with the most first, by their ids."""
        return self._look(plan_tasks.leading, None, plan_tasks.NAMED)

    def tasks(self) -> int:
        return self._look(plan_tasks.count)

    def resembling(self, text: str, few: int) -> list[PlanCard]:
        """The live plans that a text may have been taken from, the likeliest first: all where there are few."""
        if self.count() <= few:
            return list(self.cards(self.first(few)).values())
        lines = sorted({line.strip() for line in text.splitlines()}, key=len)[-LINES:]
        found = self._look(looked_up.resembling, lines, RESEMBLING)
        return list(self.cards(found).values())

    def beside(self, info: PlanInfo, most: int) -> list[PlanCard]:
        """The plans of one's place; of more than `most` those whose subjects share most words with its own."""
        scopes = self._look(plan_names.beside, info, most)
        return [card for card in self.cards(scopes).values() if fold(card.info.place) == fold(info.place)]

    def meant(self, words: str, most: int) -> list[PlanCard]:
        """The live plans that words may name: all where there are not more than `most`."""
        if self.count() <= most:
            return list(self.cards(self.first(most)).values())
        hits = self._look(plan_names.find, words)
        return list(self.cards(hit.scope for hit in hits).values())
