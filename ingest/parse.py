"""From a SourceText to a PlanVersion: outline, header, assignments, warnings. Pure: no files, no models."""

from __future__ import annotations

from ingest.assignments import read_assignments
from ingest.header import read_info
from ingest.outline import outline
from plan.model import ClauseKind, PlanInfo, PlanVersion, SourceText, Warning_
from plan.tree import NUMBERED, Tree


class NotAPlan(ValueError):
    """The text has neither a plan's title nor its sections; `code` names the sentence the user gets."""

    code = "not_a_plan"


def parse(source: SourceText, plan_id: str, version: int, at: str = "") -> PlanVersion:
    """Read a plan from its canonical text. Raises NotAPlan for a text that is none. `at` is the ISO time of ingest."""
    cut = outline(source.text)
    tree = Tree(source.text, cut.clauses)
    info = read_info(tree)
    _check(tree, info)
    warnings = (*source.warnings, *cut.warnings, *_warnings(info))
    return PlanVersion(plan_id, version, source, info, cut.clauses, read_assignments(tree), warnings, at)


def _check(tree: Tree, info: PlanInfo) -> None:
    numbered = sum(clause.kind in NUMBERED for clause in tree.clauses)
    titled = any(clause.kind is ClauseKind.TITLE for clause in tree.clauses)
    if numbered < (2 if titled else 4):
        raise NotAPlan(info.title)


def _warnings(info: PlanInfo) -> tuple[Warning_, ...]:
    checks = (("no_number", info.number), ("no_date", info.date), ("no_signer", info.signer), ("no_place", info.place))
    return tuple(Warning_(code) for code, value in checks if not value)
