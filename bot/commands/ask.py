"""`kehoach ask QUESTION`: one question, one answer."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from bot import wire
from bot.commands.options import JsonOption, PlanOption, checked, house_of
from bot.trouble import WrongUsage
from bot.words import say


def ask(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help=say("help.question"))],
    plan: PlanOption = None,
    json: JsonOption = False,
) -> None:
    house = house_of(ctx)
    question = checked(question)
    scope = house.scope(plan)
    if not house.library.live():
        raise WrongUsage(say("cli.no_plans"))
    asker = house.asker
    started = time.perf_counter()
    answer = asker.ask(question, scope)
    seconds = time.perf_counter() - started
    if json:
        wire.tell_json(wire.answer_json(answer, seconds))
    else:
        wire.tell(answer.text)
        for note in answer.notes:
            wire.tell(note)
