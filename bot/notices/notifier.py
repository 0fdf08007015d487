"""Tells people what they have to know, while `kehoach run` works: what changed, what is due, who wants to come in.

Nothing here waits for anybody: notices are left in the outbox, and brought as soon as their channel may bring them.
How far each person was reminded is written together with the reminder, so a kill makes none come twice or be missed.
A unit is reminded 7 days and 1 day before a task is due, and on Mondays gets the week's list (the hour is a setting).
What comes round more often than once a month is in the week's list only: nobody reads a reminder of every Friday.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.conversation.desk import Desk
from bot.conversation.letters import Notice
from bot.conversation.messages import Reply
from bot.conversation.plain import more_note, shortened
from bot.database import Store
from bot.i18n import day, moment
from bot.notices.publications import Publications, off_button
from bot.people import Subscriber, Wish
from bot.plans.amendments import tasks_in_force
from bot.plans.tasks import Task, deadline_told
from bot.ports import Bringing, Channel
from plan.due import Due, Within, due_in, late_since
from prompts import phrase

AHEAD = (7, 1)  # days before
SHOWN = 10
LENGTH = 200  # characters shown of one task


@dataclass(frozen=True, slots=True)
class Coming:
    """A task and the day on which it is due next."""

    task: Task
    day: date


def to_remind(tasks: Iterable[Task], last: date, today: date) -> list[Coming]:
    """What came within reach of a reminder since the day `last`: days without the bot are made up for."""
    spans = [(max(today, last + timedelta(ahead + 1)), today + timedelta(ahead)) for ahead in AHEAD]
    found = [
        Coming(task, day)
        for task in tasks
        for day in sorted({day for first, end in spans for day in due_in(_rare(task.dues), first, end)})
    ]
    return sorted(found, key=lambda coming: coming.day)


def of_week(tasks: Sequence[Task], today: date) -> list[Coming]:
    """What is due from today to the end of the week, in order."""
    sunday = today + timedelta(6 - today.weekday())
    found = [Coming(task, days[0]) for task in tasks if (days := due_in(task.dues, today, sunday))]
    return sorted(found, key=lambda coming: coming.day)


def overdue(tasks: Iterable[Task], today: date) -> int:
    """How many are past the end that the plan gives."""
    return sum(late_since(task.dues, today) is not None for task in tasks)


def reminder(language: str, unit: str, coming: Sequence[Coming], today: date) -> Reply:
    head = phrase(language, "notices.reminder", unit=unit, count=len(coming))
    return Reply(head, lines=_lines(language, coming, today), language=language)


def weekly(language: str, unit: str, coming: Sequence[Coming], late: int, today: date) -> Reply:
    head = phrase(language, "notices.weekly", unit=unit, count=len(coming))
    notes = (phrase(language, "notices.weekly_late", count=late),) if late else ()
    return Reply(head, lines=_lines(language, coming, today), notes=notes, language=language)


def _rare(dues: Iterable[Due]) -> list[Due]:
    return [due for due in dues if due.cycle is None or due.cycle.unit == "month"]


def _lines(language: str, coming: Sequence[Coming], today: date) -> tuple[str, ...]:
    lines = [_line(language, number, each, today) for number, each in enumerate(coming[:SHOWN], 1)]
    return (*lines, *more_note(language, len(coming), SHOWN, "bot.tasks_more"))


def _line(language: str, number: int, coming: Coming, today: date) -> str:
    """When, what, and the clause it stands in, with the plan's own words for the time."""
    task, left = coming.task, (coming.day - today).days
    key = "notices.today" if left == 0 else "notices.tomorrow" if left == 1 else "notices.in_days"
    when = phrase(language, key, day=day(coming.day), count=left)
    told = shortened(task.name, LENGTH, language)
    return f"{number}. {when}: {told}{deadline_told(language, task, ' — ')} {task.where}"


LOOK_EVERY = 2.0  # seconds
OF_USE = {"remind": 2 * 86400.0, "week": 5 * 86400.0}  # seconds that a notice of such a kind is held back at most

log = logging.getLogger("kehoach.notices")


@dataclass
class Day:
    """A day's tasks of the units that are reminded, each unit's read once."""

    desk: Desk
    today: date
    units: dict[str, list[Task]] = field(default_factory=dict)

    def tasks(self, unit: str) -> list[Task]:
        """What is due of a unit as far ahead as anybody is told."""
        if unit not in self.units:
            self.units[unit] = self._in_force(unit, Within(self.today, self.today + timedelta(max(AHEAD))))
        return self.units[unit]

    def late(self, unit: str) -> int:
        """How much of a unit is past its end."""
        return overdue(self._in_force(unit, Within(None, self.today - timedelta(1))), self.today)

    def _in_force(self, unit: str, due: Within) -> list[Task]:
        return tasks_in_force(self.desk.shelf, self.desk.shelf.with_tasks(unit, due), unit)


class Notifier:
    """Looks around every few seconds until it is stopped."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        publications: Publications,
        channels: Mapping[str, Channel],
        remind_at: str,
        now: Callable[[float], datetime] = moment,
    ) -> None:
        self._store, self._desk, self._publications, self._channels = store, desk, publications, channels
        self._remind_at, self._now = remind_at, now
        self._stop = asyncio.Event()
        self._reminded: dict[tuple[str, str], date] = {}  # who has been looked at today

    async def run(self) -> None:
        """Until `stop`. A fault costs one look."""
        while not self._stop.is_set():
            try:
                await asyncio.to_thread(self.look)
                self.bring()
            except Exception:
                log.exception("notices could not be made")
            try:
                await asyncio.wait_for(self._stop.wait(), LOOK_EVERY)
            except TimeoutError:
                continue

    def stop(self) -> None:
        """Look no more; what is in the outbox waits for the next start."""
        self._stop.set()

    def look(self) -> None:
        """Make what notices there are to be made."""
        self._publications.look(self._channels)
        now = self._now(self._store.clock())
        if f"{now:%H:%M}" >= self._remind_at:
            self.remind(now.date())

    def bring(self) -> None:
        """Let go what its channel may bring now, and forget what came too late."""
        for name, channel in self._channels.items():
            if not isinstance(channel, Bringing):
                continue
            for letter in self._desk.outbox.held(name):
                if 0 < Notice.of(letter).until < self._store.clock():
                    log.warning("a notice for %s could not be brought in time", name)
                    self._desk.outbox.forget(name, letter)
                elif channel.may_bring(letter.chat):
                    channel.bring(letter)

    def remind(self, today: date) -> None:
        """Everybody's reminder and week's list, once a day. Who cannot be written to now is looked at again."""
        day = Day(self._desk, today)
        for reader in self._readers(today):
            channel = self._channels.get(reader.channel)
            if isinstance(channel, Bringing) and not channel.may_bring(reader.chat):
                continue
            with self._store.together():
                self._remind(reader, day)
            self._reminded[reader.who] = today

    def _readers(self, today: date) -> list[Subscriber]:
        every = self._desk.subscribers.all(self._channels)
        return [each for each in every if each.unit and self._reminded.get(each.who) != today]

    def _remind(self, reader: Subscriber, day: Day) -> None:
        today, week = day.today, f"{day.today:%G-W%V}"
        row = self._store.find("reminded", channel=reader.who[0], user=reader.who[1])
        last = date.fromisoformat(row["day"]) if row else today - timedelta(1)
        told_week = str(row["week"]) if row else "" if today.weekday() == 0 else week
        self._store.put("reminded", *reader.who, today.isoformat(), week)
        if not reader.wants(Wish.REMINDERS):
            return
        tasks = day.tasks(reader.unit)
        coming = of_week(tasks, today) if told_week != week else []
        if coming:
            told = weekly(reader.language, reader.unit, coming, day.late(reader.unit), today)
            self._leave(reader, "week", week, told)
        soon = to_remind(tasks, last, today) if last < today else []
        # What the week's list has just said needs no second message today.
        soon = [each for each in soon if each not in coming]
        if soon:
            self._leave(reader, "remind", today.isoformat(), reminder(reader.language, reader.unit, soon, today))

    def _leave(self, reader: Subscriber, kind: str, when: str, reply: Reply) -> None:
        reply = replace(reply, buttons=((off_button(reader.language, Wish.REMINDERS),),))
        until = self._store.clock() + OF_USE[kind]
        self._desk.outbox.hold(reader.channel, reader.chat, f"{kind}:{when}", reply, until)
