"""The admin's door and the plans behind it: sign in, look at what was read, publish, roll back, remove."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.plans.contradictions import warnings
from bot.plans.preview import by_clause, field_name, misread, places, proposals, quality
from bot.security import Pass
from bot.web.guard import Guard, Visitor
from bot.web.view import View
from plan.diff import differences
from plan.model import PlanVersion

Page = Callable[[Request, Visitor], Awaitable[Response]]
Deed = Callable[[Request, Visitor, FormData], Awaitable[Response]]


class Door:
    """Lets nobody but an admin through, and no form but our own."""

    def __init__(self, view: View, guard: Guard) -> None:
        self._view = view
        self._guard = guard

    def page(self, path: str, show: Page) -> Route:
        """A page for admins."""

        async def guarded(request: Request) -> Response:
            visitor = self._guard.visitor(request)
            return await show(request, visitor) if visitor.is_admin else self.closed(request, visitor)

        return Route(path, guarded)

    def deed(self, path: str, do: Deed) -> Route:
        """Something that only a form of ours may do."""

        async def guarded(request: Request) -> Response:
            visitor = self._guard.visitor(request)
            if not visitor.is_admin:
                return self.closed(request, visitor)
            async with request.form(max_files=1, max_fields=10) as form:
                if self._guard.refuses(request, visitor, str(form.get("seal"))):
                    return self._view.notice(request, visitor, "web.bad_origin", 403)
                return await do(request, visitor, form)

        return Route(path, guarded, methods=["POST"])

    def closed(self, request: Request, visitor: Visitor, wrong: bool = False) -> Response:
        """How to get in; nothing can be typed while no password is set."""
        has_password = self._view.house.vault.has_password()
        return self._view.page(request, visitor, "admin_door.html", 403, has_password=has_password, wrong=wrong)


class Admin:
    """Everything about plans under `/admin`, and the door itself."""

    def __init__(self, view: View, guard: Guard, door: Door) -> None:
        self._view, self._guard, self._door = view, guard, door
        self._keeper, self._vault = view.house.keeper, view.house.vault
        self._shelf = view.house.conversation.desk.shelf

    def routes(self) -> list[Route]:
        """Where all this is found."""
        door = self._door
        return [
            Route("/admin/enter", self.enter, methods=["GET", "POST"]),
            Route("/admin/sign-in", self.sign_in, methods=["POST"]),
            door.deed("/admin/sign-out", self.sign_out),
            door.page("/admin", self.plans),
            door.page("/admin/plans/{plan_id}", self.plan),
            door.page("/admin/plans/{plan_id}/{version:int}", self.preview),
            door.deed("/admin/plans/{plan_id}/{version:int}/publish", self.publish),
            door.deed("/admin/plans/{plan_id}/{version:int}/publish-bare", self.publish),
            door.deed("/admin/plans/{plan_id}/{version:int}/discard", self.discard),
            door.deed("/admin/plans/{plan_id}/{version:int}/rollback", self.rollback),
            door.deed("/admin/plans/{plan_id}/remove", self.remove),
        ]

    async def enter(self, request: Request) -> Response:
        """The one-time link: a page with one button, because chats and mail open links to look at them."""
        visitor = self._guard.visitor(request)
        if request.method == "GET":
            key = request.query_params.get("key", "")
            good = self._vault.opens(Pass.LINK, key)
            return self._view.page(request, visitor, "admin_enter.html", 200 if good else 403, key=key, good=good)
        form = await request.form(max_files=0, max_fields=4)
        if self._guard.is_foreign(request, visitor) or not self._vault.spend(Pass.LINK, str(form.get("key"))):
            return self._door.closed(request, visitor, wrong=True)
        return self._signed_in()

    async def sign_in(self, request: Request) -> Response:
        """The password."""
        visitor = self._guard.visitor(request)
        form = await request.form(max_files=0, max_fields=4)
        refused = self._guard.refuses(request, visitor, str(form.get("seal")))
        if refused or not await asyncio.to_thread(self._vault.is_password, str(form.get("password"))):
            return self._door.closed(request, visitor, wrong=True)
        return self._signed_in()

    async def sign_out(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """Good bye."""
        response = RedirectResponse("/", 303)
        self._guard.sign_out(request, response)
        return response

    async def plans(self, request: Request, visitor: Visitor) -> Response:
        """All plans, what waits, and the place to drop a file."""
        staged = await asyncio.to_thread(self._keeper.staged)
        return self._view.page(request, visitor, "admin_plans.html", plans=self._shelf.live(), staged=staged)

    async def plan(self, request: Request, visitor: Visitor) -> Response:
        """One plan with its versions."""
        live = self._live(request.path_params["plan_id"])
        if live is None:
            return self._view.notice(request, visitor, "web.no_plan", 404)
        history = await asyncio.to_thread(self._keeper.history, live.plan_id)
        sure = request.query_params.get("remove") == "ask"
        return self._view.page(request, visitor, "admin_plan.html", plan=live, history=history, ask_to_remove=sure)

    async def preview(self, request: Request, visitor: Visitor) -> Response:
        """A staged version as it was read, with what is different from the live one."""
        staged = self._keeper.staged_version(request.path_params["plan_id"], request.path_params["version"])
        if staged is None:
            return self._view.notice(request, visitor, "web.decided", 404)
        live = self._live(staged.plan_id)
        found = await asyncio.to_thread(differences, live, staged) if live else ()
        told: dict[str, Any] = {"differences": by_clause(found), "field_name": field_name, "quality": quality}
        beside = self._shelf.live_of(staged.info.place)
        told["contradictions"] = await asyncio.to_thread(warnings, visitor.language, staged, beside)
        told |= {"misread": misread, "places": partial(places, old=live, new=staged) if live else None}
        told["proposals"] = proposals
        return self._view.page(request, visitor, "admin_preview.html", 200, plan=staged, live=live, **told)

    async def publish(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """Nạp."""
        bare = request.url.path.endswith("/publish-bare")
        work = self._keeper.publish(*_key(request), visitor.language, who_of(visitor), bare)
        return RedirectResponse(f"/admin/work/{work.ident}", 303)

    async def discard(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """Huỷ."""
        await asyncio.to_thread(self._keeper.discard, *_key(request), who_of(visitor))
        return RedirectResponse("/admin", 303)

    async def rollback(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """An earlier version answers again."""
        work = self._keeper.rollback(*_key(request), visitor.language, who_of(visitor))
        return RedirectResponse(f"/admin/work/{work.ident}", 303)

    async def remove(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """A plan with all its versions, when it is there."""
        plan = self._live(request.path_params["plan_id"])
        if plan:
            await asyncio.to_thread(self._view.house.plans.remove, plan.plan_id, who_of(visitor))
        return RedirectResponse("/admin", 303)

    def _signed_in(self) -> Response:
        response = RedirectResponse("/admin", 303)
        self._guard.sign_in(response)
        return response

    def _live(self, plan_id: str) -> PlanVersion | None:
        return self._shelf.live_version(plan_id)


def who_of(visitor: Visitor) -> str:
    """Admins of the page share one door, so the log knows the browser only."""
    return f"web:{visitor.session[:8]}"


def _key(request: Request) -> tuple[str, int]:
    return request.path_params["plan_id"], request.path_params["version"]
