"""`kehoach backup` and `kehoach restore`: the whole data folder as one file, taken while the bot runs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.backup import NotABackup, NotEmpty, restore_data, save_data
from bot.cli import output
from bot.cli.options import house_of, writer_of
from bot.clock import zone
from bot.errors import WrongUsage
from bot.i18n import say


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
