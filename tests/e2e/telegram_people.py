"""People of the fake Telegram: they type, edit, press buttons and send files, alone or in a group."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from tests.e2e.telegram_rules import Json, entities_of

if TYPE_CHECKING:
    from tests.e2e.fake_telegram import FakeTelegram

_queries = itertools.count(1)


class Person:
    """Somebody with Telegram on the telephone."""

    def __init__(self, fake: FakeTelegram, ident: int, name: str, language: str = "vi") -> None:
        self.fake, self.ident, self.name = fake, ident, name
        self.user = {"id": ident, "is_bot": False, "first_name": name, "language_code": language}
        fake.chats[ident] = {"id": ident, "type": "private", "first_name": name}

    def says(self, text: str, group: int = 0, reply_to: Json | None = None) -> int:
        """Types a message; gives its number. With privacy mode a bot does not see all of a group's talk."""
        content: Json = {"text": text, "entities": entities_of(text, self.fake.username)}
        return self._sends(content, group, reply_to)

    def edits(self, message: int, text: str, group: int = 0) -> None:
        """Changes what was typed."""
        place = self.fake.messages[group or self.ident, message]
        place.update({"text": text, "entities": entities_of(text, self.fake.username), "edit_date": place["date"] + 1})
        self.fake.push({"edited_message": place})

    def sends(self, **content: object) -> int:
        """A voice message, a sticker, a place …"""
        return self._sends(content, 0, None)

    def sends_file(self, name: str, data: bytes, size: int = 0) -> int:
        """A document; `size` makes the server believe that it is larger."""
        ident = f"upload{len(self.fake.files)}"
        self.fake.files[ident] = data
        self.fake.sizes[ident] = size or len(data)
        file = {"file_id": ident, "file_unique_id": ident, "file_name": name, "file_size": size or len(data)}
        return self._sends({"document": file}, 0, None)

    def clicks(self, message: Json, label: str) -> str:
        """Presses the button whose label begins so; gives the query's number."""
        rows = message["reply_markup"]["inline_keyboard"]
        found = next(button for row in rows for button in row if label in button["text"])
        return self.presses(message, found["callback_data"])

    def presses(self, message: Json, data: str) -> str:
        """Presses a button with certain data, be it there or not."""
        query = f"query{next(_queries)}"
        self.fake.queries.add(query)
        shown = {
            name: value for name, value in message.items() if value is not None and name not in ("data", "reply_to")
        }
        asked = {"id": query, "from": self.user, "chat_instance": "1", "message": shown, "data": data}
        self.fake.push({"callback_query": asked})
        return query

    def joins(self, group: int, title: str = "Tổ số hoá") -> None:
        """Is in a group with the bot."""
        self.fake.chats.setdefault(group, {"id": group, "type": "supergroup", "title": title})

    def _sends(self, content: Json, group: int, reply_to: Json | None) -> int:
        quoted = {"reply_to_message": reply_to} if reply_to else {}
        message = self.fake.add_message(group or self.ident, {"from": self.user, **content, **quoted})
        text = str(content.get("text", ""))
        to_us = bool(reply_to and reply_to["from"]["is_bot"])
        if not group or not self.fake.privacy or to_us or text.startswith("/"):
            self.fake.push({"message": message})
        return int(message["message_id"])
