"""What happens with an update: heard, put in its chat's order, answered, shown.

Chats run side by side; within one everything comes after what was said before. The conversation itself runs in the
switchboard's threads, so the event loop is always free for the next chat.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Hashable
from dataclasses import replace

from telegram import Update, User

from bot.messages import Kind, Reply
from bot.people import People, Role
from bot.ports import Receive
from bot.telegram.bursts import Burst, Bursts, may_join
from bot.telegram.files import Files
from bot.telegram.hearing import CHANNEL, Heard, hear
from bot.telegram.ledger import Ledger
from bot.telegram.post import Place, Post

JOINED_KEPT = 300  # questions of several messages whose parts are kept in memory, for an edit of one part
PATIENCE_OF_A_BUTTON = 2.0  # seconds until a press is acknowledged even though its work goes on


class Reception:
    """Attends to updates."""

    def __init__(
        self, me: User, receive: Receive, people: People, post: Post, ledger: Ledger, files: Files, bursts: Bursts
    ) -> None:
        self._me = me
        self._receive = receive
        self._people = people
        self._post = post
        self._ledger = ledger
        self._files = files
        self._bursts = bursts
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._joined: OrderedDict[tuple[int, int], Burst] = OrderedDict()

    async def attend(self, update: Update) -> None:
        """Everything that has to be done because of an update."""
        if update.message and update.message.migrate_to_chat_id:
            self._ledger.move(update.message.chat.id, update.message.migrate_to_chat_id)
            return
        heard = hear(update, self._me)
        if heard is None:
            return
        key = (heard.chat, heard.incoming.user_id)
        if heard.edited:
            await self._edited(key, heard)
        elif may_join(heard) and heard.press is None:
            await self._in_burst(key, heard)
        else:
            await self._at_once(key, heard)

    async def _in_burst(self, key: Hashable, heard: Heard) -> None:
        burst = await self._bursts.gather(key, heard)
        if burst:
            async with self._turn(heard.chat):
                await self._settle(burst)

    async def _at_once(self, key: Hashable, heard: Heard) -> None:
        before = self._bursts.take(key)
        async with self._turn(heard.chat):
            if before:
                await self._settle(before)
            if heard.press:
                await self._pressed(heard)
            elif heard.document and self._may_send_plans(heard):
                await self._files.take_in(heard)
            else:
                await self._answer(self._to_officer(heard))

    async def _settle(self, burst: Burst) -> None:
        try:
            if len(burst.parts) > 1:
                self._remember(burst)
            await self._answer(burst.joined())
        finally:
            burst.settled.set()

    async def _answer(self, heard: Heard) -> None:
        for reply in await self._received(heard):
            await self._post.show(reply, Place(heard.chat, heard.message, heard.in_group))

    async def _received(self, heard: Heard) -> list[Reply]:
        async with self._post.typing(heard.chat):
            if heard.in_group or heard.press:
                return await self._receive(heard.incoming)
            async with self._post.drafts.of(heard.chat, heard.message) as draft:
                return await self._receive(replace(heard.incoming, draft=draft))

    async def _pressed(self, heard: Heard) -> None:
        """The wheel on the button must stop soon, whether the work is done or not."""
        work = asyncio.ensure_future(self._received(replace(heard, incoming=self._files.watched(heard))))
        done, _ = await asyncio.wait({work}, timeout=PATIENCE_OF_A_BUTTON)
        if not done:
            await self._post.acknowledge(heard.query)
        replies = await work
        toasts = [reply for reply in replies if reply.kind is Kind.TOAST or (done and reply.kind is Kind.DENIED)]
        if done:
            await self._post.acknowledge(heard.query, toasts[0].headline if toasts else "")
        for reply in replies:
            if not (done and reply in toasts):
                await self._post.show(reply, _below_or_instead(heard, reply))

    async def _edited(self, key: Hashable, heard: Heard) -> None:
        """An edited question: its answer is written anew where it stands. What was never answered stays so."""
        if self._bursts.amend(key, heard):
            return
        async with self._turn(heard.chat):
            answers = self._ledger.answers(heard.chat, self._last_part(heard))
            if not answers:
                return
            replies = await self._received(self._whole(heard))
            for reply, message in zip(replies, [*answers, *[0] * len(replies)], strict=False):
                instead_of = 0 if reply.kind is Kind.DENIED else message
                question = self._last_part(heard)
                await self._post.show(reply, Place(heard.chat, question, heard.in_group, instead_of))

    def _to_officer(self, heard: Heard) -> Heard:
        """An admin who replies to a forwarded question answers the officer who asked it."""
        ref = self._ledger.forwarded(heard.chat, heard.reply_to) if heard.reply_to else ""
        text = heard.incoming.text
        if not ref or text.startswith("/"):
            return heard
        return replace(heard, incoming=replace(heard.incoming, text=f"/traloi {ref} {text}"))

    def _may_send_plans(self, heard: Heard) -> bool:
        is_admin = self._people.role(CHANNEL, heard.incoming.user_id) is Role.ADMIN
        return is_admin and not heard.in_group

    def _remember(self, burst: Burst) -> None:
        for part in burst.parts:
            self._joined[part.chat, part.message] = burst
        while len(self._joined) > JOINED_KEPT:
            self._joined.popitem(last=False)

    def _last_part(self, heard: Heard) -> int:
        """The message under which a question of several messages was answered."""
        burst = self._joined.get((heard.chat, heard.message))
        return burst.parts[-1].message if burst else heard.message

    def _whole(self, heard: Heard) -> Heard:
        """An edited part with the other parts of its question."""
        burst = self._joined.get((heard.chat, heard.message))
        if burst is None:
            return heard
        burst.parts = [heard if part.message == heard.message else part for part in burst.parts]
        return burst.joined()

    def _turn(self, chat: int) -> asyncio.Lock:
        if len(self._turns) > 1000:  # forget idle chats
            held = {key: lock for key, lock in self._turns.items() if lock.locked()}
            self._turns = defaultdict(asyncio.Lock, held)
        return self._turns[chat]


def _below_or_instead(heard: Heard, reply: Reply) -> Place:
    """A page is turned in place; what was asked of an answer comes below it. Files never take a place."""
    assert heard.press
    in_place = heard.press.in_place and reply.attachment is None and reply.kind is not Kind.DENIED
    instead_of = heard.message if in_place else 0
    return Place(heard.chat, heard.message, heard.in_group, instead_of, heard.press.page)
