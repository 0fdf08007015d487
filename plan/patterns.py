"""Words and patterns kept as data: files of lists, `[name]` above each, one entry a line, `#` before remarks."""

from __future__ import annotations

import re
from pathlib import Path

_PART = re.compile(r"\{([a-z_ ]+)\}")


def entries_of(file: Path) -> list[str]:
    """Of a file that is one list."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def lists(file: Path) -> dict[str, tuple[str, ...]]:
    """The entries of each list."""
    found: dict[str, list[str]] = {}
    for line in entries_of(file):
        if re.fullmatch(r"\[[\w ]+\]", line):
            found[line[1:-1]] = []
        else:
            found[next(reversed(found))].append(line)
    return {name: tuple(entries) for name, entries in found.items()}


def filled(file: Path) -> dict[str, tuple[str, ...]]:
    """The entries of each list, patterns in which `{name}` stands for any entry of a list further up."""
    found: dict[str, tuple[str, ...]] = {}
    for name, entries in lists(file).items():
        found[name] = tuple(_PART.sub(lambda part: "|".join(found[part[1]]), entry) for entry in entries)
    return found


def patterns(file: Path) -> dict[str, str]:
    """Of each list a pattern for any of its entries."""
    return {name: "|".join(entries) for name, entries in filled(file).items()}
