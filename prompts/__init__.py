"""Every word a person reads, and every word a language model is told, as files beside this one.

Phrases live in `vi/<room>.toml` and `en/<room>.toml` and are named `room.key`. A phrase is a `str.format` template, so
the sentence stays whole in the file and the code only supplies names and numbers.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

LANGUAGES = ("vi", "en")


@cache
def phrases(language: str) -> dict[str, str]:
    """All phrases of one language, by name."""
    folder = resources.files(__name__) / language
    rooms = (entry for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return {
        f"{entry.name.removesuffix('.toml')}.{key}": text.strip("\n")
        for entry in rooms
        for key, text in tomllib.loads(entry.read_text("utf-8")).items()
    }


def phrase(language: str, key: str, **values: object) -> str:
    """The phrase `key` in `language` (Vietnamese for a language we do not speak) with its values filled in."""
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    return phrases(spoken)[key].format(**values)
