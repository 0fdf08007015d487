"""Letting people in: admins are asked at once, each with two buttons; whoever is let in is asked for his unit."""

from __future__ import annotations

from dataclasses import replace

from bot.audit import Deed, who_says
from bot.conversation.callback_data import Token, Verb
from bot.conversation.desk import Desk, back, notice
from bot.conversation.due_replies import which_unit
from bot.conversation.messages import Button, Incoming, Outgoing, Reply
from bot.people import PAIRING_LIFE, Person, Role
from prompts import phrase

MOST = 20  # strangers an hour that admins are told of one by one; a flood is in the list of people


def ask_admins(desk: Desk, message: Incoming, code: str) -> None:
    """'‹name› (Telegram) xin vào' to every admin, once for each stranger."""
    if len(desk.people.waiting(3600)) > MOST:
        return
    ref = {"name": message.user_name or message.user_id, "channel": channel_name(message.channel), "code": code}
    until = desk.people.clock() + PAIRING_LIFE
    for admin in desk.subscribers.admins():
        language = admin.language
        yes = Button(phrase(language, "notices.let_in"), str(Token(Verb.LET_IN, code)))
        no = Button(phrase(language, "notices.turn_away"), str(Token(Verb.TURN_AWAY, code)))
        asked = Reply(phrase(language, "notices.asks_to_join", **ref), buttons=((yes, no),), language=language)
        desk.outbox.hold(admin.channel, admin.chat, f"join:{code}", asked, until)


def decide(desk: Desk, message: Incoming, token: Token, language: str) -> list[Outgoing]:
    """An admin's button about a stranger. Of two admins the first one decides."""
    if token.verb is Verb.LET_IN:
        found = let_in(desk, message, token.ref)
        if found:
            told = notice(language, "bot.approved", who=found[0].name or found[0].user_id)
            return [*back(message, told), found[1]]
    elif who := desk.people.turn_away(token.ref):
        desk.audit.note(who_says(message), Deed.TURN_AWAY, called(who))
        return back(message, notice(language, "notices.turned_away", who=who.name or who.user_id))
    return back(message, notice(language, "notices.decided_before"))


def let_in(desk: Desk, message: Incoming, code: str, role: Role = Role.OFFICER) -> tuple[Person, Outgoing] | None:
    """Let in who holds a code, and the welcome; None when nobody does."""
    who = desk.people.approve(code, role)
    if who is None:
        return None
    desk.audit.note(who_says(message), Deed.APPROVE, f"{called(who)} {role}")
    return who, Outgoing(who.channel, who.chat, welcome(desk, Incoming(who.channel, who.chat, who.user_id)))


def welcome(desk: Desk, message: Incoming) -> Reply:
    """What somebody hears who has just been let in."""
    language = desk.language_of(message)
    told = notice(language, "bot.let_in")
    if message.is_group:
        return told
    asked = which_unit(desk, message, language)
    return replace(told, lines=(*told.lines, "", asked.headline), buttons=asked.buttons)


def called(who: Person) -> str:
    """A person for the audit log."""
    return f"{who.channel}:{who.user_id} {who.name}".strip()


def channel_name(channel: str) -> str:
    """A chat service as people call it."""
    return {"telegram": "Telegram", "zalo": "Zalo", "zalo_oa": "Zalo OA", "web": "Web"}.get(channel, channel)
