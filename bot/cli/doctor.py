"""`kehoach doctor`: is everything here that the bot needs? One line each, exit 1 when something is missing.

What only some kinds of files need is named with the command that installs it, and fails nothing.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.app import House, model_settings, without_model
from bot.cli import output
from bot.cli.output import JsonOption, house_of
from bot.errors import Fault, Trouble, sentence
from bot.i18n import language, say
from bot.preflight import SecondBot, check_data, check_start, told_of_env
from vectorstore.errors import LibraryError

if TYPE_CHECKING:
    from reading.language_model.client import ModelSettings

_MARKS = {"ok": "✓", "note": "!", "wrong": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: `state` is ok, note (fails nothing) or wrong."""

    state: str
    check: str
    told: str


def doctor(ctx: typer.Context, json: JsonOption = False) -> None:
    found = []
    for finding in _findings(house_of(ctx)):
        found.append(finding)
        if not json:
            output.tell(f"{_MARKS[finding.state]} {': '.join(part for part in (finding.check, finding.told) if part)}")
    if json:
        output.tell_json([asdict(finding) for finding in found])
    raise typer.Exit(1 if any(finding.state == "wrong" for finding in found) else 0)


def _findings(house: House) -> Iterator[Finding]:
    checks: tuple[tuple[str, Callable[[House], str]], ...] = (
        (say("doctor.data"), _data_folder),
        (say("doctor.start"), _start),
        (say("doctor.model"), _model),
        (say("doctor.plans"), _plans),
        (say("doctor.answers"), _answers),
        (say("doctor.llm"), model_told),
        (say("doctor.channels"), _channels),
    )
    yield from (Finding("note", "", told) for told in (*told_of_env(), *_told_of_rights(house)))
    yield from (_checked(name, check, house) for name, check in checks)
    with suppress(LibraryError):  # the check of the plans has told
        yield from (Finding("note", "", told) for told in _told_of_originals(house))
    # What is missing here is no fault: text and Word files are read all the same.
    missing = [Finding("note", "", lack) for lack in lacks()]
    yield from missing or [Finding("ok", say("doctor.documents"), "")]


def _checked(name: str, check: Callable[[House], str], house: House) -> Finding:
    try:
        return Finding("ok", name, check(house))
    except Trouble as trouble:  # its sentence says all
        return Finding("wrong", name, str(trouble))
    except LibraryError as error:
        return Finding("wrong", name, f"{sentence(error, language())} ({error})")
    except Exception as error:  # whatever it is, the next check still has something to tell
        return Finding("wrong", name, f"{type(error).__name__}: {error}")


def _told_of_rights(house: House) -> list[str]:
    """Whoever may read the data folder reads what officers ask, and the tokens of their chat services."""
    folder = house.settings.data_dir
    is_open = os.name == "posix" and folder.is_dir() and folder.stat().st_mode & 0o077
    return [say("doctor.not_private", folder=folder)] if is_open else []


def _told_of_originals(house: House) -> list[str]:
    """A quote can be shown on its page only while the file is kept; answers need none."""
    kept = house.originals.kept()
    lost = [plan.file for plan in house.library.listed.all() if plan.sha256 not in kept]
    return [say("doctor.originals_lost", count=len(lost), files=", ".join(lost[:5]))] if lost else []


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


def _plans(house: House) -> str:
    shown, count = house.shelf.listed(), house.shelf.count()
    told = ", ".join(f"{plan.plan_id} v{plan.version}" for plan in shown) or say("cli.no_plans")
    return told + (f", {say('cli.more_plans', count=count - len(shown))}" if count > len(shown) else "")


def _answers(house: House) -> str:
    return without_model(house.engine).ask(say("doctor.question")).headline


def _channels(house: House) -> str:
    settings = house.settings
    tokens = (
        ("Telegram", settings.telegram_bot_token),
        ("Zalo", settings.zalo_bot_token),
        ("Zalo OA", settings.zalo_oa_refresh_token),
    )
    return ", ".join(["web", *(name for name, token in tokens if token)])


_PACKAGES = {"lxml": "lxml", "pdfplumber": "pdfplumber", "pypdfium2": "pypdfium2", "cv2": "opencv", "PIL": "pillow"}
VIETNAMESE = ("vie", "script/Vietnamese")


def lacks() -> Iterator[str]:
    """What is missing with the command that installs it, the most needed first. Text files are read in any case."""
    missing = [name for module, name in _PACKAGES.items() if find_spec(module) is None]
    if missing:
        yield _lack(say("doctor.no_packages", names=", ".join(missing)), 'pip install --editable ".[documents]"')
    languages = _tesseract()
    if languages is None:
        yield _lack(say("doctor.no_tesseract"), "sudo apt-get install tesseract-ocr tesseract-ocr-vie")
    elif not set(VIETNAMESE) & set(languages):
        yield _lack(say("doctor.no_vietnamese"), "sudo apt-get install tesseract-ocr-vie")
    if not (shutil.which("soffice") or shutil.which("libreoffice")):
        yield _lack(say("doctor.no_office"), "sudo apt-get install libreoffice-writer-nogui")


def _lack(what: str, command: str) -> str:
    return say("doctor.lack", what=what, command=command)


def _tesseract() -> list[str] | None:
    """The languages of the Tesseract that is installed; None without one."""
    command = shutil.which("tesseract")
    if command is None:
        return None
    quiet = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    listed = subprocess.run(
        [command, "--list-langs"], capture_output=True, encoding="utf-8", errors="replace", env=quiet, check=False
    )
    return listed.stdout.split()


def model_told(house: House) -> str:
    """One line about the model; Fault with what is wrong. It is really asked the set questions, some 40,000 tokens."""
    from reading.language_model.limits import NotNow, reason
    from reading.language_model.self_test import can_read

    settings = model_settings(house.settings)
    if not settings.model:
        return say("doctor.llm_none")
    if not settings.is_allowed:
        raise Fault(say("doctor.llm_hosted", model=settings.model))
    _need_packages(settings)
    assert house.model_reader
    assert house.model_reader.self_test
    try:
        seconds = round(_asked(settings), 1)
        trial = house.model_reader.self_test.run()
    except (TimeoutError, NotNow) as silent:
        why = silent.why if isinstance(silent, NotNow) else "time"
        words = reason(house.settings.language, why or say("doctor.llm_resting"))
        raise Fault(say("doctor.llm_silent", model=settings.model, **words).rstrip()) from None
    told = {"model": settings.model, "right": trial.right, "asked": trial.asked, "seconds": seconds}
    if not can_read(trial):
        raise Fault(say("doctor.llm_cannot_read", **told))
    leaves = say("doctor.llm_leaves") if settings.is_hosted else say("doctor.llm_stays")
    return f"{say('doctor.llm_reads', **told)}; {leaves}"


def _need_packages(settings: ModelSettings) -> None:
    from reading.language_model.client import EXTRAS, PACKAGES

    missing = [name for name in ("langchain", PACKAGES[settings.provider]) if not find_spec(name.replace("-", "_"))]
    if missing:
        extra = EXTRAS.get(settings.provider)
        command = (
            f'.venv/bin/pip install --editable ".[{extra}]"' if extra else f".venv/bin/pip install {' '.join(missing)}"
        )
        raise Fault(_lack(say("doctor.llm_package", names=", ".join(missing)), command))


def _asked(settings: ModelSettings) -> float:
    """Seconds for one word; raises what the model's library raises, in its own words."""
    from reading.language_model.choice import SCHEMA
    from reading.language_model.client import ChatModel, Told

    started = time.monotonic()
    ChatModel(settings).ask(Told("JSON", "", "{}"), SCHEMA, started + settings.timeout)
    return time.monotonic() - started
