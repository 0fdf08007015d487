"""Button tokens: `verb:ref:number`, short ASCII that says all there is to know, so old buttons outlive a restart."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Token:
    """A pressed button taken apart."""

    verb: Verb
    ref: str = ""
    number: int = 0

    def __str__(self) -> str:
        return f"{self.verb.value}:{self.ref}:{self.number}"


def parse(action: str) -> Token | None:
    """None for what is no token of ours; what people send cannot be trusted to be one."""
    parts = action.split(":")
    if len(parts) != 3 or parts[0] not in list(Verb) or not parts[2].isdecimal() or len(parts[2]) > 4:
        return None
    return Token(Verb(parts[0]), parts[1], int(parts[2]))


def digest(plan_id: str) -> str:
    """A plan's id in ten characters, because ids may be longer than a token."""
    return hashlib.sha256(plan_id.encode()).hexdigest()[:10]
