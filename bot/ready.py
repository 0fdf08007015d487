"""Getting ready to talk: repairs, plans, the model in memory, so that the first question waits for nothing.

What is wrong with the index or the model shows here, as one sentence at the start, and not in somebody's chat.
"""

from __future__ import annotations

import sys
from threading import Thread

from bot.app import House, without_model
from bot.i18n import say
from bot.plans.intake import ingest_one
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
    if house.model_reader:  # a language model is tried meanwhile, so that no officer waits for that
        Thread(target=house.model_reader.is_trusted, name="self-test", daemon=True).start()


def ingest_samples_if_empty(house: House) -> None:
    """Take in the invented plans that ship with the bot when there is no plan at all."""
    if not house.library.is_empty() or not SAMPLES.is_dir():
        return
    print(say("cli.samples"), file=sys.stderr)
    for name in STARTERS:
        if (SAMPLES / name).is_file():
            ingest_one(house, SAMPLES / name)
