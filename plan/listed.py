"""A plan as lists tell of it, without its text and clauses: the names that people call it by, its tasks. Pure.

Five readings of a name, the strictest first: its id, its file's name, its number, words of its names in a row, the same
words in any order. Accents and capitals count in none of them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Protocol

from plan.model import Assignment, PlanInfo, PlanVersion, Warning_
from plan.text import fold

LISTED = 48  # plans that a list names at once; of more the others are found by words of their names
# Words that every plan's name has; they tell plans apart only when nothing else was typed.
_COMMON = frozenset(
    ("ke", "hoach", "so", "cua", "ubnd", "uy", "ban", "nhan", "dan", "phuong", "xa", "thi", "tran", "plan", "the", "of")
)


def ref_of(name: str) -> str:
    """A plan's id, or an address, in ten characters, for buttons and links: it may be longer than these can carry."""
    return hashlib.sha256(name.encode()).hexdigest()[:10]


_AMENDS = re.compile(
    r"(?:ve (?:viec )?)?(?:sua doi|bo sung|dieu chinh)[^.;]{0,60}?\bke hoach so\s*:?\s*(?P<number>\d+\s*/\s*[\w-]+)"
)


def amended_number(info: PlanInfo) -> str:
    """The number of the plan that this one amends ('Sửa đổi, bổ sung Kế hoạch số 40/KH-UBND …'); '' for any other."""
    found = _AMENDS.match(fold(info.subject))
    return info.subject[found.start("number") : found.end("number")] if found else ""


class Named(Protocol):
    """What has the names of a plan: a version, its card, a line of a list."""

    @property
    def plan_id(self) -> str:
        """The plan's id."""

    @property
    def version(self) -> int:
        """Which version of it."""

    @property
    def file(self) -> str:
        """The file that it was read from."""

    @property
    def info(self) -> PlanInfo:
        """What header and closing say."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A version as lists tell of it."""

    plan_id: str
    version: int
    file: str
    sha256: str
    info: PlanInfo
    clauses: int
    assignments: int
    how: str = "text"
    quality: float = 1.0
    quality_reason: str = ""
    warnings: tuple[Warning_, ...] = ()
    ingested_at: str = ""

    @classmethod
    def of(cls, version: PlanVersion) -> Listed:
        source, counts = version.source, (len(version.clauses), len(version.assignments))
        return cls(
            version.plan_id,
            version.version,
            source.file,
            source.sha256,
            version.info,
            *counts,
            how=source.how,
            quality=source.quality,
            quality_reason=source.quality_reason,
            warnings=version.warnings,
            ingested_at=version.ingested_at,
        )


@dataclass(frozen=True, slots=True)
class Stated:
    """A task and where it stands, in words."""

    assignment: Assignment
    place: str


@dataclass(frozen=True, slots=True)
class PlanTasks:
    """Tasks of a plan that were looked up."""

    plan: Listed
    tasks: tuple[Stated, ...]


def by_id(name: str, plan: Named) -> bool:
    return fold(name) == fold(plan.plan_id)


def by_file(name: str, plan: Named) -> bool:
    return fold(name) in files_of(plan)


def by_number(name: str, plan: Named) -> bool:
    """Whether it is the plan's number, however that is introduced."""
    return bool(plan.info.number) and compact(name) == compact(plan.info.number)


def by_phrase(name: str, plan: Named) -> bool:
    """Whether its telling words stand in one of the plan's names, one after the other."""
    wanted = " ".join(telling(name))
    return bool(wanted) and f" {wanted} " in spelt(plan)


def by_words(name: str, plan: Named) -> bool:
    """Whether all its telling words stand in the plan's names."""
    wanted = telling(name) or words(name)
    return bool(wanted) and set(wanted) <= set(spelt(plan).split())


READINGS = (by_id, by_file, by_number, by_phrase, by_words)


def files_of(plan: Named) -> tuple[str, str]:
    """Both forms of its file's name."""
    file = fold(plan.file)
    return file, file.rpartition(".")[0]


def spelt(plan: Named) -> str:
    """All its names as words between blanks; words of two names are never neighbours."""
    info = plan.info
    names = (plan.plan_id, plan.file, info.title, info.subject, info.place, info.issuer, info.number)
    return "|".join(f" {' '.join(words(name))} " for name in names)


def telling(name: str) -> list[str]:
    """Its words but those of every plan's name."""
    return [word for word in words(name) if word not in _COMMON]


def words(text: str) -> list[str]:
    """Folded words."""
    return re.findall(r"[^\W_]+", fold(text))


def compact(number: str) -> str:
    """A number without blanks and without what introduces it: 'KH số 58/KH-UBND' → '58/kh-ubnd'."""
    return re.sub(r"^(?:kh|ke hoach)?\s*(?:so)?[\s:]*|\s", "", fold(number))
