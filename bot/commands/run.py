"""`kehoach run`: the bot with its web page and every channel that has a token."""

from __future__ import annotations

import asyncio

import typer

from bot.commands.options import house_of
from bot.run import serve


def run(ctx: typer.Context) -> None:
    asyncio.run(serve(house_of(ctx)))
