"""Notices on their way: kept in the mailbox of their channel until it may bring them, each told once.

A notice that was leaving when the bot was killed may have arrived or not. It is not sent again; one line says so, with
a button that shows it, so nothing is told twice and nothing is lost.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace

from bot.conversation.callback_data import Token, Verb
from bot.conversation.letters import NOTICE, Letter, Letters
from bot.conversation.messages import Button, Kind, Piece, Proof, Reply
from bot.database import Store
from prompts import phrase

LAST = 1e18  # a notice's place in a chat: after everything that people have asked
DOUBT = "?"  # ends the id of the line that tells of a notice nobody knows the fate of


@dataclass(frozen=True, slots=True)
class Held:
    """A notice that waits for its channel. After `until` (seconds, 0: never) it is of no use to anybody."""

    letter: Letter
    until: float = 0.0


class Outbox:
    """Where notices are left, by any process that has the data folder open; `kehoach run` brings them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def hold(self, channel: str, chat: str, key: str, reply: Reply, until: float = 0.0) -> bool:
        """Leave a notice; False when one with this key was left for the chat before."""
        body = json.dumps({"until": until, "reply": asdict(replace(reply, attachment=None))}, ensure_ascii=False)
        return Letters(self._store, channel).hold(Letter(f"{NOTICE}{chat}:{key}", chat, body, sent=LAST))

    def held(self, channel: str) -> list[Held]:
        """What waits for a channel, the earliest first."""
        return [Held(each, json.loads(each.body)["until"]) for each in Letters(self._store, channel).held()]

    def forget(self, channel: str, letter: Letter) -> None:
        """A notice that came too late."""
        Letters(self._store, channel).done(letter)

    def again(self, channel: str, chat: str, digest: str) -> Reply | None:
        """A notice of the last days, by its digest in a button; None when it is gone."""
        sql = "SELECT body FROM mailbox WHERE channel = ? AND chat = ? AND message LIKE ? AND message NOT LIKE ?"
        rows = self._store.rows(sql, channel, chat, f"{NOTICE}%", f"%{DOUBT}")
        return next((reply_of(row["body"]) for row in rows if digest_of(row["body"]) == digest), None)


def reply_of(body: str) -> Reply:
    """The reply that a notice's letter holds."""
    kept = json.loads(body)["reply"]
    pieces = tuple(Piece(**{**piece, "proof": Proof(piece["proof"])}) for piece in kept["pieces"])
    buttons = tuple(tuple(Button(**button) for button in row) for row in kept["buttons"])
    texts = {name: tuple(kept[name]) for name in ("lines", "notes")}
    return Reply(**{**kept, **texts, "kind": Kind(kept["kind"]), "pieces": pieces, "buttons": buttons})


def doubt_about(letter: Letter) -> Letter:
    """The line for a notice that may not have arrived; for such a line itself the same once more."""
    kept = json.loads(letter.body)
    reply = reply_of(letter.body)
    if not letter.ident.endswith(DOUBT):
        label = phrase(reply.language, "notices.show_again")
        button = Button(label, str(Token(Verb.AGAIN, digest_of(letter.body))))
        head = phrase(reply.language, "notices.maybe_missed", headline=reply.headline)
        reply = Reply(head, buttons=((button,),), language=reply.language)
    body = json.dumps({**kept, "reply": asdict(reply)}, ensure_ascii=False)
    return replace(letter, ident=letter.ident + DOUBT, body=body, sent=LAST)


def digest_of(body: str) -> str:
    """A notice in ten characters, for a button."""
    return hashlib.sha256(body.encode()).hexdigest()[:10]
