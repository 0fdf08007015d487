"""What a person does next, told in five lines once the bot runs: the page, a plan, becoming admin, tokens, samples."""

from __future__ import annotations

import os
import shlex
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.app import House, is_loopback
from bot.i18n import say
from bot.preflight import ENV
from bot.ready import STARTERS

_ANYWHERE = ("10.255.255.255", 1)  # asks the system which address it would speak from; nothing is sent


def next_steps(house: House, port: int) -> Iterator[str]:
    """A heading and five lines; `port` is the one that the page was opened on."""
    settings, command = house.settings, own_command()
    yield say("settings.next_head")
    others = settings.public_url or f"http://{_own_address()}:{port}"
    if settings.public_url or not is_loopback(settings.web_host):
        host = "127.0.0.1" if settings.web_host in ("0.0.0.0", "::") else settings.web_host
        yield say("settings.next_page_open", address=f"http://{host}:{port}", others=others)
    else:
        address = f"http://{settings.web_host}:{port}"
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
