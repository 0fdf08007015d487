"""A scripted model behind real HTTP, in the wire formats of four providers: it chooses what a player tells it to."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PIECE = re.compile(r"\[(\d+)\] (.*?)(?= \[\d+\] |\n|\Z)")
USED = (700, 90)  # tokens in and out of every answer


@dataclass(frozen=True)
class Heard:
    """What the model was told: its rules, everything else, and the request's body and path."""

    system: str
    user: str
    body: dict[str, Any]
    path: str = ""

    @property
    def pieces(self) -> dict[int, str]:
        """Texts of the numbered pieces."""
        return {int(number): text for number, text in _PIECE.findall(self.user.split("\n>>>", 1)[0])}

    @property
    def question(self) -> str:
        """The last fenced text."""
        return self.user.rsplit("<<<\n", 1)[-1].split("\n>>>", 1)[0]

    def number(self, text: str) -> int:
        """The first piece that holds this text."""
        return next(number for number, piece in self.pieces.items() if text in piece)


@dataclass(frozen=True)
class Script:
    """One answer. `status` other than 200 is an error that says `text`; `hang` waits for an event; `cut` says that the
    room for it ended there.
    """

    text: str = ""
    status: int = 200
    hang: threading.Event | None = None
    usage: bool = True
    cut: bool = False


Player = Callable[[Heard], Script]


def choosing(*answers: tuple[str, int] | tuple[str, int, str], **more: object) -> Script:
    """A well-formed choice."""
    listed = [{"facet": facet, "id": number, "part": part[0] if part else ""} for facet, number, *part in answers]
    whole = {"answers": listed, "missing": [], "which_plan": [], "headline": "", **more}
    return Script(json.dumps(whole, ensure_ascii=False))


@dataclass
class Scripted:
    """The server; `heard` keeps every request."""

    play: Player
    heard: list[Heard] = field(default_factory=list)
    root: str = ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    model: Scripted

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has hung up is part of the game."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        heard = _heard(body, self.path)
        self.server.model.heard.append(heard)
        script = self.server.model.play(heard)
        if script.hang:
            script.hang.wait(60)
        if script.status != 200:
            told = {"message": script.text or "scripted", "code": script.status, "status": "X"}
            self._send(script.status, {"error": told})
        else:
            self._send(200, _answer(self.path, body, script))

    def _send(self, status: int, value: object) -> None:
        data = json.dumps(value, ensure_ascii=False).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


def _heard(body: dict[str, Any], path: str) -> Heard:
    if "contents" in body:  # Gemini
        system = "".join(part["text"] for part in body.get("systemInstruction", {}).get("parts", []))
        return Heard(system, "".join(p["text"] for c in body["contents"] for p in c["parts"]), body, path)
    said = {message["role"]: _text(message["content"]) for message in body["messages"]}
    return Heard(_text(body.get("system", "")) or said.get("system", ""), said["user"], body, path)


def _text(content: object) -> str:
    if isinstance(content, list):
        return "\n\n".join(block["text"] for block in content)
    return str(content)


def _answer(path: str, body: dict[str, Any], script: Script) -> dict[str, Any]:
    told, said = USED if script.usage else (0, 0)
    if path.endswith("/api/chat"):  # Ollama
        return {
            "model": "scripted", "created_at": "2026-01-01T00:00:00Z", "done": True, "done_reason": "stop",
            "message": {"role": "assistant", "content": script.text}, "prompt_eval_count": told, "eval_count": said,
        }  # fmt: skip
    if path.endswith("/messages"):  # Anthropic
        name = body["tools"][0]["name"] if body.get("tools") else ""
        call = {"type": "tool_use", "id": "toolu_1", "name": name, "input": json.loads(script.text)} if name else None
        content = call or {"type": "text", "text": script.text}
        return {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "scripted", "content": [content],
            "stop_reason": "tool_use" if name else "end_turn", "stop_sequence": None,
            "usage": {"input_tokens": told, "output_tokens": said, "cache_read_input_tokens": 0},
        }  # fmt: skip
    if "generateContent" in path:  # Gemini
        content = {"role": "model", "parts": [{"text": script.text}]}
        usage = {"promptTokenCount": told, "candidatesTokenCount": said, "totalTokenCount": told + said}
        candidate = {"content": content, "finishReason": "STOP", "index": 0}
        return {"candidates": [candidate], "usageMetadata": usage}
    message: dict[str, Any] = {"role": "assistant", "content": script.text}
    if body.get("tools"):
        called = {"name": body["tools"][0]["function"]["name"], "arguments": script.text}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "1", "type": "function", "function": called}],
        }
    usage = {"prompt_tokens": told, "completion_tokens": said, "total_tokens": told + said}
    choice = {"index": 0, "message": message, "finish_reason": "length" if script.cut else "stop"}
    whole = {"id": "1", "object": "chat.completion", "created": 1, "model": "scripted", "choices": [choice]}
    return {**whole, "usage": usage} if script.usage else whole


@contextmanager
def scripted(play: Player) -> Iterator[Scripted]:
    """The server on a free port, until the end of the block."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.model = Scripted(play, root=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
