"""`kehoach run` from start to stop: plans first, then the channels, then whatever comes until a signal says stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial

from bot.app import House
from bot.channels import open_channels
from bot.conversation.dispatcher import Switchboard
from bot.errors import Trouble
from bot.i18n import say
from bot.notices.notifier import Notifier
from bot.ports import Channel
from bot.preflight import check_start, told_of_env
from bot.ready import make_ready, next_steps

PAGE = "web"  # the channel without which there is no bot
STOP_WITHIN = 13.0  # seconds from the signal to the end, whatever is in hand: services that supervise give 15 or more

log = logging.getLogger("kehoach.run")


async def serve(house: House, stop: asyncio.Event | None = None) -> None:
    """Run until `stop` is set, by default on SIGTERM or SIGINT. Channels stop together, each finishing its work."""
    is_process = stop is None
    stop = stop or _stop_on_signal()
    for told in told_of_env():
        print(f"! {told}", file=sys.stderr, flush=True)
    lock = check_start(house.settings)
    try:
        await _serve(house, stop)
    finally:
        lock.release()
    if is_process:
        _leave()


async def _serve(house: House, stop: asyncio.Event) -> None:
    await asyncio.to_thread(make_ready, house)
    switchboard = Switchboard(house.conversation.handle, house.settings.language, house.people.admins)
    async with AsyncExitStack() as running:
        running.callback(house.close)
        running.callback(switchboard.close)
        stopping: list[Callable[[], Awaitable[None]]] = []
        running.push_async_callback(_all_at_once, stopping)
        channels = open_channels(house, switchboard)
        for channel in channels:
            await _start(channel, switchboard, stopping)
        if house.settings.inbox:
            house.inbox.start()
            stopping.append(partial(asyncio.to_thread, house.inbox.stop))
        stopping.append(_notify(house.notifier(switchboard.channels)))
        print("\n".join(next_steps(house, _port(house, channels))), flush=True)
        await _first(stop, switchboard.broken)
        print(say("cli.stopping"), flush=True)
    if switchboard.trouble:
        raise switchboard.trouble


def _port(house: House, channels: Sequence[Channel]) -> int:
    """The page's, which the system chose where the settings say 0."""
    page = next((channel for channel in channels if channel.name == PAGE), None)
    return int(getattr(page, "port", house.settings.web_port))


async def _start(channel: Channel, switchboard: Switchboard, stopping: list[Callable[[], Awaitable[None]]]) -> None:
    """The page must come up; of any other channel it is told that it did not."""
    try:
        await channel.start()
    except Trouble as trouble:
        if channel.name == PAGE:
            raise
        switchboard.lost(channel.name, trouble)
    else:
        stopping.append(channel.stop)


def _notify(notifier: Notifier) -> Callable[[], Awaitable[None]]:
    """Begin to tell people what nobody asks; gives what ends it."""
    running = asyncio.create_task(notifier.run())

    async def end() -> None:
        notifier.stop()
        await running

    return end


async def _all_at_once(stopping: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Each finishes its work; one that cannot must not keep the others from it."""
    for error in await asyncio.gather(*(stop() for stop in stopping), return_exceptions=True):
        if isinstance(error, BaseException):
            log.error("a channel did not stop in order", exc_info=error)


async def _first(*events: asyncio.Event) -> None:
    waiting = {asyncio.create_task(event.wait()) for event in events}
    _, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def begin() -> None:
        stop.set()
        last = threading.Timer(STOP_WITHIN, _give_up)
        last.daemon = True
        last.start()

    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, begin)
        except NotImplementedError:  # Windows: Ctrl-C raises KeyboardInterrupt there
            log.debug("no handler for %s", name)
    return stop


def _give_up() -> None:
    """Long work in a thread cannot be ended otherwise. Nothing is lost: what counts is on disk."""
    log.warning("not all work was finished in %.0f s; what is unanswered waits for the next start", STOP_WITHIN)
    _leave()


def _leave() -> None:
    """All is closed or on disk; to take the models' libraries down one by one would cost seconds more."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(0)
