"""Houses: real ones, and those whose library and engine are fakes, for the command line and `kehoach run`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from bot.app import House
from bot.settings import Settings
from plan.listed import LISTED, Listed, PlanTasks, Stated, amended_number
from plan.model import FieldValue, PlanVersion
from plan.text import fold
from plan.units import unit_ids
from tests.bot.fakes import FakeAsker, FakeShelf, Scene
from vectorstore.embedding import ClauseEmbeddings
from vectorstore.errors import UnknownPlan
from vectorstore.library import Library
from vectorstore.plan_names import subject_words
from vectorstore.plan_tasks import Asked


def real_house(settings: Settings, model: ClauseEmbeddings) -> House:
    """Nothing in it is fake, but its model is loaded already and remembers the passages of earlier runs."""
    house = House(settings)
    house.__dict__["library"] = Library.open(house.data_dir, embeddings=model)
    return house


class FakeList(FakeShelf):
    """The list of plans, of plans in memory."""

    def all(self) -> list[Listed]:
        return self.listed()

    def of(self, plan_id: str) -> Listed | None:
        return self.told(plan_id)

    def saying(self, text: str, start: int = 0, count: int = LISTED) -> list[Listed]:
        return self.listed(text, start, count)

    def called(self, name: str, most: int = LISTED) -> list[Listed]:
        return super().called(name)[:most]

    def ids_from(self, begin: str) -> list[str]:
        return [plan.plan_id for plan in self.plans if plan.plan_id.startswith(begin)]


class FakeLibrary:
    """The library's door with plans in memory; it is its own catalog."""

    def __init__(self, *plans: PlanVersion) -> None:
        self.stored = list(plans)  # of each plan the last one is live
        self.waiting: dict[tuple[str, int], PlanVersion] = {}
        self.closed = False

    @property
    def catalog(self) -> FakeLibrary:
        return self

    def live(self) -> list[PlanVersion]:
        return list({plan.plan_id: plan for plan in self.stored}.values())

    def live_of(self, place: str, saying: Collection[str] = (), number: str = "") -> list[PlanVersion]:
        found = [plan for plan in self.live() if fold(plan.info.place) == fold(place)]
        found = [plan for plan in found if not saying or subject_words(plan.info) & set(saying)]
        return [plan for plan in found if number in ("", plan.info.number)]

    def of_place(self, place: str, saying: Collection[str] = (), number: str = "") -> list[PlanVersion]:
        return self.live_of(place, saying, number)

    def resembling(self, text: str) -> list[PlanVersion]:
        return self.live()

    @property
    def listed(self) -> FakeList:
        return FakeList(self.live())

    def tasks_asked(self, asked: Asked, start: int = 0, count: int | None = None) -> list[PlanTasks]:
        plans = [plan for plan in self.live() if asked.plan_id in ("", plan.plan_id)]
        every = [PlanTasks(Listed.of(plan), (task,)) for plan in plans for task in _stated(plan) if _is(task, asked)]
        return every[start:][:count]

    def tasks_counted(self, asked: Asked) -> int:
        return len(self.tasks_asked(asked))

    def working(self) -> list[str]:
        return FakeShelf(self.live()).leading(99)

    def amending(self, numbers: Collection[str]) -> list[PlanVersion]:
        return [plan for plan in self.live() if amended_number(plan.info) in numbers]

    def amending_in(self, place: str) -> list[PlanVersion]:
        return [plan for plan in self.live_of(place) if amended_number(plan.info)]

    def leading(self, most: int) -> list[str]:
        return []

    def tasks(self) -> int:
        return sum(len(plan.assignments) for plan in self.live())

    def ids_beside(self, version: PlanVersion) -> list[str]:
        return [plan.plan_id for plan in self.beside(version)]

    def tasks_of(self, plan_ids: Iterable[str]) -> list[PlanVersion]:
        return [plan for plan in self.live() if plan.plan_id in set(plan_ids)]

    def beside(self, version: PlanVersion) -> list[PlanVersion]:
        return self.live_of(version.info.place)

    def meant(self, words: str) -> list[PlanVersion]:
        return self.live()

    def live_version(self, plan_id: str) -> PlanVersion | None:
        return next((plan for plan in self.live() if plan.plan_id == plan_id), None)

    def is_empty(self) -> bool:
        return not self.stored

    def count(self) -> int:
        return len(self.live())

    @property
    def lookup(self) -> FakeLibrary:
        return self

    def live_of_files(self, files: Sequence[str]) -> list[str]:
        return [plan.plan_id for plan in self.live() if plan.file in files]

    def next_version(self, plan_id: str) -> int:
        return 1 + max((plan.version for plan in self.stored if plan.plan_id == plan_id), default=0)

    def publish(self, version: PlanVersion, progress: object = None) -> None:
        self.stored.append(version)

    def stage(self, version: PlanVersion) -> None:
        self.waiting[version.plan_id, version.version] = version

    def staged(self, held: bool | None = None) -> list[tuple[str, int]]:
        return list(self.waiting)

    def publish_staged(self, plan_id: str, number: int, progress: object = None) -> None:
        self.stored.append(self.waiting.pop((plan_id, number)))

    def discard(self, plan_id: str, number: int) -> None:
        del self.waiting[plan_id, number]

    def rollback(self, plan_id: str, number: int, progress: object = None) -> int:
        version = self.version(plan_id, number)
        self.stored.remove(version)
        self.stored.append(version)
        return number

    def by_sha(self, sha256: str) -> list[tuple[str, int]]:
        known = (*self.stored, *self.waiting.values())
        return [(plan.plan_id, plan.version) for plan in known if plan.source.sha256 == sha256]

    def generation(self) -> int:
        return hash(tuple(self.live_keys()))

    def live_keys(self) -> list[tuple[str, int]]:
        return [(plan.plan_id, plan.version) for plan in self.live()]

    def be_patient(self, waiting: Callable[[], None]) -> None:
        """Nobody else writes here."""

    def writing(self, patience: float | None = None) -> AbstractContextManager[None]:
        return nullcontext()

    def versions(self, plan_id: str) -> list[int]:
        return sorted(plan.version for plan in self.stored if plan.plan_id == plan_id)

    def version(self, plan_id: str, number: int) -> PlanVersion:
        known = (*self.stored, *self.waiting.values())
        try:
            return next(plan for plan in known if (plan.plan_id, plan.version) == (plan_id, number))
        except StopIteration:
            raise UnknownPlan(plan_id) from None

    def renew(self) -> None:
        """Nothing is of an earlier release."""

    def clean_up(self) -> None:
        """Nothing is ever left behind here."""

    def close(self) -> None:
        self.closed = True

    def remove(self, plan_id: str) -> None:
        self.stored = [plan for plan in self.stored if plan.plan_id != plan_id]


def _stated(plan: PlanVersion) -> tuple[Stated, ...]:
    places = {clause.address: clause.words for clause in plan.clauses}
    return tuple(Stated(task, places[task.clause]) for task in plan.assignments)


def _is(task: Stated, asked: Asked) -> bool:
    leads, helps = (unit_ids(". ".join(each.value for each in fields)) for fields in _fields(task))
    units = {None: leads | helps, True: leads, False: helps - leads}[asked.leads]
    return bool(units & asked.units) if asked.units else True


def _fields(task: Stated) -> tuple[tuple[FieldValue, ...], tuple[FieldValue, ...]]:
    return task.assignment.leads, task.assignment.coordinating


class FakeHouse(House):
    """A house whose library and engine are fakes."""

    library: Any = None
    engine: Any = None

    def __init__(self, data_dir: Path, *plans: PlanVersion) -> None:
        super().__init__(Settings(data_dir=data_dir))
        self.library = FakeLibrary(*plans)
        self.engine = FakeAsker([Scene().answer("II.1")])
