"""Orders of the chat, done once for all channels: help, the plans, a unit's tasks, the language."""

from __future__ import annotations

from collections.abc import Sequence

from bot import tokens
from bot.desk import Desk, back, notice
from bot.messages import Button, Incoming, Kind, Outgoing, Reply
from bot.naming import NoSuchPlan, find_plan, short_title, title
from bot.people import Role
from bot.spoken import Order, Spoken
from bot.tasks import Task, is_unit_name, tasks_of, value
from bot.tokens import Token, Verb
from plan.model import PlanVersion
from plan.text import fold
from prompts import phrase

TASKS_AT_ONCE = 8
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
    return back(message, _help(desk, language, role, greet=order.order is Order.START))


def plan_selected(desk: Desk, message: Incoming, plan: PlanVersion | None, language: str) -> Reply:
    """From now on this chat asks that plan, or all of them."""
    desk.memory.select_plan(message, plan.plan_id if plan else None)
    if plan is None:
        return notice(language, "bot.all_plans_selected")
    return notice(language, "bot.plan_selected", plan=title(plan))


def tasks_reply(desk: Desk, message: Incoming, unit: str, language: str, start: int = 0, ref: str = "") -> Reply:
    """A unit's tasks, some at a time, each with its place and deadline."""
    found = list(tasks_of(_scope(desk, message), unit))
    shown = found[start : start + TASKS_AT_ONCE]
    end = start + len(shown)
    ref = ref or desk.log_book.write(message, unit, language, Kind.NOTICE, ())
    more = Button(phrase(language, "bot.more_button"), str(Token(Verb.TASKS, ref, end)))
    lines = (_told(language, number, task, unit) for number, task in enumerate(shown, start + 1))
    return Reply(
        phrase(language, "bot.tasks", unit=unit, count=len(found)),
        lines=tuple(lines),
        buttons=((more,),) if end < len(found) else (),
        language=language,
        ref=ref,
    )


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
    return str(Token(Verb.PLAN, tokens.digest(plan.plan_id)))


def _marked(label: str, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label


def _tasks(desk: Desk, message: Incoming, order: Spoken, language: str) -> list[Outgoing] | None:
    if not order.argument:
        return back(message, notice(language, "bot.which_unit"))
    if not order.certain and not is_unit_name(order.argument):
        return None  # "việc gì phải xong trước tháng 6" is a question
    if next(tasks_of(_scope(desk, message), order.argument), None):
        return back(message, tasks_reply(desk, message, order.argument, language))
    return back(message, notice(language, "bot.no_tasks", unit=order.argument))


def _scope(desk: Desk, message: Incoming) -> list[PlanVersion]:
    chosen = desk.memory.plan(message)
    return [plan for plan in desk.shelf.live() if chosen in (None, plan.plan_id)]


def _told(language: str, number: int, task: Task, unit: str) -> str:
    role = phrase(language, "bot.leads" if task.leads(unit) else "bot.coordinates")
    line = f"{number}. {value(task.assignment.task)} — {role}"
    due = f"; {phrase(language, 'bot.deadline', deadline=task.deadline)}" if task.deadline else ""
    return f"{line}{due} ({task.assignment.clause}, {short_title(task.plan)})"


def _language(desk: Desk, message: Incoming, wanted: str) -> Reply:
    word = fold(wanted)
    chosen = "en" if word.startswith(("en", "tieng anh")) else "vi" if word.startswith(("vi", "tieng viet")) else ""
    if not chosen:
        chosen = "vi" if desk.language_of(message) == "en" else "en"
    desk.memory.select_language(message, chosen)
    return notice(chosen, "bot.language_selected")


def _help(desk: Desk, language: str, role: Role, greet: bool) -> Reply:
    greeting = (
        phrase(language, "bot.greeting", count=len(desk.shelf.live())) if greet else phrase(language, "bot.help_head")
    )
    lines = [phrase(language, "bot.help")]
    if role is Role.ADMIN:
        lines.append(phrase(language, "bot.help_admin"))
    return Reply(greeting, lines=tuple("\n".join(lines).splitlines()), language=language)
