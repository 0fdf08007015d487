"""What buttons and links carry, so that old ones outlive a restart.

A button's token is `verb:ref:number`, short ASCII that says all there is to know. The address of a clause on the web
page is short inside the page; one that leaves it for a chat is sealed and opens one plan version for some weeks without
a sign-in: the officer who got the answer on a telephone has no session in its browser.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode

from bot.conversation.messages import Button, Piece
from bot.security import holds, seal
from plan.listed import ref_of
from prompts import phrase

OF_PLAN = "."  # parts an entry from a plan's digest in a token that names both


class Verb(StrEnum):
    """What a button does."""

    WHOLE = "w"  # the whole clause of citation `number`
    NEXT = "n"
    PREVIOUS = "p"
    MORE = "m"  # further citations, from `number` on
    GOOD = "u"
    BAD = "d"
    FORWARD = "f"  # a refused question to the admin
    PLAN = "k"  # select the plan whose digest is `ref`; empty: all plans
    TASKS = "t"  # a unit's tasks, from `number` on
    TABLE = "x"  # the same as a spreadsheet
    DUE = "e"  # what is due: which period, and from which task on, is in `number`
    ORIGINAL = "o"  # the file that citation `number` was read from
    TAKE = "y"  # a staged version becomes live; `ref` is the plan's digest, `number` the version
    BARE = "s"  # … without the tasks that a language model proposed
    DROP = "j"  # a staged version is forgotten
    VERSIONS = "v"  # the versions of the plan `ref`
    ROLLBACK = "b"  # the plan `ref` goes back to version `number`
    DELETE = "q"  # asks before the plan `ref` is removed
    REMOVE = "r"  # removes it
    KEEP = "z"  # does not
    AGAIN = "a"  # shows the notice whose digest is `ref`
    LET_IN = "g"  # the stranger with the pairing code `ref`
    TURN_AWAY = "h"  # that stranger
    WANT = "i"  # notices of the kind `ref`: 0 no more, 1 again
    OTHER = "l"  # the question of the entry `ref` once more, of the plan whose digest stands behind OF_PLAN
    UNIT = "c"  # the asker is in unit `number` of those that the entry lists


@dataclass(frozen=True, slots=True)
class Token:
    """A pressed button taken apart."""

    verb: Verb
    ref: str = ""
    number: int = 0

    def __str__(self) -> str:
        return f"{self.verb.value}:{self.ref}:{self.number}"

    def under(self, label: str, file: bool = False) -> Button:
        return Button(label, str(self), file)


def button(language: str, key: str, verb: Verb, ref: str = "", number: int = 0, **values: object) -> Button:
    """A button whose label is a phrase."""
    return Token(verb, ref, number).under(phrase(language, key, **values))


def parse(action: str) -> Token | None:
    """None for what is no token of ours; what people send cannot be trusted to be one."""
    parts = action.split(":")
    if len(parts) != 3 or parts[0] not in list(Verb) or not parts[2].isdecimal() or len(parts[2]) > 4:
        return None
    return Token(Verb(parts[0]), parts[1], int(parts[2]))


def link(plan_id: str, version: int, address: str) -> str:
    """A clause as the payload of a deep link: at most 64 of A-Z, a-z, 0-9, _ and -."""
    return f"d_{ref_of(plan_id)}_{version}_{ref_of(address)}"


def parse_link(payload: str) -> tuple[str, int, str] | None:
    """Plan's digest, version and address's digest; None for another payload."""
    match = re.fullmatch(r"d_([0-9a-f]{10})_([0-9]{1,4})_([0-9a-f]{10})", payload)
    return (match[1], int(match[2]), match[3]) if match else None


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
        self._key, self._clock = key, clock

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
