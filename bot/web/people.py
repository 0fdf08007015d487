"""Who may ask, and what was asked: people with their pairing codes, questions with the unanswered ones first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.audit import Deed
from bot.conversation.admin_commands import let_in
from bot.conversation.messages import Kind
from bot.conversation.sessions import Asked
from bot.people import Role
from bot.web.admin import who_of
from bot.web.guard import Visitor
from bot.web.view import View

FILTERS: dict[str, Callable[[Asked], bool]] = {
    "all": lambda asked: True,
    "refused": lambda asked: asked.kind is Kind.REFUSAL,
    "bad": lambda asked: asked.rating < 0,
    "good": lambda asked: asked.rating > 0,
}


class PeoplePages:
    """`/admin/people` and `/admin/questions`."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._people = view.house.people
        self._audit = view.house.audit
        self._log_book = view.house.conversation.desk.log_book

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
        """The list, and who waits to be let in."""
        return self._shown(request, visitor)

    async def approve(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """Let in whoever was given a code."""
        desk = self._view.house.conversation.desk
        found = let_in(desk, visitor.message(), str(form.get("code") or ""), _role(form))
        if found:
            welcome = found[1]
            desk.outbox.hold(welcome.channel, welcome.chat_id, f"welcome:{form.get('code')}", welcome.reply)
        return RedirectResponse("/admin/people", 303) if found else self._shown(request, visitor, wrong=True)

    async def invite(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """A token, shown once."""
        self._audit.note(who_of(visitor), Deed.INVITE, _role(form))
        return self._shown(request, visitor, invitation=self._people.invite(_role(form)))

    async def remove(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """Take a role away."""
        who = (str(form.get("channel")), str(form.get("user")))
        if self._people.remove(*who):
            self._audit.note(who_of(visitor), Deed.END, ":".join(who))
        return RedirectResponse("/admin/people", 303)

    async def questions(self, request: Request, visitor: Visitor) -> Response:
        """What was asked in the last month."""
        shown = request.query_params.get("show", "all")
        found = [asked for asked in self._log_book.latest() if FILTERS.get(shown, FILTERS["all"])(asked)]
        counts = self._log_book.counts()
        context: dict[str, Any] = {"asked": found, "counts": counts, "shown": shown, "filters": FILTERS}
        return self._view.page(request, visitor, "admin_questions.html", **context)

    def _shown(self, request: Request, visitor: Visitor, invitation: str = "", wrong: bool = False) -> Response:
        context: dict[str, Any] = {"people": self._people.everybody(), "waiting": self._people.waiting()}
        return self._view.page(request, visitor, "admin_people.html", invitation=invitation, wrong=wrong, **context)


def _role(form: FormData) -> Role:
    return Role.ADMIN if form.get("role") == Role.ADMIN else Role.OFFICER
