"""From a SourceText to a PlanVersion: outline, header, assignments, warnings. Pure: no files, no models."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from ingest.assignments import read_assignments
from ingest.header import LETTER, read_info
from ingest.outline import outline
from language.lexicon import shipped
from language.reread import reread
from plan.model import Assignment, Clause, ClauseKind, PlanInfo, PlanVersion, SourceText, Warning_
from plan.text import fold, squeeze
from plan.tree import NUMBERED, Tree, mapped

_PLANS = re.compile(r"(?:ke hoach|phuong an|chuong trinh)\b")
LEAST_IN_A_LETTER = 4  # clauses
MOST_READ_AGAIN = 300_000  # characters of a garbled text: reading it again takes ten times as long as all the rest
# Numbers, dates and names are surer in the letters as they stand than in a reading of them.
_FACTS = ("number", "date", "place", "issuer", "signer", "signatures", "number_line", "date_line", "signer_line")


class NotAPlan(ValueError):
    """The text has neither a plan's title nor its sections. `whole` is the plan that it is a part of, where one is."""

    def __init__(self, title: str, whole: PlanVersion | None = None) -> None:
        super().__init__(title)
        self.whole = whole


def parse(source: SourceText, plan_id: str, version: int, at: str = "") -> PlanVersion:
    """Read a plan from its canonical text. Raises NotAPlan for a text that is none. `at` is the ISO time of ingest."""
    garbled = any(warning.code == "poor_ocr" for warning in source.warnings)
    again = garbled and len(source.text) <= MOST_READ_AGAIN
    parts = _read_garbled(source.text) if again else _read(source.text, source.leads)
    _check(parts)
    warnings = (*source.warnings, *parts.warnings, *_warnings(parts.info))
    return PlanVersion(plan_id, version, source, parts.info, parts.clauses, parts.assignments, warnings, at)


@dataclass(frozen=True, slots=True)
class _Parts:
    clauses: tuple[Clause, ...]
    info: PlanInfo
    assignments: tuple[Assignment, ...]
    warnings: tuple[Warning_, ...]


def _read(text: str, leads: tuple[int, ...] = ()) -> _Parts:
    cut = outline(text, leads)
    tree = Tree(text, cut.clauses)
    return _Parts(cut.clauses, read_info(tree), read_assignments(tree), cut.warnings)


def _read_garbled(text: str) -> _Parts:
    """Outline and register are read from a readable copy and mapped back; the header's facts from both."""
    again = reread(text, shipped())
    parts = _read(again.copy)
    bare = tuple(mapped(clause, again.back) for clause in parts.clauses)
    clauses = tuple(_reading(again.copy, *pair) for pair in zip(bare, parts.clauses, strict=True))
    assignments = tuple(mapped(item, again.back) for item in parts.assignments)
    info, plain = mapped(parts.info, again.back), read_info(Tree(text, bare))
    facts = {name: getattr(plain, name) or getattr(info, name) for name in _FACTS}
    return _Parts(clauses, replace(info, **facts), assignments, parts.warnings)


def _reading(copy: str, clause: Clause, there: Clause) -> Clause:
    return clause if clause.children or clause.cells else replace(clause, reading=squeeze(there.span.of(copy)))


def _check(parts: _Parts) -> None:
    """A title over sections or a table, or over tasks that it gives out; a letter with what it asks for in clauses."""
    kinds = Counter(clause.kind for clause in parts.clauses)
    numbered = sum(kinds[kind] for kind in NUMBERED)
    tasks = len(parts.assignments)
    if kinds[ClauseKind.TITLE]:
        plan = (numbered and numbered + kinds[ClauseKind.ROW] > 1) or (_calls_itself_plan(parts) and tasks > 1)
    else:
        clauses = numbered + kinds[ClauseKind.PARAGRAPH] + kinds[ClauseKind.ROW]
        letter = parts.info.title.startswith(LETTER)
        whole = clauses >= LEAST_IN_A_LETTER and bool(parts.info.number)
        plan = numbered > 3 or (letter and (whole or (numbered > 1 and tasks > 1)))
    if not plan:
        raise NotAPlan(parts.info.title)


def _calls_itself_plan(parts: _Parts) -> bool:
    return bool(_PLANS.match(fold(parts.info.title)))


def _warnings(info: PlanInfo) -> tuple[Warning_, ...]:
    checks = (("no_number", info.number), ("no_date", info.date), ("no_signer", info.signer), ("no_place", info.place))
    return tuple(Warning_(code) for code, value in checks if not value)
