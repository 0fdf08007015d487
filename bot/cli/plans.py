"""`kehoach plans`: which plans are live."""

from __future__ import annotations

import typer

from bot.cli import output
from bot.cli.options import JsonOption, house_of
from bot.i18n import say
from bot.plans.naming import title
from plan.model import PlanVersion


def plans(ctx: typer.Context, json: JsonOption = False) -> None:
    live = house_of(ctx).library.live()
    if json:
        output.tell_json([output.plan_json(plan) for plan in live])
        return
    if not live:
        output.tell(say("cli.no_plans"))
    for plan in live:
        output.tell(described(plan))


def described(plan: PlanVersion) -> str:
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
        clauses=len(plan.clauses),
        assignments=len(plan.assignments),
    )
