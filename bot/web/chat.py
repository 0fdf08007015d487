"""The chat: `/` shows the talk so far, `/ask` takes a question or a pressed button, `/sign-in` lets people in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.conversation.callback_data import Token, Verb, digest
from bot.notices.joining import ask_admins
from bot.notices.outbox import reply_of
from bot.ports import Receive
from bot.web.guard import CHANNEL, Guard, Visitor
from bot.web.suggestions import suggestions
from bot.web.transcripts import Transcripts, Turn
from bot.web.view import View
from prompts import LANGUAGES


class Chat:
    """The same conversation as on every channel, on a page."""

    def __init__(self, view: View, guard: Guard, receive: Receive, transcripts: Transcripts) -> None:
        self._view = view
        self._guard = guard
        self._receive = receive
        self._transcripts = transcripts
        self._desk = view.house.conversation.desk

    def routes(self) -> list[Route]:
        """Where all this is found."""
        return [
            Route("/", self.show),
            Route("/ask", self.ask, methods=["POST"]),
            Route("/language", self.language, methods=["POST"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page with the talk so far; a new visitor is greeted and sees what could be asked."""
        visitor = self._guard.visitor(request)
        if not visitor.may_ask:
            return self._view.closed(request, visitor)
        self._bring(visitor.session)
        turns = self._transcripts.of(visitor.session)
        plans = sorted(self._desk.shelf.live(), key=lambda plan: plan.plan_id)
        chosen = self._desk.memory.plan(visitor.message())
        asked = [turn for turn in turns if turn.said]
        ideas = [] if asked else suggestions([p for p in plans if chosen in (None, p.plan_id)], visitor.language)
        choices = [(str(Token(Verb.PLAN, digest(plan.plan_id))), plan, plan.plan_id == chosen) for plan in plans]
        return self._view.page(
            request,
            visitor,
            "chat.html",
            turns=turns,
            suggestions=ideas,
            choices=choices,
            everything=str(Token(Verb.PLAN)),
        )

    async def ask(self, request: Request) -> Response:
        """A question (`text`) or a button (`action`, shown as `label`): the new turn alone for the page's script."""
        visitor = self._guard.visitor(request)
        form = await request.form(max_files=0, max_fields=10)
        told = {name: str(form.get(name) or "").strip() for name in ("text", "action", "label")}
        if self._guard.is_foreign(request, visitor):
            return self._view.notice(request, visitor, "web.bad_origin", 403)
        if not visitor.may_ask:
            return self._view.closed(request, visitor)
        if told["text"] or told["action"]:
            turn = await self._turn(visitor, told["text"], told["label"] or told["text"], told["action"] or None)
            if request.headers.get("x-fragment"):
                return self._view.page(request, visitor, "turn.html", turn=turn)
        return RedirectResponse("/#end", 303)

    async def language(self, request: Request) -> Response:
        """Speak this language from now on, here and in the chat."""
        visitor = self._guard.visitor(request)
        form = await request.form(max_files=0, max_fields=4)
        if not self._guard.refuses(request, visitor, str(form.get("seal"))) and form.get("language") in LANGUAGES:
            self._desk.memory.select_language(visitor.message(), str(form["language"]))
        back = str(form.get("back") or "/")
        return RedirectResponse(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/", 303)

    async def sign_in(self, request: Request) -> Response:
        """With an invitation the visitor is let in; with a name only, gets a pairing code for the admin."""
        visitor = self._guard.visitor(request)
        form = await request.form(max_files=0, max_fields=4)
        token, name = str(form.get("invitation") or "").strip(), str(form.get("name") or "").strip()[:80]
        if self._guard.refuses(request, visitor, str(form.get("seal"))):
            return self._view.notice(request, visitor, "web.bad_origin", 403)
        message = visitor.message(name=name)
        if token:
            let_in = self._desk.people.accept(token, message)
            return RedirectResponse("/", 303) if let_in else self._view.closed(request, visitor, wrong=True)
        code = self._desk.people.pairing_code(message)
        ask_admins(self._desk, message, code)
        return self._view.closed(request, visitor, code=code)

    def _bring(self, session: str) -> None:
        """Notices that were left for this visitor: the page shows them when it loads."""
        for held in self._desk.outbox.held(CHANNEL):
            if held.letter.chat == session:
                self._transcripts.add(session, Turn("", (reply_of(held.letter.body),)))
                self._desk.outbox.forget(CHANNEL, held.letter)

    async def _turn(self, visitor: Visitor, text: str, said: str, action: str | None) -> Turn:
        turn = Turn(said, tuple(await self._receive(visitor.message(text, action))))
        self._transcripts.add(visitor.session, turn)
        return turn
