"""Who leads and who helps: what a sentence says of each unit, against the register and the clause's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from answer.phrasing.clauses import Piece, Roles
from answer.phrasing.tokens import Kind, Token
from plan.model import Field

_BETWEEN = frozenset(
    [
        "và",
        "cùng",
        "các",
        "xã",
        "phường",
        "tỉnh",
        "huyện",
        "của",
        ",",
        "với",
        "the",
        "of",
        "and",
        "ward",
        "commune",
        "local",
    ]
)
NEAR = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """Units that stand together, their positions among all tokens, and the role they are given."""

    at: tuple[int, ...]
    role: str  # lead | coordinating | none
    opens: bool = False  # only because they stand where the doer stands


@dataclass(frozen=True, slots=True)
class Wordings:
    """How a language says it, before and after the units."""

    lead_before: str
    lead_after: str
    coordinating_before: str
    coordinating_after: str


def wrong_role(said: Sequence[Token], roles: Roles, wordings: Wordings, is_literal: Callable[[int, str], bool]) -> bool:
    """Whether some unit gets a role that neither the register nor the clause's own wording (`is_literal`) gives it."""
    claims = list(_claims(said, wordings))
    helpers = {said[i].key for c in claims if c.role == "coordinating" for i in c.at}
    openers = {said[i].key for c in claims if c.opens for i in c.at}
    for claim in claims:
        for i in claim.at:
            unit = said[i].key
            if is_literal(i, claim.role) or (claim.role == "lead" and unit in roles.leads):
                continue
            if claim.role == "coordinating" and unit in roles.coordinating:
                continue
            # "Công an phối hợp với Văn phòng": the helper may be named first.
            turned = openers and openers <= roles.coordinating and helpers <= roles.leads | roles.coordinating
            if turned and claim.role == "coordinating":
                continue
            return True
    return False


def role_at(said: Sequence[Token], first: int, last: int, wordings: Wordings) -> str:
    """The role that the words around these positions give: lead, coordinating, opens (stands where the doer stands)."""
    before, after = _before(said, first), _after(said, last)
    opens = not re.search(r"\w", before)
    if re.search(rf"(?:^| ){wordings.coordinating_before}$", before):
        return "coordinating"
    if re.match(rf"{wordings.lead_after}(?: |$)", after) or re.search(rf"(?:^| ){wordings.lead_before}$", before):
        return "lead"
    if re.match(rf"{wordings.coordinating_after}(?: |$)", after):
        return "helping" if opens else "coordinating"
    return "opens" if opens else "none"


def piece_role(piece: Piece, at: int) -> str:
    """The role that a field gives whoever stands at this place of it; '' in lines that are no such field."""
    if piece.field is Field.COORDINATING:
        return "coordinating"
    if piece.field is not Field.LEAD:
        return ""
    keys = [token.key for token in piece.said]
    if "hợp" not in keys:
        return "lead"
    after = next((key for key in keys[at + 1 :] if key in ("trì", "hợp")), "hợp")
    return "lead" if after == "trì" else "coordinating"


def _claims(said: Sequence[Token], wordings: Wordings) -> Iterator[Claim]:
    for group in _groups(said):
        role = role_at(said, group[0], group[-1], wordings)
        opens = role in ("opens", "helping")
        yield Claim(group, {"opens": "lead", "helping": "coordinating"}.get(role, role), opens)


def _groups(said: Sequence[Token]) -> Iterator[tuple[int, ...]]:
    """Positions of units that only commas, particles and 'ward' part."""
    group: list[int] = []
    for i, token in enumerate(said):
        if token.kind is Kind.UNIT:
            if group and token.part != said[group[-1]].part:
                yield tuple(group)
                group = []
            group.append(i)
        elif token.key not in _BETWEEN and group:
            yield tuple(group)
            group = []
    if group:
        yield tuple(group)


def _before(said: Sequence[Token], at: int) -> str:
    """The keys before, back to the last stop or unit; articles do not count."""
    keys: list[str] = []
    for i in range(at - 1, max(-1, at - 1 - NEAR), -1):
        if said[i].kind is Kind.UNIT or said[i].part != said[at].part or said[i + 1].breaks in (".", ","):
            break
        keys.append(said[i].key)
    return " ".join(key for key in reversed(keys) if key not in ("các", "the"))


def _after(said: Sequence[Token], at: int) -> str:
    keys: list[str] = []
    for token in said[at + 1 : at + 1 + NEAR + 2]:
        if token.kind is Kind.UNIT or token.part != said[at].part or token.breaks in (".", ","):
            break
        keys.append(token.key)
    return " ".join(keys[1:] if keys and keys[0] in ("xã", "phường", "tỉnh", "huyện", "ward", "commune") else keys)
