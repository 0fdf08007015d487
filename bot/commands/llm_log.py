"""`kehoach llm-log`: what went to the language model: each call with its clauses, and the sums of thirty days."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot import wire
from bot.commands.options import JsonOption, house_of
from bot.settings import Settings
from bot.words import say
from reading.language_model.call_log import Call, Totals

DAYS = 30


def llm_log(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help=say("help.limit_option"))] = 20,
    json: JsonOption = False,
) -> None:
    house = house_of(ctx)
    calls = house.calls.latest(limit)
    if json:
        for call in calls:
            wire.tell_json(asdict(call))
        return
    wire.tell(_sums(house.calls.totals(time.time() - DAYS * 86400), house.settings))
    for call in calls:
        wire.tell(_line(call))


def _sums(totals: Totals, settings: Settings) -> str:
    outcomes = ", ".join(f"{name} {n}" for name, n in sorted((totals.by_outcome or {}).items()))
    cost = (totals.tokens_in * settings.llm_price_in + totals.tokens_out * settings.llm_price_out) / 1_000_000
    counts = {"calls": totals.calls, "outcomes": outcomes or "–", "kept": totals.kept, "pieces": totals.pieces}
    counts |= {"compared": totals.compared, "differing": totals.differing}
    tokens = {"tokens_in": totals.tokens_in, "tokens_out": totals.tokens_out, "cost": round(cost, 4)}
    return say("cli.llm_sums", days=DAYS, **counts, **tokens)


def _line(call: Call) -> str:
    at = datetime.fromtimestamp(call.at, UTC).astimezone().strftime("%d/%m/%Y %H:%M:%S")
    where = say("cli.llm_hosted" if call.hosted else "cli.llm_own")
    tokens = f"{call.tokens_in}+{call.tokens_out}"
    head = f"{at}  {call.model} ({where})  {call.outcome}  {call.kept}/{call.pieces}  {tokens}  {call.seconds:.1f} s"
    lines = [head, *(f"    {clause}" for clause in call.clauses)]
    if call.chosen or call.shipped:
        chosen, shipped = (", ".join(each or ()) or "–" for each in (call.chosen, call.shipped))
        lines.append("    " + say("cli.llm_chosen", chosen=chosen, shipped=shipped))
    return "\n".join(lines)
