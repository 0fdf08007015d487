"""How much one visitor may take: requests a minute, bytes a request. And what every answer says to the browser."""

from __future__ import annotations

import asyncio
import ipaddress
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sanitize import MESSAGES, Buckets, Rate
from prompts import phrase

FORM_BYTES = 64 * 1024
UPLOAD_BYTES = 61 * 1024 * 1024  # what the readers take, and the form around it
BODY_SECONDS, SLOWEST = 20.0, 100_000  # seconds for a form; bytes a second of the slowest upload
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


PAGES, QUESTIONS, KEYS = Rate(240, 60), MESSAGES, Rate(8, 300)
ALL_PASSWORDS = Rate(60, 900)  # of all addresses together: who has many must not guess faster; the link works on


def rate_of(method: str, path: str) -> tuple[str, Rate] | None:
    """What a request counts as; None for what is never counted."""
    if path.startswith(("/static/", "/hooks/")) or path == "/healthz":
        return None
    if path in ("/sign-in", "/admin/enter", "/admin/sign-in") and method == "POST":
        return "keys", KEYS
    return ("questions", QUESTIONS) if path == "/ask" else ("pages", PAGES)


class Limits:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, language: str, buckets: Buckets | None = None) -> None:
        self._app, self._language = app, language
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
            elif body.is_late:
                await PlainTextResponse(phrase(self._language, "web.broken"), 408)(scope, receive, told)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdecimal() or int(length) > _limit(scope["path"]):
            return self._too_large()
        counted = rate_of(scope["method"], scope["path"])
        who = neighbourhood((scope.get("client") or ("",))[0])
        wait = self._buckets.wait(who, *counted) if counted else 0.0
        if not wait and scope["path"] == "/admin/sign-in":
            wait = self._buckets.wait("", "password", ALL_PASSWORDS)
        if not wait:
            return None
        seconds = str(int(wait) + 1)
        told = phrase(self._language, "web.too_many", seconds=seconds)
        return PlainTextResponse(told, 429, {"Retry-After": seconds})

    def _too_large(self) -> PlainTextResponse:
        return PlainTextResponse(phrase(self._language, "web.too_large"), 413)


def neighbourhood(address: str) -> str:
    """Who is one visitor: an address, or of the many that one line has in IPv6 what they have in common."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else address


def _limit(path: str) -> int:
    """Bytes; the doors of chat services count for themselves, and less."""
    return UPLOAD_BYTES if path == "/admin/upload" or path.startswith("/hooks/") else FORM_BYTES


class _Body:
    """A body that is longer than it said, or slower than anybody's line, ends the request."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._left = receive, limit
        self._until = time.monotonic() + BODY_SECONDS + limit / SLOWEST
        self._is_whole = False
        self.is_late = False

    @property
    def is_too_long(self) -> bool:
        return self._left < 0

    async def __call__(self) -> Message:
        try:
            async with asyncio.timeout(None if self._is_whole else self._until - time.monotonic()):
                message = await self._receive()
        except TimeoutError:
            self.is_late = True
            return {"type": "http.disconnect"}
        self._left -= len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        return {"type": "http.disconnect"} if self.is_too_long else message


def _with_headers(send: Send) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return told
