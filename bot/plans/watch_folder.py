"""`inbox/` in the data folder: a plan file dropped there is read and put to use, with a report beside it.

The folder is looked at every few seconds: notices of the operating system do not come over network drives and into
containers, and would not tell either when a copy is finished. A file whose size and time are as at the look before is
finished. It goes through the steps of every other upload; only one that is surely a new plan or the next version of
one is published, anything else is left to a person. Then it is moved to `done/` or `refused/`.

A note names the file in hand. Found at the next start it says that this file was begun and not finished: the machine
may have died of it, so it is set aside, and those behind it are taken in.
"""

from __future__ import annotations

import logging
import re
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.audit import INBOX
from bot.errors import is_told, sentence
from bot.plans.amendments import warnings
from bot.plans.naming import title
from bot.plans.preview import facts, news, remarks
from bot.plans.service import PlanService
from bot.sanitize import free_name, safe_name
from plan.model import PlanVersion
from prompts import phrase

LOOK_EVERY = 2.0  # seconds
EMPTY_FOR = 60.0  # seconds after which an empty file is not just about to be written
DIFFERENCES = 200  # told in a report
LAST_WORDS = 30.0  # seconds for what is in hand when the bot stops
# What Word, LibreOffice, browsers and copying tools call files that are not finished or not meant.
_TEMPORARY = re.compile(
    r"(?:\.|~).*|.*(?:~|\.(?:part|partial|filepart|crdownload|download|opdownload|tmp|temp|swp))|thumbs\.db|desktop\.ini",
    re.IGNORECASE,
)
IN_HAND = ".in-hand"  # the note's name: one that other programs and `_TEMPORARY` leave alone
Mark = tuple[int, int]  # size and time of change

log = logging.getLogger("kehoach.inbox")


class Stopping(Exception):
    """The bot stops; the file stays and is read at the next start."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: whether answers now come from it, and what to tell."""

    good: bool
    lines: tuple[str, ...]
    version: PlanVersion | None = None  # taken in just now


class Inbox:
    """Takes in what is dropped into a folder, from a thread of its own."""

    def __init__(self, folder: Path, plans: PlanService, language: str, every: float = LOOK_EVERY) -> None:
        self._folder, self._plans, self._language, self._every = folder, plans, language, every
        self._seen: dict[str, Mark] = {}
        self._stuck: dict[str, Mark] = {}
        self._note = folder / IN_HAND
        self._unfinished = self._note.read_text("utf-8") if self._note.is_file() else ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="inbox", daemon=True)

    def start(self) -> None:
        for folder in (self._folder, self._folder / "done", self._folder / "refused"):
            folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; a file in hand is let go after the page that is being read."""
        self._stop.set()
        self._thread.join(LAST_WORDS)

    def look(self) -> None:
        """Look once, and take in every file that has not changed since the look before."""
        seen = dict(self._files())
        finished = [name for name, mark in seen.items() if self._seen.get(name) == mark]
        self._seen = seen
        for name in sorted(finished):
            if self._stop.is_set():
                return
            if self._stuck.get(name) != seen[name]:
                self._take(self._folder / name, seen[name])

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            try:
                self.look()
            except Exception:
                log.exception("cannot look into %s", self._folder)

    def _files(self) -> Iterator[tuple[str, Mark]]:
        for path in self._folder.iterdir():
            try:
                status = path.lstat()
            except OSError:  # gone between the two calls
                continue
            young = status.st_size == 0 and stat.S_ISREG(status.st_mode) and time.time() - status.st_mtime < EMPTY_FOR
            if not stat.S_ISDIR(status.st_mode) and not _TEMPORARY.fullmatch(path.name) and not young:
                yield path.name, (status.st_size, status.st_mtime_ns)

    def _take(self, file: Path, mark: Mark) -> None:
        from vectorstore.errors import LibraryBusy

        try:
            if file.name != safe_name(file.name):
                file.rename(free_name(self._folder, safe_name(file.name)))  # taken in at the look after next
                return
            self._note.write_text(_told(file, mark), "utf-8")
            outcome = self._outcome(file, mark)
            self._put_away(file, outcome)
            if outcome.version:
                self._plans.originals.prepare(outcome.version)
        except (LibraryBusy, Stopping):
            log.info("%s waits in the inbox", file.name)
        except OSError as error:
            self._stuck[file.name] = mark  # said once, not every two seconds
            log.warning("%s cannot be moved out of the inbox: %s", file.name, error)
        with suppress(OSError):  # not for a kill: then it stays, which is what it is for
            self._note.unlink(missing_ok=True)

    def _put_away(self, file: Path, outcome: Outcome) -> None:
        """The report first: a crash in between takes the file once more, and finds it unchanged."""
        folder = self._folder / ("done" if outcome.good else "refused")
        folder.mkdir(exist_ok=True)
        target = free_name(folder, file.name)
        report = folder / f"{target.name}.txt"
        report.write_text("\n".join(outcome.lines) + "\n", encoding="utf-8")
        try:
            file.rename(target)
        except OSError:
            report.unlink()
            raise
        log.info("%s: %s", target.relative_to(self._folder), outcome.lines[0])

    def _outcome(self, file: Path, mark: Mark) -> Outcome:
        from vectorstore.errors import LibraryBusy

        try:
            return self._taken_in(file, mark)
        except (LibraryBusy, Stopping):
            raise
        except Exception as error:
            if not is_told(error):
                log.exception("fault while reading %s", file.name)
            why = sentence(error, self._language)
            return Outcome(False, (self._say("inbox.refused", file=file.name, why=why),))

    def _taken_in(self, file: Path, mark: Mark) -> Outcome:
        from ingest.readers import UnreadableFile

        if not stat.S_ISREG(file.lstat().st_mode):  # a link may lead anywhere, a pipe never ends
            raise UnreadableFile("not_a_file")
        if self._unfinished == _told(file, mark):
            self._unfinished = ""
            if not self._plans.is_live(file):
                raise UnreadableFile("unfinished")
        report = self._plans.stage(file, self._go_on, propose=False)
        version, old = report.version, report.replaced
        if report.state == "unchanged":
            return Outcome(True, (self._say("upload.unchanged", file=file.name, plan=title(version)),))
        told = (*facts(self._language, version), *remarks(self._language, version))
        told = (*told, *warnings(self._language, version, self._plans.beside(version)))
        told = (*told, *news(self._language, version, old, DIFFERENCES))
        names = {"file": file.name, "plan": version.plan_id, "version": version.version}
        if not report.sure:
            path = free_name(self._folder / "refused", file.name).resolve()
            doubt = self._say("inbox.doubtful", **names, title=title(old or version), path=path)
            return Outcome(False, (doubt, "", *told))
        self._plans.publish(version.plan_id, version.version, INBOX, self._go_on)
        return Outcome(True, (self._say("inbox.taken", **names), "", *told), version)

    def _go_on(self, done: int, total: int) -> None:
        """Called after every page and batch, which is where work can be let go."""
        if self._stop.is_set():
            raise Stopping

    def _say(self, key: str, **values: object) -> str:
        return phrase(self._language, key, **values)


def _told(file: Path, mark: Mark) -> str:
    """What the note says of a file: another one of the same name is not meant."""
    return f"{mark[0]} {mark[1]} {file.name}"
