"""What the command line says, in the language of the settings (a chat has a language of its own)."""

from __future__ import annotations

from functools import cache

from pydantic import ValidationError

from bot.settings import Settings
from prompts import phrase


@cache
def language() -> str:
    """The language set for this machine; Vietnamese while the settings cannot be read."""
    try:
        return Settings().language
    except (ValidationError, UnicodeError):
        return "vi"


def say(key: str, **values: object) -> str:
    """A phrase of the command line."""
    return phrase(language(), key, **values)
