"""What a chat remembers: plan, language, topic (how long: `bot.settings`), what numbers mean. Survives a restart."""

from __future__ import annotations

import json
from dataclasses import asdict

from bot.conversation.messages import Incoming, Reply
from bot.database import Store
from plan.model import Topic


class Memory:
    """Plan and language belong to a chat; the topic to a person in a chat, as groups hold several talks at once."""

    def __init__(self, store: Store, topic_minutes: int) -> None:
        self._store = store
        self._ttl = topic_minutes * 60

    def plan(self, message: Incoming) -> str | None:
        """The id of the plan selected in this chat."""
        return self._chat(message, "plan") or None

    def select_plan(self, message: Incoming, plan_id: str | None) -> None:
        """Ask only this plan from now on; None for all plans. The topic belonged to the old choice and goes."""
        self._keep(message, "plan", plan_id or "")
        self.forget_topic(message)

    def language(self, message: Incoming) -> str | None:
        """The language chosen in this chat."""
        return self._chat(message, "language") or None

    def select_language(self, message: Incoming, language: str) -> None:
        """Speak this language from now on."""
        self._keep(message, "language", language)

    def select_unit(self, message: Incoming, unit: str) -> None:
        """This person is in that unit, in every chat of the channel."""
        self._store.write("INSERT OR REPLACE INTO units VALUES (?, ?, ?)", message.channel, message.user_id, unit)

    def topic(self, message: Incoming) -> Topic | None:
        """What this person's last question here was about, unless that was too long ago."""
        row = self._store.row(
            "SELECT topic FROM topics WHERE channel = ? AND chat = ? AND user = ? AND at > ?",
            *_person(message),
            self._store.clock() - self._ttl,
        )
        return _topic(row["topic"]) if row else None

    def keep_topic(self, message: Incoming, topic: Topic) -> None:
        """Remember what the turn was about."""
        self._store.write(
            "INSERT OR REPLACE INTO topics VALUES (?, ?, ?, ?, ?)",
            *_person(message),
            json.dumps(asdict(topic), ensure_ascii=False),
            self._store.clock(),
        )

    def forget_topic(self, message: Incoming) -> None:
        """Start afresh."""
        self._store.write("DELETE FROM topics WHERE channel = ? AND chat = ?", message.channel, message.chat_id)

    def _chat(self, message: Incoming, column: str) -> str:
        sql = f"SELECT {column} FROM chats WHERE channel = ? AND chat = ?"
        row = self._store.row(sql, message.channel, message.chat_id)
        return str(row[column]) if row else ""

    def _keep(self, message: Incoming, column: str, value: str) -> None:
        self._store.write(
            f"INSERT INTO chats (channel, chat, {column}) VALUES (?, ?, ?)"
            f" ON CONFLICT (channel, chat) DO UPDATE SET {column} = excluded.{column}",
            message.channel,
            message.chat_id,
            value,
        )


def _person(message: Incoming) -> tuple[str, str, str]:
    return message.channel, message.chat_id, message.user_id


def _topic(stored: str) -> Topic | None:
    """None for a topic kept by an older release with other fields."""
    try:
        return Topic(**json.loads(stored))
    except TypeError:
        return None


FRESH = 15 * 60


class Numbers:
    """Remembers what "1", "2", … mean for each person in each chat. Survives a restart."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def offer(self, message: Incoming, reply: Reply) -> None:
        """These are the choices now; a reply without any leaves the former ones standing."""
        if not reply.choices:
            return
        self._store.write(
            "INSERT OR REPLACE INTO choices VALUES (?, ?, ?, ?, ?)",
            *(message.channel, message.chat_id, message.user_id),
            *(json.dumps([button.action for button in reply.choices]), self._store.clock()),
        )

    def action(self, message: Incoming) -> str | None:
        """The action of a typed number; None when it is none, out of range or stale: then it is a message as any."""
        typed = message.text.strip()
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= 2):
            return None
        row = self._store.row(
            "SELECT actions FROM choices WHERE channel = ? AND chat = ? AND user = ? AND at > ?",
            *(message.channel, message.chat_id, message.user_id),
            self._store.clock() - FRESH,
        )
        actions = json.loads(row["actions"]) if row else []
        place = int(typed) - 1
        return str(actions[place]) if 0 <= place < len(actions) else None
