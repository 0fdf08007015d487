"""`kehoach chat`: talk in this terminal, through the same conversation core as every other channel."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import typer

from bot.cli.console import Console
from bot.cli.options import house_of
from bot.conversation.dispatcher import guarded
from bot.conversation.numbers import Numbers
from bot.ready import make_ready


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
