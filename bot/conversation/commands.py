"""Orders of the chat, done once for all channels: help, the plans, a unit's tasks, the language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import callback_data
from bot.conversation.callback_data import Token, Verb
from bot.conversation.command_words import Order, Spoken
from bot.conversation.desk import Desk, back, notice
from bot.conversation.messages import Attachment, Button, Incoming, Kind, Outgoing, Reply
from bot.conversation.plain import shorten
from bot.notices.subscribers import Wish
from bot.people import Role
from bot.plans.naming import NoSuchPlan, find_plan, short_title, title
from bot.plans.tasks import Task, is_unit_name, official_name, tasks_of, tasks_workbook, value
from plan.model import PlanVersion
from plan.text import fold
from prompts import phrase

TASKS_AT_ONCE = 8
TASK_LENGTH = 300  # characters shown of one task; the spreadsheet and the clause have the rest
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
        return _tasks(desk, message, order, language)
    if order.order is Order.LANGUAGE:
        return back(message, _language(desk, message, order.argument))
    if order.order is Order.LINK:
        return back(message, _link(desk, message, order.argument, language))
    if order.order in _WISHES:
        return back(message, set_wish(desk, message, *_WISHES[order.order], language))
    if order.order in _SMALL_TALK:
        return back(message, notice(language, _SMALL_TALK[order.order]))
    return back(message, _help(desk, language, role, greet=order.order is Order.START))


def plan_selected(desk: Desk, message: Incoming, plan: PlanVersion | None, language: str) -> Reply:
    """From now on this chat asks that plan, or all of them."""
    desk.memory.select_plan(message, plan.plan_id if plan else None)
    if plan is None:
        return notice(language, "bot.all_plans_selected")
    return notice(language, "bot.plan_selected", plan=title(plan))


def tasks_reply(desk: Desk, message: Incoming, unit: str, language: str, start: int = 0, ref: str = "") -> Reply:
    """A unit's tasks, some at a time, each with its place and deadline."""
    found = list(tasks_of(_scope(desk, message, unit), unit))
    shown = found[start : start + TASKS_AT_ONCE]
    end = start + len(shown)
    ref = ref or desk.log_book.write(message, unit, language, Kind.NOTICE, ())
    lines = (_told(language, number, task, unit) for number, task in enumerate(shown, start + 1))
    return Reply(
        phrase(language, "bot.tasks", unit=official_name(unit), count=len(found)),
        lines=tuple(lines),
        notes=(phrase(language, "bot.tasks_more", count=len(found) - end),) if end < len(found) else (),
        buttons=_task_buttons(language, ref, start, end, len(found)),
        language=language,
        ref=ref,
    )


def tasks_table(desk: Desk, message: Incoming, unit: str, language: str, ref: str) -> Reply:
    """All tasks of a unit as a spreadsheet."""
    found = tasks_of(_scope(desk, message, unit), unit)
    head = phrase(language, "upload.xlsx_ready", unit=official_name(unit))
    name = phrase(language, "upload.xlsx_name", unit="-".join(fold(official_name(unit)).split()))
    return Reply(head, language=language, ref=ref, attachment=Attachment(name, tasks_workbook(found, unit, language)))


def _task_buttons(language: str, ref: str, start: int, end: int, total: int) -> tuple[tuple[Button, ...], ...]:
    table = Button(phrase(language, "upload.xlsx"), str(Token(Verb.TABLE, ref)), file=True)
    back = Button(phrase(language, "bot.back_button"), str(Token(Verb.TASKS, ref, max(0, start - TASKS_AT_ONCE))))
    more = Button(phrase(language, "bot.more_button"), str(Token(Verb.TASKS, ref, end)))
    turning = (*((back,) if start else ()), *((more,) if end < total else ()))
    return tuple(row for row in (turning, (table,)) if row)


def set_wish(desk: Desk, message: Incoming, wish: str, on: bool, language: str) -> Reply:
    """Notices of a kind come or do not come any more, on all of this person's channels; with the way back."""
    if wish not in list(Wish):
        return notice(language, "bot.expired", kind=Kind.TOAST)
    desk.subscribers.turn(message.channel, message.user_id, Wish(wish), on)
    label = phrase(language, f"notices.{'off' if on else 'on'}_{wish}")
    other = Button(label, str(Token(Verb.WANT, wish, 0 if on else 1)))
    return notice(language, f"notices.{wish}_{'on' if on else 'off'}", buttons=((other,),))


def plan_pressed(desk: Desk, message: Incoming, plan: PlanVersion | None, language: str) -> Reply:
    """The same by a button: the list stays, with its mark on the plan that was chosen."""
    told = plan_selected(desk, message, plan, language)
    chosen = plan.plan_id if plan else None
    return replace(told, buttons=_plan_list(language, desk.shelf.live(), chosen).buttons)


def _plans(desk: Desk, message: Incoming, name: str, language: str) -> Reply:
    if fold(name) in _ALL:
        return plan_selected(desk, message, None, language)
    plans = desk.shelf.live()
    if not name:
        return _plan_list(language, plans, desk.memory.plan(message))
    try:
        return plan_selected(desk, message, find_plan(name, plans), language)
    except NoSuchPlan as error:
        reply = _plan_list(language, error.choices, None)
        return Reply(phrase(language, "bot.which_plan", name=name), buttons=reply.buttons, language=language)


def _plan_list(language: str, plans: Sequence[PlanVersion], chosen: str | None) -> Reply:
    if not plans:
        return notice(language, "bot.no_plans")
    rows = [(Button(_marked(title(plan), plan.plan_id == chosen), _choose(plan)),) for plan in plans]
    everything = (Button(_marked(phrase(language, "bot.all_plans"), chosen is None), str(Token(Verb.PLAN))),)
    lines = tuple(f"• {short_title(plan)}: {title(plan)}" for plan in plans)
    return Reply(
        phrase(language, "bot.plans", count=len(plans)), lines=lines, buttons=(*rows, everything), language=language
    )


def _choose(plan: PlanVersion) -> str:
    return str(Token(Verb.PLAN, callback_data.digest(plan.plan_id)))


def _marked(label: str, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label


def _tasks(desk: Desk, message: Incoming, order: Spoken, language: str) -> list[Outgoing] | None:
    if not order.argument:
        return back(message, notice(language, "bot.which_unit"))
    if not order.certain and not is_unit_name(order.argument):
        return None  # "việc gì phải xong trước tháng 6" is a question
    if next(tasks_of(_scope(desk, message, order.argument), order.argument), None):
        return back(message, tasks_reply(desk, message, order.argument, language))
    return back(message, notice(language, "bot.no_tasks", unit=order.argument))


def _scope(desk: Desk, message: Incoming, unit: str) -> list[PlanVersion]:
    chosen = desk.memory.plan(message)
    if chosen is None:
        return list(desk.shelf.with_tasks(unit))
    plan = desk.shelf.live_version(chosen)
    return [plan] if plan else []


def _told(language: str, number: int, task: Task, unit: str) -> str:
    role = phrase(language, "bot.leads" if task.leads(unit) else "bot.coordinates")
    told = value(task.assignment.task)
    if len(told) > TASK_LENGTH:
        told = shorten(told, TASK_LENGTH) + phrase(language, "bot.cut")
    line = f"{number}. {told} — {role}"
    due = f"; {phrase(language, 'bot.deadline', deadline=task.deadline)}" if task.deadline else ""
    return f"{line}{due} ({task.place}, {short_title(task.plan)})"


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
