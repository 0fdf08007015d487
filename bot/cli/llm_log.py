"""`kehoach llm-log`: what went to the language model: each call with its clauses, and the sums of thirty days."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli import output
from bot.cli.options import JsonOption, house_of
from bot.i18n import language, say
from bot.settings import Settings
from prompts import phrases
from reading.language_model.call_log import Agreement, Call, CallLog, Totals

DAYS = 30


def llm_log(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help=say("help.limit_option"))] = 20,
    differing: Annotated[bool, typer.Option("--differing", help=say("help.differing_option"))] = False,
    json: JsonOption = False,
) -> None:
    house, since = house_of(ctx), time.time() - DAYS * 86400
    calls = house.calls.differing(since)[:limit] if differing else house.calls.latest(limit)
    if json:
        for call in calls:
            output.tell_json({**asdict(call), "agreement": call.agreement})
        return
    totals = house.calls.totals(since)
    output.tell(_sums(totals, house.calls, house.settings))
    output.tell(_agreement(totals))
    for call in calls:
        output.tell(_line(call, house.settings))


def _sums(totals: Totals, calls: CallLog, settings: Settings) -> str:
    outcomes = ", ".join(f"{_outcome(name)} {n}" for name, n in sorted(totals.by_outcome.items()))
    counts = {"calls": totals.calls, "outcomes": outcomes or "–", "kept": totals.kept, "pieces": totals.pieces}
    cost = round(_cost(totals, settings), 4)
    tokens = {"tokens_in": totals.tokens_in, "tokens_out": totals.tokens_out, "today": calls.tokens_today()}
    limit = settings.llm_daily_tokens or "∞"
    return say("cli.llm_sums", days=DAYS, limit=limit, cost=cost, **counts, **tokens)


def _agreement(totals: Totals) -> str:
    """How often the two readers told the same, another clause, or one of them nothing."""
    counts = {each.value: totals.by_agreement.get(each, 0) for each in Agreement}
    return say("cli.llm_agreement", compared=totals.compared, **counts)


def _line(call: Call, settings: Settings) -> str:
    at = datetime.fromtimestamp(call.at, UTC).astimezone().strftime("%d/%m/%Y %H:%M:%S")
    where = say("cli.llm_hosted" if call.hosted else "cli.llm_own")
    cost = _cost(call, settings)
    used = f"{call.tokens_in}+{call.tokens_out} token" + (f" = {cost:.4f}" if cost else "")
    told = f"{_outcome(call.outcome)}  {call.kept}/{call.pieces}  {used}  {call.seconds:.1f} s"
    lines = [f"{at}  {call.model} ({where})  {told}", *(f"    {clause}" for clause in call.clauses)]
    if call.chosen or call.shipped:
        chosen, shipped = (", ".join(each or ()) or "–" for each in (call.chosen, call.shipped))
        mark = "≠ " if call.differs else ""
        lines.append(f"    {mark}{say('cli.llm_chosen', chosen=chosen, shipped=shipped)}")
    return "\n".join(lines)


def _cost(used: Call | Totals, settings: Settings) -> float:
    return (used.tokens_in * settings.llm_price_in + used.tokens_out * settings.llm_price_out) / 1_000_000


def _outcome(name: str) -> str:
    """In words; an error that has none is told by its own name."""
    return phrases(language()).get(f"reading.outcome_{name}", name)
