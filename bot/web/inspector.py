"""What the parser made of a file: every line of the source beside the clauses it fell into, so that an admin can trust
the plan before it answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.admin import Door
from bot.web.guard import Visitor
from bot.web.view import View
from plan.model import Clause, PlanVersion
from plan.tree import Tree


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line and the smallest clauses that hold its characters; none of them is a fault of the parser."""

    number: int
    text: str
    start: int
    clauses: tuple[Clause, ...]
    depth: int
    begins: bool  # the first line of its clause


def source_lines(plan: PlanVersion) -> Iterator[SourceLine]:
    """Every line, in one walk over text and clauses."""
    tree = Tree(plan.text, plan.clauses)
    leaves = sorted((clause for clause in plan.clauses if not clause.children), key=lambda clause: clause.span)
    start, first = 0, 0
    for number, text in enumerate(plan.text.splitlines(keepends=True), 1):
        end = start + len(text)
        while first < len(leaves) and leaves[first].span.end <= start:
            first += 1
        inside = _inside(leaves, first, start, end) if text.strip() else ()
        depth = len(tree.ancestors(inside[0])) if inside else 0
        begins = bool(inside) and inside[0].span.start >= start
        yield SourceLine(number, text.rstrip("\r\n"), start, inside, depth, begins)
        start = end


def _inside(leaves: list[Clause], first: int, start: int, end: int) -> tuple[Clause, ...]:
    found = []
    for clause in leaves[first:]:
        if clause.span.start >= end:
            break
        if clause.span.end > start:
            found.append(clause)
    return tuple(found)


class Inspector:
    """`/admin/plans/<id>/<version>/lines`, for staged, live and old versions."""

    def __init__(self, view: View, door: Door) -> None:
        self._view, self._door = view, door

    def routes(self) -> list[Route]:
        """Where all this is found."""
        return [self._door.page("/admin/plans/{plan_id}/{version:int}/lines", self.lines)]

    async def lines(self, request: Request, visitor: Visitor) -> Response:
        """The whole source."""
        shelf = self._view.house.conversation.desk.shelf
        key = request.path_params["plan_id"], request.path_params["version"]
        plan = await asyncio.to_thread(shelf.version, *key)
        if plan is None:
            return self._view.notice(request, visitor, "web.no_plan", 404)
        lines = list(source_lines(plan))
        lost = [line.number for line in lines if line.text.strip() and not line.clauses]
        return self._view.page(request, visitor, "admin_lines.html", plan=plan, lines=lines, lost=lost)
