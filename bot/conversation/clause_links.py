"""The address of a clause on the web page: short inside the page, whole, sealed and expiring for chats.

A link that leaves the page opens one plan version for some weeks, without a sign-in: the officer who got the answer on
a telephone has no session in its browser.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import quote, urlencode

from bot.conversation.messages import Piece
from bot.security import holds, seal

LIFE = 30 * 86400  # as long as the log book keeps questions by default
_PURPOSE = "read"


def clause_path(plan_id: str, version: int, address: str = "", start: int = 0, end: int = 0, **more: object) -> str:
    """The clause's place on the page; `start` and `end` are the characters to highlight."""
    query = {"at": address, "q": f"{start}-{end}" if end > start else "", **more}
    told = urlencode({name: value for name, value in query.items() if value}, quote_via=quote)
    place = f"#{quote(address)}" if address else ""
    return f"/plans/{quote(plan_id, safe='')}/{version}{'?' if told else ''}{told}{place}"


class ClauseLinks:
    """Makes and checks links that may leave the page."""

    def __init__(self, public_url: str, key: Callable[[], bytes], clock: Callable[[], float] = time.time) -> None:
        self._base = public_url.rstrip("/")
        self._key = key
        self._clock = clock

    def whole(self, piece: Piece) -> str:
        """The whole address of a quote's clause, for a chat; '' while the page has no public one."""
        if not self._base:
            return ""
        until = int(self._clock()) + LIFE
        proof = seal(self._key(), _PURPOSE, piece.plan_id, piece.version, until)
        place = (piece.plan_id, piece.version, piece.clause, piece.start, piece.end)
        return self._base + clause_path(*place, until=until, seal=proof)

    def admit(self, plan_id: str, version: int, until: str, proof: str) -> bool:
        """Whether a link that somebody came by opens this version now."""
        if not until.isdecimal() or len(until) > 12 or int(until) < self._clock():
            return False
        return holds(self._key(), proof, _PURPOSE, plan_id, version, int(until))
