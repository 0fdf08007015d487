"""A scripted OpenAI-compatible server over real HTTP: it says what a player tells it to, well, badly, slowly or not."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_CLAUSE = re.compile(r"\[(\d+)\] ([^\n]*)\n<<<\n(.*?)\n>>>", re.DOTALL)


@dataclass(frozen=True)
class Told:
    """What the model was told: system message, clauses by number, question."""

    system: str
    user: str

    @property
    def clauses(self) -> dict[int, str]:
        """Texts of the numbered clauses."""
        return {int(number): text for number, _, text in _CLAUSE.findall(self.user)}

    @property
    def question(self) -> str:
        """The last fenced text."""
        return self.user.rsplit("<<<\n", 1)[-1].split("\n>>>", 1)[0]

    @property
    def english(self) -> bool:
        """Which of the two prompts it is."""
        return "You phrase" in self.system


@dataclass(frozen=True)
class Script:
    """One answer. `status` other than 200 is an error; `hang` waits for an event; `cut` closes after so many pieces."""

    text: str = ""
    status: int = 200
    hang: threading.Event | None = None
    hang_after: int = 0
    cut: int | None = None
    usage: bool = True


Player = Callable[[Told], Script]


def saying(*sentences: tuple[str, list[int]], not_in_plan: bool = False) -> Script:
    """A script of well-formed sentences."""
    listed = [{"text": text, "clauses": clauses} for text, clauses in sentences]
    return Script(json.dumps({"sentences": listed, "not_in_plan": not_in_plan}, ensure_ascii=False))


@dataclass
class FakeModel:
    """The server; `told` keeps every request."""

    play: Player
    told: list[Told] = field(default_factory=list)
    asked_for: list[dict[str, Any]] = field(default_factory=list)  # the bodies of the requests
    url: str = ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    model: FakeModel

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has hung up is part of the game."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        by_role = {message["role"]: message["content"] for message in body["messages"]}
        told = Told(by_role.get("system", ""), by_role["user"])
        self.server.model.told.append(told)
        self.server.model.asked_for.append(body)
        script = self.server.model.play(told)
        if script.status != 200:
            self._send(script.status, json.dumps({"error": {"message": "scripted"}}).encode())
            return
        self._stream(script)

    def _stream(self, script: Script) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        pieces = [script.text[i : i + 20] for i in range(0, len(script.text), 20)]
        for number, piece in enumerate(pieces):
            if script.hang and number == script.hang_after:
                script.hang.wait(60)
            if script.cut is not None and number >= script.cut:
                return  # the stream just ends
            self._event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}}]})
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        if script.usage:
            usage = {"prompt_tokens": 700, "completion_tokens": 90, "total_tokens": 790}
            self._event({"choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, fields: dict[str, Any]) -> None:
        whole = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", **fields}
        self.wfile.write(b"data: " + json.dumps(whole).encode() + b"\n\n")
        self.wfile.flush()

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def fake_model(play: Player) -> Iterator[FakeModel]:
    """The server on a free port, until the end of the block."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.model = FakeModel(play, url=f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
