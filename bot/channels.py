"""Which channels there are. A channel's module has `make(house, switchboard)`, which gives None while it has no token.

To add one: write its module and name it here with the settings that it needs; it is imported only when they are set.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from bot.conversation.dispatcher import Switchboard
from bot.ports import Channel

if TYPE_CHECKING:
    from bot.app import House

NEEDS: dict[str, tuple[str, ...]] = {
    "bot.web.channel": (),
    "bot.telegram.channel": ("telegram_bot_token",),
    "bot.zalo.bot_channel": ("zalo_bot_token",),
    "bot.zalo.oa_channel": ("zalo_oa_app_id", "zalo_oa_app_secret", "zalo_oa_refresh_token"),
}


def open_channels(house: House, switchboard: Switchboard) -> list[Channel]:
    """The channels that can run, connected to the switchboard."""
    wanted = [name for name, needs in NEEDS.items() if all(getattr(house.settings, need) for need in needs)]
    made = (import_module(name).make(house, switchboard) for name in wanted)
    channels: list[Channel] = [channel for channel in made if channel is not None]
    for channel in channels:
        switchboard.connect(channel)
    return channels
