"""The command line. Commands stand in modules of this room; here they get their names and their exit status.

0: answered or refused. 2: wrong usage, one sentence on standard error. 1: a fault.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from bot import __version__
from bot.app import LOOKED_THROUGH, House
from bot.cli import output
from bot.cli.output import house_of
from bot.errors import Trouble, WrongUsage, sentence
from bot.i18n import language, say
from bot.preflight import env_text, told_of_data, wrong_settings
from bot.settings import Settings
from vectorstore.errors import LibraryError, UnknownPlan, WrongState

# Each command and the module that does it, in the order of the help.
COMMANDS = {
    "ingest": "versions",
    "plans": "plans",
    "ask": "questions",
    "chat": "questions",
    "run": "",
    "batch": "questions",
    "show": "plans",
    "assignments": "plans",
    "versions": "versions",
    "diff": "versions",
    "publish": "versions",
    "discard": "versions",
    "rollback": "versions",
    "remove": "versions",
    "reindex": "versions",
    "people": "admin",
    "admin": "admin",
    "audit": "admin",
    "backup": "admin",
    "restore": "admin",
    "doctor": "doctor",
    "llm-log": "admin",
}


def application(first: str = "") -> typer.Typer:
    """The commands; where the first argument names one, that one alone.

    What reads files, serves pages or keeps people takes half a second to import, which whoever asks can do without.
    """
    app = typer.Typer(help=say("help.kehoach"), no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback()(_kehoach)
    for name in [first] if first in COMMANDS else COMMANDS:
        plain = name.replace("-", "_")
        example = say("help.example", example=say(f"help.example_{plain}"))
        app.command(name, help=say(f"help.{plain}"), epilog=example)(_function(name, plain))
    return app


def _function(name: str, plain: str) -> Callable[..., Any]:
    module = COMMANDS[name]
    function: Callable[..., Any] = getattr(import_module(f"bot.cli.{module}"), plain) if module else run
    return function


def run(ctx: typer.Context) -> None:
    import asyncio

    from bot.serve import serve

    asyncio.run(serve(house_of(ctx)))


def _tell_version(wanted: bool) -> None:
    if wanted:
        print(f"kehoach {__version__}")
        raise typer.Exit


def _kehoach(
    version: Annotated[
        bool, typer.Option("--version", help=say("help.version_option"), is_eager=True, callback=_tell_version)
    ] = False,
) -> None: ...


def main(argv: list[str] | None = None, house: House | None = None) -> None:
    """Run one command and leave with its exit status."""
    gc.set_threshold(*LOOKED_THROUGH)
    _speak_utf8()
    os.umask(0o077)  # what officers ask, and the tokens of their chat services, are for this account alone
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # the bot shows its own progress
    # The model's threads sleep while they wait for one another; spinning costs a third more on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        argv = sys.argv[1:] if argv is None else argv
        application(next(iter(argv), ""))(args=argv, prog_name="kehoach", obj=house or _house())
    except Trouble as trouble:
        output.tell(trouble, error=True)
        sys.exit(trouble.exit_code)
    except BrokenPipeError:
        # The reader (`| head`) has gone: nothing is wrong, and nothing can be said any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except LibraryError as error:
        # Its sentences say what to do. A wrong version number is the person's, a wrong model the machine's fault.
        output.tell(sentence(error, language()), error=True)
        sys.exit(2 if isinstance(error, UnknownPlan | WrongState) else 1)
    except Exception as error:
        logging.getLogger("kehoach").debug("fault", exc_info=True)
        output.tell(say("cli.fault", error=f"{type(error).__name__}: {error}"), error=True)
        sys.exit(1)


def _house() -> House:
    env_text()  # raises for a file that no setting can be read from
    try:
        settings = Settings()
    except ValidationError as error:
        raise WrongUsage("\n".join(wrong_settings(error))) from None
    for told in told_of_data(settings.data_dir):
        output.tell(told, error=True)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("httpx", "httpx2", "httpcore", "openai", "chromadb", "sentence_transformers"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # httpx writes addresses, and a bot's has its token
    return House(settings)


def _speak_utf8() -> None:
    """Vietnamese must come out whole where the machine's locale says otherwise."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # one byte that is no letter must not end a batch
