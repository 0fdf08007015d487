"""Nothing is quoted twice in one message: a line is left out where its whole clause is quoted beside it."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.messages import Piece, Reply


def distinct(reply: Reply) -> Reply:
    """The reply with each line shown once; citations that go on in further pages keep their numbers."""
    kept = tuple(piece for piece in reply.pieces if not any(_holds(other, piece) for other in reply.pieces))
    if len(kept) == 1 < len(reply.pieces) and not reply.notes:
        kept = (replace(kept[0], number=0),)
    return replace(reply, pieces=kept)


def _holds(whole: Piece, part: Piece) -> bool:
    same = (whole.plan_id, whole.version, whole.clause) == (part.plan_id, part.version, part.clause)
    return same and len(part.quote) < len(whole.quote) and part.quote in whole.quote
