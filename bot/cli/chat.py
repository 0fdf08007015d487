"""`kehoach chat`: the terminal as a channel. The person at the machine is its admin; buttons are typed numbers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import typer

from bot.cli.options import house_of
from bot.conversation.dispatcher import guarded
from bot.conversation.messages import Incoming, Reply
from bot.conversation.numbers import Numbers
from bot.conversation.plain import plain_text
from bot.ports import Handle
from bot.ready import make_ready
from bot.sanitize import printable


def chat(ctx: typer.Context) -> None:
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
        self._handle = handle
        self._numbers = numbers
        self._show = show

    def talk(self, lines: Iterable[str]) -> None:
        """Hold a conversation."""
        self.turn("/start")
        for line in lines:
            if line.strip().lower() in _GOODBYE:
                return
            if line.strip():
                self.turn(line)

    def turn(self, line: str) -> None:
        """One message and what comes back."""
        message = Incoming(CHANNEL, CHANNEL, CHANNEL, line.strip())
        message = replace(message, action=self._numbers.action(message))
        for outgoing in self._handle(message):
            if outgoing.channel == CHANNEL:
                self._tell(message, outgoing.reply)

    def _tell(self, message: Incoming, reply: Reply) -> None:
        self._numbers.offer(message, reply)
        self._show(printable(f"\n{plain_text(reply)}\n"))
