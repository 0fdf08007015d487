"""Orders and questions of the chat, done once for all channels: help, the plans, the language, an answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.admin_commands import news_of_model
from bot.conversation.callback_data import Token, Verb, button
from bot.conversation.command_words import Order, Spoken, are_several
from bot.conversation.desk import Desk, back, expired, more_plans, notice
from bot.conversation.messages import Button, Incoming, Kind, Outgoing, Reply
from bot.conversation.replies import answer_kind, answer_reply
from bot.conversation.sessions import Entry
from bot.conversation.task_lists import unit_tasks
from bot.people import Role, Wish
from bot.plans.naming import NoSuchPlan, find_plan, short_title, title
from plan.listed import Named, ref_of
from plan.model import Answer, Topic
from plan.text import fold
from prompts import phrase

_SMALL_TALK = {Order.HELLO: "bot.hello", Order.THANKS: "bot.welcome_back", Order.BYE: "bot.bye"}
_WISHES = {
    Order.REMIND: (Wish.REMINDERS, True),
    Order.REMIND_NOT: (Wish.REMINDERS, False),
    Order.TELL: (Wish.CHANGES, True),
    Order.TELL_NOT: (Wish.CHANGES, False),
}
_ALL = frozenset(("tat ca", "all", "het"))


def obey(desk: Desk, message: Incoming, order: Spoken, role: Role) -> list[Outgoing] | None:
    """Do an order that every officer may give; None when it turns out to be a question."""
    language = desk.language_of(message)
    if order.order is Order.PLANS:
        return back(message, _plans(desk, message, order.argument, language))
    if order.order is Order.TASKS:
        return unit_tasks(desk, message, order, language)
    if order.order is Order.LANGUAGE:
        return back(message, _language(desk, message, order.argument))
    if order.order is Order.LINK:
        return back(message, _link(desk, message, order.argument, language))
    if order.order in _WISHES:
        return back(message, set_wish(desk, message, *_WISHES[order.order], language))
    if order.order in _SMALL_TALK:
        return back(message, notice(language, _SMALL_TALK[order.order]))
    return back(message, _help(desk, language, role, greet=order.order is Order.START))


def plan_selected(desk: Desk, message: Incoming, plan: Named | None, language: str) -> Reply:
    """From now on this chat asks that plan, or all of them."""
    desk.memory.select_plan(message, plan.plan_id if plan else None)
    if plan is None:
        return notice(language, "bot.all_plans_selected")
    return notice(language, "bot.plan_selected", plan=title(plan))


def set_wish(desk: Desk, message: Incoming, wish: str, on: bool, language: str) -> Reply:
    """Notices of a kind come or do not come any more, on all of this person's channels; with the way back."""
    if wish not in list(Wish):
        return expired(language)
    desk.subscribers.turn(message.channel, message.user_id, Wish(wish), on)
    other = button(language, f"notices.{'off' if on else 'on'}_{wish}", Verb.WANT, wish, 0 if on else 1)
    return notice(language, f"notices.{wish}_{'on' if on else 'off'}", buttons=((other,),))


def plan_pressed(desk: Desk, message: Incoming, plan: Named | None, language: str) -> Reply:
    """The same by a button: the list stays, with its mark on the plan that was chosen."""
    told = plan_selected(desk, message, plan, language)
    chosen = plan.plan_id if plan else None
    return replace(told, buttons=_plan_list(desk, language, desk.shelf.listed(), chosen).buttons)


def _plans(desk: Desk, message: Incoming, name: str, language: str) -> Reply:
    if fold(name) in _ALL:
        return plan_selected(desk, message, None, language)
    if not name:
        return _plan_list(desk, language, desk.shelf.listed(), desk.memory.plan(message))
    try:
        return plan_selected(desk, message, find_plan(name, desk.shelf.called(name)), language)
    except NoSuchPlan as error:
        reply = _plan_list(desk, language, error.choices or desk.shelf.listed(), None)
        head = phrase(language, "bot.which_plan", name=name)
        return Reply(head, notes=reply.notes, buttons=reply.buttons, language=language)


def _plan_list(desk: Desk, language: str, plans: Sequence[Named], chosen: str | None) -> Reply:
    if not plans:
        return notice(language, "bot.no_plans")
    rows = [(_choice(title(plan), plan.plan_id == chosen, ref_of(plan.plan_id)),) for plan in plans]
    everything = (_choice(phrase(language, "bot.all_plans"), chosen is None),)
    lines = tuple(f"• {short_title(plan)}: {title(plan)}" for plan in plans)
    head, notes = phrase(language, "bot.plans", count=desk.shelf.count()), more_plans(desk, language, plans)
    return Reply(head, lines=lines, notes=notes, buttons=(*rows, everything), language=language)


def _choice(label: str, chosen: bool, ref: str = "") -> Button:
    return Token(Verb.PLAN, ref).under(f"✓ {label}" if chosen else label)


def _language(desk: Desk, message: Incoming, wanted: str) -> Reply:
    word = fold(wanted)
    chosen = "en" if word.startswith(("en", "tieng anh")) else "vi" if word.startswith(("vi", "tieng viet")) else ""
    if not chosen:
        chosen = "vi" if desk.language_of(message) == "en" else "en"
    desk.memory.select_language(message, chosen)
    return notice(chosen, "bot.language_selected")


def _link(desk: Desk, message: Incoming, code: str, language: str) -> Reply:
    """Without a code: one to show on another channel. With one: here is the same person."""
    if code:
        linked = desk.people.links.accept(code, message)
        return notice(language, "bot.linked" if linked else "bot.no_such_link")
    if message.is_group or not desk.people.may_link(message.channel, message.user_id):
        return notice(language, "bot.no_link_here")  # a code in a group would be everybody's
    return notice(language, "bot.link_code", code=desk.people.links.code(message))


def _help(desk: Desk, language: str, role: Role, greet: bool) -> Reply:
    greeting = (
        phrase(language, "bot.greeting", count=desk.shelf.count()) if greet else phrase(language, "bot.help_head")
    )
    lines = [phrase(language, "bot.help")]
    if role is Role.ADMIN:
        lines.append(phrase(language, "bot.help_admin"))
    return Reply(greeting, lines=tuple("\n".join(lines).splitlines()), language=language)


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
    notes = (*answer.notes, *reply.notes, *_one_by_one(question, answer))
    if answer.reason == "plans":
        notes = (*notes, phrase(answer.language, "bot.choose_plan"))
    return [*back(message, replace(reply, notes=notes)), *news_of_model(desk)]


def _one_by_one(question: str, answer: Answer) -> tuple[str, ...]:
    """That only one of several questions was answered."""
    several = are_several(question) and answer_kind(answer) is not Kind.NOTICE
    return (phrase(answer.language, "bot.one_by_one"),) if several else ()


def ask_other(desk: Desk, message: Incoming, entry: Entry, plan_id: str) -> list[Outgoing]:
    """The same question of the plan that a button names; the chat stays with the plans it has chosen."""
    if not plan_id or not entry.question:
        return back(message, expired(entry.language))
    return answered(desk, replace(message, text=entry.question, action=None), entry.question, plan_id)
