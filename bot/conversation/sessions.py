"""What is remembered: every answer given (the log book), and a chat's plan, language, topic, what its numbers mean.

The log book keeps ids, numbers and the quotes' places for good, the words of a question only as long as the settings
allow (`bot.settings`, as for how long a topic is remembered). All of it survives a restart.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from sqlite3 import Row

from pydantic import TypeAdapter

from bot.conversation.messages import Incoming, Kind, Reply
from bot.database import Store
from plan.model import Citation, Topic

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# Fields that an older release kept and this one does not know are passed over.
_TOPICS, _CITATIONS = TypeAdapter(Topic), TypeAdapter(tuple[Citation, ...])


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer or clause that was shown."""

    ref: str
    channel: str
    chat_id: str
    question: str  # empty once it was kept long enough
    headline: str
    language: str
    kind: Kind
    citations: tuple[Citation, ...]
    rating: int
    at: float


@dataclass(frozen=True, slots=True)
class Counts:
    """What the admin's statistics show."""

    questions: int
    refused: int
    good: int
    bad: int
    unanswered: tuple[str, ...]  # the latest questions without an answer


class LogBook:
    """Writes and finds entries by their short reference."""

    def __init__(self, store: Store, keep_seconds: float) -> None:
        self._store, self._keep = store, keep_seconds

    def write(
        self,
        message: Incoming,
        headline: str,
        language: str,
        kind: Kind,
        citations: tuple[Citation, ...],
        seconds: float = 0.0,
    ) -> str:
        """Record what was shown; gives the reference that its buttons carry."""
        self.forget_old_words()
        number = self._store.write(
            "INSERT INTO answers (channel, chat, user, question, headline, language, kind, citations, seconds, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(message.channel, message.chat_id, message.user_id, message.text, headline, language, kind.value),
            *(_CITATIONS.dump_json(citations).decode(), seconds, self._store.clock()),
        )
        return _short(number)

    def entry(self, ref: str) -> Entry | None:
        number = _number(ref)
        row = self._store.find("answers", id=number) if number else None
        return _entry(row) if row else None

    def rate(self, ref: str, rating: int) -> None:
        """1: right, -1: wrong. The last press counts."""
        self._store.write("UPDATE answers SET rating = ? WHERE id = ?", rating, _number(ref))

    def mark_forwarded(self, ref: str) -> bool:
        """True the first time only, so that an admin gets a question once."""
        return bool(self._store.write("UPDATE answers SET forwarded = 1 WHERE id = ? AND forwarded = 0", _number(ref)))

    def counts(self, days: int = 30) -> Counts:
        """Questions, refusals and ratings of the last days."""
        since = self._store.clock() - days * 86400
        [row] = self._store.rows(
            "SELECT COUNT(*) AS questions, SUM(kind = 'refusal') AS refused, SUM(rating > 0) AS good,"
            " SUM(rating < 0) AS bad FROM answers WHERE at > ? AND kind IN ('answer', 'refusal')",
            since,
        )
        latest = self._store.rows(
            "SELECT DISTINCT question FROM answers WHERE at > ? AND kind = 'refusal' AND question <> ''"
            " ORDER BY at DESC LIMIT 10",
            since,
        )
        numbers = {name: row[name] or 0 for name in ("questions", "refused", "good", "bad")}
        return Counts(**numbers, unanswered=tuple(each["question"] for each in latest))

    def latest(self, days: int = 30, limit: int = 200) -> list[Entry]:
        """Questions of the last days for whoever keeps house, those without an answer first."""
        rows = self._store.rows(
            "SELECT * FROM answers WHERE at > ? AND kind IN ('answer', 'refusal')"
            " ORDER BY kind = 'answer', at DESC LIMIT ?",
            self._store.clock() - days * 86400,
            limit,
        )
        return [_entry(row) for row in rows]

    def timing(self) -> tuple[int, float]:
        """How many questions were ever answered, and the seconds they took together."""
        sql = "SELECT COUNT(*) AS count, SUM(seconds) AS seconds FROM answers WHERE kind IN ('answer', 'refusal')"
        [row] = self._store.rows(sql)
        return int(row["count"]), float(row["seconds"] or 0.0)

    def forget_old_words(self) -> None:
        """Blank questions, and the headlines that may repeat them, that have been kept long enough."""
        oldest = self._store.clock() - self._keep
        self._store.write("UPDATE answers SET question = '' WHERE question <> '' AND at < ?", oldest)


def _entry(row: Row) -> Entry:
    citations = _CITATIONS.validate_json(row["citations"])
    told = (row["channel"], row["chat"], row["question"], row["headline"], row["language"])
    return Entry(_short(row["id"]), *told, Kind(row["kind"]), citations, row["rating"], row["at"])


def _short(number: int) -> str:
    """A number in base 36: references stay short in button tokens and can be read out on the telephone."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"


def _number(ref: str) -> int:
    try:
        return int(ref, 36) if len(ref) < 12 else 0
    except ValueError:
        return 0


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
        return self._chat(message, "language") or None

    def select_language(self, message: Incoming, language: str) -> None:
        self._keep(message, "language", language)

    def select_unit(self, message: Incoming, unit: str) -> None:
        """This person is in that unit, in every chat of the channel."""
        self._store.put("units", message.channel, message.user_id, unit)

    def topic(self, message: Incoming) -> Topic | None:
        """What this person's last question here was about, unless that was too long ago."""
        row = self._store.find("topics", **_person(message))
        return _TOPICS.validate_json(row["topic"]) if row and row["at"] > self._store.clock() - self._ttl else None

    def keep_topic(self, message: Incoming, topic: Topic) -> None:
        told = _TOPICS.dump_json(topic).decode()
        self._store.put("topics", *_person(message).values(), told, self._store.clock())

    def forget_topic(self, message: Incoming) -> None:
        """Start afresh."""
        self._store.write("DELETE FROM topics WHERE channel = ? AND chat = ?", message.channel, message.chat_id)

    def _chat(self, message: Incoming, column: str) -> str:
        row = self._store.find("chats", channel=message.channel, chat=message.chat_id)
        return str(row[column]) if row else ""

    def _keep(self, message: Incoming, column: str, value: str) -> None:
        self._store.write(
            f"INSERT INTO chats (channel, chat, {column}) VALUES (?, ?, ?)"
            f" ON CONFLICT (channel, chat) DO UPDATE SET {column} = excluded.{column}",
            message.channel,
            message.chat_id,
            value,
        )


def _person(message: Incoming) -> dict[str, str]:
    return {"channel": message.channel, "chat": message.chat_id, "user": message.user_id}


FRESH = 15 * 60


class Numbers:
    """Remembers what "1", "2", … mean for each person in each chat. Survives a restart."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def offer(self, message: Incoming, reply: Reply) -> None:
        """These are the choices now; a reply without any leaves the former ones standing."""
        if not reply.choices:
            return
        actions = json.dumps([button.action for button in reply.choices])
        self._store.put("choices", *_person(message).values(), actions, self._store.clock())

    def action(self, message: Incoming) -> str | None:
        """The action of a typed number; None when it is none, out of range or stale: then it is a message as any."""
        typed = message.text.strip()
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= 2):
            return None
        row = self._store.find("choices", **_person(message))
        actions = json.loads(row["actions"]) if row and row["at"] > self._store.clock() - FRESH else []
        place = int(typed) - 1
        return str(actions[place]) if 0 <= place < len(actions) else None
