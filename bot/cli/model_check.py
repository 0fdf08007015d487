"""The language model as `kehoach doctor` sees it: which one, is its package here, may it be called, can it read."""

from __future__ import annotations

import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.errors import Fault
from bot.i18n import say

if TYPE_CHECKING:
    from bot.app import House
    from reading.language_model.provider import ModelSettings


def model_told(house: House) -> str:
    """One line about the model; Fault with what is wrong. It is really asked the set questions, some 15,000 tokens."""
    from bot.app import model_settings
    from reading.language_model.self_test import can_read

    settings = model_settings(house.settings)
    if not settings.model:
        return say("doctor.llm_none")
    if not settings.is_allowed:
        raise Fault(say("doctor.llm_hosted", model=settings.model))
    _need_packages(settings)
    seconds = round(_asked(settings), 1)
    trial = house.model_reader.self_test.run() if house.model_reader and house.model_reader.self_test else None
    if trial is None:
        raise Fault(say("doctor.llm_silent", model=settings.model))
    told = {"model": settings.model, "right": trial.right, "asked": trial.asked, "seconds": seconds}
    if not can_read(trial):
        raise Fault(say("doctor.llm_cannot_read", **told))
    return say("doctor.llm_reads", **told)


def _need_packages(settings: ModelSettings) -> None:
    from reading.language_model.provider import EXTRAS, PACKAGES

    missing = [name for name in ("langchain", PACKAGES[settings.provider]) if not find_spec(name.replace("-", "_"))]
    if missing:
        extra = EXTRAS.get(settings.provider)
        command = (
            f'.venv/bin/pip install --editable ".[{extra}]"' if extra else f".venv/bin/pip install {' '.join(missing)}"
        )
        raise Fault(say("doctor.lack", what=say("doctor.llm_package", names=", ".join(missing)), command=command))


def _asked(settings: ModelSettings) -> float:
    """Seconds for one word; raises what the model's library raises, in its own words."""
    from reading.language_model.choice import SCHEMA
    from reading.language_model.client import ChatModel, Told

    started = time.monotonic()
    ChatModel(settings).ask(Told("JSON", "", "{}"), SCHEMA, started + settings.timeout)
    return time.monotonic() - started
