"""`kehoach plans`: which plans are live."""

from __future__ import annotations

import typer

from bot import wire
from bot.commands.options import JsonOption, house_of
from bot.naming import title
from bot.words import say
from plan.model import PlanVersion


def plans(ctx: typer.Context, json: JsonOption = False) -> None:
    live = house_of(ctx).library.live()
    if json:
        wire.tell_json([wire.plan_json(plan) for plan in live])
        return
    if not live:
        wire.tell(say("cli.no_plans"))
    for plan in live:
        wire.tell(described(plan))


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
