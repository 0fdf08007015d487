"""Pages from templates, in the visitor's language, with what every page needs; and who is shown which of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.conversation.callback_data import clause_path
from bot.i18n import day, written
from bot.plans.naming import short_title, title
from bot.plans.preview import told
from bot.ports import Shelf
from bot.web.guard import Guard, Visitor
from bot.web.reading import plain_runs
from plan.listed import LISTED, Listed
from prompts import phrase

if TYPE_CHECKING:
    from bot.app import House


HERE = Path(__file__).parent

Say = Callable[..., str]
Page = Callable[[Request, Visitor], Awaitable[Response]]
Deed = Callable[[Request, Visitor, FormData], Awaitable[Response]]


def say_in(language: str) -> Say:
    """Phrases of one language, for a template."""
    return partial(phrase, language)


def templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    found.globals |= {"clause_path": clause_path, "title": title, "short_title": short_title, "told": told}
    found.globals["plain_runs"] = plain_runs
    found.filters |= {"day": day, "moment": written}
    return found


class View:
    """Shows pages, to whom they may be shown."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.guard = Guard(house)
        self._templates = templates()

    def page(self, request: Request, visitor: Visitor, name: str, status: int = 200, **context: object) -> HTMLResponse:
        """A whole page or a piece of one; the visitor is remembered."""
        say = say_in(visitor.language)
        common = {"say": say, "visitor": visitor, "language": visitor.language, "path": request.url.path}
        html = self._templates.get_template(name).render(**common, **context)
        response = HTMLResponse(html, status, {"Cache-Control": "no-store"})
        self.guard.remember(response, visitor)
        return response

    def notice(self, request: Request, visitor: Visitor, key: str, status: int, **values: object) -> Response:
        """A page of one sentence: not found, not allowed."""
        sentence = phrase(visitor.language, key, **values)
        return self.page(request, visitor, "notice.html", status, sentence=sentence)

    def closed(self, request: Request, visitor: Visitor, code: str = "", wrong: bool = False) -> Response:
        """The door: how a stranger is let in."""
        return self.page(request, visitor, "sign_in.html", 403, code=code, wrong=wrong)

    def admin_door(self, request: Request, visitor: Visitor, wrong: bool = False) -> Response:
        """How an admin gets in; nothing can be typed while no password is set."""
        has_password = self.house.vault.has_password()
        return self.page(request, visitor, "admin_door.html", 403, has_password=has_password, wrong=wrong)

    def asking_page(self, path: str, show: Page) -> Route:
        """A page for who may ask; a stranger sees the door."""

        async def guarded(request: Request) -> Response:
            visitor = self.guard.visitor(request)
            return await show(request, visitor) if visitor.may_ask else self.closed(request, visitor)

        return Route(path, guarded)

    def admin_page(self, path: str, show: Page) -> Route:
        async def guarded(request: Request) -> Response:
            visitor = self.guard.visitor(request)
            return await show(request, visitor) if visitor.is_admin else self.admin_door(request, visitor)

        return Route(path, guarded)

    def deed(self, path: str, do: Deed) -> Route:
        """Something that only an admin may do, and only by a form of ours."""

        async def guarded(request: Request) -> Response:
            visitor = self.guard.visitor(request)
            if not visitor.is_admin:
                return self.admin_door(request, visitor)
            async with request.form(max_files=1, max_fields=10) as form:
                if self.guard.refuses(request, visitor, str(form.get("seal"))):
                    return self.notice(request, visitor, "web.bad_origin", 403)
                return await do(request, visitor, form)

        return Route(path, guarded, methods=["POST"])


class Pages:
    """Some pages, with what they stand on."""

    def __init__(self, view: View) -> None:
        self._view, self._guard, self._house = view, view.guard, view.house
        self._desk = view.house.conversation.desk
        self._shelf = self._desk.shelf


T = TypeVar("T")
FROM, SAYING = "from", "q"  # in an address


@dataclass(frozen=True)
class Paged(Generic[T]):
    """What a page shows of a list, and the way to the pages beside it."""

    items: Sequence[T]
    start: int
    size: int
    more: bool  # behind these
    query: Mapping[str, str]  # what the list was asked with

    @property
    def is_whole(self) -> bool:
        return not self.start and not self.more

    @property
    def before(self) -> str:
        """The address's query for the page before; '' on the first one."""
        return self._at(max(0, self.start - self.size)) if self.start else ""

    @property
    def after(self) -> str:
        """The same for the next one; '' on the last."""
        return self._at(self.start + self.size) if self.more else ""

    def _at(self, start: int) -> str:
        kept = {name: text for name, text in self.query.items() if text and name != FROM}
        return urlencode({**kept, FROM: start})


def paged(query: Mapping[str, str], fetch: Callable[[int, int], Sequence[T]], size: int) -> Paged[T]:
    """The page that an address asks for; `fetch` gives items from one on, so many at most."""
    told = query.get(FROM, "")
    start = int(told) if told.isdecimal() and len(told) < 8 else 0
    found = fetch(start, size + 1)
    return Paged(found[:size], start, size, len(found) > size, query)


def plans_of(shelf: Shelf, query: Mapping[str, str]) -> Paged[Listed]:
    """The live plans, or those with the words that are looked for."""
    saying = query.get(SAYING, "").strip()[:200]
    return paged(query, lambda start, count: shelf.listed(saying, start, count), LISTED)
