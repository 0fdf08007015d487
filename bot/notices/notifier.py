"""Tells people what they have to know, while `kehoach run` works: what changed, what is due, who wants to come in.

Nothing here waits for anybody: notices are left in the outbox, and brought as soon as their channel may bring them.
How far each person was reminded is written together with the reminder, so a kill makes none come twice or be missed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.clock import moment
from bot.conversation.desk import Desk
from bot.conversation.messages import Reply
from bot.database import Store
from bot.notices.publications import Publications, off_button
from bot.notices.reminders import of_week, overdue, reminder, to_remind, weekly
from bot.notices.subscribers import Subscriber, Wish
from bot.plans.tasks import Task, tasks_in_force
from bot.ports import Bringing, Channel

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
        """All tasks of a unit."""
        if unit not in self.units:
            self.units[unit] = tasks_in_force(self.desk.shelf.live(), unit)
        return self.units[unit]


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
            for held in self._desk.outbox.held(name):
                if held.until and held.until < self._store.clock():
                    log.warning("a notice for %s could not be brought in time", name)
                    self._desk.outbox.forget(name, held.letter)
                elif channel.may_bring(held.letter.chat):
                    channel.bring(held.letter)

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
        row = self._store.row("SELECT * FROM reminded WHERE channel = ? AND user = ?", *reader.who)
        last = date.fromisoformat(row["day"]) if row else today - timedelta(1)
        told_week = str(row["week"]) if row else "" if today.weekday() == 0 else week
        self._store.write("INSERT OR REPLACE INTO reminded VALUES (?, ?, ?, ?)", *reader.who, today.isoformat(), week)
        if not reader.wants(Wish.REMINDERS):
            return
        tasks = day.tasks(reader.unit)
        coming = of_week(tasks, today) if told_week != week else []
        if coming:
            told = weekly(reader.language, reader.unit, coming, overdue(tasks, today), today)
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
