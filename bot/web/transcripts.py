"""What a visitor sees when the page loads again: the last turns of each session, in memory only."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass

from bot.conversation.messages import Reply

SESSIONS = 200
TURNS = 50


@dataclass(frozen=True, slots=True)
class Turn:
    """What was typed or pressed (empty for what nobody asked for) and what came back."""

    said: str
    replies: tuple[Reply, ...]


class Transcripts:
    """The sessions used last; older ones are forgotten, so memory stays bounded."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, deque[Turn]] = OrderedDict()

    def of(self, session: str) -> list[Turn]:
        """The turns of a session, oldest first."""
        return list(self._sessions.get(session, ()))

    def add(self, session: str, turn: Turn) -> None:
        """One more turn."""
        self._sessions.setdefault(session, deque(maxlen=TURNS)).append(turn)
        self._sessions.move_to_end(session)
        while len(self._sessions) > SESSIONS:
            self._sessions.popitem(last=False)
