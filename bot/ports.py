"""What the conversation needs of the other rooms, as small protocols: tests put fakes here, `bot.app` the real ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Protocol, runtime_checkable

from bot.conversation.letters import Letter
from bot.conversation.messages import Incoming, Outgoing, Reply
from plan.due import Within
from plan.listed import LISTED, Listed, PlanTasks
from plan.model import Answer, PlanVersion, Topic

Handle = Callable[[Incoming], list[Outgoing]]
Receive = Callable[[Incoming], Awaitable[list[Reply]]]


class Asker(Protocol):
    """Answers one question: `answer.engine.Engine`."""

    def ask(self, question: str, scope: str | None = None, topic: Topic | None = None) -> Answer:
        """The checked answer; `scope` is a plan's id, `topic` what the chat was about."""


class Amending(Protocol):
    """Where amendments are looked up: the shelf, the library."""

    def amending(self, numbers: Collection[str]) -> Sequence[PlanVersion]:
        """The live amendments of plans with these numbers, wherever they are from."""

    def live_version(self, plan_id: str) -> PlanVersion | None:
        """A plan's live version."""


class LivePlans(Amending, Protocol):
    """The live plans as `bot.plans.asking` looks them up: `vectorstore.library.Library`."""

    def generation(self) -> int:
        """Changes whenever what is live changes."""

    def live_of(self, place: str, saying: Collection[str] = (), number: str = "") -> list[PlanVersion]:
        """Those of one place; only those with one of these folded words in their subjects, or with this number."""

    def amending_in(self, place: str) -> list[PlanVersion]:
        """The amendments of a place."""

    def ids_beside(self, version: PlanVersion) -> list[str]:
        """The ids of those of a plan's place; where there are very many, of those of the nearest subjects."""

    def tasks_of(self, plan_ids: Iterable[str]) -> Sequence[PlanVersion | PlanTasks]:
        """All tasks of some plans."""

    def meant(self, words: str) -> list[PlanVersion]:
        """Those that words may name: all where there are few."""


class Shelf(Amending, Protocol):
    """The plans at hand."""

    def listed(self, saying: str = "", start: int = 0, count: int = LISTED) -> Sequence[Listed]:
        """What lists tell of so many plans, from one on, in the order of their ids; of those with all these words."""

    def called(self, name: str) -> Sequence[Listed]:
        """The plans that a name means by its strictest reading, `LISTED` at most."""

    def told(self, plan_id: str) -> Listed | None:
        """What lists tell of one plan."""

    def of_ref(self, ref: str) -> Listed | None:
        """The plan that a button means."""

    def clauses(self) -> int:
        """How many clauses the live plans have."""

    def with_tasks(
        self,
        unit: str = "",
        due: Within | None = None,
        plan_id: str = "",
        leads: bool | None = None,
        start: int = 0,
        count: int | None = None,
    ) -> Sequence[PlanVersion | PlanTasks]:
        """The tasks of a unit (or of anybody) by plan, of those that can be due then; so many of them from one on.

        `leads`: only what the unit leads, or only what it helps with.
        """

    def tasks_of_unit(self, unit: str = "", plan_id: str = "", leads: bool | None = None) -> int:
        """How many there are."""

    def working(self) -> Sequence[str]:
        """The ids of all units that have tasks, the one with the most first."""

    def leading(self, most: int) -> Sequence[str]:
        """The ids of the units that lead most tasks."""

    def tasks(self) -> int:
        """How many tasks the live plans have."""

    def count(self) -> int:
        """How many plans answer."""

    def version(self, plan_id: str, version: int) -> PlanVersion | None:
        """Any stored version, superseded ones too; None when it was removed."""


class Versions(Protocol):
    """Which versions there are: the catalog."""

    def generation(self) -> int:
        """Changes whenever what is live changes."""

    def live_keys(self) -> list[tuple[str, int]]:
        """Plan and number of every live version."""

    def version(self, plan_id: str, version: int) -> PlanVersion:
        """Any stored version; UnknownPlan when there is none."""


@runtime_checkable
class Bringing(Protocol):
    """A channel that brings notices through its mailbox, as often and as late as the service allows."""

    def may_bring(self, chat_id: str) -> bool:
        """Whether a notice may go to a chat now: quotas and windows of the service."""

    def bring(self, letter: Letter) -> None:
        """Let a notice go."""


class Channel(Protocol):
    """A way to talk with people. It hands each `Incoming` to `receive` and shows the replies it gets back.

    `send` is for what nobody in that chat has just asked for: an admin's word to an officer, a question to an admin.
    """

    name: str

    async def start(self) -> None:
        """Begin to receive, or go on trying in the background, and say when it is up; Trouble when it never will be."""

    async def stop(self) -> None:
        """Receive nothing new, finish what is in hand, and close."""

    async def send(self, chat_id: str, reply: Reply) -> None:
        """Show a reply in a chat."""
