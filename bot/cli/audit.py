"""`kehoach audit`: who published, rolled back, removed, let in, and when."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from bot.audit import DONE
from bot.cli import output
from bot.cli.options import JsonOption, house_of
from bot.clock import moment
from bot.i18n import say


def audit(
    ctx: typer.Context,
    last: Annotated[int, typer.Option("--last", min=1, metavar="N", help=say("help.last_option"))] = 100,
    json: JsonOption = False,
) -> None:
    for entry in reversed(house_of(ctx).audit.latest(last)):
        if json:
            output.tell_json(asdict(entry))
            continue
        outcome = "" if entry.outcome == DONE else f" — {entry.outcome or say('cli.audit_cut_short')}"
        deed = say(f"cli.deed_{entry.deed}")
        output.tell(f"{moment(entry.at):%d/%m/%Y %H:%M}  {entry.who}  {deed}: {entry.what}{outcome}")
