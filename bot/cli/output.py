"""What commands share: options, the house they work in, and answers and plans as the JSON that scripts rely on."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from bot.app import House
from bot.conversation.messages import LONGEST_QUESTION
from bot.errors import WrongUsage
from bot.i18n import say
from bot.sanitize import json_line, printable, whole
from plan.listed import Listed
from plan.model import Answer

Json = dict[str, Any]


def answer_json(answer: Answer, seconds: float, ident: object = None) -> Json:
    """One answer, as `kehoach batch` prints it."""
    return {
        "id": ident,
        **fields(answer, "text", "refused"),
        "citations": [
            {"plan": each.plan_id, **fields(each, "file", "clause", "start", "end", "quote", "page")}
            for each in answer.citations
        ],
        "seconds": round(seconds, 4),
        "sure": answer.sure,
        "decision": answer.reason,
        "confidence": None if answer.confidence is None else round(answer.confidence, 3),
        **fields(answer, "notes", "others"),
    }


def plan_json(plan: Listed) -> Json:
    """What is known of a plan, as `kehoach plans --json` and `kehoach ingest --json` print it."""
    return {
        "plan": plan.plan_id,
        **fields(plan, "version", "file"),
        **fields(plan.info, "title", "subject", "issuer", "place", "number", "date", "signer"),
        **fields(plan, "clauses", "assignments", "how", "quality", "quality_reason"),
        "warnings": [asdict(warning) for warning in plan.warnings],
        "ingested_at": plan.ingested_at,
    }


def fields(of: object, *names: str) -> Json:
    """What is printed under its own name."""
    return {name: getattr(of, name) for name in names}


def tell(text: object, error: bool = False) -> None:
    """Print something for a person: what a plan or a file's name says must not steer the terminal."""
    print(printable(str(text)), file=sys.stderr if error else sys.stdout, flush=True)


def tell_json(value: object) -> None:
    print(json_line(value), flush=True)


PlanOption = Annotated[str | None, typer.Option("--plan", metavar="P", help=say("help.plan_option"))]
JsonOption = Annotated[bool, typer.Option("--json", help=say("help.json_option"))]


def house_of(ctx: typer.Context) -> House:
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
    house.library.be_patient(lambda: tell(say("cli.waiting"), error=True))
    return house
