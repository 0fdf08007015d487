"""The question sets with a language model that reads: the one that LLM_MODEL names, or the recorded answers.

    LLM_MODEL=… LLM_BASE_URL=… python -m tests.evaluation --reader model [--set NAME] [--shelf]
    python -m tests.evaluation --reader recorded --set samples --set plans

No self-test and no budget: a model is measured as it is. What it took is printed under the figures.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from bot.app import model_settings
from bot.settings import Settings
from reading.language_model.call_log import CallLog
from reading.language_model.client import ChatModel, ModelSettings
from reading.language_model.limits import Limits
from reading.language_model.reader import LanguageModelReader
from tests.reading.language_model.recorded import recorded
from tests.reading.language_model.scripted import scripted

KINDS = ("model", "recorded")
NEVER_FEWER = 100_000  # calls that are looked at afterwards


@contextmanager
def model_reader(kind: str) -> Iterator[LanguageModelReader]:
    """A reader of that kind; its book of calls is thrown away."""
    with ExitStack() as open_:
        folder = open_.enter_context(tempfile.TemporaryDirectory())
        if kind == "recorded":
            server = open_.enter_context(scripted(recorded))
            settings = ModelSettings("recorded", f"{server.root}/v1", timeout=120)
        else:
            settings = model_settings(Settings())
        settings = replace(settings, daily_tokens=0)
        calls = CallLog(Path(folder) / "calls.sqlite3")
        open_.callback(calls.close)
        yield LanguageModelReader(ChatModel(settings), Limits(settings, calls), calls)


def told(reader: LanguageModelReader) -> str:
    """One line: what became of the calls and what they took."""
    calls = reader.calls.latest(NEVER_FEWER)
    outcomes = ", ".join(f"{name} {n}" for name, n in sorted(reader.calls.totals(0).by_outcome.items()))
    size, said = ([getattr(call, name) for call in calls] for name in ("tokens_in", "tokens_out"))
    return f"{len(calls)} calls ({outcomes}); tokens a question in {_spread(size)}, out {_spread(said)}"


def _spread(numbers: Sequence[int]) -> str:
    ordered = sorted(numbers) or [0]
    return f"median {round(median(ordered))}, p95 {ordered[int(0.95 * (len(ordered) - 1))]}"
