"""`kehoach doctor`: is everything here that the bot needs? One line each, exit 1 when something is missing.

What only some kinds of files need is named with the command that installs it, and fails nothing.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import typer

from bot.app import House, extractive
from bot.commands.options import house_of
from bot.documents_check import lacks
from bot.model_check import model_told
from bot.preflight import SecondBot, check_data, check_start, told_of_env
from bot.trouble import Trouble
from bot.words import say


def doctor(ctx: typer.Context) -> None:
    house = house_of(ctx)
    checks: tuple[tuple[str, Callable[[House], str]], ...] = (
        (say("doctor.data"), _data_folder),
        (say("doctor.start"), _start),
        (say("doctor.model"), _model),
        (say("doctor.rerank"), _rerank),
        (say("doctor.plans"), _plans),
        (say("doctor.answers"), _answers),
        (say("doctor.llm"), model_told),
        (say("doctor.channels"), _channels),
    )
    for told in told_of_env():
        print(f"! {told}")
    results = [_checked(name, check, house) for name, check in checks]
    _documents()
    raise typer.Exit(0 if all(results) else 1)


def _checked(name: str, check: Callable[[House], str], house: House) -> bool:
    try:
        print(f"✓ {name}: {check(house)}", flush=True)
    except Trouble as trouble:  # its sentence says all
        print(f"✗ {name}: {trouble}", flush=True)
        return False
    except Exception as error:  # whatever it is, the next check still has something to tell
        print(f"✗ {name}: {type(error).__name__}: {error}", flush=True)
        return False
    return True


def _documents() -> None:
    """What is missing here is no fault: text and Word files are read all the same."""
    missing = list(lacks())
    for lack in missing:
        print(f"! {lack.told()}")
    if not missing:
        print(f"✓ {say('doctor.documents')}")


def _data_folder(house: House) -> str:
    folder = house.settings.data_dir
    check_data(folder)
    return f"{folder.resolve()} (SQLite {sqlite3.sqlite_version})"


def _start(house: House) -> str:
    """Whether a bot could start here now; one that runs already holds folder and port itself."""
    try:
        check_start(house.settings).release()
    except SecondBot:
        return say("doctor.running")
    return say("doctor.port_free", host=house.settings.web_host, port=house.settings.web_port)


def _model(house: House) -> str:
    from vectorstore.embedding import DEFAULT_MODEL

    model = house.settings.model or str(DEFAULT_MODEL)
    if os.sep in model and not Path(model).is_dir():
        raise FileNotFoundError(model)
    return model


def _rerank(house: House) -> str:
    """It is really asked, since a model of another kind shows only then."""
    if house.reranker is None:
        return say("doctor.rerank_none")
    started = time.monotonic()
    house.reranker.scores(say("doctor.question"), [say("doctor.question")])
    return say("doctor.llm_answers", model=house.reranker.name, seconds=round(time.monotonic() - started, 1))


def _plans(house: House) -> str:
    return ", ".join(f"{plan.plan_id} v{plan.version}" for plan in house.library.live()) or say("cli.no_plans")


def _answers(house: House) -> str:
    return extractive(house.engine).ask(say("doctor.question")).headline


def _channels(house: House) -> str:
    settings = house.settings
    tokens = (
        ("Telegram", settings.telegram_bot_token),
        ("Zalo", settings.zalo_bot_token),
        ("Zalo OA", settings.zalo_oa_refresh_token),
    )
    return ", ".join(["web", *(name for name, token in tokens if token)])
