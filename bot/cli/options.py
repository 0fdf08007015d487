"""Arguments and options that several commands share, and the house they work in."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.app import House
from bot.cli import output
from bot.conversation.messages import LONGEST_QUESTION
from bot.errors import WrongUsage
from bot.i18n import say
from bot.sanitize import whole

PlanOption = Annotated[str | None, typer.Option("--plan", metavar="P", help=say("help.plan_option"))]
JsonOption = Annotated[bool, typer.Option("--json", help=say("help.json_option"))]


def house_of(ctx: typer.Context) -> House:
    """The house that `bot.cli.main` put into the context."""
    house = ctx.find_object(House)
    assert house is not None
    return house


def checked(question: str) -> str:
    """A question that the engine can take; WrongUsage for none, and for a text that is no question."""
    question = whole(question).strip()
    if not question:
        raise WrongUsage(say("cli.no_question"))
    if len(question) > LONGEST_QUESTION:
        raise WrongUsage(say("bot.too_long", limit=LONGEST_QUESTION))
    return question


def writer_of(ctx: typer.Context) -> House:
    """The same for a command that changes plans: it waits for whoever else does so, and says that it waits."""
    house = house_of(ctx)
    house.library.be_patient(lambda: output.tell(say("cli.waiting"), error=True))
    return house
