"""What stands beside the text: the clause asked for, how to cite it, the way on, its assignments. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.conversation.neighbours import neighbour
from bot.plans.naming import short_title
from bot.plans.tasks import value
from plan.model import Assignment, Clause, FieldValue, PlanVersion, Span
from plan.text import squeeze
from plan.tree import Tree
from prompts import phrase

MANY = 12  # assignments shown for a clause; a whole section may have more


@dataclass(frozen=True, slots=True)
class Beside:
    """The clause asked for and what belongs to it."""

    clause: Clause
    span: Span  # the cited characters, else the whole clause
    page: int | None
    path: tuple[Clause, ...]  # what it stands in, the outermost first
    previous: Clause | None
    next: Clause | None
    citation: str  # to be copied into a letter
    assignments: tuple[Assignment, ...]
    more: int  # assignments that are not shown


def beside(plan: PlanVersion, address: str, cited: Span | None, language: str) -> Beside | None:
    """All of it for one clause; None where there is none."""
    tree = Tree(plan.text, plan.clauses)
    clause = tree.by_address.get(address)
    if clause is None:
        return None
    inside = cited if cited and cited.overlap(clause.span) else None
    span = inside or clause.span
    found = list(_assignments(plan, tree, clause))
    return Beside(
        clause,
        span,
        plan.page(span.start),
        tree.ancestors(clause),
        neighbour(plan, address, -1),
        neighbour(plan, address, 1),
        citation(plan, clause, span, language),
        tuple(found[:MANY]),
        max(0, len(found) - MANY),
    )


def citation(plan: PlanVersion, clause: Clause, span: Span, language: str) -> str:
    """The quote with its place, ready for a letter."""
    page = plan.page(span.start)
    place = clause.words or clause.address
    where = ", ".join((place[:1].upper() + place[1:], short_title(plan)))
    told = f", {phrase(language, 'bot.page', page=page)}" if page else ""
    return f"“{squeeze(span.of(plan.text))}” ({where}{told})"


def fields(assignment: Assignment) -> Iterator[tuple[str, FieldValue]]:
    """Who, with whom, by when, with what product: the name of the phrase and the value."""
    yield from (("cli.leads", lead) for lead in assignment.leads)
    yield from (("cli.coordinating", other) for other in assignment.coordinating)
    if assignment.deadline:
        yield "cli.deadline", assignment.deadline
    if assignment.product:
        yield "cli.product", assignment.product


def task_name(assignment: Assignment, width: int = 160) -> str:
    """The task on one line."""
    name = value(assignment.task)
    return name if len(name) <= width else name[:width].rsplit(" ", 1)[0] + " …"


def _assignments(plan: PlanVersion, tree: Tree, clause: Clause) -> Iterator[Assignment]:
    """Those stated in the clause or below it; a line of an assignment belongs to the one around it."""
    found = [each for each in plan.assignments if _stands_in(tree, each, clause)]
    yield from found or _around(plan, tree, clause)


def _stands_in(tree: Tree, assignment: Assignment, clause: Clause) -> bool:
    stated = tree.by_address.get(assignment.clause)
    return stated is not None and clause.span.start <= stated.span.start and stated.span.end <= clause.span.end


def _around(plan: PlanVersion, tree: Tree, clause: Clause) -> list[Assignment]:
    above = [each.address for each in reversed(tree.ancestors(clause))]
    for address in above[:2]:
        found = [each for each in plan.assignments if each.clause == address]
        if found:
            return found
    return []
