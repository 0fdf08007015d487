"""Long work on plans for the web page, one piece at a time in a thread of its own; `Work` tells how far it is."""

from __future__ import annotations

import logging
import secrets
import shutil
from collections import OrderedDict
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.errors import is_told, sentence
from bot.plans.service import PlanService
from plan.model import PlanVersion

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
        """Whether nothing more will happen."""
        return self.step in (Step.STAGED, Step.UNCHANGED, Step.DONE, Step.FAILED)

    def progress(self, done: int, total: int) -> None:
        """Called while vectors are made."""
        self.done, self.total = done, total


class Keeper:
    """Does an admin's work on the plans; `taken` gives the ids that a new plan cannot have, of those that begin so."""

    def __init__(self, plans: PlanService, taken: Callable[[str], Collection[str]]) -> None:
        self._plans, self._taken = plans, taken
        self._worker = ThreadPoolExecutor(1, "keeper")
        self._works: OrderedDict[str, Work] = OrderedDict()

    def work(self, ident: str) -> Work | None:
        """A piece of work begun earlier."""
        return self._works.get(ident)

    def read(self, folder: Path, file: Path, plan_id: str, language: str) -> Work:
        """Begin to read a file into a staged version; its `folder` is emptied afterwards."""
        work = self._begin(file.name, language)
        self._run(work, lambda: self._read(work, file, plan_id), lambda: shutil.rmtree(folder, ignore_errors=True))
        return work

    def publish(self, plan_id: str, version: int, language: str, who: str, bare: bool = False) -> Work:
        """Begin to publish a staged version; `bare`: without what a language model proposed."""
        work = self._begin(plan_id, language, plan_id, version)
        self._run(work, lambda: self._publish(work, who, bare))
        return work

    def rollback(self, plan_id: str, version: int, language: str, who: str) -> Work:
        """Begin to let an earlier version answer again."""
        work = self._begin(plan_id, language, plan_id, version)
        self._run(work, lambda: self._rollback(work, who))
        return work

    def discard(self, plan_id: str, version: int, who: str) -> None:
        """A staged version will not be published."""
        if (plan_id, version) in self._plans.staged():
            self._plans.discard(plan_id, version, who)

    def staged(self) -> list[PlanVersion]:
        """What waits for somebody's word."""
        return [self._plans.version(*key) for key in self._plans.staged()]

    def staged_version(self, plan_id: str, version: int) -> PlanVersion | None:
        """One of those."""
        return next((each for each in self.staged() if (each.plan_id, each.version) == (plan_id, version)), None)

    def history(self, plan_id: str) -> list[PlanVersion]:
        """All versions that are or were live, the newest first."""
        return [self._plans.version(plan_id, number) for number in reversed(self._plans.versions(plan_id))]

    def close(self) -> None:
        """Let the thread go, after what it has in hand."""
        self._worker.shutdown(cancel_futures=True)

    def _begin(self, name: str, language: str, plan_id: str = "", version: int = 0) -> Work:
        work = Work(secrets.token_urlsafe(9), name, language, plan_id=plan_id, version=version)
        self._works[work.ident] = work
        while len(self._works) > REMEMBERED:
            self._works.popitem(last=False)
        return work

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

    def _publish(self, work: Work, who: str, bare: bool) -> None:
        work.step = Step.PUBLISHING
        self._plans.publish(work.plan_id, work.version, who, work.progress, bare)
        work.step = Step.DONE

    def _rollback(self, work: Work, who: str) -> None:
        work.step = Step.PUBLISHING
        self._plans.rollback(work.plan_id, work.version, who, work.progress)
        work.step = Step.DONE
