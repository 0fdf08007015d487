"""`kehoach people`: who may ask. Without options the list; with one, let somebody in or out."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

import typer

from bot.app import House
from bot.audit import Deed, at_terminal
from bot.cli import output
from bot.cli.options import JsonOption, house_of
from bot.conversation.desk import notice
from bot.errors import WrongUsage
from bot.i18n import language, say
from bot.notices.joining import called
from bot.people import Role


def people(
    ctx: typer.Context,
    approve: Annotated[str, typer.Option("--approve", metavar="CODE", help=say("help.approve_option"))] = "",
    invite: Annotated[bool, typer.Option("--invite", help=say("help.invite_option"))] = False,
    remove: Annotated[str, typer.Option("--remove", metavar="WHO", help=say("help.remove_option"))] = "",
    admin: Annotated[bool, typer.Option("--admin", help=say("help.admin_option"))] = False,
    json: JsonOption = False,
) -> None:
    house = house_of(ctx)
    role = Role.ADMIN if admin else Role.OFFICER
    if approve:
        _approve(house, approve, role)
    elif invite:
        house.audit.note(at_terminal(), Deed.INVITE, role)
        output.tell(house.people.invite(role))
    elif remove:
        _remove(house, remove)
    elif json:
        output.tell_json([asdict(who) for who in house.people.everybody()])
    else:
        for who in house.people.everybody():
            output.tell(f"{who.channel}:{who.user_id}  {who.role}  {who.name}")


def _approve(house: House, code: str, role: Role) -> None:
    who = house.people.approve(code, role)
    if who is None:
        raise WrongUsage(say("bot.no_such_code"))
    house.audit.note(at_terminal(), Deed.APPROVE, f"{called(who)} {role}")
    welcome = notice(language(), "bot.let_in")  # told by the bot while it runs, which also knows units to choose from
    told = replace(welcome, lines=(*welcome.lines, "", say("due.which_unit")))
    house.outbox.hold(who.channel, who.chat, f"welcome:{code}", told)
    output.tell(say("bot.approved", who=who.name or who.user_id))


def _remove(house: House, who: str) -> None:
    channel, _, user_id = who.partition(":")
    if not house.people.remove(channel, user_id):
        raise WrongUsage(say("bot.no_such_person", who=who))
    house.audit.note(at_terminal(), Deed.END, who)
    output.tell(say("bot.removed", who=who))
