"""Arguments and options that several commands share, and the house they work in."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.app import House
from bot.words import say

PlanOption = Annotated[str | None, typer.Option("--plan", metavar="P", help=say("help.plan_option"))]
JsonOption = Annotated[bool, typer.Option("--json", help=say("help.json_option"))]


def house_of(ctx: typer.Context) -> House:
    """The house that `bot.cli.main` put into the context."""
    house = ctx.find_object(House)
    assert house is not None
    return house


def writer_of(ctx: typer.Context) -> House:
    """The same for a command that changes plans: it waits for whoever else does so, and says that it waits."""
    house = house_of(ctx)
    house.library.be_patient(lambda: print(say("cli.waiting"), file=sys.stderr, flush=True))
    return house
