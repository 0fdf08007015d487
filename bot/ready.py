"""Getting ready to talk: repairs, plans, the model in memory; and the five lines on what a person does next.

What is wrong with the index or the model shows here, as one sentence at the start, and not in somebody's chat.
"""

from __future__ import annotations

import gc
import os
import shlex
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

from bot.app import House, is_loopback, without_model
from bot.i18n import say
from bot.plans.intake import ingest_one
from bot.preflight import ENV
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
    if house.model_reader:  # a language model is tried meanwhile, so that no officer waits for that
        Thread(target=house.model_reader.is_trusted, name="self-test", daemon=True).start()


def settle() -> None:
    """What stands in memory now stays there: questions, which make thousands of small things, need not look at it.

    Python goes through everything now and then to find what nobody needs; with a lexicon and a model in memory that
    took a quarter of the time of a question over many plans.
    """
    gc.collect()
    gc.freeze()


def ingest_samples_if_empty(house: House) -> None:
    """Take in the invented plans that ship with the bot when there is no plan at all."""
    if not house.library.is_empty() or not SAMPLES.is_dir():
        return
    print(say("cli.samples"), file=sys.stderr)
    for name in STARTERS:
        if (SAMPLES / name).is_file():
            ingest_one(house, SAMPLES / name)


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
