"""`kehoach admin`, `audit`, `backup`, `restore`: the admin pages, who did what, all data as one file."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from bot.app import House
from bot.audit import DONE
from bot.backup import NotABackup, NotEmpty, restore_data, save_data
from bot.cli import output
from bot.cli.options import JsonOption, house_of, writer_of
from bot.clock import moment, zone
from bot.errors import WrongUsage
from bot.i18n import say
from bot.security import Pass

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


def backup(ctx: typer.Context, file: Annotated[Path | None, typer.Argument(metavar="[FILE]")] = None) -> None:
    house = writer_of(ctx)
    target = file or Path(f"kehoach-{datetime.now(zone()):%Y%m%d-%H%M%S}.tar.gz")
    if target.exists():
        raise WrongUsage(say("cli.backup_exists", file=target))
    with house.library.writing():  # no plan is published in the middle of it; questions go on
        count = save_data(house.data_dir, target)
    output.tell(say("cli.backed_up", file=target, count=count, size=f"{target.stat().st_size / 1e6:.1f}"))


def restore(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    folder = house_of(ctx).settings.data_dir
    try:
        count = restore_data(file, folder)
    except NotEmpty:
        raise WrongUsage(say("cli.restore_not_empty", folder=folder)) from None
    except NotABackup:
        raise WrongUsage(say("cli.not_a_backup", file=file)) from None
    output.tell(say("cli.restored", folder=folder, count=count))
