"""`kehoach assignments`: who does what by when, over all plans or one, for all units or one."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from bot.cli import output
from bot.cli.options import JsonOption, PlanOption, house_of
from bot.clock import today_here
from bot.i18n import say
from bot.plans.due_list import Wanted, When, due_tasks
from bot.plans.spreadsheet import harmless
from bot.plans.tasks import Task, tasks_of, value
from plan.due import late_since, next_day

_LABELS = {
    "leads": "cli.leads",
    "coordinating": "cli.coordinating",
    "deadline": "cli.deadline",
    "product": "cli.product",
}
_COLUMNS = ("plan", "clause", "task", *_LABELS, "place", "next", "past")


def assignments(
    ctx: typer.Context,
    unit: Annotated[str, typer.Option("--unit", metavar="U", help=say("help.unit_option"))] = "",
    plan: PlanOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help=say("help.csv_option"))] = False,
    due: Annotated[When, typer.Option("--due", help=say("help.due_option"))] = When.ALL,
    json: JsonOption = False,
) -> None:
    house = house_of(ctx)
    plans = [house.plan(plan)] if plan else house.library.live()
    tasks = list(tasks_of(plans, unit))
    if due is not When.ALL:
        tasks = due_tasks(plans, Wanted(due, unit), today_here())
    rows = [_row(task) for task in tasks]
    if as_csv:
        _write_csv(rows)
    elif json:
        output.tell_json(rows)
    else:
        output.tell("\n\n".join(_told(row) for row in rows) or say("cli.no_assignments"))


def _write_csv(rows: Sequence[dict[str, str]]) -> None:
    """With a byte order mark, by which spreadsheets know UTF-8; nothing is run as a formula or steers a terminal."""
    sys.stdout.write("\ufeff")
    writer = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(text) for name, text in row.items()} for row in rows)


def _row(task: Task) -> dict[str, str]:
    assignment = task.assignment
    return {
        "plan": task.plan.plan_id,
        "clause": assignment.clause,
        "task": value(assignment.task),
        "leads": "; ".join(value(lead) for lead in assignment.leads),
        "coordinating": "; ".join(value(other) for other in assignment.coordinating),
        "deadline": task.deadline,
        "product": value(assignment.product),
        "place": task.place,
        "next": _iso(next_day(task.dues, today_here())),
        "past": _iso(late_since(task.dues, today_here())),
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _told(row: dict[str, str]) -> str:
    fields = (f"  {say(key)}: {row[column]}" for column, key in _LABELS.items() if row[column])
    return "\n".join((f"{row['task']}\n  {row['plan']} · {row['place']}", *fields))
