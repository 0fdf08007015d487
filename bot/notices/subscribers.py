"""Who is told what, and where: each person once, on the channel that he used last of those he is linked on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.database import Store
from bot.people import People, Person, Role

Who = tuple[str, str]  # channel and user


class Wish(StrEnum):
    """Kinds of notices that a person may have turned off."""

    CHANGES = "changes"
    REMINDERS = "reminders"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person to be told. `who` is the same for all his channels; `unit` is empty while he has not said it."""

    who: Who
    channel: str
    chat: str
    role: Role
    unit: str
    language: str
    unwanted: frozenset[Wish] = frozenset()

    def wants(self, wish: Wish) -> bool:
        return wish not in self.unwanted


class Subscribers:
    """Reads people, links, units and wishes from the bot's database."""

    def __init__(self, store: Store, people: People, language: str) -> None:
        self._store, self._people, self._language = store, people, language

    def all(self, channels: Collection[str]) -> list[Subscriber]:
        """Everybody who can be written to on one of these channels."""
        known = {(each.channel, each.user_id): each for each in self._people.everybody()}
        persons: dict[Who, list[Who]] = {}
        for who in self._persons():
            if who[0] in channels and self._people.role(*who) is not Role.STRANGER:
                persons.setdefault(self.root(*who), []).append(who)
        return [self._one(root, same, known) for root, same in persons.items()]

    def admins(self) -> list[Subscriber]:
        """Whoever keeps house, wherever he was heard last."""
        every = {channel for channel, _ in self._persons()}
        return [each for each in self.all(every) if each.role is Role.ADMIN]

    def root(self, channel: str, user: str) -> Who:
        """The person, whichever of his channels is asked."""
        return self._people.links.of(channel, user) or (channel, user)

    def turn(self, channel: str, user: str, wish: Wish, on: bool) -> None:
        """Tell a person of this, or no more."""
        who = self.root(channel, user)
        if on:
            self._store.write("DELETE FROM unwanted WHERE channel = ? AND user = ? AND notice = ?", *who, wish.value)
        else:
            self._store.write("INSERT OR IGNORE INTO unwanted VALUES (?, ?, ?)", *who, wish.value)

    def unit(self, channel: str, user: str) -> str:
        """The unit that a person said to be in, on this channel or on another of his."""
        root = self.root(channel, user)
        linked = [who for who, of in self._people.links.all() if of == root]
        return self._unit(dict.fromkeys(((channel, user), root, *linked)))

    def _persons(self) -> dict[Who, None]:
        named = ((each.channel, each.user_id) for each in self._people.everybody())
        return dict.fromkeys((*named, *(linked for linked, _ in self._people.links.all())))

    def _one(self, root: Who, same: Sequence[Who], known: dict[Who, Person]) -> Subscriber:
        channel, user = max(same, key=lambda who: self._last_heard(*who))
        person = known.get((channel, user))
        chat = (person.chat if person else "") or user  # alone with a bot, chat and person have one id
        roles = [self._people.role(*who) for who in same]
        role = Role.ADMIN if Role.ADMIN in roles else Role.OFFICER
        return Subscriber(
            root, channel, chat, role, self.unit(channel, user), self._speaks(channel, chat), self._off(root)
        )

    def _unit(self, persons: Collection[Who]) -> str:
        rows = (self._store.find("units", channel=channel, user=user) for channel, user in persons)
        return next((str(row["unit"]) for row in rows if row), "")

    def _speaks(self, channel: str, chat: str) -> str:
        row = self._store.find("chats", channel=channel, chat=chat)
        return (str(row["language"]) if row else "") or self._language

    def _off(self, root: Who) -> frozenset[Wish]:
        rows = self._store.rows("SELECT notice FROM unwanted WHERE channel = ? AND user = ?", *root)
        return frozenset(Wish(row["notice"]) for row in rows)

    def _last_heard(self, channel: str, user: str) -> float:
        row = self._store.row("SELECT MAX(at) AS at FROM answers WHERE channel = ? AND user = ?", channel, user)
        return float(row["at"] or 0) if row else 0.0
