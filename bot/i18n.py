"""What the settings say of the office: the language of the command line (a chat has its own), its day and hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.settings import VIETNAM, Settings
from prompts import phrase


@cache
def _settings() -> Settings:
    """Those of this machine; the defaults while they cannot be read."""
    try:
        return Settings()
    except (ValidationError, UnicodeError):
        return Settings.model_construct()


def language() -> str:
    """The language set for this machine."""
    return _settings().language


def say(key: str, **values: object) -> str:
    """A phrase of the command line."""
    return phrase(language(), key, **values)


@cache
def zone() -> tzinfo:
    """The zone of the settings."""
    name = _settings().time_zone
    # Việt Nam has no summer time, so it needs no table of zones, which Windows lacks.
    return timezone(timedelta(hours=7), VIETNAM) if name == VIETNAM else ZoneInfo(name)


def moment(seconds: float) -> datetime:
    """A moment of the machine's clock in the office's time."""
    return datetime.fromtimestamp(seconds, zone())


def written(at: float | str) -> str:
    """A moment, in seconds or as ISO, in the office's time as it is written here: 16/03/2026 08:05; '' for none."""
    if not at:
        return ""
    when = datetime.fromisoformat(at).astimezone(zone()) if isinstance(at, str) else moment(at)
    return f"{when:%d/%m/%Y %H:%M}"


def day(of: date | str) -> str:
    """A day, or what a plan's header has of one (ISO, '' for none), as it is written here: 16/03/2026."""
    return "/".join(reversed(str(of).split("-")))


def today_here() -> date:
    return datetime.now(zone()).date()
