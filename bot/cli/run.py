"""`kehoach run`: the bot with its web page and every channel that has a token."""

from __future__ import annotations

import asyncio

import typer

from bot.cli.options import house_of
from bot.serve import serve


def run(ctx: typer.Context) -> None:
    asyncio.run(serve(house_of(ctx)))
