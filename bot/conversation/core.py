"""The conversation core: one message in, replies out, the same for every channel.

In this order: who is it, what was pressed, what can be read (a plan's file from admins alone), what was ordered, and
otherwise a question. Nothing here knows a chat service, and nothing a stranger sends gets further than the first step.
"""

from __future__ import annotations

from dataclasses import replace

from bot.audit import Deed, who_says
from bot.conversation.admin_commands import ask_admins, obey_admin, welcome
from bot.conversation.callbacks import open_clause, press
from bot.conversation.command_words import FOR_ADMINS, Order, Spoken, spoken
from bot.conversation.commands import answered, obey
from bot.conversation.desk import Desk, back, notice
from bot.conversation.messages import LONGEST_QUESTION, Content, Incoming, Kind, Outgoing
from bot.conversation.task_lists import look_up
from bot.people import Role
from bot.plans.review import look_into

_UNREADABLE = {Content.VOICE: "bot.voice", Content.PHOTO: "bot.photo", Content.FILE: "bot.file"}


class Conversation:
    """Answers messages. Safe to call from several threads as long as one chat's messages come one after another."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def handle(self, message: Incoming) -> list[Outgoing]:
        """Everything to be sent because of a message, the reply to its own chat first; empty: say nothing."""
        return [self._linked(letter) for letter in self._handled(message)]

    def _handled(self, message: Incoming) -> list[Outgoing]:
        role = self.desk.people.role(message.channel, message.user_id)
        if role is Role.STRANGER:
            return self._stranger(message)
        if message.action is not None:
            return press(self.desk, message)
        if message.file and role is Role.ADMIN and self.desk.plans:
            return back(message, look_into(self.desk.plans, message, self.desk.language_of(message)))
        if message.content is not Content.TEXT and not message.text.strip():
            key = _UNREADABLE.get(message.content, "bot.other_content")
            return back(message, notice(self.desk.language_of(message), key))
        return self._read(message, role)

    def _read(self, message: Incoming, role: Role) -> list[Outgoing]:
        order = spoken(message.text)
        if order is None and message.text.startswith("/"):
            return back(message, notice(self.desk.language_of(message), "bot.unknown_order"))
        if order is None:
            return self._ask(message, message.text)
        if order.order is Order.ASK:
            return self._ask(message, order.argument)
        if order.order in FOR_ADMINS:
            return self._order_of_admin(message, order, role)
        if order.order is Order.START:
            opened = open_clause(self.desk, message, order.argument, self.desk.language_of(message))
            if opened:
                return back(message, opened)
        done = obey(self.desk, message, order, role)
        return self._ask(message, message.text) if done is None else done

    def _order_of_admin(self, message: Incoming, order: Spoken, role: Role) -> list[Outgoing]:
        if role is not Role.ADMIN:
            return back(message, notice(self.desk.language_of(message), "bot.admins_only"))
        if message.is_group:  # an invitation or a list of people is nothing for everybody's eyes
            return back(message, notice(self.desk.language_of(message), "bot.alone_only"))
        return obey_admin(self.desk, message, order)

    def _ask(self, message: Incoming, question: str) -> list[Outgoing]:
        question = question.strip()
        language = self.desk.language_of(message)
        if not question:
            return back(message, notice(language, "bot.no_question"))
        if len(question) > LONGEST_QUESTION:
            return back(message, notice(language, "bot.too_long", limit=LONGEST_QUESTION))
        return self._answer(message, question)

    def _answer(self, message: Incoming, question: str) -> list[Outgoing]:
        desk = self.desk
        if not desk.shelf.count():
            return back(message, notice(desk.language_of(message), "bot.no_plans"))
        looked_up = look_up(desk, message, question)
        if looked_up:
            return back(message, looked_up)
        chosen = desk.memory.plan(message)
        # A chosen plan may have been removed since: then all plans are asked rather than none.
        scope = chosen if chosen and desk.shelf.live_version(chosen) else None
        return answered(desk, message, question, scope, desk.memory.topic(message))

    def _linked(self, letter: Outgoing) -> Outgoing:
        """Every quote with the address of its clause's page, where the bot has a public one."""
        links = self.desk.links
        if links is None or not letter.reply.pieces:
            return letter
        pieces = tuple(replace(piece, link=links.whole(piece)) for piece in letter.reply.pieces)
        return replace(letter, reply=replace(letter.reply, pieces=pieces))

    def _stranger(self, message: Incoming) -> list[Outgoing]:
        """An invitation is accepted; anything else gets one short refusal in ten minutes, with a code to be let in."""
        people, language = self.desk.people, self.desk.language_of(message)
        shown = _invitation(spoken(message.text), message.text)
        if people.accept(shown, message) or people.links.accept(shown, message):
            self.desk.audit.note(who_says(message), Deed.APPROVE, f"{message.channel}:{message.user_id}")
            return back(message, welcome(self.desk, message))
        if not message.proven or not people.may_refuse(message.channel, message.user_id):
            return []
        if message.is_group:
            return back(message, notice(language, "bot.stranger_in_group", kind=Kind.DENIED))
        code = people.pairing_code(message)
        ask_admins(self.desk, message, code)
        return back(message, notice(language, "bot.stranger", kind=Kind.DENIED, code=code))


def _invitation(order: Spoken | None, text: str) -> str:
    """What may be an invitation or a link: a deep link arrives as `/start <token>`, elsewhere it is typed alone."""
    return order.argument if order and order.order in (Order.START, Order.LINK) else text.strip()
