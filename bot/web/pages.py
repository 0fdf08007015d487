"""The pages as an application: `/` is the chat, `/ask` takes a question or a pressed button, `/healthz` says ready."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot.messages import Incoming
from bot.ports import Receive
from bot.web.transcripts import Transcripts, Turn
from prompts import phrase

CHANNEL = "web"
COOKIE = "kehoach"
HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

templates = Jinja2Templates(HERE / "templates")


class Pages:
    """The handlers, with what they share."""

    def __init__(self, receive: Receive, transcripts: Transcripts, language: str) -> None:
        self._receive = receive
        self._transcripts = transcripts
        self._language = language

    async def chat(self, request: Request) -> Response:
        """The page with the talk so far; a new visitor is greeted."""
        session = request.cookies.get(COOKIE) or secrets.token_urlsafe(16)
        if not self._transcripts.of(session):
            await self._turn(request, session, "/start", "", None)
        response = self._page(request, "chat.html", turns=self._transcripts.of(session))
        response.set_cookie(COOKIE, session, max_age=90 * 86400, httponly=True, samesite="strict")
        return response

    async def ask(self, request: Request) -> Response:
        """A question (`text`) or a button (`action`, shown as `label`): the new turn alone for the page's script."""
        session = request.cookies.get(COOKIE)
        if not session or _foreign(request):
            return PlainTextResponse(phrase(self._language, "web.bad_origin"), 403)
        form = await request.form(max_files=0, max_fields=10)
        text, action, label = (str(form.get(name) or "").strip() for name in ("text", "action", "label"))
        if text or action:
            turn = await self._turn(request, session, text, label or text, action or None)
            if request.headers.get("x-fragment"):
                return self._page(request, "turn.html", turn=turn)
        return RedirectResponse("/#end", 303)

    async def health(self, request: Request) -> Response:
        """For whoever watches the process."""
        return JSONResponse({"ok": True})

    async def _turn(self, request: Request, session: str, text: str, said: str, action: str | None) -> Turn:
        hint = request.headers.get("accept-language", "")[:2]
        message = Incoming(CHANNEL, session, session, text, language=hint, action=action)
        turn = Turn(said, tuple(await self._receive(message)))
        self._transcripts.add(session, turn)
        return turn

    def _page(self, request: Request, name: str, **context: object) -> Response:
        def say(key: str, **values: object) -> str:
            return phrase(self._language, key, **values)

        return templates.TemplateResponse(request, name, {"say": say, "language": self._language, **context})


def create_app(receive: Receive, transcripts: Transcripts, language: str, hosts: list[str]) -> Starlette:
    """The application; `hosts` are the names it may be called by, so no foreign page reaches it by DNS tricks."""
    pages = Pages(receive, transcripts, language)
    routes = [
        Route("/", pages.chat),
        Route("/ask", pages.ask, methods=["POST"]),
        Route("/healthz", pages.health),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    middleware = [
        Middleware(TrustedHostMiddleware, allowed_hosts=hosts),
        Middleware(BaseHTTPMiddleware, dispatch=_with_headers),
    ]
    return Starlette(routes=routes, middleware=middleware)


async def _with_headers(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call(request)
    response.headers.update(HEADERS)
    return response


def _foreign(request: Request) -> bool:
    """Whether another site's page sent this form."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")
