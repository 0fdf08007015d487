"""Walking the clause tree as a reader turns pages: the next clause, the one before."""

from __future__ import annotations

from plan.model import Clause, ClauseKind, PlanVersion
from plan.tree import Tree

# What a reader passes over: marks of a clause that is shown anyway, and stamps.
_SKIPPED = frozenset({ClauseKind.HEADING, ClauseKind.TABLE_HEAD, ClauseKind.TRAILER})
# Too much for one message: its first or last clause is shown in its place.
_LARGE = frozenset({ClauseKind.PART, ClauseKind.SECTION, ClauseKind.APPENDIX})


def neighbour(plan: PlanVersion, address: str, step: int) -> Clause | None:
    """The clause after (step 1) or before (-1) another; past a section's end comes the next section's first.

    Step 0 is the clause itself; None where there is no such clause.
    """
    tree = Tree(plan.text, plan.clauses)
    here = tree.by_address.get(address)
    while here and step:
        beside = _beside(tree, here, step)
        if beside:
            return _inside(tree, beside, step)
        here = tree.parent(here)
    return here


def _beside(tree: Tree, here: Clause, step: int) -> Clause | None:
    parent = tree.parent(here)
    row = tree.children(parent) if parent else tree.roots
    shown = [clause for clause in row if clause is here or clause.kind not in _SKIPPED]
    place = shown.index(here) + step
    return shown[place] if 0 <= place < len(shown) else None


def _inside(tree: Tree, clause: Clause, step: int) -> Clause:
    while clause.kind in _LARGE:
        children = [child for child in tree.children(clause) if child.kind not in _SKIPPED]
        if not children:
            break
        clause = children[0 if step > 0 else -1]
    return clause
