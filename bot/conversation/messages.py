"""What passes between the conversation core and a channel: plain data that knows nothing of any chat service.

A channel turns what it receives into `Incoming`; the core gives back `Outgoing`s, each with a `Reply` that says what
is to be shown. How it looks (HTML, numbered lines, a page) is the channel's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

LONGEST_QUESTION = 2000  # characters; what is longer is a text and no question, and costs the models minutes

Progress = Callable[[int, int], None]


class Content(StrEnum):
    """What a message carries, as far as the core cares."""

    TEXT = "text"
    VOICE = "voice"
    PHOTO = "photo"
    STICKER = "sticker"
    LOCATION = "location"
    FILE = "file"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message or pressed button. In groups channels pass on only what is addressed to the bot, mention removed."""

    channel: str  # "telegram", "zalo", "web", "console"
    chat_id: str
    user_id: str
    text: str = ""
    message_id: str = ""
    user_name: str = ""
    language: str = ""  # the channel's hint, such as "vi" or "en-GB"; empty when there is none
    is_group: bool = False
    content: Content = Content.TEXT
    action: str | None = None  # the token of a pressed button
    alone: bool = False  # never one of several messages that make one question: a reply, a correction
    proven: bool = True  # whether the channel knows for sure who speaks
    file: Path | None = None  # a plan file that the channel fetched because an admin sent it
    progress: Progress | None = None  # called from a worker thread while long work goes on


class Kind(StrEnum):
    """What a reply is, so that a channel can show it fittingly."""

    ANSWER = "answer"
    REFUSAL = "refusal"  # the plans do not say
    CLAUSE = "clause"  # a clause shown whole
    NOTICE = "notice"  # a sentence: help, confirmation, list
    TOAST = "toast"  # a few words that acknowledge a button
    DENIED = "denied"  # not let in
    FORWARDED = "forwarded"  # an officer's question, shown to an admin who may answer it


class Proof(StrEnum):
    """What a piece is to the reply it stands in."""

    CITED = "cited"
    NEAREST = "nearest"  # shown with a refusal: near, but no answer
    WHOLE = "whole"  # a clause from its first to its last character


@dataclass(frozen=True, slots=True)
class Piece:
    """A quote with its place. `quote` is the plan's own text; shorten it for display only at its end, and say so.

    It is empty where the headline and the lines already say all of it.
    """

    place: str  # the address in words: "Điểm a khoản 2 mục II"
    quote: str
    plan: str  # the plan's title
    plan_id: str
    version: int
    clause: str  # the address: "II.2.a"
    file: str = ""
    page: int | None = None
    restored: str = ""  # readable form of a garbled quote, to be marked as such
    proof: Proof = Proof.CITED
    number: int = 0  # 1, 2, … when a reply cites several; 0 when it stands alone
    start: int = 0  # the quote's characters in the version's text
    end: int = 0
    marks: tuple[tuple[int, int], ...] = ()  # characters of `quote` that prove
    link: str = ""  # the clause's page; empty while the bot has no public address


@dataclass(frozen=True, slots=True)
class Button:
    """`action` is a token of at most 64 ASCII bytes that works for as long as the answer is in the log book."""

    label: str
    action: str
    file: bool = False  # gives a file: a channel that cannot show one leaves the button out


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    data: bytes
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything there is to show for one message, most important first."""

    headline: str
    kind: Kind = Kind.NOTICE
    lines: tuple[str, ...] = ()  # further plain lines under the headline
    pieces: tuple[Piece, ...] = ()
    notes: tuple[str, ...] = ()  # remarks under the pieces: a newer version, more citations
    buttons: tuple[tuple[Button, ...], ...] = ()  # rows
    language: str = "vi"
    ref: str = ""  # the answer's reference in the log book
    attachment: Attachment | None = None
    invitation: str = ""  # a token that a channel with deep links shows as a link

    @property
    def choices(self) -> tuple[Button, ...]:
        """All buttons in reading order but those for files, for channels that number them."""
        return tuple(button for row in self.buttons for button in row if not button.file)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply and where it goes: mostly to the chat that asked, sometimes to an admin or back to an officer."""

    channel: str
    chat_id: str
    reply: Reply
