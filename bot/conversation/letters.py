"""The letters of the mailbox on disk: what people sent, and what the bot has to tell them unasked (notices).

held → waiting → (thinking) → sending → done
└ notices begin here, until their channel may bring them; a message begins with `waiting`

A notice that was leaving when the bot was killed may have arrived or not. It is not sent again; one line says so, with
a button that shows it, so nothing is told twice and nothing is lost.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from bot.conversation.callback_data import Verb, button
from bot.conversation.messages import Reply
from bot.database import Store
from prompts import phrase

KEPT = 7 * 24 * 3600  # seconds that a message's id is remembered, to know it when the service brings it again
TRIES = 3  # a message that kills the bot must not do so forever
NOTICE = "notice:"  # begins the id of what nobody sent
_IS_NOTICE = f"message LIKE '{NOTICE}%'"

log = logging.getLogger("kehoach.mailbox")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it arrived. `person` is who sent it, `sent` its place among the chat's messages."""

    ident: str
    chat: str
    body: str = ""
    person: str = ""
    sent: float = 0.0

    @property
    def is_notice(self) -> bool:
        """Whether nobody sent it: its body is what is to be told."""
        return self.ident.startswith(NOTICE)


class Letters:
    """The letters of one channel on disk."""

    def __init__(self, store: Store, channel: str) -> None:
        self._store, self._channel = store, channel

    def add(self, letter: Letter) -> bool:
        """Keep a letter; False when it was here before."""
        return self._insert(letter, "waiting")

    def has(self, ident: str) -> bool:
        return self._store.find("mailbox", channel=self._channel, message=ident) is not None

    def rewrite(self, ident: str, body: str) -> None:
        """The sender corrected it before it was answered."""
        sql = "UPDATE mailbox SET body = ? WHERE channel = ? AND message = ?"
        self._store.write(sql, body, self._channel, ident)

    def next(self, chat: str) -> Letter | None:
        """Begin the chat's earliest letter that waits. Begun too often before, a letter is set aside."""
        while found := self.waiting(chat, 1):
            if self._tries(found[0]) < TRIES:
                self.begin(found[0])
                return found[0]
            log.error("message %s has stopped the bot %d times: it is set aside", found[0].ident, TRIES)
            self.done(found[0])
        return None

    def waiting(self, chat: str, most: int = -1) -> list[Letter]:
        """The chat's letters that wait, the earliest first."""
        sql = "SELECT * FROM mailbox WHERE channel = ? AND chat = ? AND state = 'waiting' ORDER BY sent, at, rowid"
        return [_letter(row) for row in self._store.rows(f"{sql} LIMIT ?", self._channel, chat, most)]

    def begin(self, letter: Letter) -> None:
        """It is being worked on; it counts, in case it is what kills the bot."""
        self._set("tries = tries + 1", letter)

    def chats(self) -> list[str]:
        """Chats in which something waits."""
        sql = "SELECT DISTINCT chat FROM mailbox WHERE channel = ? AND state = 'waiting'"
        return [row["chat"] for row in self._store.rows(sql, self._channel)]

    def sending(self, *letters: Letter) -> None:
        """Their answer is about to leave."""
        self._set("state = 'sending'", *letters)

    def put_back(self, *letters: Letter) -> None:
        """The answer could not leave, which is not the letters' fault; they wait again."""
        self._set("state = 'waiting', tries = tries - 1", *letters)

    def interrupted(self, *letters: Letter) -> None:
        """The bot stops: what has not begun to leave waits for the next start, and that is not the letters' fault."""
        self._set("tries = tries - (state = 'waiting')", *letters)

    def done(self, *letters: Letter) -> None:
        """Nothing is left to do; only the ids are kept, and notices, which can be asked for again."""
        self._set(f"state = 'done', body = CASE WHEN {_IS_NOTICE} THEN body ELSE '' END", *letters)

    def leaving(self) -> list[Letter]:
        """At the start: what was just leaving when the bot stopped, and counts as sent. Old ids are forgotten."""
        oldest = self._store.clock() - KEPT
        self._store.write("DELETE FROM mailbox WHERE channel = ? AND state = 'done' AND at < ?", self._channel, oldest)
        sql = "SELECT * FROM mailbox WHERE channel = ? AND state = 'sending'"
        return [_letter(row) for row in self._store.rows(sql, self._channel)]

    def hold(self, letter: Letter) -> bool:
        """Keep a notice until its channel may bring it; False when it was here before."""
        return self._insert(letter, "held")

    def held(self) -> list[Letter]:
        """Notices that nobody has let go, the earliest first."""
        sql = "SELECT * FROM mailbox WHERE channel = ? AND state = 'held' ORDER BY at, rowid"
        return [_letter(row) for row in self._store.rows(sql, self._channel)]

    def release(self, letter: Letter) -> None:
        """A notice may go now: from here on it is like any other letter."""
        self._set("state = 'waiting'", letter)

    def last_heard(self, chat: str) -> float:
        """When somebody wrote in the chat last, as far as is remembered; 0 for never."""
        sql = f"SELECT MAX(at) AS at FROM mailbox WHERE channel = ? AND chat = ? AND NOT {_IS_NOTICE}"
        row = self._store.row(sql, self._channel, chat)
        return float(row["at"] or 0) if row else 0.0

    def _insert(self, letter: Letter, state: str) -> bool:
        row = (self._channel, letter.ident, letter.chat, letter.body, letter.sent, state, self._store.clock())
        try:
            self._store.write("INSERT INTO mailbox VALUES (?, ?, ?, ?, ?, ?, 0, ?)", *row)
        except sqlite3.IntegrityError:
            return False
        return True

    def _tries(self, letter: Letter) -> int:
        row = self._store.find("mailbox", channel=self._channel, message=letter.ident)
        return int(row["tries"]) if row else TRIES

    def _set(self, change: str, *letters: Letter) -> None:
        marks = ", ".join("?" * len(letters))
        sql = f"UPDATE mailbox SET {change} WHERE channel = ? AND message IN ({marks})"
        self._store.write(sql, self._channel, *(letter.ident for letter in letters))


def _letter(row: sqlite3.Row) -> Letter:
    return Letter(row["message"], row["chat"], row["body"], sent=row["sent"])


LAST = 1e18  # a notice's place in a chat: after everything that people have asked
DOUBT = "?"  # ends the id of the line that tells of a notice nobody knows the fate of


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice's letter holds. After `until` (seconds, 0: never) it is of no use to anybody."""

    until: float
    reply: Reply

    def __str__(self) -> str:
        return _NOTICES.dump_json(self).decode()

    @classmethod
    def of(cls, letter: Letter) -> Notice:
        return _NOTICES.validate_json(letter.body)


_NOTICES = TypeAdapter(Notice)


class Outbox:
    """Where notices are left, by any process that has the data folder open; `kehoach run` brings them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def hold(self, channel: str, chat: str, key: str, reply: Reply, until: float = 0.0) -> bool:
        """Leave a notice; False when one with this key was left for the chat before."""
        body = str(Notice(until, replace(reply, attachment=None)))
        return Letters(self._store, channel).hold(Letter(f"{NOTICE}{chat}:{key}", chat, body, sent=LAST))

    def held(self, channel: str) -> list[Letter]:
        """What waits for a channel, the earliest first."""
        return Letters(self._store, channel).held()

    def forget(self, channel: str, letter: Letter) -> None:
        Letters(self._store, channel).done(letter)

    def again(self, channel: str, chat: str, digest: str) -> Reply | None:
        """A notice of the last days, by its digest in a button; None when it is gone."""
        sql = "SELECT * FROM mailbox WHERE channel = ? AND chat = ? AND message LIKE ? AND message NOT LIKE ?"
        letters = map(_letter, self._store.rows(sql, channel, chat, f"{NOTICE}%", f"%{DOUBT}"))
        return next((Notice.of(each).reply for each in letters if digest_of(each) == digest), None)


def doubt_about(letter: Letter) -> Letter:
    """The line for a notice that may not have arrived; for such a line itself the same once more."""
    notice = Notice.of(letter)
    language = notice.reply.language
    if not letter.ident.endswith(DOUBT):
        again = button(language, "notices.show_again", Verb.AGAIN, digest_of(letter))
        head = phrase(language, "notices.maybe_missed", headline=notice.reply.headline)
        notice = replace(notice, reply=Reply(head, buttons=((again,),), language=language))
    return replace(letter, ident=letter.ident + DOUBT, body=str(notice), sent=LAST)


def digest_of(letter: Letter) -> str:
    """A notice in ten characters, for a button."""
    return hashlib.sha256(letter.body.encode()).hexdigest()[:10]
