"""What the README shows of a terminal is what the commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.e2e.running import ROOT, kehoach

LEFT_OUT = "…"
_CONSOLE = re.compile(r"^```console\n(.*?)^```", re.M | re.S)


def _pattern(shown: str) -> str:
    """A line as it stands; behind '…' the rest of it, or any lines where that stands alone."""
    start = shown.removesuffix(LEFT_OUT)
    return re.escape(start) + ("" if start == shown else r"[^\n]*" if start else "(?s:.*)")


@pytest.mark.long
@pytest.mark.model
def test_the_readme_shows_what_the_commands_print(tmp_path: Path) -> None:
    (console,) = _CONSOLE.findall((ROOT / "README.md").read_text("utf-8"))
    _, *turns = re.split(r"^\$ kehoach ", console, flags=re.M)
    assert len(turns) > 5
    for command, _, said in (turn.partition("\n") for turn in turns):
        typed = [str(ROOT / each) if each.startswith("samples/") else each for each in shlex.split(command)]
        printed = kehoach(tmp_path, *typed).stdout.strip()
        shown = "\n".join(map(_pattern, said.strip().splitlines()))
        assert re.fullmatch(shown, printed), f"{command}\n{printed}"
