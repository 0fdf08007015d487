"""The invented plans that ship with the bot, so that a first start has something to answer from."""

from __future__ import annotations

import sys

from bot.app import House
from bot.intake import ingest_one, readable_files
from bot.settings import ROOT
from bot.words import say

FOLDER = ROOT / "samples"


def ingest_samples_if_empty(house: House) -> None:
    """Take the samples in when there is no plan at all."""
    if house.library.live() or not FOLDER.is_dir():
        return
    print(say("cli.samples"), file=sys.stderr)
    for file in readable_files(FOLDER):
        if file.stem != "README":
            ingest_one(house.library, file)
