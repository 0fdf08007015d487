"""`kehoach admin`: the way into the admin pages: a link that works once, or a password. Until then they are closed."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Annotated

import typer

from bot.app import House
from bot.cli import output
from bot.cli.options import house_of
from bot.errors import WrongUsage
from bot.i18n import say
from bot.vault import Pass

SHORTEST = 8


def admin(
    ctx: typer.Context,
    password: Annotated[bool, typer.Option("--password", help=say("help.password_option"))] = False,
) -> None:
    house = house_of(ctx)
    if password:
        house.vault.set_password(_typed())
        output.tell(say("cli.password_set"))
        return
    output.tell(say("cli.admin_link"))
    output.tell(f"{_base(house)}/admin/enter?key={house.vault.issue(Pass.LINK)}")


def _typed() -> str:
    """From the keyboard without showing it, or one line of standard input."""
    told = getpass(say("cli.new_password")) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(told) < SHORTEST:
        raise WrongUsage(say("cli.password_short", length=SHORTEST))
    return told


def _base(house: House) -> str:
    settings = house.settings
    return settings.public_url.rstrip("/") or f"http://{settings.web_host}:{settings.web_port}"
