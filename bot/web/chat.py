"""The chat: `/` shows the talk so far, `/ask` takes a question or a pressed button, `/sign-in` lets people in.

The last turns of each session are kept in memory only, for when the page loads again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.conversation.admin_commands import ask_admins
from bot.conversation.callback_data import Token, Verb
from bot.conversation.letters import Notice
from bot.conversation.messages import Reply
from bot.ports import Receive
from bot.web.guard import CHANNEL, Visitor
from bot.web.view import Pages, View
from plan.listed import Listed, ref_of
from plan.model import Assignment, ClauseKind, PlanVersion
from plan.recent import Recent
from plan.text import fold, squeeze
from plan.tree import Tree
from plan.units import find_units
from prompts import LANGUAGES, phrase

SESSIONS = 200
TURNS = 50


@dataclass(frozen=True, slots=True)
class Turn:
    """What was typed or pressed (empty for what nobody asked for) and what came back."""

    said: str
    replies: tuple[Reply, ...]


class Transcripts:
    """The sessions used last; older ones are forgotten, so memory stays bounded."""

    def __init__(self) -> None:
        self._sessions: Recent[str, deque[Turn]] = Recent(SESSIONS)

    def of(self, session: str) -> list[Turn]:
        return list(self._sessions.get(session) or ())

    def add(self, session: str, turn: Turn) -> None:
        (self._sessions.get(session) or self._sessions.keep(session, deque(maxlen=TURNS))).append(turn)


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


class Chat(Pages):
    """The same conversation as on every channel, on a page."""

    def __init__(self, view: View, receive: Receive, transcripts: Transcripts) -> None:
        super().__init__(view)
        self._receive, self._transcripts = receive, transcripts

    def routes(self) -> list[Route]:
        return [
            self._view.asking_page("/", self.show),
            Route("/ask", self.ask, methods=["POST"]),
            Route("/language", self.language, methods=["POST"]),
            Route("/sign-in", self.sign_in, methods=["POST"]),
        ]

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """The page with the talk so far; a new visitor is greeted and sees what could be asked."""
        self._bring(visitor.session)
        turns = self._transcripts.of(visitor.session)
        plans, chosen = self._choices(visitor)
        asked = [turn for turn in turns if turn.said]
        ideas = [] if asked else self._ideas([chosen] if chosen else plans, visitor.language)
        choices = [(str(Token(Verb.PLAN, ref_of(plan.plan_id))), plan, plan == chosen) for plan in plans]
        return self._view.page(
            request,
            visitor,
            "chat.html",
            turns=turns,
            suggestions=ideas,
            choices=choices,
            count=self._shelf.count(),
            everything=str(Token(Verb.PLAN)),
        )

    def _choices(self, visitor: Visitor) -> tuple[list[Listed], Listed | None]:
        """The plans to choose from, some of them where there are very many, and the one that is chosen."""
        chosen, plans = self._desk.memory.plan(visitor.message()), list(self._shelf.listed())
        plan = self._shelf.told(chosen) if chosen else None
        return (plans if plan is None or plan in plans else [plan, *plans]), plan

    def _ideas(self, plans: Sequence[Listed], language: str) -> list[str]:
        """Questions that could be asked, of the first plans alone: a few are shown."""
        loaded = (self._shelf.live_version(plan.plan_id) for plan in plans[:COUNT])
        return suggestions([plan for plan in loaded if plan], language)

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
        for letter in self._desk.outbox.held(CHANNEL):
            if letter.chat == session:
                self._transcripts.add(session, Turn("", (Notice.of(letter).reply,)))
                self._desk.outbox.forget(CHANNEL, letter)

    async def _turn(self, visitor: Visitor, text: str, said: str, action: str | None) -> Turn:
        turn = Turn(said, tuple(await self._receive(visitor.message(text, action))))
        self._transcripts.add(visitor.session, turn)
        return turn
