"""A data folder under attack: deeds on it that are killed, and what must hold afterwards."""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.plans.originals import LAYOUT, PRINT
from tests.campaign.forked import Ended, command, started_anew
from tests.e2e.running import KEHOACH, ROOT, environment
from vectorstore.catalog import Catalog

PLAN, OTHER = "chuyen-doi-so", "phong-chong-thien-tai"
NUMBER = re.compile(r"\d\d đợt")  # in the sample; each version has another
DEEDS = ("ingest", "stage", "wait", "same", "publish", "discard", "remove", "rollback", "reindex")
MAY_END_WAITING = ("ingest", "same", "publish", "discard")  # a new file may be the one that waits
QUESTION = json.dumps({"id": 1, "question": "Tổ chức bao nhiêu đợt tập huấn?", "plan": PLAN})


@dataclass(frozen=True, slots=True)
class State:
    """Which version of each plan answers, and what waits for somebody's word."""

    live: dict[str, int]
    waiting: frozenset[tuple[str, int]]


class Attacked:
    """Two plans in a data folder, and the killer."""

    def __init__(self, folder: Path, model: Path) -> None:
        self.data_dir = folder / "data"
        self._model, self._new, self._held = str(model), folder / "ban-moi.md", folder / "ban-cho.md"
        self._sample = (ROOT / "samples" / f"{PLAN}.md").read_text("utf-8")
        self._lasts: dict[str, float] = {}
        self.data_dir.mkdir()
        self.put_back()
        self._write(self._held, 2)
        assert self.run("ingest", str(self._held), "--plan", PLAN).status == 0
        self._text = self.run("show", PLAN, "--text").stdout

    def run(self, *argv: str, seconds: float | None = None, given: str = "") -> Ended:
        """One command."""
        return command(self.data_dir, *argv, seconds=seconds, given=given, KEHOACH_MODEL=self._model)

    def put_back(self) -> None:
        """The plan that is removed now and then."""
        assert self.run("ingest", str(ROOT / "samples" / f"{OTHER}.txt")).status == 0

    def kill(self, chance: random.Random, deed: str, before: State, from_a_shell: bool) -> bool:
        """Begin a deed and kill it somewhere; False when it ended before."""
        argv, begun = self._argv(chance, deed, before), time.monotonic()
        lasts = self._lasts.get(deed, 0.3)
        seconds = chance.uniform(0.0, 1.15 * lasts)
        if from_a_shell:
            return self._kill_started(argv, seconds + chance.uniform(0.5, 4.0))
        if self.run(*argv, seconds=seconds).status is None:
            self._lasts[deed] = 1.02 * lasts
            return True
        # It lasts as long as the machine is busy, and the later kills follow.
        self._lasts[deed] = min(5.0, 0.9 * lasts + 0.1 * (time.monotonic() - begun))
        return False

    def begin_anew(self) -> None:
        """What `kehoach run` repairs when it starts."""
        assert started_anew(self.data_dir, KEHOACH_MODEL=self._model).status == 0

    def state(self) -> State:
        """As the commands and the catalog tell it."""
        listed = self.run("plans", "--json")
        assert listed.status == 0, listed.stderr
        with closing(Catalog.in_folder(self.data_dir)) as catalog:
            waiting = frozenset(catalog.staged(held=True))
        return State({plan["plan"]: plan["version"] for plan in json.loads(listed.stdout)}, waiting)

    def fault(self, deed: str, before: State, after: State) -> str:
        """What is neither as it was nor as it should be."""
        if gone := set(before.live) - set(after.live) - ({OTHER} if deed == "remove" else set()):
            return f"gone: {gone}"
        if OTHER in after.live and before.live.get(OTHER) != after.live[OTHER]:
            return f"changed: {before} {after}"
        lost = before.waiting - after.waiting
        if len(lost) > (deed in MAY_END_WAITING):
            return f"waited and is lost: {lost}"
        shown = self.run("show", PLAN, "--text").stdout
        if NUMBER.sub("#", shown) != NUMBER.sub("#", self._text) or len(set(NUMBER.findall(shown))) != 1:
            return "the live text is no version that was put in"
        return self._leftover()

    def quote_fault(self) -> str:
        """A quote of an answer that does not stand in the live version."""
        shown = self.run("show", PLAN, "--text").stdout
        answer = json.loads(self.run("batch", given=QUESTION).stdout)
        for quoted in answer.get("citations", [{"quote": "none", "start": 0, "end": 0}]):
            if quoted["quote"] != shown[quoted["start"] : quoted["end"]]:
                return f"a quote is not in the live version: {quoted}"
        return ""

    def _leftover(self) -> str:
        """A file whose plan is gone."""
        with closing(Catalog.in_folder(self.data_dir)) as catalog:
            for path in (self.data_dir / "originals").iterdir():
                if not path.name.endswith((PRINT, LAYOUT)) and not catalog.by_sha(path.name[:64]):
                    return f"an original of no plan: {path.name}"
        return ""

    def _kill_started(self, argv: tuple[str, ...], seconds: float) -> bool:
        environ = environment(self.data_dir, KEHOACH_MODEL=self._model)
        quiet = subprocess.DEVNULL
        process = subprocess.Popen([*KEHOACH, *argv], cwd=self.data_dir, env=environ, stdout=quiet, stderr=quiet)
        try:
            process.wait(seconds)
            return False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True

    def _argv(self, chance: random.Random, deed: str, before: State) -> tuple[str, ...]:
        if deed in ("ingest", "stage"):
            self._write(self._new, chance.randrange(3, 99))
        if deed == "wait":
            self._write(self._held, chance.randrange(3, 99))
        waiting = sorted(number for plan, number in before.waiting if plan == PLAN)
        number = str(chance.choice(waiting or [1]))
        return {
            "ingest": ("ingest", str(self._new), "--plan", PLAN),
            "stage": ("ingest", str(self._new), "--plan", PLAN, "--stage"),
            "wait": ("ingest", str(self._held), "--plan", PLAN, "--stage"),
            "same": ("ingest", str(self._held), "--plan", PLAN),  # the file whose version waits, most of the time
            "publish": ("publish", PLAN, number),
            "discard": ("discard", PLAN, number),
            "remove": ("remove", OTHER, "--yes"),
            "rollback": ("rollback", PLAN),
            "reindex": ("reindex",),
        }[deed]

    def _write(self, file: Path, number: int) -> None:
        file.write_text(NUMBER.sub(f"{number:02d} đợt", self._sample), "utf-8")
