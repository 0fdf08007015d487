"""`kehoach run` from start to stop: plans first, then the channels, then whatever comes until a signal says stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import AsyncExitStack

from bot.app import House
from bot.channels import open_channels
from bot.samples import ingest_samples_if_empty
from bot.switchboard import Switchboard
from bot.words import say

log = logging.getLogger("kehoach.run")


async def serve(house: House, stop: asyncio.Event | None = None) -> None:
    """Run until `stop` is set, by default on SIGTERM or SIGINT. Channels stop in reverse, each finishing its work."""
    stop = stop or _stop_on_signal()
    await asyncio.to_thread(_make_ready, house)
    switchboard = Switchboard(house.conversation.handle, house.settings.language)
    async with AsyncExitStack() as running:
        running.callback(house.close)
        running.callback(switchboard.close)
        for channel in open_channels(house, switchboard):
            await channel.start()
            running.push_async_callback(channel.stop)
            log.info("channel %s is up", channel.name)
        await stop.wait()
        print(say("cli.stopping"), flush=True)


def _make_ready(house: House) -> None:
    """What the first question would wait for otherwise: repairs, plans, the model in memory."""
    house.library.clean_up()
    ingest_samples_if_empty(house)
    house.engine.ask(say("doctor.question"))


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stop.set)
        except NotImplementedError:  # Windows: Ctrl-C raises KeyboardInterrupt there
            log.debug("no handler for %s", name)
    return stop
