"""What every part of the conversation works with, handed around as one thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.audit import Audit
from bot.conversation.callback_data import ClauseLinks
from bot.conversation.letters import Outbox
from bot.conversation.messages import Button, Incoming, Kind, Outgoing, Reply
from bot.conversation.sessions import LogBook, Memory
from bot.i18n import today_here
from bot.people import People, Subscribers
from bot.ports import Asker, Shelf
from plan.listed import LISTED, Named
from prompts import LANGUAGES, phrase

if TYPE_CHECKING:
    from bot.plans.service import PlanService
    from reading.language_model.reader import LanguageModelReader


_ENGLISH = re.compile(r"\b(?:what|which|tasks?|overdue|how many|unit is|i work)\b")


@dataclass(frozen=True)
class Desk:
    """The rooms and the books of the conversation."""

    asker: Asker
    shelf: Shelf
    memory: Memory
    people: People
    log_book: LogBook
    outbox: Outbox
    subscribers: Subscribers
    audit: Audit
    language: str = "vi"  # of a chat that has not chosen
    plans: PlanService | None = None  # where admins put plans
    links: ClauseLinks | None = None  # to the web page, when it has a public address
    model_reader: LanguageModelReader | None = None  # the language model, when one is set

    today: Callable[[], date] = today_here

    def unit_of(self, message: Incoming) -> str:
        """The unit of whoever speaks, said here or on another channel; empty when it was never said."""
        return self.subscribers.unit(message.channel, message.user_id)

    def question_language(self, message: Incoming, question: str) -> str:
        """The language a question is asked in: English words are answered in English, whatever the chat chose."""
        return "en" if _ENGLISH.search(question.lower()) else self.language_of(message)

    def language_of(self, message: Incoming) -> str:
        """The language chosen in the chat, else the channel's hint when it is one we speak, else the default."""
        hint = message.language.lower()[:2]
        return self.memory.language(message) or (hint if hint in LANGUAGES else self.language)


def more_plans(desk: Desk, language: str, named: Sequence[Named]) -> tuple[str, ...]:
    """A note where a list of plans may not name all: how the others are found."""
    cut = len(named) >= LISTED and desk.shelf.count() > len(named)
    return (phrase(language, "bot.more_plans", shown=len(named), count=desk.shelf.count()),) if cut else ()


def back(message: Incoming, reply: Reply) -> list[Outgoing]:
    """A reply to the chat a message came from."""
    return [Outgoing(message.channel, message.chat_id, reply)]


def expired(language: str) -> Reply:
    """The answer to a button that is used up, forgotten or somebody else's."""
    return notice(language, "bot.expired", kind=Kind.TOAST)


def notice(
    language: str, key: str, *, kind: Kind = Kind.NOTICE, buttons: tuple[tuple[Button, ...], ...] = (), **values: object
) -> Reply:
    """A phrase as a reply: its first line is the headline."""
    headline, _, rest = phrase(language, key, **values).partition("\n")
    return Reply(headline, kind, tuple(rest.splitlines()), buttons=buttons, language=language)
