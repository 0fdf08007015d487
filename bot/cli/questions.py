"""`kehoach ask QUESTION`, `batch` (JSON lines in and out, in order, each written at once) and `chat`.

A line of a batch that cannot be answered gives a line with `error` in its place; the others are answered all the same,
and the exit status tells: 2 when a line was wrong, 1 when the machine failed. In `chat` the terminal is a channel like
any other: the person at the machine is its admin, and buttons are typed numbers.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Annotated, Any

import typer

from bot.app import House
from bot.cli import output
from bot.cli.output import JsonOption, PlanOption, checked, house_of
from bot.conversation.messages import Incoming, Reply
from bot.conversation.plain import plain_text
from bot.conversation.sessions import Numbers
from bot.errors import Trouble, WrongUsage
from bot.i18n import say
from bot.ports import Handle
from bot.sanitize import NotJson, printable, read_json, whole
from plan.model import Answer


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
    answer, seconds = _asked(house, question, scope)
    if json:
        output.tell_json(output.answer_json(answer, seconds))
    else:
        output.tell(answer.text)
        for note in answer.notes:
            output.tell(note)


def batch(ctx: typer.Context) -> None:
    house = house_of(ctx)
    lines = (line for line in sys.stdin if line.strip())
    worst = 0
    for line in lines:
        reply, status = _answered(house, line)
        output.tell_json(reply)
        worst = worst if worst == 1 else status or worst
    raise typer.Exit(worst)


def _answered(house: House, line: str) -> tuple[output.Json, int]:
    request: dict[str, Any] = {}
    try:
        request = _request(line)
        return _answer(house, request), 0
    except Trouble as trouble:
        return {"id": request.get("id"), "error": str(trouble)}, trouble.exit_code
    except Exception as error:
        logging.getLogger("kehoach").exception("fault while answering")
        return {"id": request.get("id"), "error": f"{type(error).__name__}: {error}"}, 1


def _request(line: str) -> dict[str, Any]:
    try:
        request = read_json(line.removeprefix("\ufeff"))
    except NotJson as error:
        raise WrongUsage(say("cli.bad_json", why=str(error))) from None
    if not isinstance(request, dict):
        raise WrongUsage(say("cli.bad_json", why=say("cli.not_an_object")))
    return request


def _answer(house: House, request: dict[str, Any]) -> output.Json:
    question, plan = request.get("question"), request.get("plan")
    if plan is not None and not isinstance(plan, str):
        raise WrongUsage(say("cli.no_such_plan", name=plan))
    question = checked(question if isinstance(question, str) else "")
    scope = house.scope(whole(plan) if plan else plan)
    return output.answer_json(*_asked(house, question, scope), request.get("id"))


def _asked(house: House, question: str, scope: str | None) -> tuple[Answer, float]:
    """The answer, and the seconds that it took."""
    asker = house.asker
    started = time.perf_counter()
    answer = asker.ask(question, scope)
    return answer, time.perf_counter() - started


def chat(ctx: typer.Context) -> None:
    # All that a running bot needs, which the other commands do without.
    from bot.conversation.dispatcher import guarded
    from bot.serve import make_ready

    house = house_of(ctx)
    make_ready(house)
    Console(guarded(house.conversation.handle, house.settings.language), Numbers(house.store)).talk(_typed())


def _typed() -> Iterator[str]:
    """Lines of standard input; with a prompt and editing where a person types them."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    import readline  # noqa: F401 - importing it gives input() a history

    while True:
        try:
            yield input("> ")
        except (EOFError, KeyboardInterrupt):
            print()
            return


CHANNEL = "console"
_GOODBYE = frozenset({"thoát", "thoat", "exit", "quit", "/exit", "/quit"})


class Console:
    """Reads lines, shows replies, until the lines end or somebody says goodbye."""

    def __init__(self, handle: Handle, numbers: Numbers, show: Callable[[str], None] = print) -> None:
        self._handle, self._numbers, self._show = handle, numbers, show

    def talk(self, lines: Iterable[str]) -> None:
        self.turn("/start")
        for line in lines:
            if line.strip().lower() in _GOODBYE:
                return
            if line.strip():
                self.turn(line)

    def turn(self, line: str) -> None:
        message = Incoming(CHANNEL, CHANNEL, CHANNEL, line.strip())
        message = replace(message, action=self._numbers.action(message))
        for outgoing in self._handle(message):
            if outgoing.channel == CHANNEL:
                self._tell(message, outgoing.reply)

    def _tell(self, message: Incoming, reply: Reply) -> None:
        self._numbers.offer(message, reply)
        self._show(printable(f"\n{plain_text(reply)}\n"))
