"""The language model as `kehoach doctor` sees it: which one, is its package here, may it be called, does it answer."""

from __future__ import annotations

import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.trouble import Fault
from bot.words import say

if TYPE_CHECKING:
    from answer.phrasing.settings import ModelSettings
    from bot.app import House


def model_told(house: House) -> str:
    """One line about the model; Fault with what is wrong. It is really asked for a word, which costs a few tokens."""
    from bot.app import model_settings

    settings = model_settings(house.settings)
    if not settings.model:
        return say("doctor.llm_none")
    if not settings.is_allowed:
        raise Fault(say("doctor.llm_hosted", model=settings.model))
    _need_packages(settings)
    return say("doctor.llm_answers", model=settings.model, seconds=round(_asked(settings), 1))


def _need_packages(settings: ModelSettings) -> None:
    from answer.phrasing.settings import EXTRAS, PACKAGES

    missing = [name for name in ("langchain", PACKAGES[settings.provider]) if not find_spec(name.replace("-", "_"))]
    if missing:
        extra = EXTRAS.get(settings.provider)
        command = (
            f'.venv/bin/pip install --editable ".[{extra}]"' if extra else f".venv/bin/pip install {' '.join(missing)}"
        )
        raise Fault(say("doctor.lack", what=say("doctor.llm_package", names=", ".join(missing)), command=command))


def _asked(settings: ModelSettings) -> float:
    from answer.phrasing.model import ChatModel

    started = time.monotonic()
    for _ in ChatModel(settings).stream([("user", "JSON: {}")], started + settings.timeout):
        break
    return time.monotonic() - started
