"""`kehoach run` from start to stop: plans first, then the channels, then whatever comes until a signal says stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import AsyncExitStack

from bot.app import House
from bot.channels import open_channels
from bot.ready import make_ready
from bot.switchboard import Switchboard
from bot.words import say

log = logging.getLogger("kehoach.run")


async def serve(house: House, stop: asyncio.Event | None = None) -> None:
    """Run until `stop` is set, by default on SIGTERM or SIGINT. Channels stop in reverse, each finishing its work."""
    stop = stop or _stop_on_signal()
    await asyncio.to_thread(make_ready, house)
    switchboard = Switchboard(house.conversation.handle, house.settings.language, house.people.admins)
    async with AsyncExitStack() as running:
        running.callback(house.close)
        running.callback(switchboard.close)
        for channel in open_channels(house, switchboard):
            await channel.start()
            running.push_async_callback(channel.stop)
            log.info("channel %s is up", channel.name)
        if house.settings.inbox:
            house.inbox.start()
            running.push_async_callback(asyncio.to_thread, house.inbox.stop)
        await _first(stop, switchboard.broken)
        print(say("cli.stopping"), flush=True)
    if switchboard.trouble:
        raise switchboard.trouble


async def _first(*events: asyncio.Event) -> None:
    waiting = {asyncio.create_task(event.wait()) for event in events}
    _, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stop.set)
        except NotImplementedError:  # Windows: Ctrl-C raises KeyboardInterrupt there
            log.debug("no handler for %s", name)
    return stop
