"""The wire formats that LangChain's packages speak, against a scripted server: schema out, pieces and tokens back."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest

from reading.language_model.client import PACKAGES
from tests.reading.language_model.readers import QUESTION, Make, quotes
from tests.reading.language_model.scripted import USED, Heard
from tests.reading.language_model.test_reader import LEAD, good

WIRES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "openai": ("/v1/chat/completions", lambda body: body["response_format"]["json_schema"]["schema"]),
    "ollama": ("/api/chat", lambda body: body["format"]),
    "anthropic": ("/v1/messages", lambda body: body["tools"][0]["input_schema"]),
    "google_genai": (":generateContent", lambda body: body["generationConfig"]["responseJsonSchema"]),
}


@pytest.mark.parametrize("provider", WIRES)
def test_each_provider_is_spoken_to_in_its_own_format(desk: Make, provider: str) -> None:
    if not find_spec(PACKAGES[provider].replace("-", "_")):
        pytest.skip(f"{PACKAGES[provider]} is not installed")
    bot = desk(good, model=f"{provider}:scripted-1", api_key="x", at="/v1" if provider == "openai" else "")
    reading = bot.read()
    [heard] = bot.server.heard
    path, schema = WIRES[provider]
    assert path in heard.path
    assert set(schema(heard.body)["properties"]) == {"answers", "missing", "which_plan", "headline"}
    assert (heard.question, quotes(reading)) == (QUESTION, [LEAD])
    assert "[1]" in heard.user
    assert heard.system
    [call] = bot.calls.latest()
    assert (call.tokens_in, call.tokens_out) == USED


def test_ollama_is_given_room_for_the_whole_plan_and_anthropic_told_what_to_keep(desk: Make) -> None:
    for provider in ("ollama", "anthropic"):
        if not find_spec(PACKAGES[provider].replace("-", "_")):
            pytest.skip(f"{PACKAGES[provider]} is not installed")
    heard: list[Heard] = []
    for provider in ("ollama", "anthropic"):
        bot = desk(good, model=f"{provider}:scripted-1", api_key="x", at="")
        assert bot.read()
        heard += bot.server.heard
    ollama, anthropic = heard
    assert ollama.body["options"]["num_ctx"] >= 24_000
    kept, asked = anthropic.body["messages"][0]["content"]
    assert "[1]" in kept["text"]
    assert kept["cache_control"]["type"] == "ephemeral"
    assert QUESTION in asked["text"]
    assert "cache_control" not in asked
