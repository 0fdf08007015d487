"""What is known of a passage beyond its words: its section's kind, the units and fields it states. Once per version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from answer.asked import DATA
from plan.model import Assignment, ClauseKind, Field, PlanVersion
from plan.passages import Passage, assignments_by_passage
from plan.patterns import patterns
from plan.text import fold
from plan.units import unit_ids
from vectorstore.search import Hit


class Section(StrEnum):
    """Which kind of section a passage stands in."""

    OPENING = "opening"
    LETTERHEAD = "letterhead"
    TITLE = "title"
    RECIPIENTS = "recipients"
    SIGNATURE = "signature"
    PURPOSE = "purpose"
    REQUIREMENT = "requirement"
    TARGET = "target"
    FUNDING = "funding"
    REPORTING = "reporting"
    DUTIES = "duties"
    TASK = "task"
    TASK_ROW = "task_row"
    OTHER_ROW = "other_row"
    OTHER = "other"


_ZONES = {
    ClauseKind.OPENING: Section.OPENING,
    ClauseKind.LETTERHEAD: Section.LETTERHEAD,
    ClauseKind.TITLE: Section.TITLE,
    ClauseKind.CLOSING: Section.RECIPIENTS,
    ClauseKind.SIGNATURE: Section.SIGNATURE,
}
_ROWS = {Section.TARGET: Section.TARGET, Section.TASK: Section.TASK_ROW, Section.DUTIES: Section.TASK_ROW}
_MARK = re.compile(r"^\W*(?:[ivx]+|\d+(?:\.\d+)*|[a-z])[.)]\s*")
_HEADS = {Section(name): re.compile(entries) for name, entries in patterns(DATA / "headings.txt").items()}


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one passage."""

    section: Section
    units: frozenset[str]  # all units it names
    leads: frozenset[str]  # units that lead or whose duties these are
    heading_units: frozenset[str]
    fields: frozenset[Field]
    assignments: tuple[Assignment, ...]


def facts_of(version: PlanVersion, passages: tuple[Passage, ...]) -> dict[str, Facts]:
    """Facts of every passage of a version, by address."""
    stated = assignments_by_passage(version, passages)
    return {passage.address: _facts(passage, stated.get(passage.address, ())) for passage in passages}


def facts_of_hit(hit: Hit) -> Facts:
    """The same of a passage that was found, from what the index keeps: its plan is not read."""
    return _facts(hit.passage, hit.assignments)


def _facts(passage: Passage, assignments: tuple[Assignment, ...]) -> Facts:
    leads = frozenset(u for a in assignments for lead in a.leads for u in unit_ids(lead.value))
    fields = {Field.LEAD for a in assignments if a.leads and a.source != "duties"}
    fields |= {Field.COORDINATING for a in assignments if a.coordinating}
    fields |= {Field.DEADLINE for a in assignments if a.deadline}
    fields |= {Field.PRODUCT for a in assignments if a.product}
    heading = unit_ids(passage.path[-1]) if passage.path else frozenset()
    return Facts(section_of(passage), unit_ids(passage.text) | heading, leads, heading, frozenset(fields), assignments)


def section_of(passage: Passage) -> Section:
    """The kind of section, told by the nearest heading that says so."""
    if passage.kind in _ZONES:
        return _ZONES[passage.kind]
    section = next((told for heading in reversed(passage.path) if (told := _told_by(heading))), Section.OTHER)
    return _ROWS.get(section, Section.OTHER_ROW) if passage.kind is ClauseKind.ROW else section


@lru_cache(maxsize=4096)
def _told_by(heading: str) -> Section | None:
    """The kind of section that a heading names; clauses of one section share it."""
    bare = _MARK.sub("", fold(heading))
    return next((section for section, pattern in _HEADS.items() if pattern.search(bare)), None)
