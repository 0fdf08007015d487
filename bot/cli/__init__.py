"""The command line. Commands are modules of this room; here they get their names and their exit status.

0: answered or refused. 2: wrong usage, one sentence on standard error. 1: a fault.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import Annotated

import typer
from pydantic import ValidationError

from bot import __version__
from bot.app import House
from bot.cli import admin, doctor, output, plans, questions, versions
from bot.cli.options import house_of
from bot.errors import Trouble, WrongUsage, sentence
from bot.i18n import language, say
from bot.preflight import env_text, told_of_data
from bot.serve import serve
from bot.settings import Settings, wrong_settings
from vectorstore.errors import LibraryError, UnknownPlan, WrongState


def run(ctx: typer.Context) -> None:
    asyncio.run(serve(house_of(ctx)))


app = typer.Typer(help=say("help.kehoach"), no_args_is_help=True, pretty_exceptions_enable=False)
for _name, _function, _help in (
    ("ingest", versions.ingest, say("help.ingest")),
    ("plans", plans.plans, say("help.plans")),
    ("ask", questions.ask, say("help.ask")),
    ("chat", questions.chat, say("help.chat")),
    ("run", run, say("help.run")),
    ("batch", questions.batch, say("help.batch")),
    ("show", plans.show, say("help.show")),
    ("assignments", plans.assignments, say("help.assignments")),
    ("versions", versions.versions, say("help.versions")),
    ("diff", versions.diff, say("help.diff")),
    ("publish", versions.publish, say("help.publish")),
    ("discard", versions.discard, say("help.discard")),
    ("rollback", versions.rollback, say("help.rollback")),
    ("remove", versions.remove, say("help.remove")),
    ("reindex", versions.reindex, say("help.reindex")),
    ("people", admin.people, say("help.people")),
    ("admin", admin.admin, say("help.admin")),
    ("audit", admin.audit, say("help.audit")),
    ("backup", admin.backup, say("help.backup")),
    ("restore", admin.restore, say("help.restore")),
    ("doctor", doctor.doctor, say("help.doctor")),
    ("llm-log", admin.llm_log, say("help.llm_log")),
):
    _example = say("help.example", example=say(f"help.example_{_name.replace('-', '_')}"))
    app.command(_name, help=_help, epilog=_example)(_function)


def _tell_version(wanted: bool) -> None:
    if wanted:
        print(f"kehoach {__version__}")
        raise typer.Exit


@app.callback()
def _kehoach(
    version: Annotated[
        bool, typer.Option("--version", help=say("help.version_option"), is_eager=True, callback=_tell_version)
    ] = False,
) -> None: ...


def main(argv: list[str] | None = None, house: House | None = None) -> None:
    """Run one command and leave with its exit status."""
    _speak_utf8()
    os.umask(0o077)  # what officers ask, and the tokens of their chat services, are for this account alone
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # the bot shows its own progress
    # The model's threads sleep while they wait for one another; spinning costs a third more on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        app(args=argv, prog_name="kehoach", obj=house or _house())
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
