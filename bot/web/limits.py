"""How much one visitor may take: requests a minute, bytes a request. And what every answer says to the browser."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from prompts import phrase

REMEMBERED = 5000  # addresses; the ones not seen for longest are forgotten first
FORM_BYTES = 64 * 1024
UPLOAD_BYTES = 61 * 1024 * 1024  # what the readers take, and the form around it
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none';"
    " form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Rate(NamedTuple):
    """So many at once, and then again as many in so many seconds."""

    burst: int
    seconds: float


PAGES, QUESTIONS, KEYS = Rate(240, 60), Rate(30, 60), Rate(8, 300)


def rate_of(method: str, path: str) -> tuple[str, Rate] | None:
    """What a request counts as; None for what is never counted."""
    if path.startswith(("/static/", "/hooks/")) or path == "/healthz":
        return None
    if path in ("/sign-in", "/admin/enter", "/admin/sign-in") and method == "POST":
        return "keys", KEYS
    return ("questions", QUESTIONS) if path == "/ask" else ("pages", PAGES)


class Buckets:
    """A leaking bucket for each visitor and kind of request."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._levels: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait(self, who: str, what: str, rate: Rate) -> float:
        """Seconds to wait before the next one; 0 when it may go on now."""
        now, leak = self._clock(), rate.burst / rate.seconds
        level, at = self._levels.pop((who, what), (0.0, now))
        level = max(0.0, level - (now - at) * leak)
        over = level + 1 - rate.burst
        self._levels[who, what] = (level if over > 0 else level + 1, now)
        while len(self._levels) > REMEMBERED:
            self._levels.popitem(last=False)
        return over / leak if over > 0 else 0.0


class Limits:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, language: str, buckets: Buckets | None = None) -> None:
        self._app = app
        self._language = language
        self._buckets = buckets or Buckets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        refusal, told = self._refusal(scope), _with_headers(send)
        if refusal:
            return await refusal(scope, receive, told)
        body = _Body(receive, _limit(scope["path"]))
        try:
            await self._app(scope, body, told)
        except ClientDisconnect:
            if body.is_too_long:
                await self._too_large()(scope, receive, told)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdecimal() or int(length) > _limit(scope["path"]):
            return self._too_large()
        counted = rate_of(scope["method"], scope["path"])
        who = (scope.get("client") or ("",))[0]
        wait = self._buckets.wait(who, *counted) if counted else 0.0
        if not wait:
            return None
        seconds = str(int(wait) + 1)
        told = phrase(self._language, "web.too_many", seconds=seconds)
        return PlainTextResponse(told, 429, {"Retry-After": seconds})

    def _too_large(self) -> PlainTextResponse:
        return PlainTextResponse(phrase(self._language, "web.too_large"), 413)


def _limit(path: str) -> int:
    """Bytes; the doors of chat services count for themselves, and less."""
    return UPLOAD_BYTES if path == "/admin/upload" or path.startswith("/hooks/") else FORM_BYTES


class _Body:
    """A body that is longer than it said ends the request."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit

    @property
    def is_too_long(self) -> bool:
        """Whether that was why it ended."""
        return self._left < 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.is_too_long else message


def _with_headers(send: Send) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return told
