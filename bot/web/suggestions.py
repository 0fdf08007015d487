"""What a newcomer could ask, made from the assignments of the plans that are here, so each has an answer. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest

from plan.model import Assignment, ClauseKind, PlanVersion
from plan.text import fold, squeeze
from plan.tree import Tree
from plan.units import find_units
from prompts import phrase

COUNT = 4
SHORTEST, LONGEST = 12, 84
_NAMED = frozenset({ClauseKind.ITEM, ClauseKind.POINT, ClauseKind.ROW})


def suggestions(plans: Sequence[PlanVersion], language: str) -> list[str]:
    """A few questions, from every plan in turn."""
    by_plan = [_questions(plan, language) for plan in plans]
    in_turn = chain.from_iterable(zip_longest(*by_plan))
    return list(islice((question for question in in_turn if question), COUNT))


def _questions(plan: PlanVersion, language: str) -> Iterator[str]:
    tree = Tree(plan.text, plan.clauses)
    # The shortest names are those of whole tasks; longer ones are sentences and read badly inside a question.
    named = sorted(_named(tree, plan.assignments), key=lambda pair: len(pair[1]))
    for place, (assignment, name) in enumerate(named):
        when = place % 2 and assignment.deadline
        yield phrase(language, "web.ask_when" if when else "web.ask_who", task=name)


def _named(tree: Tree, assignments: Iterable[Assignment]) -> Iterator[tuple[Assignment, str]]:
    """Assignments whose heading or task reads well inside a question; each once."""
    seen = set()
    for assignment in assignments:
        clause = tree.by_address.get(assignment.clause)
        told = (clause.heading or assignment.task.value) if clause and clause.kind in _NAMED else ""
        name = squeeze(told).rstrip(" .:;")
        if assignment.leads and _reads_well(name) and fold(name) not in seen:
            seen.add(fold(name))
            yield assignment, _inside(name)


def _reads_well(name: str) -> bool:
    """Short, and a thing to be done rather than the unit that does it."""
    unit_first = any(mention.start == 0 for mention in find_units(name))
    return SHORTEST <= len(name) <= LONGEST and ":" not in name and not unit_first and "chu tri" not in fold(name)


def _inside(name: str) -> str:
    """As it stands within a sentence; abbreviations and names keep their capitals."""
    first = name.split()[0]
    return name if len(first) > 1 and first.isupper() else name[0].lower() + name[1:]
