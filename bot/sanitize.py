"""What comes from outside made harmless: file names, half letters, signs that steer a terminal; so many a minute."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from plan.recent import Recent

_HALF = re.compile("[\ud800-\udfff]")
# Everything that moves a cursor, opens an escape sequence, turns the direction of reading, or is no character in XML.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


class NotJson(ValueError):
    """Bytes that are no JSON text in UTF-8, or one nested so deeply that nobody meant it."""


def whole(text: str) -> str:
    """Without half letters: two halves become their letter, one alone the mark for what cannot be read."""
    if not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def printable(text: str) -> str:
    """For a terminal, a spreadsheet or a calendar: line ends and tabs stay, what else steers is left out."""
    return _STEERING.sub("", whole(text).replace("\r\n", "\n"))


def json_line(value: object) -> str:
    """One line of JSON with Vietnamese left readable; what is half a letter or steers a terminal is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return _HALF.sub(_escaped, _STEERING.sub(_escaped, text))


def read_json(body: bytes | str) -> Any:
    """The value of a JSON text as it stands; NotJson for anything else."""
    try:
        return json.loads(body.decode("utf-8-sig") if isinstance(body, bytes) else body)
    except RecursionError:
        raise NotJson("nested too deeply") from None
    except ValueError as error:
        raise NotJson(str(error)) from None


def read_call(body: bytes) -> Any:
    """What a chat service sends: a JSON object or list without half letters in it; NotJson for anything else."""
    value = read_json(body)
    if not isinstance(value, dict | list):
        raise NotJson("neither object nor list")
    text = json.dumps(value, ensure_ascii=False)
    return read_json(whole(text)) if _HALF.search(text) else value


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


BYTES = 230  # a name may have 255, and a Vietnamese letter takes three; a number or a suffix of ours still fits
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def safe_name(name: str) -> str:
    """A file's name without folders, control characters and leading dots; Vietnamese letters stay."""
    name = name.encode("utf-8", "replace").decode()  # bytes that are no letters come as lone surrogates
    last = PurePosixPath(name.replace("\\", "/")).name
    cleaned = _UNSAFE.sub("_", last).strip(". ")
    stem, dot, suffix = cleaned.rpartition(".")
    return _fitting(stem or suffix, f"{dot}{suffix[:8]}" if stem else "") or "ke-hoach"


def free_name(folder: Path, name: str) -> Path:
    """Where a file of this name can be put without taking another's place: "a.docx", "a (2).docx", …"""
    stem, dot, suffix = name.rpartition(".") if "." in name else (name, "", "")
    path, number = folder / _fitting(stem, f"{dot}{suffix}"), 1
    stem = path.name.removesuffix(f"{dot}{suffix}")
    while path.exists() or path.is_symlink():
        number += 1
        path = folder / f"{stem} ({number}){dot}{suffix}"
    return path


def _fitting(stem: str, suffix: str) -> str:
    """A name that every file system takes; only the stem gives way, and never in the middle of a letter."""
    return stem.encode()[: BYTES - len(suffix.encode())].decode(errors="ignore") + suffix


REMEMBERED = 5000  # people or addresses; the ones not seen for longest are forgotten first


class Rate(NamedTuple):
    """So many at once, and then again as many in so many seconds."""

    burst: int
    seconds: float


MESSAGES = Rate(30, 60)  # of one person, on every channel; nobody reads faster


class Buckets:
    """The buckets, by who and what."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._levels: Recent[tuple[str, str], tuple[float, float]] = Recent(REMEMBERED)

    def wait(self, who: str, what: str, rate: Rate) -> float:
        """Seconds to wait before the next one; 0 when it may go on now, and then it counts."""
        now, leak = self._clock(), rate.burst / rate.seconds
        level, at = self._levels.get((who, what)) or (0.0, now)
        level = max(0.0, level - (now - at) * leak)
        over = level + 1 - rate.burst
        self._levels.keep((who, what), (level if over > 0 else level + 1, now))
        return over / leak if over > 0 else 0.0
