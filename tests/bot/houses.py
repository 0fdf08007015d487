"""A house whose library and engine are fakes, for the command line and `kehoach run`."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot.app import House
from bot.settings import Settings
from plan.model import Plan, PlanVersion
from tests.bot.fakes import FakeAsker, Scene


class FakeLibrary:
    """The library's door with plans in memory; it is its own catalog."""

    def __init__(self, *plans: PlanVersion) -> None:
        self.stored = list(plans)
        self.closed = False

    @property
    def catalog(self) -> FakeLibrary:
        return self

    def live(self) -> list[PlanVersion]:
        return list({plan.plan_id: plan for plan in self.stored}.values())

    def plans(self) -> list[Plan]:
        return [Plan(plan.plan_id, plan.info.title, plan.info.place, plan.version) for plan in self.live()]

    def next_version(self, plan_id: str) -> int:
        return 1 + max((plan.version for plan in self.stored if plan.plan_id == plan_id), default=0)

    def publish(self, version: PlanVersion, progress: object = None) -> None:
        self.stored.append(version)

    def versions(self, plan_id: str) -> list[int]:
        return [plan.version for plan in self.stored if plan.plan_id == plan_id]

    def version(self, plan_id: str, number: int) -> PlanVersion:
        return next(plan for plan in self.stored if (plan.plan_id, plan.version) == (plan_id, number))

    def snapshot(self) -> SimpleNamespace:
        return SimpleNamespace(indexes=[SimpleNamespace(version=plan) for plan in self.live()])

    def clean_up(self) -> None:
        """Nothing is ever left behind here."""

    def close(self) -> None:
        self.closed = True

    def remove(self, plan_id: str) -> None:
        self.stored = [plan for plan in self.stored if plan.plan_id != plan_id]


class FakeHouse(House):
    """A house whose library and engine are fakes."""

    library: Any = None
    engine: Any = None

    def __init__(self, data_dir: Path, *plans: PlanVersion) -> None:
        super().__init__(Settings(data_dir=data_dir))
        self.library = FakeLibrary(*plans)
        self.engine = FakeAsker([Scene().answer("II.1")])
