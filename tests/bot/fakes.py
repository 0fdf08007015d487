"""Stand-ins for the rooms behind the conversation, and a channel that shows what a person would see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.audit import Audit
from bot.conversation.core import Conversation
from bot.conversation.desk import Desk
from bot.conversation.dispatcher import Switchboard
from bot.conversation.letters import Outbox
from bot.conversation.messages import Incoming, Outgoing, Reply
from bot.conversation.sessions import LogBook, Memory
from bot.database import Store
from bot.people import People, Role, Subscribers
from ingest.parse import parse
from plan.due import Within
from plan.listed import LISTED, READINGS, Listed, amended_number, ref_of, spelt, words
from plan.model import Answer, Citation, PlanVersion, SourceText, Topic
from plan.units import unit_ids

TEXT = """ỦY BAN NHÂN DÂN
{place}
Số: {number}/KH-UBND

KẾ HOẠCH
{subject}

I. MỤC TIÊU
1. Mục tiêu chung
- Nâng cao kỹ năng số cho người dân.

II. NHIỆM VỤ
1. Tuyên truyền
- Viết tin bài hằng tháng.
- Cơ quan thực hiện: Phòng Văn hóa - Xã hội.
- Thời gian: trước ngày 30/6/2026.
2. Tập huấn
- Mở lớp tập huấn cho cán bộ.
- Cơ quan thực hiện: Công an phường.
3. Kiểm tra
- Kiểm tra định kỳ mỗi quý.
- Cơ quan thực hiện: Phòng Văn hóa - Xã hội.
"""


def make_plan(
    plan_id: str = "so-hoa",
    place: str = "PHƯỜNG HẠ VÂN",
    subject: str = "Chuyển đổi số năm 2026",
    number: str = "58",
    version: int = 1,
    file: str | None = None,
) -> PlanVersion:
    """A small plan, parsed by the real parser."""
    text = TEXT.format(place=place, subject=subject, number=number)
    return parse(SourceText(text, file or f"{plan_id}.txt", f"sha-{plan_id}-{version}"), plan_id, version)


def cite(plan: PlanVersion, address: str) -> Citation:
    """A citation of a clause from its first to its last character."""
    clause = next(each for each in plan.clauses if each.address == address)
    span, quote = clause.span, clause.span.of(plan.text)
    place = (plan.plan_id, plan.version, plan.file, address, clause.words)
    return Citation(*place, span.start, span.end, quote)


@dataclass
class FakeAsker:
    """Gives the answers it was told to give, and remembers what it was asked."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, str | None, Topic | None]] = field(default_factory=list)
    fault: Exception | None = None

    def ask(self, question: str, scope: str | None = None, topic: Topic | None = None) -> Answer:
        self.asked.append((question, scope, topic))
        if self.fault:
            raise self.fault
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def listed_of(plans: Iterable[PlanVersion], saying: str = "") -> list[Listed]:
    """Plans as lists tell of them: all, or those with all these words in their names."""
    return [plan for plan in map(Listed.of, plans) if set(words(saying)) <= set(spelt(plan).split())]


def called_among(plans: Iterable[PlanVersion], name: str) -> list[Listed]:
    """Those that a name means by its strictest reading."""
    every = listed_of(plans)
    found = ([plan for plan in every if fits(name.strip(), plan)] for fits in READINGS)
    return next((fitting for fitting in found if fitting), [])


@dataclass
class FakeShelf:
    """Plans in memory; `old` are superseded versions."""

    plans: list[PlanVersion] = field(default_factory=list)
    old: list[PlanVersion] = field(default_factory=list)

    def listed(self, saying: str = "", start: int = 0, count: int = LISTED) -> list[Listed]:
        return listed_of(self.plans, saying)[start : start + count]

    def called(self, name: str) -> list[Listed]:
        return called_among(self.plans, name)[:LISTED]

    def told(self, plan_id: str) -> Listed | None:
        return next((plan for plan in listed_of(self.plans) if plan.plan_id == plan_id), None)

    def of_ref(self, ref: str) -> Listed | None:
        return next((plan for plan in listed_of(self.plans) if ref_of(plan.plan_id) == ref), None)

    def clauses(self) -> int:
        return sum(len(plan.clauses) for plan in self.plans)

    def amending(self, numbers: Collection[str]) -> list[PlanVersion]:
        return [plan for plan in self.plans if amended_number(plan.info) in numbers]

    def with_tasks(
        self,
        unit: str = "",
        due: Within | None = None,
        plan_id: str = "",
        leads: bool | None = None,
        start: int = 0,
        count: int | None = None,
    ) -> list[PlanVersion]:
        return [plan for plan in self.plans if plan_id in ("", plan.plan_id)]

    def tasks_of_unit(self, unit: str = "", plan_id: str = "", leads: bool | None = None) -> int:
        return self.tasks()

    def working(self) -> list[str]:
        return self.leading(99)

    def leading(self, most: int) -> list[str]:
        fields = [lead.value for plan in self.plans for task in plan.assignments for lead in task.leads]
        return [unit for unit, _ in Counter(unit for value in fields for unit in unit_ids(value)).most_common(most)]

    def tasks(self) -> int:
        return sum(len(plan.assignments) for plan in self.plans)

    def count(self) -> int:
        return len(self.plans)

    def live_version(self, plan_id: str) -> PlanVersion | None:
        return next((plan for plan in self.plans if plan.plan_id == plan_id), None)

    def version(self, plan_id: str, version: int) -> PlanVersion | None:
        known = {(plan.plan_id, plan.version): plan for plan in (*self.plans, *self.old)}
        return known.get((plan_id, version))


class Clock:
    """Time that passes when told to."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


ROLES = {("fake", "admin"): Role.ADMIN, ("fake", "officer"): Role.OFFICER}


class Scene:
    """A conversation core with fakes around it."""

    def __init__(self, store: Store | None = None, keep: float = 30 * 86400) -> None:
        self.clock = Clock()
        self.store = store or Store(None, self.clock)
        self.plan = make_plan()
        self.shelf = FakeShelf([self.plan])
        self.asker = FakeAsker([self.answer("II.1")])
        self.people = People(self.store, ROLES)
        self.log_book = LogBook(self.store, keep)
        memory = Memory(self.store, 30)
        self.outbox, self.audit = Outbox(self.store), Audit(self.store)
        books = (self.outbox, Subscribers(self.store, self.people, "vi"), self.audit)
        self.desk = Desk(self.asker, self.shelf, memory, self.people, self.log_book, *books)
        self.conversation = Conversation(self.desk)

    def answer(self, *addresses: str, **changes: Any) -> Answer:
        citations = tuple(cite(self.plan, address) for address in addresses)
        answer = Answer("Phòng Văn hóa - Xã hội chủ trì.", citations, headline="Phòng Văn hóa - Xã hội chủ trì.")
        return replace(answer, **changes)

    def refusal(self, *addresses: str) -> Answer:
        nearest = tuple(cite(self.plan, address) for address in addresses)
        return Answer("Kế hoạch không nói.", (), True, "not_said", headline="Kế hoạch không nói.", nearest=nearest)

    def hears(self, text: str = "", user: str = "officer", chat: str = "", **more: Any) -> list[Outgoing]:
        return self.conversation.handle(Incoming("fake", chat or user, user, text, **more))

    def says(self, text: str = "", user: str = "officer", **more: Any) -> Reply:
        """The one reply to a message."""
        [outgoing] = self.hears(text, user, **more)
        return outgoing.reply

    def presses(self, reply: Reply, label: str, user: str = "officer", **more: Any) -> Reply:
        """The first reply to a pressed button."""
        button = next(each for each in reply.choices if label in each.label)
        return self.hears(user=user, action=button.action, **more)[0].reply


class FakeChannel:
    """A chat service in memory: people say things, `shown` is what they see."""

    name = "fake"

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard
        self.shown: list[tuple[str, str]] = []
        self.broken = False
        switchboard.connect(self)

    async def start(self) -> None:
        """Nothing to open."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def send(self, chat_id: str, reply: Reply) -> None:
        if self.broken:
            raise ConnectionError("the service is down")
        self.shown.append((chat_id, reply.headline))

    async def says(self, text: str, user: str = "officer", **more: Any) -> list[Reply]:
        replies = await self._switchboard.receive(Incoming("fake", user, user, text, **more))
        for reply in replies:
            await self.send(user, reply)
        return replies
