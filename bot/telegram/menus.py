"""The menus of commands: other ones for groups, private chats and admins, each in Vietnamese and English."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from prompts import LANGUAGES, phrase

log = logging.getLogger("kehoach.telegram")


async def set_menus(bot: ExtBot[None], admins: Iterable[str]) -> None:
    """Tell Telegram what to offer. The bot works without menus, so a fault here is only logged."""
    scopes: list[tuple[BotCommandScope, tuple[str, ...]]] = [
        (BotCommandScopeAllPrivateChats(), ("telegram.commands",)),
        (BotCommandScopeAllGroupChats(), ("telegram.commands_group",)),
        *((BotCommandScopeChat(int(who)), ("telegram.commands", "telegram.commands_admin")) for who in admins),
    ]
    for scope, keys in scopes:
        for language in LANGUAGES:
            try:
                # Without a language it is what everybody sees whose language we do not speak.
                code = None if language == LANGUAGES[0] else language
                await bot.set_my_commands(commands(language, keys), scope, code)
            except TelegramError as error:
                log.warning("no menu for %s: %s", scope.type, error)


def commands(language: str, keys: Iterable[str]) -> list[BotCommand]:
    """The commands of some phrases, one a line: `name - what it does`."""
    lines = [line for key in keys for line in phrase(language, key).splitlines()]
    return [BotCommand(*line.split(" - ", 1)) for line in lines]
