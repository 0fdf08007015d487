"""Who may ask, and who is told what and where.

Closed by default: admins come from the settings, they let officers in, everybody else is a stranger. Of what nobody
asked each person is told once, on the channel that he used last of those he is linked on.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from sqlite3 import Row

from bot.conversation.messages import Incoming
from bot.database import Store

REFUSAL_PAUSE = 10 * 60
PAIRING_LIFE = 24 * 3600
INVITATION_LIFE = 7 * 24 * 3600


class Role(StrEnum):
    """What a person may do: officers ask, admins also let people in and change plans."""

    ADMIN = "admin"
    OFFICER = "officer"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a channel; `chat` is where to reach them alone."""

    channel: str
    user_id: str
    role: Role
    name: str = ""
    chat: str = ""

    def __str__(self) -> str:
        """As the audit log tells of somebody."""
        return f"{self.channel}:{self.user_id} {self.name}".strip()


class People:
    """Roles of the settings (`fixed`, by channel and user), of whole channels (`open_channels`), and those given.

    On the channels in `no_admins`, which cannot prove who writes, admins are officers.
    """

    def __init__(
        self,
        store: Store,
        fixed: Mapping[tuple[str, str], Role],
        open_channels: Mapping[str, Role] | None = None,
        no_admins: Collection[str] = (),
    ) -> None:
        self._store = store
        self._fixed = dict(fixed)
        self._open = dict(open_channels or {})
        self._no_admins = frozenset(no_admins)
        self.links = Links(store)

    def role(self, channel: str, user_id: str) -> Role:
        """What this person may do here; one who is linked to another channel's person may do what that one may."""
        role = self._own_role(channel, user_id)
        linked = self.links.of(channel, user_id)
        if linked and role is not Role.ADMIN:
            other = self._own_role(*linked)
            role = role if other is Role.STRANGER else other
        return Role.OFFICER if role is Role.ADMIN and channel in self._no_admins else role

    def may_link(self, channel: str, user_id: str) -> bool:
        """Whether somebody is known in person: who only uses an open channel cannot bring others in."""
        return channel not in self._open and self.role(channel, user_id) is not Role.STRANGER

    def _own_role(self, channel: str, user_id: str) -> Role:
        fixed = self._fixed.get((channel, user_id)) or self._open.get(channel)
        if fixed:
            return fixed
        row = self._store.find("people", channel=channel, user=user_id)
        return Role(row["role"]) if row else Role.STRANGER

    def everybody(self) -> list[Person]:
        """All who were let in, the settings' people first."""
        given = self._store.rows("SELECT * FROM people ORDER BY role, at")
        fixed = [Person(channel, user, role) for (channel, user), role in self._fixed.items()]
        return fixed + [_person(row, Role(row["role"])) for row in given]

    def admins(self) -> list[Person]:
        """Admins who can be written to. In a private chat with a bot the chat's id is the person's."""
        return [replace(who, chat=who.chat or who.user_id) for who in self.everybody() if who.role is Role.ADMIN]

    def let_in(self, who: Person) -> None:
        told = (who.channel, who.user_id, who.role.value, who.name, who.chat)
        self._store.put("people", *told, self._store.clock())

    def remove(self, channel: str, user_id: str) -> bool:
        """Take a given role away; False when there was none (people of the settings are removed there)."""
        unlinked = self.links.cut(channel, user_id)
        return bool(
            self._store.write("DELETE FROM people WHERE channel = ? AND user = ?", channel, user_id) or unlinked
        )

    def may_refuse(self, channel: str, user_id: str) -> bool:
        """Whether a stranger gets a refusal now: one in ten minutes, so that nobody can make the bot talk."""
        now = self._store.clock()
        row = self._store.find("refusals", channel=channel, user=user_id)
        if row and row["at"] > now - REFUSAL_PAUSE:
            return False
        self._store.put("refusals", channel, user_id, now)
        return True

    def pairing_code(self, message: Incoming) -> str:
        """The code a stranger shows to an admin; the same one until it expires."""
        now = self._store.clock()
        self._store.write("DELETE FROM pairings WHERE at < ?", now - PAIRING_LIFE)
        row = self._store.find("pairings", channel=message.channel, user=message.user_id)
        if row:
            return str(row["code"])
        code = f"{secrets.randbelow(900_000) + 100_000}"
        told = (message.channel, message.user_id, message.user_name, message.chat_id)
        self._store.put("pairings", code, *told, now)
        return code

    def clock(self) -> float:
        return self._store.clock()

    def waiting(self, seconds: float = PAIRING_LIFE) -> list[tuple[str, Person]]:
        """Open pairing codes of the last `seconds` with the strangers who hold them, the latest first."""
        oldest = self._store.clock() - seconds
        rows = self._store.rows("SELECT * FROM pairings WHERE at > ? ORDER BY at DESC", oldest)
        return [(row["code"], _person(row, Role.STRANGER)) for row in rows]

    def approve(self, code: str, role: Role = Role.OFFICER) -> Person | None:
        """Let in the stranger who was given this code; None when no code like it is open."""
        sql = "DELETE FROM pairings WHERE code = ? AND at > ? RETURNING *"  # of two admins the first one decides
        row = self._store.row(sql, code.strip(), self._store.clock() - PAIRING_LIFE)
        if row is None:
            return None
        who = _person(row, role)
        self.let_in(who)
        return who

    def turn_away(self, code: str) -> Person | None:
        """The stranger with this code is not let in, and gets no other code for a day; None when nobody has it."""
        row = self._store.row("DELETE FROM pairings WHERE code = ? RETURNING *", code)
        if row is None:
            return None
        until = self._store.clock() + PAIRING_LIFE - REFUSAL_PAUSE
        self._store.put("refusals", row["channel"], row["user"], until)
        return _person(row, Role.STRANGER)

    def invite(self, role: Role = Role.OFFICER) -> str:
        """A token that lets in the first person who shows it."""
        token = "moi_" + secrets.token_urlsafe(12)
        self._store.write("INSERT INTO invitations VALUES (?, ?, ?)", token, role.value, self._store.clock())
        return token

    def accept(self, token: str, message: Incoming) -> Person | None:
        """Use an invitation up; None when it is unknown, used or expired."""
        # The deletion decides: of two who show the same token at once only one finds it there.
        sql = "DELETE FROM invitations WHERE token = ? AND at > ? RETURNING role"
        row = self._store.row(sql, token.strip(), self._store.clock() - INVITATION_LIFE)
        if row is None:
            return None
        chat = "" if message.is_group else message.chat_id
        who = Person(message.channel, message.user_id, Role(row["role"]), message.user_name, chat)
        self.let_in(who)
        return who


def _person(row: Row, role: Role) -> Person:
    return Person(row["channel"], row["user"], role, row["name"], row["chat"])


LINK_LIFE = 15 * 60

Who = tuple[str, str]  # channel and user


class Links:
    """Which person of another channel somebody is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def code(self, message: Incoming) -> str:
        """A code for this person to show on another channel, once and soon."""
        code = "noi_" + secrets.token_hex(4)  # it is typed from one telephone app into another
        now = self._store.clock()
        self._store.write("DELETE FROM link_codes WHERE at < ?", now - LINK_LIFE)
        who = self.of(message.channel, message.user_id) or (message.channel, message.user_id)
        self._store.write("INSERT INTO link_codes VALUES (?, ?, ?, ?)", code, *who, now)
        return code

    def accept(self, code: str, message: Incoming) -> Who | None:
        """Link whoever shows the code; None when it is unknown, used, expired or the same person's own."""
        # The deletion decides: of two who show the same code at once only one finds it there.
        sql = "DELETE FROM link_codes WHERE code = ? AND at > ? AND (channel, user) <> (?, ?) RETURNING *"
        here = (message.channel, message.user_id)
        row = self._store.row(sql, code.strip().lower(), self._store.clock() - LINK_LIFE, *here)
        if row is None:
            return None
        there = (row["channel"], row["user"])
        self._store.put("links", *here, *there, self._store.clock())
        return there

    def of(self, channel: str, user_id: str) -> Who | None:
        row = self._store.find("links", channel=channel, user=user_id)
        return (row["of_channel"], row["of_user"]) if row else None

    def all(self) -> list[tuple[Who, Who]]:
        """Every link: who, and which person that is."""
        rows = self._store.rows("SELECT * FROM links ORDER BY at")
        return [((row["channel"], row["user"]), (row["of_channel"], row["of_user"])) for row in rows]

    def cut(self, channel: str, user_id: str) -> int:
        """Undo a person's link and the links to that person; gives how many there were."""
        return self._store.write(
            "DELETE FROM links WHERE (channel = ? AND user = ?) OR (of_channel = ? AND of_user = ?)",
            *(channel, user_id) * 2,
        )


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
