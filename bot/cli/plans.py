"""`kehoach plans`, `kehoach show PLAN [ADDRESS]`, `kehoach assignments`: which plans are live; one as a tree, a clause,
or the exact text; who does what by when.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from answer.wording import sentence
from bot.cli import output
from bot.cli.output import JsonOption, PlanOption, house_of
from bot.errors import WrongUsage
from bot.i18n import say, today_here
from bot.plans.amendments import with_amendments
from bot.plans.due_list import Wanted, When, due_tasks, within
from bot.plans.naming import title
from bot.plans.tasks import Task, harmless, in_words, tasks_of
from plan.due import late_since, next_day
from plan.listed import Listed
from plan.model import Clause, PlanVersion
from plan.text import fold, squeeze


def plans(ctx: typer.Context, json: JsonOption = False) -> None:
    listed = house_of(ctx).library.listed
    if json:
        output.tell_json([output.plan_json(plan) for plan in listed.all()])
        return
    if not listed.count():
        output.tell(say("cli.no_plans"))
    for plan in listed.all():
        output.tell(described(plan))


def described(plan: Listed) -> str:
    """Three lines on a plan: its name, what its header says, what was read."""
    info = plan.info
    return say(
        "cli.plan",
        plan=plan.plan_id,
        version=plan.version,
        title=title(plan),
        file=plan.file,
        issuer=info.issuer or "—",
        number=info.number or say("cli.blank"),
        date=info.date or say("cli.blank"),
        clauses=plan.clauses,
        assignments=plan.assignments,
    )


_WIDTH = 100
_OFFERED = 12  # places offered where the one that was typed is not there
_HEADING = re.compile(r"\([^()]*\)")  # in an address, where a plan numbers two sections alike: "III(Nhiệm vụ).2"


def show(
    ctx: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help=say("help.plan_argument"))],
    address: Annotated[str | None, typer.Argument(metavar="[ADDRESS]", help=say("help.address"))] = None,
    text: Annotated[bool, typer.Option("--text", help=say("help.text_option"))] = False,
    json: JsonOption = False,
) -> None:
    version = house_of(ctx).plan(plan)
    clause = _clause(version, address) if address else None
    if text:
        _write(clause.span.of(version.text) if clause else version.text)
    elif json:
        clauses = [_clause_json(version, each) for each in ([clause] if clause else version.clauses)]
        output.tell_json({**output.plan_json(Listed.of(version)), "clauses": clauses})
    else:
        output.tell(_page(version, clause) if clause else _tree(version))


def _clause(version: PlanVersion, address: str) -> Clause:
    """The clause at an address, typed with or without accents and capitals."""
    wanted = fold(address.strip())
    exact = [clause for clause in version.clauses if clause.address == address.strip()]
    loose = [clause for clause in version.clauses if wanted in (fold(clause.address), fold(clause.words))]
    found = exact or loose or [clause for clause in version.clauses if _dotted(address) == _dotted(clause.address)]
    if len(found) > 1:
        choices = "".join(f"\n  {clause.address}  {clause.words}" for clause in found)
        raise WrongUsage(say("cli.several_addresses", address=address) + choices)
    if not found:
        below = "".join(f"\n  {clause.address}  {clause.words}" for clause in _near(version, _dotted(address)))
        raise WrongUsage(say("cli.no_such_address", address=address, plan=version.plan_id) + below)
    return found[0]


def _dotted(address: str) -> str:
    """As officers write it, "III.2.2" for "III(Nhiệm vụ).2#2": without headings, and lines and rows after a point."""
    return re.sub(r"[#:\s-]+", ".", fold(_HEADING.sub("", address)).strip()).strip(".")


def _near(version: PlanVersion, wanted: str) -> list[Clause]:
    """The clauses below the last place of the address that there is."""
    above = wanted
    while "." in above:
        above = above.rpartition(".")[0]
        parents = {clause.address for clause in version.clauses if _dotted(clause.address) == above}
        below = [clause for clause in version.clauses if clause.parent in parents]
        if below:
            return below[:_OFFERED]
    return []


def _write(text: str) -> None:
    """Without a newline added or turned: every offset must count. On a screen nobody counts, and nothing may steer."""
    if sys.stdout.isatty():
        output.tell(text)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _page(version: PlanVersion, clause: Clause) -> str:
    head = f"{sentence(clause.words)} · {clause.address}" if clause.words else clause.address
    page = version.page(clause.span.start)
    place = f"{head} · {say('cli.page', page=page)}" if page else head
    return f"{place}\n\n{clause.span.of(version.text).strip()}"


def _tree(version: PlanVersion) -> str:
    return "\n".join([described(Listed.of(version)), "", *_branches(version)])


def _branches(version: PlanVersion) -> list[str]:
    depth: dict[str, int] = {}
    lines = []
    for clause in version.clauses:
        depth[clause.address] = depth[clause.parent] + 1 if clause.parent in depth and clause.parent else 0
        first = clause.heading or squeeze(clause.span.of(version.text))
        lines.append(f"{'  ' * depth[clause.address]}{clause.address}  {first}"[:_WIDTH])
    return lines


def _clause_json(version: PlanVersion, clause: Clause) -> output.Json:
    return {
        **output.fields(clause, "address", "kind", "words", "heading"),
        **output.fields(clause.span, "start", "end"),
        "parent": clause.parent,
        "page": version.page(clause.span.start),
        "cells": [asdict(cell) for cell in clause.cells],
        "text": clause.span.of(version.text),
    }


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
    asked, today = Wanted(due, unit), today_here()
    of_plan = house.plan(plan) if plan else None
    plans = [of_plan] if of_plan else house.shelf.with_tasks(unit, within(asked, today))
    if due is When.ALL:
        tasks = list(tasks_of(plans, unit))
    else:
        tasks = due_tasks(house.shelf, with_amendments(house.shelf, of_plan) if of_plan else plans, asked, today)
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
    return {
        "plan": task.plan.plan_id,
        "clause": task.assignment.clause,
        **in_words(task),
        "next": _iso(next_day(task.dues, today_here())),
        "past": _iso(late_since(task.dues, today_here())),
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _told(row: dict[str, str]) -> str:
    fields = (f"  {say(key)}: {row[column]}" for column, key in _LABELS.items() if row[column])
    return "\n".join((f"{row['task']}\n  {row['plan']} · {row['place']}", *fields))
