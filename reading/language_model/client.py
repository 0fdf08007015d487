"""The language model as LangChain's `init_chat_model` opens it: what it is told, and the text of its JSON back.

Nothing of LangChain is imported before a model is set and asked. A call runs in a thread of its own, so that the
deadline holds whatever the other side does.
"""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from prompts import phrase
from reading.language_model.pieces import fenced
from reading.language_model.provider import Form, ModelSettings, provider_options
from reading.protocol import Asked

REFUSED = frozenset({400, 404, 405, 415, 422, 501})  # "I do not know this way to ask for JSON"


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
        self._forms = list(settings.forms)

    def ask(self, told: Told, schema: dict[str, Any], deadline: float) -> Said:
        """See `Model`."""
        return in_time(lambda: self._said(told, schema), deadline)

    def _said(self, told: Told, schema: dict[str, Any]) -> Said:
        messages = self._messages(told)
        while True:
            form = self._forms[0]
            try:
                return _said(self._bound(form, schema).invoke(messages))
            except Exception as error:
                if len(self._forms) == 1 or not _is_refusal(error):
                    raise
                if self._forms[0] is form:  # another thread may have found out the same
                    del self._forms[0]

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
    return status in REFUSED or isinstance(error, NotImplementedError)


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
