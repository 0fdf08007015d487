"""The plans to read: their list, a version as a page with the cited characters marked, the page picture of a quote.

Beside the text stand the clause asked for, how to cite it, the way on, its assignments.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.conversation.callback_data import clause_path
from bot.conversation.replies import neighbour
from bot.plans.naming import first_words, short_title
from bot.plans.preview import field_name
from bot.plans.tasks import value
from bot.web.guard import Visitor
from bot.web.reading import Reader, cited_span
from bot.web.view import Pages, View, plans_of
from plan.model import Assignment, Clause, PlanVersion, Span
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


def task_name(assignment: Assignment, width: int = 160) -> str:
    return first_words(value(assignment.task), width)


def _assignments(plan: PlanVersion, tree: Tree, clause: Clause) -> Iterator[Assignment]:
    """Those stated in the clause or below it; a line of an assignment belongs to the one around it."""
    found = [each for each in plan.assignments if _stands_in(tree, each, clause)]
    yield from found or _around(plan, tree, clause)


def _stands_in(tree: Tree, assignment: Assignment, clause: Clause) -> bool:
    stated = tree.by_address.get(assignment.clause)
    return stated is not None and clause.span.start <= stated.span.start and stated.span.end <= clause.span.end


def _around(plan: PlanVersion, tree: Tree, clause: Clause) -> list[Assignment]:
    for above in islice(tree.upwards(clause.parent), 2):
        found = [each for each in plan.assignments if each.clause == above.address]
        if found:
            return found
    return []


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to read: a version, a clause of it, some characters."""

    visitor: Visitor
    plan: PlanVersion
    address: str
    cited: Span | None


class Plans(Pages):
    """Everything under `/plans`."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._drawing = asyncio.Semaphore(1)  # a page picture takes a core for half a second

    def routes(self) -> list[Route]:
        return [
            self._view.asking_page("/plans", self.list),
            Route("/plans/{plan_id}", self.live),
            self._reading_page("/plans/{plan_id}/{version:int}", self.show),
            self._reading_page("/plans/{plan_id}/{version:int}/beside", self.beside),
            self._reading_page("/plans/{plan_id}/{version:int}/picture/{page:int}", self.picture),
        ]

    def _reading_page(self, path: str, show: Callable[[Request, Wish], Awaitable[Response]]) -> Route:
        """A page of a version, for who may read that one."""

        async def guarded(request: Request) -> Response:
            wish = await self._wish(request)
            return wish if isinstance(wish, Response) else await show(request, wish)

        return Route(path, guarded)

    async def list(self, request: Request, visitor: Visitor) -> Response:
        return self._view.page(request, visitor, "plans.html", page=plans_of(self._shelf, request.query_params))

    async def live(self, request: Request) -> Response:
        """The live version, whichever that is now."""
        visitor = self._guard.visitor(request)
        plan = self._shelf.live_version(request.path_params["plan_id"])
        if not visitor.may_ask or plan is None:
            return self._view.notice(request, visitor, "web.no_plan", 404)
        return RedirectResponse(clause_path(plan.plan_id, plan.version), 303)

    async def show(self, request: Request, wish: Wish) -> Response:
        reader = Reader(wish.plan, wish.address, wish.cited)
        context: dict[str, Any] = {"nodes": reader.nodes(), "contents": reader.contents(), **self._side(request, wish)}
        return self._view.page(request, wish.visitor, "plan.html", **context)

    async def beside(self, request: Request, wish: Wish) -> Response:
        """Only what stands beside the text, for the page's script: a browser does not tell us what follows the #."""
        return self._view.page(request, wish.visitor, "beside.html", **self._side(request, wish))

    async def picture(self, request: Request, wish: Wish) -> Response:
        """The page on which the cited characters stand, framed; page 0 is the first of them, where it is not known."""
        if wish.cited is None:
            return self._view.notice(request, wish.visitor, "web.no_page", 404)
        async with self._drawing:
            originals, place = self._house.originals, (wish.cited.start, wish.cited.end)
            found = await asyncio.to_thread(originals.pictures, wish.plan, *place)
        for picture in found:
            if request.path_params["page"] in (0, picture.page):
                return Response(picture.png, media_type="image/png", headers={"Cache-Control": "private, max-age=600"})
        return self._view.notice(request, wish.visitor, "web.no_page", 404)

    def _side(self, request: Request, wish: Wish) -> dict[str, Any]:
        plan, live = wish.plan, self._shelf.live_version(wish.plan.plan_id)
        side = beside(plan, wish.address, wish.cited, wish.visitor.language)
        proof = {name: request.query_params[name] for name in ("until", "seal") if name in request.query_params}
        has_page = side is not None and self._house.originals.has_pages(plan)
        newer = live if live and live.version != plan.version else None
        kept = {clause.address for clause in newer.clauses} if newer else set()
        return {
            "plan": plan,
            "side": side,
            "proof": proof,
            "has_page": has_page,
            "newer": newer,
            "field_name": field_name,
            "task_name": task_name,
            "cited": wish.cited,
            "newer_address": wish.address if wish.address in kept else "",
        }

    async def _wish(self, request: Request) -> Wish | Response:
        """What is asked for, or the page that says why it is not shown."""
        visitor = self._guard.visitor(request)
        plan_id, version = request.path_params["plan_id"], request.path_params["version"]
        if not self._guard.may_read(request, visitor, plan_id, version):
            return self._view.closed(request, visitor)
        plan = await asyncio.to_thread(self._version, plan_id, version, visitor.is_admin)
        if plan is None:
            return self._view.notice(request, visitor, "web.no_plan", 404)
        query = request.query_params
        return Wish(visitor, plan, query.get("at", ""), cited_span(query.get("q", ""), len(plan.text)))

    def _version(self, plan_id: str, version: int, staged_too: bool) -> PlanVersion | None:
        """A version that is or was live; what waits to be published is for admins' eyes."""
        known = staged_too or version in self._house.plans.versions(plan_id)
        return self._shelf.version(plan_id, version) if known else None
