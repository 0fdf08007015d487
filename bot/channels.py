"""Which channels there are. A channel's module has `make(house, switchboard)`, which gives None while it has no token.

To add one: write its module and name it here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from bot.ports import Channel
from bot.switchboard import Switchboard

if TYPE_CHECKING:
    from bot.app import House

MODULES = ("bot.web.channel", "bot.telegram.channel", "bot.zalo.bot_channel", "bot.zalo.oa_channel")


def open_channels(house: House, switchboard: Switchboard) -> list[Channel]:
    """The channels that can run, connected to the switchboard."""
    made = (import_module(name).make(house, switchboard) for name in MODULES)
    channels: list[Channel] = [channel for channel in made if channel is not None]
    for channel in channels:
        switchboard.connect(channel)
    return channels
