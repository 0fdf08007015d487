"""Lists of tasks in the chat: what is due, with buttons to the usual periods, and what a unit has to do.

Some at a time, each with its clause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.conversation.callback_data import Token, Verb, button
from bot.conversation.command_words import Spoken
from bot.conversation.desk import Desk, back, notice
from bot.conversation.messages import Attachment, Button, Incoming, Kind, Outgoing, Reply
from bot.conversation.plain import more_note, shortened
from bot.conversation.replies import Rows, rows
from bot.conversation.sessions import Entry
from bot.i18n import day
from bot.plans.amendments import with_amendments
from bot.plans.due_list import NUMBERED, Wanted, When, day_of, due_tasks, fits, own_unit, span_of, wanted, within
from bot.plans.naming import title
from bot.plans.tasks import Doing, Task, deadline_told, is_unit_name, official_name, tasks_of, tasks_workbook
from plan.listed import LISTED
from plan.text import fold
from plan.units import unit_name
from prompts import phrase

AT_ONCE = 8
UNITS = 8  # offered as buttons
LENGTH, LENGTH_OF_UNIT = 240, 300  # characters shown of one task; the clause and the spreadsheet have the rest
PER_PERIOD = 1000  # a button's number is the period's place in NUMBERED times this, plus the first task shown
_BUTTONS = (When.WEEK, When.MONTH, When.QUARTER, When.OVERDUE)


def look_up(desk: Desk, message: Incoming, question: str) -> Reply | None:
    """What the register says, where it is asked for nothing else; None for every other question."""
    language = desk.question_language(message, question)
    mine = own_unit(question)
    if mine:
        return keep_unit(desk, message, mine, language)
    asked = wanted(question, desk.today())
    if asked is None:
        return None
    if asked.is_own:
        unit = desk.unit_of(message)
        if not unit:
            return which_unit(desk, message, language)
        asked = replace(asked, unit=unit)
    if asked.is_count:
        return _count(desk, message, asked, language)
    return _list(desk, message, asked, language, 0, "")


def keep_unit(desk: Desk, message: Incoming, unit: str, language: str) -> Reply:
    """From now on 'my unit' is this one; its tasks, and that they will be reminded of."""
    desk.memory.select_unit(message, unit)
    told = phrase(language, "due.unit_kept", unit=unit)
    return _list(desk, message, Wanted(unit=unit), language, 0, "", told)


def which_unit(desk: Desk, message: Incoming, language: str) -> Reply:
    """Asks for the unit, with those that the plans name most as buttons."""
    names = [unit_name(unit) for unit in desk.shelf.leading(UNITS)]
    if not names:
        return notice(language, "due.which_unit")
    ref = desk.log_book.write(replace(message, text=""), "\n".join(names), language, Kind.NOTICE, ())
    choices = tuple((Token(Verb.UNIT, ref, number).under(name),) for number, name in enumerate(names))
    return notice(language, "due.which_unit", buttons=choices)


def turn(desk: Desk, message: Incoming, entry: Entry, number: int) -> Reply:
    """Another period or the next tasks, by a button; `number` says which."""
    place, start = divmod(number, PER_PERIOD)
    asked = Wanted.kept(entry.headline) if entry.headline.count("|") >= 3 else Wanted()
    asked = asked if place >= len(NUMBERED) else replace(asked, when=NUMBERED[place])
    return _list(desk, message, asked, entry.language, start, entry.ref)


def _list(desk: Desk, message: Incoming, asked: Wanted, language: str, start: int, ref: str, before: str = "") -> Reply:
    today = desk.today()
    found = due_tasks(desk.shelf, _plans(desk, message, asked, today), asked, today)
    end = min(len(found), start + AT_ONCE)
    ref = ref or desk.log_book.write(message, str(asked), language, Kind.NOTICE, ())
    lines = [_line(language, number, task, asked, today) for number, task in enumerate(found[start:end], start + 1)]
    late = (phrase(language, "due.not_known_done"),) if asked.when is When.OVERDUE and found else ()
    head = _head(language, asked, len(found), today)
    return Reply(
        before or head,
        lines=(*((head,) if before else ()), *lines),
        notes=(*more_note(language, len(found), end, "bot.tasks_more"), *late),
        buttons=_buttons(language, asked, ref, start, end, len(found)),
        language=language,
        ref=ref,
    )


def _plans(desk: Desk, message: Incoming, asked: Wanted, today: date) -> Sequence[Doing]:
    """The chosen plan with what amends it, or such tasks of all plans."""
    chosen = desk.memory.plan(message)
    plan = desk.shelf.live_version(chosen) if chosen else None
    if plan is None:
        return desk.shelf.with_tasks(asked.unit, within(asked, today))
    return with_amendments(desk.shelf, plan)


def _count(desk: Desk, message: Incoming, asked: Wanted, language: str) -> Reply:
    """How many tasks each plan has, in all or of one unit."""
    today, shelf = desk.today(), desk.shelf
    everything = asked == Wanted(is_count=True) and desk.memory.plan(message) is None
    plans = _first_plans(desk) if everything else _plans(desk, message, asked, today)
    counted = [tasks for plan in plans if (tasks := _counted(plan, asked, today))]
    lines = tuple(
        phrase(language, "due.count_line", plan=title(tasks[0].plan), count=len(tasks), dated=_dated(tasks))
        for tasks in counted[:LISTED]
    )
    total = shelf.tasks() if everything else sum(map(len, counted))
    more = max(0, shelf.count() - LISTED) if everything else len(counted) - len(lines)
    notes = (phrase(language, "due.count_more", count=more),) if more else ()
    key = "due.count_of_unit" if asked.unit else "due.count"
    return Reply(phrase(language, key, count=total, unit=asked.unit), lines=lines, notes=notes, language=language)


def _first_plans(desk: Desk) -> list[Doing]:
    """The tasks of the plans that a list names."""
    return [found for plan in desk.shelf.listed() for found in desk.shelf.with_tasks(plan_id=plan.plan_id)]


def _counted(plan: Doing, asked: Wanted, today: date) -> list[Task]:
    """What one plan says for itself, amended or not."""
    return [task for task in tasks_of([plan], asked.unit) if fits(task, asked, today)]


def _dated(tasks: Sequence[Task]) -> int:
    return sum(bool(task.dues) for task in tasks)


def _head(language: str, asked: Wanted, count: int, today: date) -> str:
    span = span_of(asked, today)
    days = {"first": day(span[0]), "last": day(span[1])} if span else {}
    who = f"{asked.unit}: " if asked.unit else ""
    when = "all" if asked.when is When.ALL else "overdue" if asked.when is When.OVERDUE else "period"
    return who + phrase(language, f"due.{when if count else f'no_{when}'}", count=count, **days)


def _line(language: str, number: int, task: Task, asked: Wanted, today: date) -> str:
    """The task, its day with the plan's own words, who leads, and the clause it stands in."""
    told, due = shortened(task.name, LENGTH, language), day_of(task, asked, today)
    when = deadline_told(language, task, " — ") + (f" [{day(due)}]" if due else "")
    return f"{number}. {told}{when}{f'; {task.who}' if task.who else ''} {task.where}"


def _buttons(language: str, asked: Wanted, ref: str, start: int, end: int, total: int) -> Rows:
    here = NUMBERED.index(asked.when) * PER_PERIOD
    turning = _turning(language, Verb.DUE, ref, start, end, min(total, PER_PERIOD), here)
    others: Sequence[When] = [when for when in _BUTTONS if when is not asked.when]
    periods = tuple(button(language, f"due.button_{w}", Verb.DUE, ref, NUMBERED.index(w) * PER_PERIOD) for w in others)
    return rows(turning, periods)


def unit_tasks(desk: Desk, message: Incoming, order: Spoken, language: str) -> list[Outgoing] | None:
    """The tasks of the unit that an order names; None where the order turns out to be a question."""
    if not order.argument:
        return back(message, notice(language, "bot.which_unit"))
    if not order.certain and not is_unit_name(order.argument):
        return None  # "việc gì phải xong trước tháng 6" is a question
    if _tasks_of(desk, message, order.argument, 1):
        return back(message, tasks_reply(desk, message, order.argument, language))
    return back(message, notice(language, "bot.no_tasks", unit=order.argument))


def tasks_reply(desk: Desk, message: Incoming, unit: str, language: str, start: int = 0, ref: str = "") -> Reply:
    """A unit's tasks, some at a time, each with its place and deadline."""
    found = _tasks_of(desk, message, unit)
    end = min(len(found), start + AT_ONCE)
    ref = ref or desk.log_book.write(message, unit, language, Kind.NOTICE, ())
    table = Token(Verb.TABLE, ref).under(phrase(language, "upload.xlsx"), file=True)
    turning = _turning(language, Verb.TASKS, ref, start, end, len(found))
    return Reply(
        phrase(language, "bot.tasks", unit=official_name(unit), count=len(found)),
        lines=tuple(_told(language, number, task, unit) for number, task in enumerate(found[start:end], start + 1)),
        notes=more_note(language, len(found), end, "bot.tasks_more"),
        buttons=rows(turning, (table,)),
        language=language,
        ref=ref,
    )


def tasks_table(desk: Desk, message: Incoming, unit: str, language: str, ref: str) -> Reply:
    """All tasks of a unit as a spreadsheet."""
    found = _tasks_of(desk, message, unit)
    head = phrase(language, "upload.xlsx_ready", unit=official_name(unit))
    name = phrase(language, "upload.xlsx_name", unit="-".join(fold(official_name(unit)).split()))
    return Reply(head, language=language, ref=ref, attachment=Attachment(name, tasks_workbook(found, unit, language)))


def _tasks_of(desk: Desk, message: Incoming, unit: str, count: int | None = None) -> list[Task]:
    """A unit's tasks, in the chosen plan or in all; the first ones, or every one."""
    chosen = desk.memory.plan(message) or ""
    return list(tasks_of(desk.shelf.with_tasks(unit, plan_id=chosen, count=count), unit))


def _told(language: str, number: int, task: Task, unit: str) -> str:
    role = phrase(language, "bot.leads" if task.leads(unit) else "bot.coordinates")
    told, due = shortened(task.name, LENGTH_OF_UNIT, language), deadline_told(language, task, "; ")
    return f"{number}. {told} — {role}{due} {task.where}"


def _turning(
    language: str, verb: Verb, ref: str, start: int, end: int, total: int, first: int = 0
) -> tuple[Button, ...]:
    """Back and on, where there is more; a button's number is `first` plus the place of the first task it shows."""
    before = (button(language, "bot.back_button", verb, ref, first + max(0, start - AT_ONCE)),) if start else ()
    after = (button(language, "bot.more_button", verb, ref, first + end),) if end < total else ()
    return (*before, *after)
