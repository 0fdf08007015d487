"""Updates as `Incoming`: what was said, by whom, and whether it was said to the bot at all.

In a group the bot hears three things: a command, a reply to one of its messages, and its own name. Everything else
there is none of its business and is neither read nor logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import CallbackQuery, Chat, Document, Message, MessageEntity, Update, User

from bot.conversation.command_words import spoken
from bot.conversation.messages import Content, Incoming
from bot.telegram.render import Press, press

CHANNEL = "telegram"
# Telegram's own sender for admins who hide behind their group; it is a bot, but a person speaks.
ANONYMOUS_ADMIN = 1087968824
_CONTENTS = (
    ("voice", Content.VOICE),
    ("audio", Content.VOICE),
    ("video_note", Content.VOICE),
    ("photo", Content.PHOTO),
    ("sticker", Content.STICKER),
    ("venue", Content.LOCATION),
    ("location", Content.LOCATION),
    ("animation", Content.OTHER),  # comes with a document, so it is looked for first
    ("document", Content.FILE),
    ("video", Content.OTHER),
    ("contact", Content.OTHER),
    ("poll", Content.OTHER),
    ("dice", Content.OTHER),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message, an edited message or a pressed button, with what only Telegram needs to answer it."""

    incoming: Incoming
    chat: int
    message: int = 0  # what was said, or the message whose button was pressed
    reply_to: int = 0  # the message it replies to
    edited: bool = False
    press: Press | None = None
    query: str = ""  # the id by which a press is acknowledged
    document: Document | None = None

    @property
    def in_group(self) -> bool:
        return self.incoming.is_group


def hear(update: Update, me: User) -> Heard | None:
    """None for what is not addressed to the bot or is no message of a person."""
    if update.callback_query:
        return _pressed(update.callback_query)
    message = update.message or update.edited_message
    if message is None or message.from_user is None or _is_bot(message.from_user):
        return None
    content = _content(message)
    if content is None or (message.chat.type != Chat.PRIVATE and not _addressed(message, me)):
        return None
    if update.edited_message and content is not Content.TEXT:
        return None  # a live location reports every step as an edit
    return replace(_said(message, content, me), edited=update.edited_message is not None)


def _said(message: Message, content: Content, me: User) -> Heard:
    incoming = replace(
        _from(message.from_user, message.chat),
        text=_without_mention(message, me),
        message_id=str(message.message_id),
        content=content,
    )
    reply_to = message.reply_to_message.message_id if message.reply_to_message else 0
    return Heard(incoming, message.chat.id, message.message_id, reply_to, document=message.document)


def _pressed(query: CallbackQuery) -> Heard | None:
    if query.message is None or query.data is None:
        return None  # a button under an inline message; we send none
    pressed = press(query.data)
    incoming = replace(
        _from(query.from_user, query.message.chat), message_id=str(query.message.message_id), action=pressed.action
    )
    return Heard(incoming, query.message.chat.id, query.message.message_id, press=pressed, query=query.id)


def _from(user: User | None, chat: Chat) -> Incoming:
    """Who speaks, and where."""
    who = (str(user.id), user.full_name, user.language_code or "") if user else ("", "", "")
    ident, name, language = who
    in_group = chat.type != Chat.PRIVATE
    return Incoming(CHANNEL, str(chat.id), ident, user_name=name, language=language, is_group=in_group)


def _is_bot(user: User) -> bool:
    return user.is_bot and user.id != ANONYMOUS_ADMIN


def _content(message: Message) -> Content | None:
    """None for service messages: somebody joined, a photo was pinned."""
    if message.text is not None:
        return Content.TEXT
    return next((content for name, content in _CONTENTS if getattr(message, name)), None)


def _addressed(message: Message, me: User) -> bool:
    text = message.text or message.caption or ""
    if message.reply_to_message and message.reply_to_message.from_user == me:
        return True
    if text.startswith("/"):
        name = text[1:].partition(" ")[0].partition("@")[2]
        return name.lower() == (me.username or "").lower() if name else spoken(text) is not None
    return any(_names(entity, found, me) for entity, found in _entities(message))


def _entities(message: Message) -> Sequence[tuple[MessageEntity, str]]:
    return list((message.parse_entities() or message.parse_caption_entities()).items())


def _names(entity: MessageEntity, found: str, me: User) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user == me
    return entity.type == MessageEntity.MENTION and found.lower() == f"@{me.username}".lower()


def _without_mention(message: Message, me: User) -> str:
    text = message.text or message.caption or ""
    if message.chat.type == Chat.PRIVATE:
        return text
    for entity, found in _entities(message):
        if _names(entity, found, me):
            text = text.replace(found, " ", 1)
    return text.strip(" ,:\n")
