"""Who is at the door of the web page, what may they see, and how long a browser is known.

Asking and reading need the same right. On this machine's own address everybody has it; elsewhere whoever was let in (an
invitation, a pairing code), whoever brings a sealed link to one plan, and the admin. Cookies are sealed, so that nobody
can take over a session by guess.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.conversation.messages import Incoming
from bot.people import Role
from bot.security import LIFE, Pass, holds, seal

if TYPE_CHECKING:
    from bot.app import House

CHANNEL = "web"
COOKIE, ADMIN_COOKIE = "kehoach", "kehoach_admin"
VISIT = 90 * 86400
_SESSION, _ADMIN, _FORM = "session", "admin", "form"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a browser. `session` is the chat's and the person's id on this channel."""

    session: str
    is_known: bool  # came back with a cookie of ours
    may_ask: bool
    is_admin: bool
    language: str
    form_seal: str  # goes into every form, see `Guard.refuses`

    def message(self, text: str = "", action: str | None = None, name: str = "") -> Incoming:
        place = (CHANNEL, self.session, self.session)
        return Incoming(*place, text, user_name=name, language=self.language, action=action)


class Guard:
    """Reads cookies, seals and roles."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._secure = house.settings.public_url.startswith("https://")

    def visitor(self, request: Request) -> Visitor:
        """Who asks; a newcomer gets a session."""
        known = self._opened(request.cookies.get(COOKIE, ""), _SESSION)
        session = known or secrets.token_urlsafe(16)
        admin = self._opened(request.cookies.get(ADMIN_COOKIE, ""), _ADMIN)
        is_admin = bool(admin) and self._house.vault.opens(Pass.SESSION, admin)
        may_ask = is_admin or self._house.people.role(CHANNEL, session) is not Role.STRANGER
        hint = request.headers.get("accept-language", "")[:2]
        message = Incoming(CHANNEL, session, session, language=hint)
        language = self._house.conversation.desk.language_of(message)
        return Visitor(session, bool(known), may_ask, is_admin, language, seal(self._house.vault.key, _FORM, session))

    def may_read(self, request: Request, visitor: Visitor, plan_id: str, version: int) -> bool:
        """Whether this version may be shown, by the visitor's right or by the link's."""
        until, proof = request.query_params.get("until", ""), request.query_params.get("seal", "")
        return visitor.may_ask or self._house.clause_links.admit(plan_id, version, until, proof)

    def is_foreign(self, request: Request, visitor: Visitor) -> bool:
        """Whether a form comes from another site, or from nobody who was here before."""
        origin = request.headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
        return foreign or not visitor.is_known

    def refuses(self, request: Request, visitor: Visitor, form_seal: str) -> bool:
        """For forms that change something: whether it comes from anywhere but a page this visitor got from us."""
        return self.is_foreign(request, visitor) or not holds(self._house.vault.key, form_seal, _FORM, visitor.session)

    def remember(self, response: Response, visitor: Visitor) -> None:
        self._set(response, COOKIE, visitor.session, _SESSION, VISIT)

    def sign_in(self, response: Response) -> None:
        """Make the visitor an admin for some hours."""
        self._set(response, ADMIN_COOKIE, self._house.vault.issue(Pass.SESSION), _ADMIN, LIFE[Pass.SESSION])

    def sign_out(self, request: Request, response: Response) -> None:
        """End the admin's session here and in the vault."""
        token = self._opened(request.cookies.get(ADMIN_COOKIE, ""), _ADMIN)
        self._house.vault.spend(Pass.SESSION, token)
        response.delete_cookie(ADMIN_COOKIE)

    def _opened(self, cookie: str, purpose: str) -> str:
        value, _, proof = cookie.rpartition(".")
        return value if value and holds(self._house.vault.key, proof, purpose, value) else ""

    def _set(self, response: Response, name: str, value: str, purpose: str, seconds: int) -> None:
        told = f"{value}.{seal(self._house.vault.key, purpose, value)}"
        response.set_cookie(name, told, max_age=seconds, httponly=True, samesite="lax", secure=self._secure)
