"""What day and hour it is for the office, wherever the machine's clock thinks it stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.settings import VIETNAM


def zone_of(name: str) -> tzinfo:
    """A time zone by its name. Việt Nam has no summer time, so it needs no table of zones, which Windows lacks."""
    return timezone(timedelta(hours=7), VIETNAM) if name == VIETNAM else ZoneInfo(name)


@cache
def zone() -> tzinfo:
    """The zone of the settings; Việt Nam's while they cannot be read."""
    from bot.settings import Settings

    try:
        return zone_of(Settings().time_zone)
    except (ValidationError, UnicodeError):
        return zone_of(VIETNAM)


def moment(seconds: float) -> datetime:
    """A moment of the machine's clock in the office's time."""
    return datetime.fromtimestamp(seconds, zone())


def today_here() -> date:
    """The day it is at the office."""
    return datetime.now(zone()).date()
