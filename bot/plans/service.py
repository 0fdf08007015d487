"""The one plan service of all doors: files are read and wait; published, rolled back, removed, each with who said so.

Every deed stands in the audit log, whichever door it came through. Doors only render what they get back. Whoever sits
at the machine sees a bar while it lasts.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.audit import Audit, Deed, at_terminal, of_version
from bot.conversation.messages import Progress
from bot.errors import WrongUsage, is_told, sentence
from bot.i18n import language, say
from bot.plans.originals import Originals
from plan.model import PlanVersion
from plan.recent import Recent

if TYPE_CHECKING:
    from ingest.publish import Report
    from reading.language_model.proposals import Proposals
    from vectorstore.library import Library

SUFFIXES = (".txt", ".md", ".docx", ".pdf")  # what is taken out of a folder
# What a person may send.
READABLE = (*SUFFIXES, ".xlsx", ".doc", ".odt", ".rtf", ".jpg", ".jpeg", ".png", ".tif", ".tiff")


class PlanService:
    """Plans in and out. `who` is told to the audit log: `bot.audit.who_says`, `at_terminal`, `INBOX`."""

    def __init__(
        self,
        library: Library,
        originals: Originals,
        audit: Audit,
        allow_secret: bool = False,
        proposals: Proposals | None = None,
    ) -> None:
        self._library, self._audit = library, audit
        self._allow_secret, self._proposals, self.originals = allow_secret, proposals, originals

    def ingest(
        self, file: Path, who: str, plan_id: str | None = None, progress: Progress | None = None, stage: bool = False
    ) -> Report:
        """Read a file and publish it where its plan is certain; UnreadableFile or NotAPlan if no plan."""
        from ingest.publish import ingest_file

        with self._audit.deed(who, Deed.INGEST, file.name) as entry:
            report = ingest_file(file, self._library, plan_id, progress, stage, self._allow_secret)
            entry.what = f"{of_version(report.version.plan_id, report.version.version)} ({file.name}): {report.state}"
        self.originals.keep(file, report.version, report.layout)
        return report

    def stage(
        self, file: Path, progress: Progress | None = None, plan_id: str | None = None, *, propose: bool = True
    ) -> Report:
        """Read a file and let it wait, as a version of the plan that is named or recognised; errors as `ingest`."""
        from ingest.publish import ingest_file

        report = ingest_file(file, self._library, plan_id, progress, stage=True, allow_secret=self._allow_secret)
        self.originals.keep(file, report.version, report.layout)
        return self._with_proposals(report) if propose and report.state == "staged" else report

    def is_live(self, file: Path) -> bool:
        from ingest.publish import already_live

        return already_live(file, self._library) is not None

    def beside(self, version: PlanVersion) -> list[PlanVersion]:
        """What answers now of the plans of a version's place; where there are very many, of the nearest subjects."""
        return self._library.beside(version)

    def staged(self) -> list[tuple[str, int]]:
        return self._library.catalog.staged(held=True)

    def waiting(self) -> list[PlanVersion]:
        return [self.version(*key) for key in self.staged()]

    def version(self, plan_id: str, number: int) -> PlanVersion:
        return self._library.catalog.version(plan_id, number)

    def publish(
        self, plan_id: str, number: int, who: str, progress: Progress | None = None, bare: bool = False
    ) -> None:
        """Take in what waited; `bare`: without the tasks that a language model proposed."""
        from reading.language_model.proposals import settled

        with self._audit.deed(who, Deed.PUBLISH, of_version(plan_id, number)) as entry, self._library.writing():
            waiting = self.version(plan_id, number)
            entry.what += f" ({waiting.file})"
            if any(each.is_proposed for each in waiting.assignments):
                self._library.stage(settled(waiting, bare))
            self._library.publish_staged(plan_id, number, progress)

    def discard(self, plan_id: str, number: int, who: str) -> None:
        with self._audit.deed(who, Deed.DISCARD, of_version(plan_id, number)), self._library.writing():
            self.originals.doom(self.version(plan_id, number).source.sha256)
            self._library.discard(plan_id, number)
            self.clean_up()

    def versions(self, plan_id: str) -> list[int]:
        """All versions that are or were live."""
        return self._library.catalog.versions(plan_id)

    def history(self, plan_id: str) -> list[PlanVersion]:
        """The same, loaded, the oldest first."""
        return [self.version(plan_id, number) for number in self.versions(plan_id)]

    def rollback(self, plan_id: str, number: int | None, who: str, progress: Progress | None = None) -> int:
        """An earlier version answers again, the one before when no number is given; its number."""
        with self._audit.deed(who, Deed.ROLLBACK, of_version(plan_id, number) if number else plan_id) as entry:
            number = self._library.rollback(plan_id, number, progress)
            entry.what = of_version(plan_id, number)
        return number

    def remove(self, plan_id: str, who: str) -> None:
        """Forget a plan with all its versions and their files."""
        with self._audit.deed(who, Deed.REMOVE, plan_id), self._library.writing():
            waiting = [number for plan, number in self.staged() if plan == plan_id]
            digests = {self.version(plan_id, number).source.sha256 for number in (*self.versions(plan_id), *waiting)}
            self.originals.doom(*digests)
            self._library.remove(plan_id)
            self.clean_up()

    def _with_proposals(self, report: Report) -> Report:
        """The staged version with what the language model proposes, unless somebody decided on it meanwhile."""
        if self._proposals is None:
            return report
        version = self._proposals.added_to(report.version)
        if version is not report.version:
            with self._library.writing():
                if (version.plan_id, version.version) in self.staged():
                    self._library.stage(version)
        return replace(report, version=version)

    def clean_up(self) -> None:
        """Files of plans that are gone go too: now, or at the next start after a kill.

        Does nothing while another process writes: what is marked there and still has its plan is about to lose it.
        """
        from vectorstore.errors import LibraryBusy

        with suppress(LibraryBusy), self._library.writing(patience=0):
            self.originals.sweep(self._library.catalog.by_sha)


def ingest_one(plans: PlanService, file: Path, plan_id: str | None = None, stage: bool = False) -> Report:
    """Read, parse and publish one file, and keep it; WrongUsage when it cannot be read as a plan."""
    from vectorstore.errors import LibraryError

    try:
        with progress_bar(file.name) as progress:
            return plans.ingest(file, at_terminal(), plan_id, progress, stage)
    except Exception as error:
        if isinstance(error, LibraryError) or not is_told(error):
            raise
        raise WrongUsage(say("cli.unreadable", file=file.name, why=sentence(error, language()))) from None


def readable_files(folder: Path) -> list[Path]:
    """The files of a folder that may be plans."""
    return [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES and path.is_file()]


@contextmanager
def progress_bar(name: str) -> Iterator[Progress | None]:
    """A bar for one piece of work, called as `progress(done, total)`; None when standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


NEW_PLAN = "+"  # the file is a plan of its own, whatever it looks like
REMEMBERED = 50

log = logging.getLogger("kehoach.keeper")


class Step(StrEnum):
    """How far a piece of work is."""

    WAITING = "waiting"
    READING = "reading"
    PUBLISHING = "publishing"
    STAGED = "staged"  # read; somebody has to decide
    UNCHANGED = "unchanged"  # exactly this file answers already
    DONE = "done"
    FAILED = "failed"


@dataclass
class Work:
    """One piece of work, changed by the thread that does it."""

    ident: str
    name: str
    language: str
    step: Step = Step.WAITING
    done: int = 0
    total: int = 0
    trouble: str = ""
    plan_id: str = ""
    version: int = 0

    @property
    def is_over(self) -> bool:
        return self.step in (Step.STAGED, Step.UNCHANGED, Step.DONE, Step.FAILED)

    def progress(self, done: int, total: int) -> None:
        """Called while vectors are made."""
        self.done, self.total = done, total


class Keeper:
    """Does an admin's work on the plans; `taken` gives the ids that a new plan cannot have, of those that begin so."""

    def __init__(self, plans: PlanService, taken: Callable[[str], Collection[str]]) -> None:
        self._plans, self._taken = plans, taken
        self._worker = ThreadPoolExecutor(1, "keeper")
        self._works: Recent[str, Work] = Recent(REMEMBERED)

    def work(self, ident: str) -> Work | None:
        return self._works.get(ident)

    def read(self, folder: Path, file: Path, plan_id: str, language: str) -> Work:
        """Begin to read a file into a staged version; its `folder` is emptied afterwards."""
        work = self._begin(file.name, language)
        self._run(work, lambda: self._read(work, file, plan_id), lambda: shutil.rmtree(folder, ignore_errors=True))
        return work

    def publish(self, plan_id: str, version: int, language: str, who: str, bare: bool = False) -> Work:
        """Begin to publish a staged version; `bare`: without what a language model proposed."""
        publish = partial(self._plans.publish, plan_id, version, who, bare=bare)
        return self._change(plan_id, version, language, publish)

    def rollback(self, plan_id: str, version: int, language: str, who: str) -> Work:
        """Begin to let an earlier version answer again."""
        return self._change(plan_id, version, language, partial(self._plans.rollback, plan_id, version, who))

    def close(self) -> None:
        """Let the thread go, after what it has in hand."""
        self._worker.shutdown(cancel_futures=True)

    def _begin(self, name: str, language: str, plan_id: str = "", version: int = 0) -> Work:
        work = Work(secrets.token_urlsafe(9), name, language, plan_id=plan_id, version=version)
        return self._works.keep(work.ident, work)

    def _run(self, work: Work, task: Callable[[], None], after: Callable[[], None] = lambda: None) -> None:
        def guarded() -> None:
            try:
                task()
            except Exception as error:
                work.trouble, work.step = sentence(error, work.language), Step.FAILED
                log.warning("%s failed: %s", work.name, type(error).__name__, exc_info=not is_told(error))
            finally:
                after()

        self._worker.submit(guarded)

    def _read(self, work: Work, file: Path, plan_id: str) -> None:
        work.step = Step.READING
        report = self._plans.stage(file, None, self._target(file, plan_id))
        version = report.version
        work.plan_id, work.version = version.plan_id, version.version
        work.step = Step.UNCHANGED if report.state == "unchanged" else Step.STAGED
        self._worker.submit(self._plans.originals.prepare, version)

    def _target(self, file: Path, plan_id: str) -> str | None:
        from ingest.identity import new_id

        return new_id(file.name, self._taken) if plan_id == NEW_PLAN else plan_id or None

    def _change(self, plan_id: str, version: int, language: str, switch: Callable[..., object]) -> Work:
        work = self._begin(plan_id, language, plan_id, version)

        def change() -> None:
            work.step = Step.PUBLISHING
            switch(progress=work.progress)
            work.step = Step.DONE

        self._run(work, change)
        return work
