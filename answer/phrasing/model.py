"""The language model as a stream of text: LangChain's `init_chat_model` behind one small protocol.

Nothing of LangChain is imported before a model is set and asked. A stream is read in a thread of its own, so that the
deadline holds whatever the other side does.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from answer.phrasing.settings import ModelSettings

Message = tuple[str, str]  # role, content
ANSWER_TOKENS = 900  # six sentences and their JSON need a third of it
CHUNK_LIMIT = 200_000  # characters after which a model has talked long enough


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of text, or at the end what it took in tokens."""

    text: str = ""
    tokens_in: int = 0
    tokens_out: int = 0


class Model(Protocol):
    """Whatever streams an answer to messages."""

    name: str

    def stream(self, messages: Sequence[Message], deadline: float) -> Iterator[Chunk]:
        """Chunks until the end; raises TimeoutError at `deadline` (of time.monotonic), or what the model raises."""


class ChatModel:
    """The real one."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self.name = settings.model
        self._lock = threading.Lock()
        self._chat: Any = None

    def stream(self, messages: Sequence[Message], deadline: float) -> Iterator[Chunk]:
        """See `Model`."""
        yield from in_time(lambda: self._chunks(messages), deadline)

    def _chunks(self, messages: Sequence[Message]) -> Iterator[Chunk]:
        for chunk in self._opened().stream(list(messages)):
            used = chunk.usage_metadata or {}
            yield Chunk(str(chunk.text), used.get("input_tokens", 0), used.get("output_tokens", 0))

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


def provider_options(settings: ModelSettings) -> dict[str, Any]:
    """Time-out, retries, length and JSON mode, under the names that each provider's package has for them."""
    if settings.provider == "ollama":
        mode = {"format": "json"} if settings.json_mode else {}
        return {"client_kwargs": {"timeout": settings.timeout}, "num_predict": ANSWER_TOKENS, **mode}
    options: dict[str, Any] = {"timeout": settings.timeout, "max_retries": settings.retries}
    options |= {"api_key": settings.api_key or "none", "max_tokens": ANSWER_TOKENS}
    if settings.provider == "openai":
        options["stream_usage"] = True
        if settings.json_mode:
            # Not as `response_format`: with that LangChain takes a path that does not tell the tokens used.
            options["extra_body"] = {"response_format": {"type": "json_object"}}
    return options


def in_time(source: Callable[[], Iterator[Chunk]], deadline: float) -> Iterator[Chunk]:
    """The chunks of a source that may hang; TimeoutError at the deadline, the thread then ends by its own time-out."""
    arrived: queue.Queue[Chunk | BaseException | None] = queue.Queue()
    given_up = threading.Event()

    def read() -> None:
        try:
            for chunk in source():
                arrived.put(chunk)
                if given_up.is_set():
                    return
            arrived.put(None)
        except BaseException as error:  # handed over to whoever reads
            arrived.put(error)

    threading.Thread(target=read, name="language-model", daemon=True).start()
    try:
        yield from _taken(arrived, deadline)
    finally:
        given_up.set()


def _taken(arrived: queue.Queue[Chunk | BaseException | None], deadline: float) -> Iterator[Chunk]:
    size = 0
    while True:
        try:
            chunk = arrived.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise TimeoutError("the language model took too long") from None
        if chunk is None:
            return
        if isinstance(chunk, BaseException):
            raise chunk
        size += len(chunk.text)
        if size > CHUNK_LIMIT:
            raise ValueError("the language model does not stop")
        yield chunk
