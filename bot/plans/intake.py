"""Plan files taken in by whoever sits at the machine: a bar while it lasts, one plan or one sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.audit import at_terminal
from bot.conversation.messages import Progress
from bot.errors import WrongUsage, is_told, sentence
from bot.i18n import language, say
from bot.plans.service import SUFFIXES

if TYPE_CHECKING:
    from bot.app import House
    from ingest.publish import Report


def ingest_one(house: House, file: Path, plan_id: str | None = None, stage: bool = False) -> Report:
    """Read, parse and publish one file, and keep it; WrongUsage when it cannot be read as a plan."""
    from vectorstore.errors import LibraryError

    try:
        with progress_bar(file.name) as progress:
            return house.plans.ingest(file, at_terminal(), plan_id, progress, stage)
    except Exception as error:
        if isinstance(error, LibraryError) or not is_told(error):
            raise
        raise WrongUsage(say("cli.unreadable", file=file.name, why=sentence(error, language()))) from None


def readable_files(folder: Path) -> list[Path]:
    """The files of a folder that may be plans."""
    return [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES and path.is_file()]


@contextmanager
def progress_bar(name: str) -> Iterator[Progress | None]:
    """A bar for one piece of work, called as `progress(done, total)`; None when standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
