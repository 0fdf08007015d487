"""`kehoach ask QUESTION`: one question, one answer."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from bot.cli import output
from bot.cli.options import JsonOption, PlanOption, checked, house_of
from bot.errors import WrongUsage
from bot.i18n import say


def ask(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help=say("help.question"))],
    plan: PlanOption = None,
    json: JsonOption = False,
) -> None:
    house = house_of(ctx)
    question = checked(question)
    scope = house.scope(plan)
    if house.library.is_empty():
        raise WrongUsage(say("cli.no_plans"))
    asker = house.asker
    started = time.perf_counter()
    answer = asker.ask(question, scope)
    seconds = time.perf_counter() - started
    if json:
        output.tell_json(output.answer_json(answer, seconds))
    else:
        output.tell(answer.text)
        for note in answer.notes:
            output.tell(note)
