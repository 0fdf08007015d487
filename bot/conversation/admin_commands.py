"""Orders that only admins may give: let people in and out, answer a forwarded question, see the figures.

Of a stranger the admins are asked at once, each with two buttons; whoever is let in is asked for his unit.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace

from bot.audit import Deed, who_says
from bot.conversation.callback_data import Token, Verb, button
from bot.conversation.command_words import Order, Spoken
from bot.conversation.desk import Desk, back, notice
from bot.conversation.messages import Incoming, Outgoing, Reply
from bot.conversation.task_lists import which_unit
from bot.people import PAIRING_LIFE, Person, Role
from bot.plans.review import for_plan
from plan.text import fold
from prompts import phrase

_OF_PLANS = {Order.VERSIONS: Verb.VERSIONS, Order.DELETE: Verb.DELETE}
MOST = 20  # strangers an hour that admins are told of one by one; a flood is in the list of people


def ask_admins(desk: Desk, message: Incoming, code: str) -> None:
    """'‹name› (Telegram) xin vào' to every admin, once for each stranger."""
    if len(desk.people.waiting(3600)) > MOST:
        return
    ref = {"name": message.user_name or message.user_id, "channel": channel_name(message.channel), "code": code}
    until = desk.people.clock() + PAIRING_LIFE
    for admin in desk.subscribers.admins():
        language = admin.language
        yes = button(language, "notices.let_in", Verb.LET_IN, code)
        no = button(language, "notices.turn_away", Verb.TURN_AWAY, code)
        asked = Reply(phrase(language, "notices.asks_to_join", **ref), buttons=((yes, no),), language=language)
        desk.outbox.hold(admin.channel, admin.chat, f"join:{code}", asked, until)


def decide(desk: Desk, message: Incoming, token: Token, language: str) -> list[Outgoing]:
    """An admin's button about a stranger. Of two admins the first one decides."""
    if token.verb is Verb.LET_IN:
        found = let_in(desk, message, token.ref)
        if found:
            told = notice(language, "bot.approved", who=_called(found[0]))
            return [*back(message, told), found[1]]
    elif who := desk.people.turn_away(token.ref):
        desk.audit.note(who_says(message), Deed.TURN_AWAY, str(who))
        return back(message, notice(language, "notices.turned_away", who=_called(who)))
    return back(message, notice(language, "notices.decided_before"))


def let_in(desk: Desk, message: Incoming, code: str, role: Role = Role.OFFICER) -> tuple[Person, Outgoing] | None:
    """Let in who holds a code, and the welcome; None when nobody does."""
    who = desk.people.approve(code, role)
    if who is None:
        return None
    desk.audit.note(who_says(message), Deed.APPROVE, f"{who} {role}")
    return who, Outgoing(who.channel, who.chat, welcome(desk, Incoming(who.channel, who.chat, who.user_id)))


def welcome(desk: Desk, message: Incoming) -> Reply:
    language = desk.language_of(message)
    told = notice(language, "bot.let_in")
    if message.is_group:
        return told
    asked = which_unit(desk, message, language)
    return replace(told, lines=(*told.lines, "", asked.headline), buttons=asked.buttons)


def channel_name(channel: str) -> str:
    return {"telegram": "Telegram", "zalo": "Zalo", "zalo_oa": "Zalo OA", "web": "Web"}.get(channel, channel)


def obey_admin(desk: Desk, message: Incoming, order: Spoken) -> list[Outgoing]:
    language = desk.language_of(message)
    if order.order in _OF_PLANS:
        return back(message, for_plan(desk, order.argument, language, _OF_PLANS[order.order]))
    return {
        Order.INVITE: _invite,
        Order.APPROVE: _approve,
        Order.PEOPLE: _people,
        Order.REMOVE: _remove,
        Order.ANSWER: _answer,
        Order.STATISTICS: _statistics,
    }[order.order](desk, message, order.argument, language)


def _invite(desk: Desk, message: Incoming, argument: str, language: str) -> list[Outgoing]:
    token = desk.people.invite(_role(argument))
    desk.audit.note(who_says(message), Deed.INVITE, _role(argument))
    return back(message, replace(notice(language, "bot.invitation", token=token), invitation=token))


def _approve(desk: Desk, message: Incoming, argument: str, language: str) -> list[Outgoing]:
    code, _, role = argument.partition(" ")
    found = let_in(desk, message, code, _role(role))
    if found is None:
        return back(message, notice(language, "bot.no_such_code"))
    return [*back(message, notice(language, "bot.approved", who=_called(found[0]))), found[1]]


def _people(desk: Desk, message: Incoming, argument: str, language: str) -> list[Outgoing]:
    everybody = desk.people.everybody()
    lines = [f"• {_called(who)} — {who.role} — {who.channel}:{who.user_id}" for who in everybody]
    lines += [f"• {':'.join(who)} = {':'.join(person)}" for who, person in desk.people.links.all()]
    waiting = [(code, _called(who), channel_name(who.channel)) for code, who in desk.people.waiting()]
    lines += [phrase(language, "notices.waiting", code=code, name=name, channel=on) for code, name, on in waiting]
    head = phrase(language, "bot.people", count=len(everybody))
    return back(message, Reply(head, lines=tuple(lines), language=language))


def _remove(desk: Desk, message: Incoming, argument: str, language: str) -> list[Outgoing]:
    channel, _, user_id = argument.strip().partition(":")
    gone = desk.people.remove(channel, user_id)
    if gone:
        desk.audit.note(who_says(message), Deed.END, f"{channel}:{user_id}")
    key = "bot.removed" if gone else "bot.no_such_person"
    return back(message, notice(language, key, who=argument))


def _answer(desk: Desk, message: Incoming, argument: str, language: str) -> list[Outgoing]:
    ref, _, text = argument.strip().partition(" ")
    entry = desk.log_book.entry(ref.lstrip("#"))
    if entry is None or not text.strip():
        return back(message, notice(language, "bot.how_to_answer"))
    head = phrase(entry.language, "bot.admin_answers", question=entry.question)
    letter = Reply(head, lines=tuple(text.strip().splitlines()), language=entry.language, ref=entry.ref)
    return [*back(message, notice(language, "bot.answer_sent")), Outgoing(entry.channel, entry.chat_id, letter)]


def _statistics(desk: Desk, message: Incoming, argument: str, language: str) -> list[Outgoing]:
    counts = desk.log_book.counts()
    lines = [
        phrase(language, "bot.statistics", refused=counts.refused, good=counts.good, bad=counts.bad),
        *_of_model(desk, language),
        *([phrase(language, "bot.unanswered")] if counts.unanswered else []),
        *(f"• {question}" for question in counts.unanswered),
    ]
    head = phrase(language, "bot.statistics_head", questions=counts.questions)
    return back(message, Reply(head, lines=tuple(lines), language=language))


def _of_model(desk: Desk, language: str) -> list[str]:
    """What the language model did in thirty days, in one line; nothing when there is none."""
    if desk.model_reader is None:
        return []
    totals = desk.model_reader.calls.totals(time.time() - 30 * 86400)
    by = Counter(totals.by_outcome)
    answered, none = by["answered"] + by["partly"] + by["which_plan"], by["nothing"] + by["missing"]
    counts = {"calls": totals.calls, "answered": answered, "none": none, "rest": totals.calls - answered - none}
    told = {"differing": totals.differing, "compared": totals.compared, "tokens": totals.tokens_in + totals.tokens_out}
    return [phrase(language, "bot.statistics_model", **counts, **told)]


def news_of_model(desk: Desk) -> list[Outgoing]:
    """What admins should hear of the language model: it broke, or its day's budget is used up."""
    told = desk.model_reader.take_news() if desk.model_reader else []
    return [Outgoing(who.channel, who.chat, Reply(text)) for text in told for who in desk.people.admins()]


def _role(word: str) -> Role:
    return Role.ADMIN if fold(word.strip()) in ("admin", "quan tri") else Role.OFFICER


def _called(who: Person) -> str:
    return who.name or who.user_id
