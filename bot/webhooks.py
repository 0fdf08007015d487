"""Doors at which chat services knock: a channel opens one, the web server hands every call at `/hooks/<name>` to it.

A door must be quick: it checks who knocks, keeps what was brought, and gives the status to answer. Work comes after.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sanitize import Buckets, NotJson, Rate

BODY_LIMIT = 1024 * 1024  # bytes; no chat service sends more in one call

log = logging.getLogger("kehoach.webhooks")

Door = Callable[[Mapping[str, str], bytes], Awaitable[int]]


class Webhooks:
    """The open doors, by name."""

    def __init__(self) -> None:
        self._doors: dict[str, Door] = {}
        self._turned_away: Counter[str] = Counter()
        self._told = Buckets()

    def open(self, name: str, door: Door) -> None:
        """From now on calls at `/hooks/<name>` go there."""
        self._doors[name] = door

    def route(self) -> Route:
        """The route for the web application. No cookies, no forms: the caller is a machine with its own proof."""
        return Route("/hooks/{name}", self._receive, methods=["POST"])

    async def _receive(self, request: Request) -> Response:
        door = self._doors.get(request.path_params["name"])
        if door is None:
            return Response(status_code=404)
        try:
            body = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        status = 413 if body is None else await self._knocked(door, request.headers, body)
        if status >= 400:
            self._refused(request.path_params["name"], status)
        return Response(status_code=status)

    async def _knocked(self, door: Door, headers: Mapping[str, str], body: bytes) -> int:
        """What the door says; what it cannot understand is set aside, or the service would bring it for ever."""
        try:
            return await door(headers, body)
        except NotJson:
            return 400
        except Exception as error:
            log.error("a call that cannot be understood is set aside: %s: %s", type(error).__name__, error)
            log.debug("set aside", exc_info=True)
            return 200

    def _refused(self, name: str, status: int) -> None:
        """One line a minute and door: whoever knocks all day must not fill the disk."""
        self._turned_away[name] += 1
        if not self._told.wait(name, "told", Rate(1, 60)):
            log.warning("/hooks/%s: %d calls turned away, the last with %d", name, self._turned_away[name], status)


async def _read(request: Request) -> bytes | None:
    """The raw bytes, which signatures are made of; None when there are too many, without reading them all."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)
