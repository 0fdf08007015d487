"""The web page as a channel: uvicorn inside the bot's own event loop, started and stopped like any other.

For whoever watches the process `/healthz` says ready and `/metrics` gives figures in Prometheus' text format.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.app import is_loopback
from bot.conversation.dispatcher import Switchboard
from bot.conversation.messages import Reply
from bot.i18n import say
from bot.ports import Receive
from bot.preflight import open_port
from bot.settings import Settings
from bot.web.admin import Admin, PeoplePages
from bot.web.assignments import Assignments
from bot.web.chat import Chat, Transcripts, Turn
from bot.web.guard import CHANNEL
from bot.web.limits import Limits
from bot.web.plans import Plans
from bot.web.view import HERE, Pages, View

if TYPE_CHECKING:
    from bot.app import House

TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Watch(Pages):
    """Figures only: no question, no name, no plan's words."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._started = time.time()

    def routes(self) -> list[Route]:
        return [Route("/healthz", self.health), Route("/metrics", self.metrics)]

    async def health(self, request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def metrics(self, request: Request) -> Response:
        """For this machine and for admins."""
        visitor = self._guard.visitor(request)
        if not visitor.is_admin and not _is_here(request):
            return self._view.notice(request, visitor, "web.not_allowed", 403)
        return PlainTextResponse("".join(f"{line}\n" for line in self._told()), media_type=TEXT)

    def _told(self) -> Iterator[str]:
        shelf, counts = self._shelf, self._desk.log_book.counts()
        answered, seconds = self._desk.log_book.timing()
        yield from _metric("kehoach_start_time_seconds", "gauge", "When the bot started.", round(self._started))
        yield from _metric("kehoach_plans", "gauge", "Plans that answer.", shelf.count())
        yield from _metric("kehoach_clauses", "gauge", "Their clauses.", shelf.clauses())
        yield from _metric("kehoach_assignments", "gauge", "Their tasks.", shelf.tasks())
        yield from _metric("kehoach_questions_30d", "gauge", "Questions of the last 30 days.", counts.questions)
        yield from _metric("kehoach_refused_30d", "gauge", "Those that no plan answers.", counts.refused)
        yield from _metric("kehoach_rated_good_30d", "gauge", "Answers rated right.", counts.good)
        yield from _metric("kehoach_rated_bad_30d", "gauge", "Answers rated wrong.", counts.bad)
        yield from _metric("kehoach_questions_total", "counter", "Questions ever answered or refused.", answered)
        yield from _metric("kehoach_answer_seconds_total", "counter", "Seconds they took.", round(seconds, 3))


def _metric(name: str, kind: str, meaning: str, value: float) -> tuple[str, str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", f"{name} {value}"


def _is_here(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def create_app(
    house: House, receive: Receive, transcripts: Transcripts, hosts: Sequence[str], routes: Sequence[BaseRoute] = ()
) -> Starlette:
    """The application; `hosts` are the names it may be called by, so no foreign page reaches it by DNS tricks."""
    view = View(house)
    rooms = (
        *(Chat(view, receive, transcripts), Plans(view), Assignments(view)),
        *(Admin(view), PeoplePages(view), Watch(view)),
    )
    pages = [route for room in rooms for route in room.routes()]
    static = Mount("/static", StaticFiles(directory=HERE / "static"))
    middleware = [
        Middleware(Limits, language=house.settings.language),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
    ]

    async def missing(request: Request, error: Exception) -> Response:
        return view.notice(request, view.guard.visitor(request), "web.nothing_here", 404)

    return Starlette(routes=[*pages, static, *routes], middleware=middleware, exception_handlers={404: missing})


HEAD_SECONDS = 20  # for the head of a request, the next one of a connection included
CONNECTIONS = 400  # open at once; fewer than the files that every system lets a process open
GRACE = 8  # seconds for answers in hand when the bot stops


def make(house: House, switchboard: Switchboard) -> WebChannel:
    """The web page runs always."""
    settings = house.settings
    transcripts = Transcripts()
    hooks = [house.webhooks.route()]
    app = create_app(house, switchboard.receive, transcripts, allowed_hosts(settings), hooks)
    return WebChannel(app, transcripts, settings.web_host, settings.web_port)


def allowed_hosts(settings: Settings) -> list[str]:
    """By which names the page may be called; reachable from outside without a public address: by any."""
    if settings.public_url:
        return ["127.0.0.1", "localhost", urlsplit(settings.public_url).hostname or "localhost"]
    return ["127.0.0.1", "localhost", settings.web_host] if is_loopback(settings.web_host) else ["*"]


class WebChannel:
    """Serves the pages; `send` leaves a word that the visitor sees when the page loads next."""

    name = CHANNEL

    def __init__(self, app: Starlette, transcripts: Transcripts, host: str, port: int) -> None:
        self._app, self._transcripts = app, transcripts
        self._host, self._port = host, port

    async def start(self) -> None:
        """Bind first, so that a port in use is a clear sentence, then serve."""
        listener = open_port(self._host, self._port)
        listener.listen()  # visitors of the first instant wait in line instead of being refused
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._app, http=_Patient, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve([listener]))
        print(say("cli.web_address", address=f"http://{self._host}:{self.port}"), flush=True)

    async def stop(self) -> None:
        self._server.should_exit = True
        await self._serving

    async def send(self, chat_id: str, reply: Reply) -> None:
        """A word that nobody has just asked for."""
        self._transcripts.add(chat_id, Turn("", (reply,)))


class _Patient(H11Protocol):
    """Nobody holds a connection without asking something: a head that does not come, or too many of them, ends it."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()
        if len(self.connections) > CONNECTIONS:
            waiting = (each for each in self.connections if isinstance(each, _Patient) and each._deadline)
            oldest = min(waiting, key=lambda each: each._deadline.when() if each._deadline else 0, default=self)
            oldest.transport.abort()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self._is_asked():
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _is_asked(self) -> bool:
        cycle: Any = self.cycle  # None before the first request, whatever its type says
        return cycle is not None and not cycle.response_complete

    def _forget(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None


class _Server(uvicorn.Server):
    """Signals belong to `bot.serve`, which stops all channels together."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
