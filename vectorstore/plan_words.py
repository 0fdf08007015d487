"""The words of all live plans, for reading questions as they were meant: counted up and down as versions come and go.

A question asks for the spellings of its words and for pairs of them (`language.lexicon`); no plan is read for it.
Plans that were read from poor images teach nothing.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, delete, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from language.lexicon import FILE, Counts, Pair, Spelling, Totals, may_be_meant, shipped, shortened
from plan.model import PlanVersion
from plan.text import fold
from vectorstore import frequencies
from vectorstore.frequencies import Added, among
from vectorstore.tables import LearntRow, PlanWordRow, SlipRow
from vectorstore.words import ALL

PAIR, WORD = "pair", "word"  # views of the frequencies
_COUNT_UP = sql(
    "INSERT INTO plan_words (word, folded, count, befores, afters) VALUES (:word, :folded, :count, :befores, :afters) "
    "ON CONFLICT (word) DO UPDATE SET count = plan_words.count + excluded.count, "
    "befores = plan_words.befores + excluded.befores, afters = plan_words.afters + excluded.afters"
)
_SLIP = sql("INSERT INTO plan_slips (shortened, folded) VALUES (:shortened, :folded) ON CONFLICT DO NOTHING")


@lru_cache(maxsize=1)
def identity() -> str:
    """Of the shipped lexicon, which the counts are taken against."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


# Writing


def write(session: Session, version: PlanVersion, garbled: bool) -> None:
    """Count a live version's words; it replaces what was counted of any version of the plan."""
    erase(session, version.plan_id)
    counts = Counts()
    if not garbled:
        counts.learn(version.text)
    pairs = {f"{before} {after}": count for (before, after), count in counts.pair.items()}
    told = zlib.compress(json.dumps([counts.single, pairs], ensure_ascii=False).encode())
    session.add(LearntRow(plan_id=version.plan_id, version=version.version, lexicon=identity(), counts=told))
    session.flush()
    _count(session.connection(), counts.single, pairs, 1)


def erase(session: Session, plan_id: str) -> None:
    """Take off what was counted of a plan."""
    for row in session.scalars(select(LearntRow).where(LearntRow.plan_id == plan_id)).all():
        single, pairs = json.loads(zlib.decompress(row.counts))
        _count(session.connection(), single, pairs, -1)
        session.delete(row)
    session.flush()


def erase_all(session: Session) -> None:
    """Forget every count: the shipped lexicon is another one."""
    for table in (LearntRow, PlanWordRow, SlipRow):
        session.execute(delete(table))
    frequencies.erase(session.connection(), (PAIR, WORD))


def _count(connection: Connection, single: Mapping[str, int], pairs: Mapping[str, int], sign: int) -> None:
    before = frequencies.of(connection, PAIR, pairs)
    after = {pair: before.get(pair, 0) + sign * count for pair, count in pairs.items()}
    met = after if sign > 0 else before  # those that come, or go, with this plan alone
    gone = before if sign > 0 else after
    own = [pair for pair in pairs if met.get(pair, 0) > 0 >= gone.get(pair, 0) and not _is_shipped(pair)]
    frequencies.add(connection, (Added(PAIR, pair, count) for pair, count in pairs.items()), sign)
    sums = [Added(PAIR, ALL, len(own)), Added(WORD, ALL, sum(single.values()))]
    frequencies.add(connection, sums, sign)
    _count_words(connection, single, [_parted(pair) for pair in own], sign)


def _count_words(connection: Connection, single: Mapping[str, int], own: list[Pair], sign: int) -> None:
    befores, afters = Counter(after for _, after in own), Counter(before for before, _ in own)
    rows = [
        {"word": word, "folded": fold(word), "count": sign * single.get(word, 0),
         "befores": sign * befores[word], "afters": sign * afters[word]}
        for word in sorted(single)
    ]  # fmt: skip
    if rows:
        connection.execute(_COUNT_UP, rows)
    known = shipped().forms
    named = {fold(word) for word in single if not word.isupper() and not known(word)} if sign > 0 else set()
    slips = [{"shortened": key, "folded": word} for word in named if may_be_meant(word) for key in shortened(word)]
    if slips:
        connection.execute(_SLIP, sorted(slips, key=lambda row: (row["shortened"], row["folded"])))


def _is_shipped(pair: str) -> bool:
    return shipped().together(*_parted(pair)) > 0


def _parted(pair: str) -> Pair:
    before, after = pair.split(" ")
    return before, after


# Reading


@dataclass(frozen=True)
class PlanWordIndex:
    """What `language.lexicon` looks up."""

    sessions: Callable[[], AbstractContextManager[Session]]

    def totals(self) -> Totals:
        with self.sessions() as session:
            connection = session.connection()
            return Totals(frequencies.totals(connection, WORD)[0], frequencies.totals(connection, PAIR)[0])

    def spellings(self, folded: Iterable[str]) -> list[Spelling]:
        """Every spelling in the plans of words without diacritics."""
        columns = select(PlanWordRow.word, PlanWordRow.count, PlanWordRow.befores, PlanWordRow.afters)
        with self.sessions() as session:
            rows = among(session.connection(), columns.where(PlanWordRow.count > 0), PlanWordRow.folded, folded)
            return [Spelling(*row) for row in rows]

    def pairs(self, pairs: Iterable[Pair]) -> dict[Pair, int]:
        """How often words stand side by side."""
        with self.sessions() as session:
            found = frequencies.of(session.connection(), PAIR, (f"{before} {after}" for before, after in pairs))
        return {_parted(pair): count for pair, count in found.items() if count > 0}

    def near(self, keys: Iterable[str]) -> set[str]:
        """Words that are not in the shipped lexicon and, shortened, give one of the keys."""
        spelt = select(SlipRow.folded).join(PlanWordRow, PlanWordRow.folded == SlipRow.folded)
        with self.sessions() as session:
            found = spelt.where(SlipRow.shortened.in_(sorted(keys)), PlanWordRow.count > 0)
            return set(session.scalars(found))
