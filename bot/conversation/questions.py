"""A question put to the plans, typed or asked again of another plan by a button: answered, remembered, logged."""

from __future__ import annotations

import time
from dataclasses import replace

from bot.conversation.admin_commands import news_of_model
from bot.conversation.callback_data import OF_PLAN, Token
from bot.conversation.desk import Desk, back, notice
from bot.conversation.messages import Incoming, Kind, Outgoing
from bot.conversation.replies import answer_kind, answer_reply
from bot.conversation.sessions import Entry
from plan.model import Topic


def answered(
    desk: Desk, message: Incoming, question: str, scope: str | None, topic: Topic | None = None
) -> list[Outgoing]:
    """The answer over the plan `scope`, or over all of them, after `topic`."""
    started = time.perf_counter()
    answer = desk.asker.ask(question, scope, topic)
    seconds = time.perf_counter() - started
    if answer.topic:
        desk.memory.keep_topic(message, answer.topic)
    citations = answer.nearest if answer.refused else answer.citations
    written = (answer.headline, answer.language, answer_kind(answer), citations, seconds)
    ref = desk.log_book.write(message, *written)
    reply = answer_reply(answer, ref, desk.shelf)
    return [*back(message, replace(reply, notes=(*answer.notes, *reply.notes))), *news_of_model(desk)]


def ask_other(desk: Desk, message: Incoming, entry: Entry, plan_id: str) -> list[Outgoing]:
    """The same question of the plan that a button names; the chat stays with the plans it has chosen."""
    if not plan_id or not entry.question:
        return back(message, notice(entry.language, "bot.expired", kind=Kind.TOAST))
    return answered(desk, replace(message, text=entry.question, action=None), entry.question, plan_id)


def entry_of(token: Token | None) -> str:
    """The entry that a token names: before the plan, where it names one too."""
    return token.ref.partition(OF_PLAN)[0] if token else ""
