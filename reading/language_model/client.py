"""The language model: which it is, where it runs, and how it is asked, by LangChain's `init_chat_model`.

Nothing of LangChain is imported before a model is set and asked. A call runs in a thread of its own, so that the
deadline holds whatever the other side does.
"""

from __future__ import annotations

import ipaddress
import json
import os
import queue
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlsplit

from prompts import phrase
from reading.language_model.pieces import fenced
from reading.protocol import Asked

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


REFUSED = frozenset({400, 404, 405, 415, 422, 501})  # "I do not know this way to ask for JSON"
_FORM = re.compile(r"response_format|json_schema|tool_choice|\btools\b")
_TOO_LONG = re.compile(
    r"context.{0,12}(?:length|window|size|overflow)|prompt.{0,20}too (?:long|large)|input token", re.IGNORECASE
)


class TooLong(Exception):
    """The plan and the question are more than the model can take in."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the model is told. The plan comes before the question: what stays the same can be cached by the provider."""

    rules: str
    plan: str
    question: str

    @property
    def size(self) -> int:
        """Characters of all of it."""
        return len(self.rules) + len(self.plan) + len(self.question)


@dataclass(frozen=True, slots=True)
class Said:
    """What it said, and what that took in tokens (0 where it does not tell)."""

    text: str
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0


class Model(Protocol):
    """Whatever answers with JSON."""

    name: str

    def ask(self, told: Told, schema: dict[str, Any], deadline: float) -> Said:
        """The answer; raises TimeoutError at `deadline` (of time.monotonic), or what the model's library raises."""


class ChatModel:
    """The real one. A server that refuses one way to ask for JSON is asked in the next, and that is remembered."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self.name = settings.model
        self._lock = threading.Lock()
        self._chat: Any = None
        self._forms = settings.forms

    def ask(self, told: Told, schema: dict[str, Any], deadline: float) -> Said:
        return in_time(lambda: self._said(told, schema), deadline)

    def _said(self, told: Told, schema: dict[str, Any]) -> Said:
        messages, forms = self._messages(told), self._forms
        for place, form in enumerate(forms):
            try:
                said = _invoked(self._bound(form, schema), messages)
            except Exception as error:
                if form is forms[-1] or not _is_refusal(error):
                    raise
            else:
                self._forms = forms[place:]  # what the next form mended was the form's fault, and nothing else
                return said
        raise AssertionError("no form is left")

    def _messages(self, told: Told) -> list[Any]:
        if self._settings.provider == "anthropic":  # the only one that wants to be told what to keep
            kept = {"type": "text", "text": told.plan, "cache_control": {"type": "ephemeral"}}
            return [("system", told.rules), ("user", [kept, {"type": "text", "text": told.question}])]
        return [("system", told.rules), ("user", f"{told.plan}\n\n{told.question}")]

    def _bound(self, form: Form, schema: dict[str, Any]) -> Any:
        chat = self._opened()
        if form is Form.PLAIN:
            return chat
        return chat.with_structured_output(schema, method=form.value, include_raw=True)

    def _opened(self) -> Any:
        with self._lock:
            self._chat = self._chat or open_chat(self._settings)
            return self._chat


def open_chat(settings: ModelSettings) -> Any:
    """LangChain's chat model for these settings. Raises ImportError when its package is missing."""
    for tracing in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING"):
        os.environ[tracing] = "false"  # clauses go to the model that was set and to nobody else
    from langchain.chat_models import init_chat_model

    options = {"temperature": 0.0, **provider_options(settings)}
    if settings.base_url:
        options["base_url"] = settings.base_url
    return init_chat_model(settings.name, model_provider=settings.provider, **options)


def in_time(source: Callable[[], Said], deadline: float) -> Said:
    """What a source gives that may hang; TimeoutError at the deadline, the thread then ends by its own time-out."""
    arrived: queue.Queue[Said | BaseException] = queue.Queue()

    def call() -> None:
        try:
            arrived.put(source())
        except BaseException as error:  # handed over to whoever waits
            arrived.put(error)

    threading.Thread(target=call, name="language-model", daemon=True).start()
    try:
        found = arrived.get(timeout=max(0.0, deadline - time.monotonic()))
    except queue.Empty:
        raise TimeoutError("the language model took too long") from None
    if isinstance(found, BaseException):
        raise found
    return found


def _invoked(chat: Any, messages: list[Any]) -> Said:
    """What the model said, as far as it got where its room ended. Raises TooLong, or what its library raises."""
    try:
        return _said(chat.invoke(messages))
    except Exception as error:
        if _TOO_LONG.search(str(error)):
            raise TooLong(str(error)) from error
        cut = getattr(error, "completion", None)  # the OpenAI client's: it parses nothing that was cut
        if cut is None:
            raise
        used = cut.usage
        text = cut.choices[0].message.content or ""
        return Said(text, used.prompt_tokens, used.completion_tokens) if used else Said(text)


def _said(result: Any) -> Said:
    """The JSON of a message: the arguments of its tool call, else its text."""
    message = result["raw"] if isinstance(result, dict) else result
    calls = message.tool_calls or message.invalid_tool_calls
    arguments = calls[0]["args"] if calls else str(message.text)
    used = message.usage_metadata or {}
    return Said(
        arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False),
        used.get("input_tokens", 0),
        used.get("output_tokens", 0),
        (used.get("input_token_details") or {}).get("cache_read", 0) or 0,
    )


def _is_refusal(error: Exception) -> bool:
    """The server answered, and said that it does not understand the request."""
    status = getattr(error, "status_code", None) or getattr(error, "code", None)
    named = status == 500 and _FORM.search(str(error))  # as the server of llama-cpp-python answers
    return status in REFUSED or bool(named) or isinstance(error, NotImplementedError)


def told_of(asked: Asked, pieces: str, language: str) -> Told:
    """Rules, then the pieces, then the question: what stays the same stands first, so that providers can cache it."""
    question = {"question": fenced(asked.own or asked.text)}
    if asked.after:
        ending = phrase(language, "reading.follow_up", before=fenced(asked.after), **question)
    else:
        ending = phrase(language, "reading.question", **question)
    return Told(phrase(language, "reading.system"), phrase(language, "reading.sheet", pieces=pieces), ending)


def version(language: str) -> str:
    """Which wording that is."""
    return phrase(language, "reading.version")
