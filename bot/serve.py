"""`kehoach run` from start to stop: plans first, then the channels, then whatever comes until a signal says stop.

A channel's module has `make(house, switchboard)`. To add one: write its module and name it in `NEEDS` with the settings
that it needs; it is imported only when they are set. What is wrong with the
index or the model shows at the start, as one sentence, and not in somebody's chat.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shlex
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Thread

from bot.app import LOOKED_THROUGH, House, is_loopback, without_model
from bot.conversation.dispatcher import Switchboard
from bot.errors import Trouble
from bot.i18n import say
from bot.notices.notifier import Notifier
from bot.plans.service import ingest_one
from bot.ports import Channel
from bot.preflight import ENV, check_start, told_of_env
from bot.settings import ROOT

SAMPLES = ROOT / "samples"
# One form of each sample plan: the folder also holds drafts, scans and copies to try the readers with.
STARTERS = ("chuyen-doi-so.md", "phong-chong-thien-tai.txt", "van-hoa-doc.docx")


def make_ready(house: House) -> None:
    """Leaves a house that answers at once."""
    house.library.clean_up()
    house.plans.clean_up()
    ingest_samples_if_empty(house)
    house.engine.ask("")  # what the engine keeps of the plans is made now
    without_model(house.engine).ask(say("doctor.question"))
    settle()
    Thread(target=house.library.renew, name="renewal", daemon=True).start()  # after an upgrade, beside the questions
    if house.model_reader:  # a language model is tried meanwhile, so that no officer waits for that
        Thread(target=house.model_reader.is_trusted, name="self-test", daemon=True).start()


def settle() -> None:
    """What stands in memory now stays there: questions, which make thousands of small things, need not look at it.

    Looking through a lexicon, a model and the plans keeps up to 150 ms at once.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*LOOKED_THROUGH)


def ingest_samples_if_empty(house: House) -> None:
    """Take in the invented plans that ship with the bot when there is no plan at all."""
    if not house.library.is_empty() or not SAMPLES.is_dir():
        return
    print(say("cli.samples"), file=sys.stderr)
    for name in STARTERS:
        if (SAMPLES / name).is_file():
            ingest_one(house.plans, SAMPLES / name)


_ANYWHERE = ("10.255.255.255", 1)  # asks the system which address it would speak from; nothing is sent


def next_steps(house: House, port: int) -> Iterator[str]:
    """A heading and five lines; `port` is the one that the page was opened on."""
    settings, command = house.settings, own_command()
    yield say("settings.next_head")
    others = settings.public_url or f"http://{_own_address()}:{port}"
    address = f"http://{settings.page_host}:{port}"
    if settings.public_url or not is_loopback(settings.web_host):
        yield say("settings.next_page_open", address=address, others=others)
    else:
        yield say("settings.next_page_here", address=address, others=others, env=ENV.absolute())
    yield say("settings.next_plan", inbox=(settings.data_dir / "inbox").absolute(), command=command)
    yield say("settings.next_admin", command=command)
    yield say("settings.next_token", env=ENV.absolute())
    samples = " ".join(house.library.catalog.live_of_files(STARTERS))
    key = "settings.next_samples" if samples else "settings.next_no_samples"
    yield say(key, command=command, **({"plans": samples} if samples else {}))


def own_command() -> str:
    """How this program was called, so that the line can be copied: a path that works from where the person is."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return shlex.join([_near(Path(sys.executable)), "-m", called.parent.name])
    return shlex.quote(_near(called))


def _near(path: Path) -> str:
    """As seen from the working folder when it lies below; whole otherwise."""
    whole = Path(os.path.abspath(path))  # not resolved: a virtual environment's python is a link
    return str(whole.relative_to(Path.cwd())) if whole.is_relative_to(Path.cwd()) else str(whole)


def _own_address() -> str:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.connect(_ANYWHERE)
            return str(asking.getsockname()[0])
    except OSError:
        return socket.gethostname()


NEEDS: dict[str, tuple[str, ...]] = {
    "bot.web.channel": (),
    "bot.telegram.channel": ("telegram_bot_token",),
    "bot.zalo.bot_channel": ("zalo_bot_token",),
    "bot.zalo.oa_channel": ("zalo_oa_app_id", "zalo_oa_app_secret", "zalo_oa_refresh_token"),
}


def open_channels(house: House, switchboard: Switchboard) -> list[Channel]:
    """The channels that can run, connected to the switchboard."""
    wanted = [name for name, needs in NEEDS.items() if all(getattr(house.settings, need) for need in needs)]
    channels: list[Channel] = [import_module(name).make(house, switchboard) for name in wanted]
    for channel in channels:
        switchboard.connect(channel)
    return channels


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
