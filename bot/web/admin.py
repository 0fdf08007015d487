"""The admin's door and what is behind it: plans (upload, preview, publish, roll back, remove), people, questions.

Every line of a source is shown beside the clauses it fell into, so that an admin can trust the plan before it answers.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.audit import Deed
from bot.conversation.admin_commands import let_in
from bot.conversation.messages import Kind
from bot.conversation.sessions import Entry
from bot.people import Role
from bot.plans.amendments import warnings
from bot.plans.preview import by_clause, field_name, misread, places, proposals, quality
from bot.plans.service import NEW_PLAN, Step
from bot.sanitize import safe_name
from bot.security import Pass
from bot.web.guard import Visitor
from bot.web.view import Pages, View, plans_of
from plan.diff import differences
from plan.model import Clause, PlanVersion
from plan.tree import Tree
from prompts import phrase

FORGOTTEN_AFTER = 3600.0  # seconds


class Admin(Pages):
    """Everything about plans under `/admin`, and the door itself."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._keeper, self._plans, self._vault = view.house.keeper, view.house.plans, view.house.vault
        self._folder = view.house.settings.data_dir / "uploads"
        self._forget_old()

    def routes(self) -> list[Route]:
        view = self._view
        return [
            Route("/admin/enter", self.enter, methods=["GET", "POST"]),
            Route("/admin/sign-in", self.sign_in, methods=["POST"]),
            view.deed("/admin/sign-out", self.sign_out),
            view.admin_page("/admin", self.plans),
            view.admin_page("/admin/plans/{plan_id}", self.plan),
            view.admin_page("/admin/plans/{plan_id}/{version:int}", self.preview),
            view.deed("/admin/plans/{plan_id}/{version:int}/publish", self.publish),
            view.deed("/admin/plans/{plan_id}/{version:int}/publish-bare", self.publish),
            view.deed("/admin/plans/{plan_id}/{version:int}/discard", self.discard),
            view.deed("/admin/plans/{plan_id}/{version:int}/rollback", self.rollback),
            view.deed("/admin/plans/{plan_id}/remove", self.remove),
            view.admin_page("/admin/plans/{plan_id}/{version:int}/lines", self.lines),
            view.deed("/admin/upload", self.upload),
            view.admin_page("/admin/work/{ident}", self.work),
            view.admin_page("/admin/work/{ident}/state", self.state),
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
            return self._view.admin_door(request, visitor, wrong=True)
        return self._signed_in()

    async def sign_in(self, request: Request) -> Response:
        visitor = self._guard.visitor(request)
        form = await request.form(max_files=0, max_fields=4)
        refused = self._guard.refuses(request, visitor, str(form.get("seal")))
        if refused or not await asyncio.to_thread(self._vault.is_password, str(form.get("password"))):
            return self._view.admin_door(request, visitor, wrong=True)
        return self._signed_in()

    async def sign_out(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        response = RedirectResponse("/", 303)
        self._guard.sign_out(request, response)
        return response

    async def plans(self, request: Request, visitor: Visitor) -> Response:
        """The plans, what waits, and the place to drop a file."""
        page = plans_of(self._shelf, request.query_params)
        staged = await asyncio.to_thread(self._plans.waiting)
        return self._view.page(request, visitor, "admin_plans.html", page=page, staged=staged)

    async def plan(self, request: Request, visitor: Visitor) -> Response:
        live = self._shelf.live_version(request.path_params["plan_id"])
        if live is None:
            return self._view.notice(request, visitor, "web.no_plan", 404)
        history = (await asyncio.to_thread(self._plans.history, live.plan_id))[::-1]
        sure = request.query_params.get("remove") == "ask"
        return self._view.page(request, visitor, "admin_plan.html", plan=live, history=history, ask_to_remove=sure)

    async def preview(self, request: Request, visitor: Visitor) -> Response:
        """A staged version as it was read, with what is different from the live one."""
        if _key(request) not in self._plans.staged():
            return self._view.notice(request, visitor, "web.decided", 404)
        staged = self._plans.version(*_key(request))
        live = self._shelf.live_version(staged.plan_id)
        found = await asyncio.to_thread(differences, live, staged) if live else ()
        told: dict[str, Any] = {"differences": by_clause(found), "field_name": field_name, "quality": quality}
        told["contradictions"] = await asyncio.to_thread(warnings, visitor.language, staged, self._plans.beside(staged))
        told |= {"misread": misread, "places": partial(places, old=live, new=staged) if live else None}
        told["proposals"] = proposals
        return self._view.page(request, visitor, "admin_preview.html", 200, plan=staged, live=live, **told)

    async def publish(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        bare = request.url.path.endswith("/publish-bare")
        work = self._keeper.publish(*_key(request), visitor.language, who_of(visitor), bare)
        return RedirectResponse(f"/admin/work/{work.ident}", 303)

    async def discard(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        if _key(request) in self._plans.staged():
            await asyncio.to_thread(self._plans.discard, *_key(request), who_of(visitor))
        return RedirectResponse("/admin", 303)

    async def rollback(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        work = self._keeper.rollback(*_key(request), visitor.language, who_of(visitor))
        return RedirectResponse(f"/admin/work/{work.ident}", 303)

    async def remove(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        plan = self._shelf.live_version(request.path_params["plan_id"])
        if plan:
            await asyncio.to_thread(self._plans.remove, plan.plan_id, who_of(visitor))
        return RedirectResponse("/admin", 303)

    async def lines(self, request: Request, visitor: Visitor) -> Response:
        """The whole source, of staged, live and old versions."""
        plan = await asyncio.to_thread(self._shelf.version, *_key(request))
        if plan is None:
            return self._view.notice(request, visitor, "web.no_plan", 404)
        lines = list(source_lines(plan))
        lost = [line.number for line in lines if line.text.strip() and not line.clauses]
        return self._view.page(request, visitor, "admin_lines.html", plan=plan, lines=lines, lost=lost)

    async def upload(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """Keep the file in a folder of its own and begin to read it."""
        file, plan_id = form.get("file"), str(form.get("plan") or "")
        known = plan_id in {"", NEW_PLAN} or self._shelf.told(plan_id) is not None
        if not isinstance(file, UploadFile) or not file.filename or not known:
            return self._view.notice(request, visitor, "web.no_file", 400)
        folder, kept = await asyncio.to_thread(self._keep, file)
        work = self._keeper.read(folder, kept, plan_id, visitor.language)
        return RedirectResponse(f"/admin/work/{work.ident}", 303)

    async def work(self, request: Request, visitor: Visitor) -> Response:
        """How far it is; on to what comes next when it is over."""
        work = self._keeper.work(request.path_params["ident"])
        if work is None:
            return RedirectResponse("/admin", 303)
        if work.step is Step.STAGED:
            return RedirectResponse(f"/admin/plans/{work.plan_id}/{work.version}", 303)
        return self._view.page(request, visitor, "admin_work.html", work=work)

    async def state(self, request: Request, visitor: Visitor) -> Response:
        """The same for the page's script."""
        work = self._keeper.work(request.path_params["ident"])
        if work is None:
            return JSONResponse({"over": True})
        told = phrase(visitor.language, f"web.step_{work.step}", name=work.name)
        return JSONResponse({"over": work.is_over, "told": told, "done": work.done, "total": work.total})

    def _forget_old(self) -> None:
        """What a kill left behind; a file is read within minutes."""
        for left in self._folder.glob("*"):
            if time.time() - left.stat().st_mtime > FORGOTTEN_AFTER:
                shutil.rmtree(left, ignore_errors=True)

    def _keep(self, file: UploadFile) -> tuple[Path, Path]:
        self._folder.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        kept = folder / safe_name(file.filename or "")
        with kept.open("wb") as out:
            shutil.copyfileobj(file.file, out)
        return folder, kept

    def _signed_in(self) -> Response:
        response = RedirectResponse("/admin", 303)
        self._guard.sign_in(response)
        return response


def who_of(visitor: Visitor) -> str:
    """Admins of the page share one door, so the log knows the browser only."""
    return f"web:{visitor.session[:8]}"


def _key(request: Request) -> tuple[str, int]:
    return request.path_params["plan_id"], request.path_params["version"]


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


FILTERS: dict[str, Callable[[Entry], bool]] = {
    "all": lambda asked: True,
    "refused": lambda asked: asked.kind is Kind.REFUSAL,
    "bad": lambda asked: asked.rating < 0,
    "good": lambda asked: asked.rating > 0,
}


class PeoplePages(Pages):
    """`/admin/people` and `/admin/questions`."""

    def routes(self) -> list[Route]:
        view = self._view
        return [
            view.admin_page("/admin/people", self.people),
            view.deed("/admin/people/approve", self.approve),
            view.deed("/admin/people/invite", self.invite),
            view.deed("/admin/people/remove", self.remove),
            view.admin_page("/admin/questions", self.questions),
        ]

    async def people(self, request: Request, visitor: Visitor) -> Response:
        return self._shown(request, visitor)

    async def approve(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        found = let_in(self._desk, visitor.message(), str(form.get("code") or ""), _role(form))
        if found:
            welcome = found[1]
            self._desk.outbox.hold(welcome.channel, welcome.chat_id, f"welcome:{form.get('code')}", welcome.reply)
        return RedirectResponse("/admin/people", 303) if found else self._shown(request, visitor, wrong=True)

    async def invite(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """A token, shown once."""
        self._desk.audit.note(who_of(visitor), Deed.INVITE, _role(form))
        return self._shown(request, visitor, invitation=self._desk.people.invite(_role(form)))

    async def remove(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        who = (str(form.get("channel")), str(form.get("user")))
        if self._desk.people.remove(*who):
            self._desk.audit.note(who_of(visitor), Deed.END, ":".join(who))
        return RedirectResponse("/admin/people", 303)

    async def questions(self, request: Request, visitor: Visitor) -> Response:
        """What was asked in the last month."""
        shown = request.query_params.get("show", "all")
        found = [asked for asked in self._desk.log_book.latest() if FILTERS.get(shown, FILTERS["all"])(asked)]
        counts = self._desk.log_book.counts()
        context: dict[str, Any] = {"asked": found, "counts": counts, "shown": shown, "filters": FILTERS}
        return self._view.page(request, visitor, "admin_questions.html", **context)

    def _shown(self, request: Request, visitor: Visitor, invitation: str = "", wrong: bool = False) -> Response:
        context: dict[str, Any] = {"people": self._desk.people.everybody(), "waiting": self._desk.people.waiting()}
        return self._view.page(request, visitor, "admin_people.html", invitation=invitation, wrong=wrong, **context)


def _role(form: FormData) -> Role:
    return Role.ADMIN if form.get("role") == Role.ADMIN else Role.OFFICER
