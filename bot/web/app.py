"""The web application, put together: pages, their guard, limits, and whatever routes the channels bring along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from bot.ports import Receive
from bot.web.admin import Admin, Door
from bot.web.assignments import Assignments
from bot.web.chat import Chat
from bot.web.guard import Guard
from bot.web.inspector import Inspector
from bot.web.limits import Limits
from bot.web.people import PeoplePages
from bot.web.plans import Plans
from bot.web.transcripts import Transcripts
from bot.web.upload import Upload
from bot.web.view import HERE, View
from bot.web.watch import Watch

if TYPE_CHECKING:
    from bot.app import House


def create_app(
    house: House, receive: Receive, transcripts: Transcripts, hosts: Sequence[str], routes: Sequence[BaseRoute] = ()
) -> Starlette:
    """The application; `hosts` are the names it may be called by, so no foreign page reaches it by DNS tricks."""
    guard = Guard(house)
    view = View(house, guard)
    door = Door(view, guard)
    rooms = (
        *(Chat(view, guard, receive, transcripts), Plans(view, guard), Assignments(view, guard), Watch(view, guard)),
        *(Admin(view, guard, door), Upload(view, door), PeoplePages(view, door), Inspector(view, door)),
    )
    pages = [route for room in rooms for route in room.routes()]
    static = Mount("/static", StaticFiles(directory=HERE / "static"))
    middleware = [
        Middleware(Limits, language=house.settings.language),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
    ]

    async def missing(request: Request, error: Exception) -> Response:
        return view.notice(request, guard.visitor(request), "web.nothing_here", 404)

    return Starlette(routes=[*pages, static, *routes], middleware=middleware, exception_handlers={404: missing})
