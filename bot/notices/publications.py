"""Digests of what was published: one to each person whom it concerns, whichever process published it.

Found by comparing what is live with what people were told of (the table `told`), so no publication has to be reported
and none is lost to a kill. The notices and the mark are written together, so none is made twice.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from bot.conversation.callback_data import Token, Verb
from bot.conversation.desk import Desk
from bot.conversation.messages import Button, Incoming, Kind, Proof, Reply
from bot.conversation.replies import SHOWN_AT_ONCE, pieces
from bot.database import Store
from bot.notices.changes import Change, digest
from bot.notices.subscribers import Subscriber, Wish
from bot.people import Role
from bot.ports import Versions
from plan.model import Citation
from prompts import phrase

QUIET = 8.0  # seconds without another publication before people are told: one digest for all that is put in together
AT_MOST = 300.0  # … but no longer than this
BEGUN = ""  # the row of `told` that says that telling has begun; what was live before it is no news

log = logging.getLogger("kehoach.notices")


class Publications:
    """Looks at what is live; cheap while nothing has changed."""

    def __init__(
        self, store: Store, versions: Versions, desk: Desk, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._versions, self._desk, self._clock = store, versions, desk, clock
        self._generation: object = None
        self._first = self._last = 0.0  # when a change was seen first and last; 0: all is told

    def look(self, channels: Collection[str]) -> None:
        """Tell what has changed, once it has been quiet for a while."""
        now, generation = self._clock(), self._versions.generation()
        if self._generation is None and not self._store.row("SELECT 1 FROM told"):
            self.tell(channels)  # at the first start: what is here already is no news, what comes next is
            self._generation = generation
        if generation != self._generation:
            self._generation, self._last = generation, now
            self._first = self._first or now
        if self._first and (now - self._last >= QUIET or now - self._first >= AT_MOST):
            self.tell(channels)
            self._first = 0.0

    def tell(self, channels: Collection[str]) -> None:
        """Leave everybody's digest, and mark all that is live as told."""
        live = dict(self._versions.live_keys())
        told = {row["plan"]: int(row["version"]) for row in self._store.rows("SELECT * FROM told")}
        changes = self._changes(live, told) if BEGUN in told else []
        if BEGUN in told and not changes and told.keys() - {BEGUN} == live.keys():
            return
        readers = self._desk.subscribers.all(channels) if changes else []
        with self._store.together():
            for reader in readers:
                self._leave(reader, changes)
            self._store.write("DELETE FROM told")
            for plan, version in {BEGUN: 0, **live}.items():
                self._store.write("INSERT INTO told VALUES (?, ?)", plan, version)

    def _changes(self, live: dict[str, int], told: dict[str, int]) -> list[Change]:
        from vectorstore.errors import UnknownPlan

        found = []
        for plan, version in live.items():
            if told.get(plan) == version:
                continue
            old = None
            with suppress(UnknownPlan):  # removed, and put in anew: as good as a new one
                old = self._versions.version(plan, told[plan]) if plan in told else None
            with suppress(UnknownPlan):  # gone this instant
                found.append(Change(old, self._versions.version(plan, version)))
        return found

    def _leave(self, reader: Subscriber, changes: Sequence[Change]) -> None:
        """One digest: who keeps house gets the whole, an officer what concerns his unit."""
        unit = "" if reader.role is Role.ADMIN else reader.unit
        concerning = [change for change in changes if change.concerns(unit)]
        if (not unit and reader.role is not Role.ADMIN) or not concerning or not reader.wants(Wish.CHANGES):
            return
        reply, citations = digest(reader.language, concerning, unit)
        reply = self._shown(reader, reply, citations)
        self._desk.outbox.hold(reader.channel, reader.chat, f"changes:{secrets.token_hex(6)}", reply)
        log.info("a digest of %d plans is on its way to %s", len(concerning), reader.channel)

    def _shown(self, reader: Subscriber, reply: Reply, citations: tuple[Citation, ...]) -> Reply:
        place = Incoming(reader.channel, reader.chat, "")
        ref = self._desk.log_book.write(place, reply.headline, reader.language, Kind.NOTICE, citations)
        more = len(citations) - SHOWN_AT_ONCE
        label = phrase(reader.language, "bot.more_button")
        turning = (Button(label, str(Token(Verb.MORE, ref, SHOWN_AT_ONCE))),) if more > 0 else ()
        return replace(
            reply,
            pieces=pieces(citations, self._desk.shelf, 0, Proof.CITED),
            notes=(phrase(reader.language, "bot.more_note", count=more),) if more > 0 else (),
            buttons=tuple(row for row in (turning, (off_button(reader.language, Wish.CHANGES),)) if row),
            ref=ref,
        )


def off_button(language: str, wish: Wish) -> Button:
    """No more of this, at one tap."""
    return Button(phrase(language, f"notices.off_{wish}"), str(Token(Verb.WANT, wish.value, 0)))
