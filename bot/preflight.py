"""What is looked at before anything is loaded: settings, `.env`, data folder, port, a second bot. Each told in words.

`kehoach run` stops at what cannot work (`check_start`); what is merely left out is told (`told_of_env`) and no more.
"""

from __future__ import annotations

import io
import os
import re
import socket
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from dotenv.parser import parse_stream
from filelock import FileLock, Timeout
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from bot.errors import Fault, WrongUsage
from bot.i18n import say
from bot.settings import ROOT, Settings

ENV = Path(".env")
LIKE = 85  # how alike (0..100) a name must be to be meant
_OURS = re.compile(r"^(?:KEHOACH|TELEGRAM|ZALO|WEB|LLM)_")
_KNOWN = tuple(str(field.validation_alias) for field in Settings.model_fields.values())
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


# Pydantic's own kinds of error, gathered under the sentence that fits them.
_SENTENCES = {
    "int_parsing": "number",
    "float_parsing": "number",
    "int_from_float": "number",
    "bool_parsing": "on_off",
    "literal_error": "one_of",
    "greater_than": "limits",
    "greater_than_equal": "limits",
    "less_than_equal": "limits",
    "too_short": "length",
    "too_long": "length",
} | {ours: ours for ours in ("telegram_id", "zalo_id", "telegram_token", "zalo_token", "address", "time_zone", "hour")}


def wrong_settings(error: ValidationError) -> list[str]:
    """A sentence for each setting that is wrong. A secret's own characters are never among them."""
    return [say("settings.wrong", name=each["loc"][0], why=_why(each)) for each in error.errors()]


def _why(error: ErrorDetails) -> str:
    kind, context = _SENTENCES.get(error["type"]), error.get("ctx", {})
    if kind is None:
        return error["msg"]
    limit = next(
        (context[name] for name in ("expected", "ge", "gt", "le", "min_length", "max_length") if name in context), ""
    )
    value = context.get("value") or error["input"]
    return say(f"settings.{kind}", value="…" if kind == "length" else value, limit=limit)


class SecondBot(Fault):
    """One is running already on this data folder."""


def env_text() -> str:
    """The text of `.env`, '' without one. WrongUsage when an editor saved it in another encoding."""
    if not ENV.is_file():
        return ""
    raw = ENV.read_bytes()
    if raw.startswith(_BYTE_ORDER_MARKS) or b"\0" in raw:
        raise WrongUsage(say("settings.env_utf16", file=ENV.resolve()))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise WrongUsage(say("settings.env_bytes", file=ENV.resolve(), line=line)) from None


def told_of_env(environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """A sentence for each line and each variable that was meant for us and does nothing."""
    for binding in parse_stream(io.StringIO(env_text())):
        line = binding.original.line
        if binding.error or (binding.key and binding.value is None):
            yield say("settings.env_line", file=ENV, line=line)
        elif binding.key and binding.key.upper() not in _KNOWN:
            like = _alike(binding.key)
            key = "settings.env_unknown_like" if like else "settings.env_unknown"
            yield say(key, file=ENV, line=line, name=binding.key, **({"like": like} if like else {}))
    for name in sorted(environment):
        if _OURS.match(name) and name not in _KNOWN and _alike(name):
            yield say("settings.variable_like", name=name, like=_alike(name))


def check_data(folder: Path) -> None:
    """Makes the data folder; WrongUsage when it is a file or cannot be written."""
    if folder.exists() and not folder.is_dir():
        raise WrongUsage(say("settings.data_is_file", folder=folder.resolve()))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            """Written for a moment: rights alone say little on network shares."""
    except OSError as error:
        why = error.strerror or str(error)
        raise WrongUsage(say("settings.data_not_writable", folder=folder.absolute(), why=why)) from None


def told_of_data(folder: Path, root: Path = ROOT) -> Iterator[str]:
    """A word when an empty data folder is about to be made here while the project's own has the plans."""
    here, there = folder.absolute(), root / "data"
    default = Settings.model_fields["data_dir"].default
    if folder == default and here != there and not here.exists() and there.is_dir():
        yield say("settings.data_elsewhere", here=here, there=there, root=root)


def open_port(host: str, port: int) -> socket.socket:
    """The page's port, bound; Fault when it cannot be opened."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if os.name != "nt":  # there it would let two programs share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise Fault(say("cli.port_taken", host=host, port=port, why=error.strerror or str(error))) from None
    return listener


def check_start(settings: Settings) -> FileLock:
    """Everything that would stop the bot later; gives the lock that keeps a second bot off the data folder."""
    check_data(settings.data_dir)
    lock = FileLock(settings.data_dir / "run.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise SecondBot(say("settings.second_bot", folder=settings.data_dir.resolve())) from None
    try:
        open_port(settings.web_host, settings.web_port).close()
    except Fault:
        lock.release()
        raise
    return lock


def _alike(name: str) -> str:
    found = process.extractOne(name.upper(), _KNOWN, scorer=fuzz.ratio, score_cutoff=LIKE)
    return found[0] if found else ""
