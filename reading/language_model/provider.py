"""Which model, where it runs and how it may be called, as the composition root reads it from the settings."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

# Providers of `init_chat_model` and the package that each needs.
PACKAGES = {
    "openai": "langchain-openai",
    "ollama": "langchain-ollama",
    "anthropic": "langchain-anthropic",
    "google_genai": "langchain-google-genai",
    "mistralai": "langchain-mistralai",
    "groq": "langchain-groq",
    "deepseek": "langchain-deepseek",
}
EXTRAS = {"openai": "llm", "ollama": "llm-ollama", "anthropic": "llm-anthropic", "google_genai": "llm-google"}
ANSWER_TOKENS = 1500  # of the model's own JSON: sixty pieces need that much
RULES_TOKENS = 2500  # of the rules and the question, beside the plan
_AT_HOME = {"ollama": "http://127.0.0.1:11434"}  # providers that are one's own machine unless told otherwise
_OWN_NAMES = (".local", ".lan", ".internal", ".home.arpa", ".localhost")


class Form(StrEnum):
    """How a provider is made to give JSON of a schema, the strictest first."""

    SCHEMA = "json_schema"
    TOOL = "function_calling"
    JSON = "json_mode"
    PLAIN = "plain"  # only the prompt asks for it


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """One model and its limits. `model` empty: no model, nothing is imported and nobody is called."""

    model: str = ""
    base_url: str = ""
    api_key: str = ""
    timeout: float = 20.0  # seconds for one answer, retries included
    retries: int = 1
    daily_tokens: int = 1_000_000  # 0: any number
    answer_tokens: int = 24_000  # of plan in one question
    allow_hosted: bool = False
    json_mode: bool = True  # ask the server for JSON of our schema, where the provider can

    @property
    def provider(self) -> str:
        """'ollama' of 'ollama:qwen3:8b'; a bare name is an OpenAI-compatible server's."""
        head, colon, _ = self.model.partition(":")
        return head if colon and head in PACKAGES else "openai"

    @property
    def name(self) -> str:
        """The model's own name, without the provider."""
        head, colon, rest = self.model.partition(":")
        return rest if colon and head in PACKAGES else self.model

    @property
    def is_hosted(self) -> bool:
        """Whether clauses would leave for a machine that is not the office's own."""
        url = self.base_url or _AT_HOME.get(self.provider, "")
        return not url or not is_own(urlsplit(url).hostname or "")

    @property
    def is_allowed(self) -> bool:
        """Whether this model may be called at all."""
        return bool(self.model) and (self.allow_hosted or not self.is_hosted)

    @property
    def forms(self) -> tuple[Form, ...]:
        """The ways to ask for JSON, in the order to try them; a server that refuses one is asked by the next."""
        if not self.json_mode:
            return (Form.PLAIN,)
        if self.provider == "anthropic":
            return Form.TOOL, Form.PLAIN
        if self.provider in ("openai", "ollama", "google_genai"):
            return Form.SCHEMA, Form.TOOL, Form.JSON, Form.PLAIN
        return Form.TOOL, Form.JSON, Form.PLAIN


def provider_options(settings: ModelSettings) -> dict[str, Any]:
    """Time-out and lengths, under the names that each provider's package has for them. Retries are ours to make."""
    if settings.provider == "ollama":
        # Without `num_ctx` Ollama reads the first few thousand tokens and forgets the rest without a word.
        room = settings.answer_tokens + RULES_TOKENS + ANSWER_TOKENS
        return {"client_kwargs": {"timeout": settings.timeout}, "num_predict": ANSWER_TOKENS, "num_ctx": room}
    options: dict[str, Any] = {"timeout": settings.timeout, "max_retries": 0, "api_key": settings.api_key or "none"}
    if settings.provider == "google_genai":
        return options | {"max_retries": 1, "max_output_tokens": ANSWER_TOKENS}  # there 1 is one call
    return options | {"max_tokens": ANSWER_TOKENS}


def is_own(host: str) -> bool:
    """This machine or the office's own network, told by the address alone: no name is looked up."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or ("." not in host and host != "") or host.endswith(_OWN_NAMES)
    return address.is_loopback or address.is_private or address.is_link_local
