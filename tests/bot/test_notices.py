"""What the bot tells unasked: changes, reminders, strangers; each once, also when it is killed at the worst moment."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.conversation.letters import Letter, Letters
from bot.conversation.mailbox import Mailbox, Question, Refused
from bot.conversation.messages import Incoming, Reply
from bot.notices import notifier, publications
from bot.notices.notifier import Notifier
from bot.notices.publications import Publications
from bot.people import Person, Role
from ingest.parse import parse
from plan.model import PlanVersion, SourceText
from tests.bot.fakes import TEXT, Scene
from tests.bot.houses import FakeLibrary

OWN, OTHER = "Phòng Văn hóa - Xã hội", "Công an"


def version(number: int, old: str = "", new: str = "") -> PlanVersion:
    text = TEXT.format(place="PHƯỜNG HẠ VÂN", number="58", subject="Chuyển đổi số năm 2026").replace(old, new)
    return parse(SourceText(text, "so-hoa.txt", f"sha-{number}"), "so-hoa", number)


class PowerCut(Exception):
    """Ends a process where it stands."""


@dataclass
class Carrier:
    """A channel whose mailbox is real; `shown` is what arrived. The power fails at the n-th call of `show`."""

    scene: Scene
    name: str = "fake"
    shown: list[tuple[str, Reply]] = field(default_factory=list)
    open_: bool = True
    kill_before: int = -1  # the message does not arrive any more
    kill_after: int = -1  # it arrives, and nobody hears so

    def __post_init__(self) -> None:
        self.calls = 0
        self.letters = Letters(self.scene.store, self.name)
        self.mailbox: Mailbox[Reply] = Mailbox(self.letters, self)

    def may_bring(self, chat_id: str) -> bool:
        return self.open_

    def bring(self, letter: Letter) -> None:
        self.mailbox.release(letter)

    def read(self, letter: Letter) -> Incoming | None:
        raise AssertionError("a notice is no message")

    async def answer(self, question: Question) -> Sequence[Reply]:
        raise AssertionError

    async def show(self, chat: str, shown: Reply) -> bool:
        self.calls += 1
        if self.calls == self.kill_before:
            await asyncio.Event().wait()  # nothing more of this process is ever heard
        self.shown.append((chat, shown))
        if self.calls == self.kill_after:
            await asyncio.Event().wait()
        return True

    def unasked(self, chat: str, reply: Reply) -> Reply:
        return reply

    async def say(self, chat: str, key: str, **values: object) -> None:
        raise AssertionError(key)

    def is_known(self, person: str) -> bool:
        return True

    async def alarm(self, error: Refused) -> None:
        """Nobody."""

    async def start(self) -> None:
        """Open."""

    async def stop(self) -> None:
        """Closed."""

    async def send(self, chat_id: str, reply: Reply) -> None:
        raise AssertionError


class Office:
    """A bot with two versions of a plan, officers and a clock."""

    def __init__(self, start: str = "2026-06-22 08:00") -> None:
        self.scene = Scene()
        self.at(start)
        self.library = FakeLibrary(version(1))
        self.shown: list[tuple[str, Reply]] = []
        self.kill: dict[str, int] = {}
        self.open_ = True
        for user in ("lan", "minh"):
            self.scene.people.let_in(Person("fake", user, Role.OFFICER, user, user))
        self.chooses("lan", OWN)
        self.chooses("minh", OTHER)
        self.look()

    def at(self, when: str) -> None:
        self.scene.clock.now = datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp() - 7 * 3600

    def chooses(self, user: str, unit: str) -> None:
        self.scene.says(f"Đơn vị của tôi là {unit}", user)

    def publishes(self, plan: PlanVersion) -> None:
        self.library.stored.append(plan)
        self.scene.shelf.plans[:] = self.library.live()

    def look(self) -> None:
        """Start the bot, let it look around, and stop it or cut the power."""

        async def run() -> None:
            carrier = Carrier(
                self.scene, "fake", self.shown, self.open_, self.kill.get("before", -1), self.kill.get("after", -1)
            )
            carrier.mailbox.start()
            desk = replace(self.scene.desk, shelf=self.scene.shelf)
            told = Publications(self.scene.store, self.library, desk)
            looking = Notifier(self.scene.store, desk, told, {"fake": carrier}, "07:30")
            told.tell(["fake"])
            looking.look()
            looking.bring()
            for _ in range(20):
                await asyncio.sleep(0)
            if not self.kill:
                await carrier.mailbox.close()

        with contextlib.suppress(PowerCut):
            asyncio.run(run())
        self.kill = {}

    def heard(self, user: str) -> list[Reply]:
        found = [reply for chat, reply in self.shown if chat == user]
        self.shown[:] = [each for each in self.shown if each[0] != user]
        return found


@pytest.fixture
def office() -> Office:
    return Office("2026-06-20 08:00")  # a Saturday, ten days before 30/6/2026


def test_each_unit_hears_of_its_own_changes_once_and_the_admin_of_all(office: Office) -> None:
    assert not office.shown  # what was live before is no news
    office.publishes(version(2, "30/6/2026", "31/7/2026"))
    office.look()
    [told] = office.heard("lan")
    assert OWN in told.headline
    assert "30/6/2026 → " in "\n".join(told.lines) or "31/7/2026" in "\n".join(told.lines)
    assert "31/7/2026" in told.pieces[0].quote
    changed = version(2, "30/6/2026", "31/7/2026").text[told.pieces[0].start : told.pieces[0].end]
    assert changed == "- Thời gian: trước ngày 31/7/2026."
    assert changed in told.pieces[0].quote
    assert not office.heard("minh")
    [whole] = office.heard("admin")
    assert "58/KH-UBND" in whole.lines[0]
    office.look()
    assert not office.shown


def test_several_publications_are_one_digest_and_an_undone_one_is_none(office: Office) -> None:
    office.publishes(version(2, "30/6/2026", "31/7/2026"))
    office.publishes(version(3, "lớp tập huấn", "hai lớp tập huấn"))
    office.look()
    assert len(office.heard("minh")) == 1
    assert not office.heard("lan")  # the deadline is as it was
    assert len(office.heard("admin")) == 1


def test_a_new_plan_is_told_with_the_tasks_of_the_unit(office: Office) -> None:
    office.publishes(replace(version(1), plan_id="moi"))
    office.look()
    [told] = office.heard("minh")
    assert any("Mở lớp tập huấn" in line for line in told.lines)
    assert "Mở lớp tập huấn" in told.pieces[0].quote


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_reminder_comes_once_also_when_the_power_fails_while_it_leaves(office: Office, moment: str) -> None:
    office.at("2026-06-23 06:00")
    office.look()
    assert not office.shown  # too early in the day
    office.at("2026-06-23 08:00")
    office.kill = {moment: 1}
    office.look()
    arrived = [reply for reply in office.heard("lan") if "Nhắc việc" in reply.headline]
    assert len(arrived) == (moment == "after")
    office.look()
    office.look()
    [line] = office.heard("lan")
    assert "bị ngắt" in line.headline
    [shown] = office.scene.hears(user="lan", action=line.buttons[0][0].action)
    assert "Tuyên truyền" in shown.reply.lines[0]
    assert "23/06" not in shown.reply.lines[0]
    assert "30/06/2026" in shown.reply.lines[0]


def test_killed_before_anything_left_nothing_is_lost_and_nothing_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.at("2026-06-23 08:00")
    for place in ("_leave", "bring"):
        with monkeypatch.context() as broken:
            broken.setattr(Notifier, place, _cut)
            office.look()
        assert not office.heard("lan")
    with monkeypatch.context() as broken:
        broken.setattr(Publications, "_leave", _cut)
        office.publishes(version(2, "lớp tập huấn", "hai lớp tập huấn"))
        office.look()
    office.look()
    office.look()
    [reminded] = office.heard("lan")
    assert "Nhắc việc" in reminded.headline
    assert len(office.heard("minh")) == 1


def _cut(*args: Any) -> None:
    raise PowerCut


def test_days_without_the_bot_are_made_up_for_and_each_step_comes_once(office: Office) -> None:
    days = {}
    for day in ("2026-06-22", "2026-06-25", "2026-06-26", "2026-06-29", "2026-06-30", "2026-07-01"):
        office.at(f"{day} 09:00")
        office.look()
        days[day] = [reply.headline.split(" – ")[0] for reply in office.heard("lan")]
    assert days == {
        "2026-06-22": [],
        "2026-06-25": ["Nhắc việc"],  # 23/6 was missed
        "2026-06-26": [],
        "2026-06-29": ["Việc tuần này"],  # a Monday: its list has what tomorrow's reminder would say
        "2026-06-30": [],
        "2026-07-01": [],
    }


def test_off_at_one_tap_and_on_again(office: Office) -> None:
    office.at("2026-06-23 08:00")
    office.look()
    [told] = office.heard("lan")
    button = told.buttons[0][0]
    off = office.scene.hears(user="lan", action=button.action)[0].reply
    assert "Đã tắt nhắc việc" in off.headline
    office.at("2026-06-29 08:00")
    office.look()
    assert not office.heard("lan")
    office.scene.says("bật nhắc", "lan")
    office.publishes(version(2, "30/6/2026", "07/7/2026"))
    office.at("2026-06-30 08:00")
    office.look()
    assert {reply.headline[:9] for reply in office.heard("lan")} == {"Nhắc việc", "Kế hoạch "}
    assert "Đã tắt tin báo" in office.scene.says("tắt tin thay đổi", "lan").headline


def test_what_a_channel_may_not_bring_now_waits_and_stale_reminders_are_none(office: Office) -> None:
    office.open_ = False
    office.at("2026-06-23 08:00")
    office.publishes(version(2, "Kiểm tra định kỳ", "Kiểm tra bất kỳ"))
    office.look()
    office.at("2026-06-26 08:00")
    office.look()
    assert not office.shown
    office.open_ = True
    office.look()
    told = office.heard("lan")
    assert sorted(reply.headline.split(" có")[0].split(" –")[0] for reply in told) == ["Kế hoạch", "Nhắc việc"]
    assert "còn 4 ngày" in "".join(line for reply in told for line in reply.lines)


def test_admins_are_asked_at_once_and_the_first_decides(office: Office) -> None:
    scene = office.scene
    scene.people.let_in(Person("fake", "second", Role.ADMIN, "Hai", "second"))
    scene.hears("xin chào", "stranger", user_name="Lê Thị Ví")
    scene.hears("xin chào", "stranger", user_name="Lê Thị Ví")
    office.look()
    [asked], [other] = office.heard("admin"), office.heard("second")
    assert asked.headline.startswith("Lê Thị Ví (fake) xin vào")
    assert [button.label for button in asked.buttons[0]] == ["Duyệt", "Từ chối"]
    assert scene.presses(asked, "Duyệt", "lan").headline.startswith("Lệnh này chỉ dành")
    done, welcome = scene.hears(user="admin", action=asked.buttons[0][0].action)
    assert "Đã duyệt" in done.reply.headline
    assert welcome.chat_id == "stranger"
    assert OWN in [button.label for row in welcome.reply.buttons for button in row]
    assert "rồi" in scene.presses(other, "Từ chối", "second").headline
    kept = scene.presses(welcome.reply, OWN, "stranger")
    assert OWN in kept.headline
    assert [(entry.deed, entry.outcome) for entry in scene.audit.latest(1)] == [("approve", "done")]


def test_who_was_turned_away_does_not_ask_again_for_a_day(office: Office) -> None:
    scene = office.scene
    scene.hears("xin chào", "stranger", user_name="Ví")
    office.look()
    [asked] = office.heard("admin")
    scene.presses(asked, "Từ chối", "admin")
    scene.clock.now += 3600
    assert not scene.hears("cho tôi vào", "stranger")
    office.look()
    assert not office.heard("admin")


def test_one_person_on_two_channels_hears_once_where_he_was_last(office: Office) -> None:
    scene = office.scene
    code = scene.says("/lienket", "lan").lines[0]
    scene.conversation.handle(Incoming("other", "z", "z", code))
    scene.clock.now += 60
    scene.conversation.handle(Incoming("other", "z", "z", "việc của đơn vị tôi"))
    readers = [each for each in scene.desk.subscribers.all(["fake", "other"]) if each.who == ("fake", "lan")]
    assert [(each.channel, each.chat, each.unit) for each in readers] == [("other", "z", OWN)]


async def test_publications_wait_until_it_is_quiet() -> None:
    scene, now = Scene(), [100.0]
    library = FakeLibrary(version(1))
    looked: list[float] = []
    told = Publications(scene.store, library, scene.desk, lambda: now[0])
    told.look(["fake"])
    told.tell = lambda channels: looked.append(now[0])  # type: ignore[method-assign]
    for second, plan in ((100, None), (104, version(2)), (108, version(3)), (117, None), (118, None)):
        now[0] = second
        if plan:
            library.stored.append(plan)
        told.look(["fake"])
    assert looked == [117]
    assert notifier.LOOK_EVERY < publications.QUIET
    assert timedelta(seconds=publications.AT_MOST) < timedelta(minutes=10)
