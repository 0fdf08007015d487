"""Doors at which chat services knock: a channel opens one, the web server hands every call at `/hooks/<name>` to it.

A door must be quick: it checks who knocks, keeps what was brought, and gives the status to answer. Work comes after.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

BODY_LIMIT = 1024 * 1024  # bytes; no chat service sends more in one call

Door = Callable[[Mapping[str, str], bytes], Awaitable[int]]


class Webhooks:
    """The open doors, by name."""

    def __init__(self) -> None:
        self._doors: dict[str, Door] = {}

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
        return Response(status_code=413 if body is None else await door(request.headers, body))


async def _read(request: Request) -> bytes | None:
    """The raw bytes, which signatures are made of; None when there are too many, without reading them all."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)
