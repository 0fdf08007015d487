"""The real `kehoach` command in processes forked from one that has imported everything: the same `main`, killed by the
same SIGKILL, without the second that an interpreter needs to begin. What a command writes and when is what is attacked,
and that begins after the imports."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.e2e.running import environment

PRELOADED = ["tests.campaign.forked", "bot.cli", "bot.plans.service", "vectorstore.library", "vectorstore.bert"]
PRELOADED += [
    "ingest.publish",
    "answer.engine",
    "chromadb.api.rust",
    "bot.plans.service",
    *(f"bot.cli.{name}" for name in ("questions", "plans", "versions")),
]


Files = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a command; `status` is None when it was killed."""

    status: int | None
    stdout: str
    stderr: str


def command(data_dir: Path, *argv: str, seconds: float | None = None, given: str = "", **settings: str) -> Ended:
    """Run one command, `given` on its standard input; with `seconds` it is killed then, wherever it is."""
    return _forked(_main, data_dir, argv, seconds, given, settings)


def started_anew(data_dir: Path, **settings: str) -> Ended:
    """The repairs of a start of the bot."""
    return _forked(_repair, data_dir, (), None, "", settings)


def _forked(
    what: Callable[[list[str]], None],
    data_dir: Path,
    argv: tuple[str, ...],
    seconds: float | None,
    given: str,
    settings: dict[str, str],
) -> Ended:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    files = tuple(str(data_dir.parent / name) for name in ("in.txt", "out.txt", "err.txt"))
    Path(files[0]).write_text(given, "utf-8")
    process: BaseProcess = context.Process(target=_child, args=(what, argv, environment(data_dir, **settings), files))
    process.start()
    process.join(600 if seconds is None else seconds)
    killed = process.exitcode is None
    process.kill()
    process.join()
    return Ended(
        None if killed else process.exitcode, *(Path(file).read_text("utf-8", "replace") for file in files[1:])
    )


def _child(what: Callable[[list[str]], None], argv: tuple[str, ...], environ: dict[str, str], files: Files) -> None:
    """As if just started with this environment and these arguments."""
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(environ["KEHOACH_DATA_DIR"])
    for number, name in enumerate(files):
        os.dup2(os.open(name, os.O_RDONLY if number == 0 else os.O_CREAT | os.O_TRUNC | os.O_WRONLY), number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, "w" if n else "r", encoding="utf-8") for n in range(3))
    what(list(argv))


def _main(argv: list[str]) -> None:
    from bot.cli import main

    main(argv)


def _repair(_: list[str]) -> None:
    from bot.app import House
    from bot.settings import Settings

    house = House(Settings())
    house.library.clean_up()
    house.plans.clean_up()
    house.close()
