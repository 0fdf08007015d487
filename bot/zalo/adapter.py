"""What both Zalo channels do with a message: numbers and buttons become actions, replies become pages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

from bot.conversation.desk import notice
from bot.conversation.letters import Letter
from bot.conversation.mailbox import Mailbox, Refused
from bot.conversation.messages import Attachment, Button, Incoming, Kind, Reply
from bot.conversation.numbers import Numbers
from bot.database import Store
from bot.people import People, Role
from bot.ports import Receive
from bot.zalo.admin_alerts import Alarms
from bot.zalo.pages import REST, Page, first_page, next_page

_NUMBER = re.compile(r"\s*([0-9]{1,2})\s*[.)]?\s*")


@dataclass(frozen=True, slots=True)
class Shown:
    """A page, with the file that goes with it."""

    page: Page
    attachment: Attachment | None = None


class Front:
    """Between a Zalo channel and the conversation. `inline` numbers the choices in the text."""

    def __init__(self, receive: Receive, store: Store, people: People, language: str, inline: bool) -> None:
        self._receive = receive
        self._store = store
        self._people = people
        self._numbers = Numbers(store)
        self._language = language
        self._inline = inline

    async def answer(self, message: Incoming) -> list[Shown]:
        """What to show in the chat because of a message."""
        message = self._understood(message)
        if message.action == REST:
            return [Shown(self._next(message))]
        if message.action is None and self._is_stale(message):
            return [Shown(self.page(message, notice(self._language, "zalo.stale_number")))]
        replies = await self._receive(message)
        return [Shown(self.page(message, reply), reply.attachment) for reply in replies]

    def page(self, message: Incoming, reply: Reply) -> Page:
        """A reply as a page; from now on numbers mean its choices."""
        page = first_page(reply, self._inline)
        self._offer(message, page, reply.language)
        return page

    def is_admin(self, message: Incoming) -> bool:
        """Whether the sender may change plans here."""
        return self._people.role(message.channel, message.user_id) is Role.ADMIN

    def _understood(self, message: Incoming) -> Incoming:
        """A typed number as the action that it means; strangers have none."""
        typed = _NUMBER.fullmatch(message.text)
        if message.action or not typed or self.is_stranger(message):
            return message
        return replace(message, action=self._numbers.action(replace(message, text=typed[1])))

    def _is_stale(self, message: Incoming) -> bool:
        """A bare number that means nothing now is no question either."""
        return is_number(message.text) and not self.is_stranger(message)

    def is_stranger(self, message: Incoming) -> bool:
        """Whether nobody has let the sender in."""
        return self._people.role(message.channel, message.user_id) is Role.STRANGER

    def _next(self, message: Incoming) -> Page:
        row = self._store.row("SELECT * FROM zalo_rests WHERE channel = ? AND chat = ? AND user = ?", *_person(message))
        kept = json.loads(row["buttons"]) if row else {}
        if not row or not row["text"] or self.is_stranger(message):
            return first_page(notice(self._language, "bot.expired", kind=Kind.TOAST))
        choices = tuple(Button(label, action) for label, action in kept["choices"])
        page = next_page(row["text"], kept["language"], choices, self._inline)
        self._offer(message, page, kept["language"])
        return page

    def _offer(self, message: Incoming, page: Page, language: str) -> None:
        self._numbers.offer(message, Reply("", buttons=(page.choices,)))
        if not page.choices:
            return  # as with numbers: a word of thanks leaves the last answer's rest readable
        buttons = {"language": language, "choices": [[each.label, each.action] for each in page.choices]}
        self._store.write(
            "INSERT OR REPLACE INTO zalo_rests VALUES (?, ?, ?, ?, ?)",
            *(*_person(message), page.rest, json.dumps(buttons, ensure_ascii=False)),
        )


class ZaloChannel:
    """What both channels do in the same way for their mailbox."""

    name: str
    _front: Front
    _mailbox: Mailbox[Shown]
    _alarms: Alarms

    def bring(self, letter: Letter) -> None:
        """A notice may go."""
        self._mailbox.release(letter)

    def unasked(self, chat: str, reply: Reply) -> Shown:
        """A notice as a page."""
        return Shown(self._front.page(to_chat(self.name, chat), reply))

    def is_known(self, person: str) -> bool:
        """Whether somebody has let this person in."""
        return not self._front.is_stranger(to_chat(self.name, person))

    async def alarm(self, error: Refused) -> None:
        """Only an admin can mend this."""
        await self._alarms.ring(error)


def is_number(text: str) -> bool:
    """Whether a text is a number to choose by, and nothing else."""
    return _NUMBER.fullmatch(text) is not None


def to_chat(channel: str, chat_id: str) -> Incoming:
    """Whoever reads a chat in which nobody has just written: alone with a bot, chat and person have one id."""
    return Incoming(channel, chat_id, chat_id)


def _person(message: Incoming) -> tuple[str, str, str]:
    return message.channel, message.chat_id, message.user_id
