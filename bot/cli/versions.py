"""`kehoach versions`, `rollback`, `remove`, `reindex`: keeping house among the plans."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.audit import at_terminal
from bot.cli import output
from bot.cli.options import JsonOption, house_of, writer_of
from bot.errors import WrongUsage
from bot.i18n import say
from bot.plans.intake import progress_bar

PlanArgument = Annotated[str, typer.Argument(metavar="PLAN", help=say("help.plan_argument"))]


def versions(ctx: typer.Context, plan: PlanArgument, json: JsonOption = False) -> None:
    house = house_of(ctx)
    live, catalog = house.plan(plan), house.library.catalog
    stored = [catalog.version(live.plan_id, number) for number in catalog.versions(live.plan_id)]
    if json:
        output.tell_json([{**output.plan_json(each), "live": each.version == live.version} for each in stored])
        return
    for version in stored:
        mark = "→" if version.version == live.version else " "
        output.tell(f"{mark} {version.version}  {output.local_time(version.ingested_at)}  {version.file}")


def rollback(
    ctx: typer.Context,
    plan: PlanArgument,
    version: Annotated[int | None, typer.Argument(metavar="[VERSION]", help=say("help.version_argument"))] = None,
) -> None:
    house = writer_of(ctx)
    plan_id = house.plan(plan).plan_id
    with progress_bar(plan_id) as progress:
        number = house.plans.rollback(plan_id, version, at_terminal(), progress)
    output.tell(say("cli.rolled_back", plan=plan_id, version=number))


def remove(
    ctx: typer.Context,
    plans: Annotated[list[str], typer.Argument(metavar="PLAN...", help=say("help.plan_argument"))],
    yes: Annotated[bool, typer.Option("--yes", help=say("help.yes_option"))] = False,
) -> None:
    house = writer_of(ctx)
    plan_ids = list(dict.fromkeys(house.plan(name).plan_id for name in plans))  # all known before the first goes
    if not yes and not sys.stdin.isatty():
        raise WrongUsage(say("cli.say_yes"))
    for plan_id in plan_ids:
        if yes or typer.confirm(say("cli.really_remove", plan=plan_id)):
            house.plans.remove(plan_id, at_terminal())
            output.tell(say("cli.removed", plan=plan_id))


def reindex(ctx: typer.Context) -> None:
    with progress_bar("reindex") as progress:
        writer_of(ctx).library.reindex(progress)
    output.tell(say("cli.reindexed"))
