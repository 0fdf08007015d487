"""Both of Zalo's services in this process, over real HTTP, as strict as the real ones are known to be.

`FakeZaloBot` gives out one update a poll and forgets it, answers errors as HTTP 200 or 4xx (`error_style`), ends idle
polls with 408. `FakeOa` rotates its tokens, limits buttons and text, takes and gives files. Both record what was sent.
"""

from __future__ import annotations

import hashlib
import json
import select
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs

import httpx

from tests.patience import PATIENCE

Json = dict[str, Any]
Answer = tuple[int, Json]

_numbers = count(1)


def utf16(text: str) -> int:
    """Length as Zalo's servers count."""
    return len(text.encode("utf-16-le")) // 2


class _Server(ThreadingHTTPServer):
    """A bot that is killed tears its connections; that is no news."""

    daemon_threads = True
    request_queue_size = 256  # twenty callers knock at once; a full queue resets them

    def handle_error(self, request: object, client_address: object) -> None:
        """Silence."""


class _Service:
    """A server on a free port; subclasses answer `post`."""

    def __init__(self) -> None:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # or each answer, sent in two pieces, takes 40 ms

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = service.post(self.path, headers, body, self.connection)
                method = self.path.rpartition("/")[2]
                if method in service.drop:
                    service.drop.remove(method)
                    self.close_connection = True
                    return
                self._give(*answer)

            def do_GET(self) -> None:
                data = service.files.get(self.path)
                self._give(200 if data is not None else 404, data or b"")

            def _give(self, status: int, body: Json | bytes) -> None:
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                try:
                    self.send_response(status)
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:  # the bot was killed
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                """Silence."""

        self.files: dict[str, bytes] = {}
        self.sent: list[Json] = []
        self.drop: list[str] = []  # methods whose next call is done while its answer is lost
        self.calls: defaultdict[str, int] = defaultdict(int)
        self.skip: defaultdict[str, int] = defaultdict(int)  # how many calls go well before the faults begin
        self._faults: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def post(self, path: str, headers: dict[str, str], body: bytes, peer: socket.socket) -> Answer:
        """The answer to one call."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def texts(self, chat: str) -> list[str]:
        """What was shown in a chat."""
        return [each["text"] for each in self.sent if each["chat"] == chat and "text" in each]

    def wait(self, true: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Until something has come true."""
        with self._changed:
            if not self._changed.wait_for(true, seconds):
                raise AssertionError(f"not within {seconds} s; sent: {self.sent[-5:]}")

    def wait_texts(self, chat: str, number: int, seconds: float = PATIENCE) -> list[str]:
        """The texts of a chat, once there are so many."""
        self.wait(lambda: len(self.texts(chat)) >= number, seconds)
        return self.texts(chat)

    def _count(self, method: str) -> None:
        with self._changed:
            self.calls[method] += 1
            self._changed.notify_all()

    def _record(self, shown: Json) -> None:
        with self._changed:
            self.sent.append({**shown, "at": time.monotonic()})
            self._changed.notify_all()


class FakeZaloBot(_Service):
    """The Zalo Bot Platform."""

    def __init__(self, token: str = "123:secret-token", name: str = "Bot Hạ Vân") -> None:
        self.token, self.bot_name = token, name
        self.error_style = "200"  # or "http": the code is the HTTP status too
        self.idle_seconds = 30.0  # after which a poll ends empty
        self.webhook: Json = {}
        self.reject_styles = False
        self.answer_delay = 0.0  # between taking a message and saying so
        self.overlapping_polls = 0
        self.given: dict[str, str] = {}  # the chats of the messages that were given out, by their ids
        self._polling = 0
        self._waiting: deque[Json] = deque()
        super().__init__()

    def says(self, text: str, user: str = "officer", group: str = "", **more: Any) -> str:
        """Somebody writes; gives the message's id."""
        update = self.update(text, user, group, **more)
        self.give(update)
        return str(update["message"]["message_id"])

    def update(self, text: str, user: str = "officer", group: str = "", **more: Any) -> Json:
        """The event of a message, bare."""
        event = more.pop("event", "message.text.received")
        message = {
            "from": more.pop("sender", {"id": user, "display_name": f"Tên {user}", "is_bot": False}),
            "chat": {"id": group or user, "chat_type": "GROUP" if group else "PRIVATE"},
            "message_id": f"m{next(_numbers)}",
            "date": int(time.time() * 1000),
            **({"text": text} if text else {}),
            **more,
        }
        return {"event_name": event, "message": message}

    def give(self, update: Json) -> None:
        """The next poll gets this."""
        with self._changed:
            self._waiting.append(update)
            self._changed.notify_all()

    @property
    def pending(self) -> int:
        """Messages that nobody has fetched."""
        return len(self._waiting)

    def fail(self, method: str, code: int, description: str = "", times: int = 1) -> None:
        """The next calls of a method go wrong."""
        self._faults[method].extend([self._no(code, description or f"error {code}")] * times)

    def call_webhook(self, address: str, update: Json | bytes, secret: str | None, wrapped: bool = False) -> int:
        """Zalo calls; gives the status it got."""
        body = {"ok": True, "result": update} if wrapped else update
        data = update if isinstance(update, bytes) else json.dumps(body).encode()
        headers = {"X-Bot-Api-Secret-Token": secret} if secret is not None else {}
        return httpx.post(f"{address}/hooks/zalo", content=data, headers=headers, timeout=PATIENCE).status_code

    def post(self, path: str, headers: dict[str, str], body: bytes, peer: socket.socket) -> Answer:
        _, bot, method = path.split("/")
        self._count(method)
        if bot != f"bot{self.token}":
            return self._no(401, "Unauthorized")
        if self.skip[method]:
            self.skip[method] -= 1
        elif self._faults[method]:
            return self._faults[method].popleft()
        values = json.loads(body or b"{}")
        handler = getattr(self, f"_{method}", None)
        return handler(values, peer) if handler else self._no(404, "Not found")

    def _no(self, code: int, description: str) -> Answer:
        status = code if self.error_style == "http" else 200
        return status, {"ok": False, "description": description, "error_code": code}

    def _getMe(self, values: Json, peer: socket.socket) -> Answer:
        me = {"id": "b1", "account_name": "bot.X1", "display_name": self.bot_name, "can_join_groups": True}
        return 200, {"ok": True, "result": me}

    def _getUpdates(self, values: Json, peer: socket.socket) -> Answer:
        if self.webhook:
            return self._no(400, "webhook is set")
        with self._changed:
            self.overlapping_polls += self._polling > 0
            self._polling += 1
            try:
                return self._next(peer)
            finally:
                self._polling -= 1

    def _next(self, peer: socket.socket) -> Answer:
        end = time.monotonic() + self.idle_seconds
        while time.monotonic() < end:
            if _gone(peer):
                return self._no(408, "nobody listens")
            if self._waiting:
                update = self._waiting.popleft()
                message = update["message"]
                self.given[str(message["message_id"])] = str(message["chat"]["id"])
                return 200, {"ok": True, "result": update}
            self._changed.wait(0.1)
        return self._no(408, "Request timeout")

    def _sendMessage(self, values: Json, peer: socket.socket) -> Answer:
        text = values.get("text", "")
        if not 1 <= utf16(text) <= 2000:
            return self._no(400, "text length")
        if self.reject_styles and values.get("text_styles"):
            return self._no(400, "text_styles")
        self._record({**values, "chat": values["chat_id"]})
        time.sleep(self.answer_delay)
        return 200, {"ok": True, "result": {"message_id": f"s{next(_numbers)}", "date": int(time.time() * 1000)}}

    def _sendChatAction(self, values: Json, peer: socket.socket) -> Answer:
        self._record({"chat": values["chat_id"], "typing": True})
        return 200, {"ok": True}

    def _setWebhook(self, values: Json, peer: socket.socket) -> Answer:
        if not values["url"].startswith("https://") or not 8 <= len(values["secret_token"]) <= 256:
            return self._no(400, "bad webhook")
        with self._changed:
            self.webhook = values
            self._changed.notify_all()
        return 200, {"ok": True, "result": {"url": values["url"], "updated_at": 0}}

    def _deleteWebhook(self, values: Json, peer: socket.socket) -> Answer:
        self.webhook = {}
        return 200, {"ok": True, "result": {"url": "", "updated_at": 0}}


class FakeOa(_Service):
    """The Official Account's API and its OAuth server."""

    APP, APP_SECRET, SECRET_KEY = "777", "app-secret-value", "oa-secret-key"

    def __init__(self) -> None:
        self.access, self.refresh = "access-0", "refresh-0"
        self.refresh_seconds = 0.0  # how long a renewal takes
        self.uploads: dict[str, tuple[str, bytes]] = {}
        self.dead_refresh = False
        super().__init__()

    @property
    def settings(self) -> dict[str, str]:
        """What `.env` would hold."""
        return {
            "ZALO_OA_APP_ID": self.APP,
            "ZALO_OA_APP_SECRET": self.APP_SECRET,
            "ZALO_OA_SECRET_KEY": self.SECRET_KEY,
            "ZALO_OA_REFRESH_TOKEN": self.refresh,
            "ZALO_OA_ACCESS_TOKEN": self.access,
            "ZALO_OA_BASE_URL": self.address,
            "ZALO_OA_OAUTH_URL": self.address,
            "ZALO_OA_SIGNATURE": "strict",
        }

    def expire(self) -> None:
        """The access token in use is worth nothing any more."""
        self.access = f"unknown-{next(_numbers)}"

    def fail(self, path: str, code: int, message: str = "", times: int = 1) -> None:
        """The next calls of a path go wrong."""
        self._faults[path].extend([(200, {"error": code, "message": message or f"error {code}"})] * times)

    def event(self, text: str = "", user: str = "officer", name: str = "user_send_text", **more: Any) -> Json:
        """What a webhook call brings."""
        message = {"msg_id": f"oa{next(_numbers)}", **({"text": text} if text else {}), **more.pop("message", {})}
        return {
            "app_id": self.APP,
            "event_name": name,
            "sender": {"id": user},
            "recipient": {"id": "oa-1"},
            "message": message,
            "timestamp": str(int(time.time() * 1000)),
            **more,
        }

    def file_event(self, name: str, data: bytes, user: str) -> Json:
        """Somebody sends a file, which waits here to be fetched."""
        path = f"/files/{next(_numbers)}"
        self.files[path] = data
        payload = {"url": f"{self.address}{path}", "name": name, "size": str(len(data))}
        return self.event("", user, "user_send_file", message={"attachments": [{"type": "file", "payload": payload}]})

    def call_webhook(self, address: str, event: Json, secret: str | None = SECRET_KEY) -> int:
        """Zalo calls, signed with `secret`; gives the status it got."""
        body = json.dumps(event, ensure_ascii=False)
        headers = {"Content-Type": "application/json"}
        if secret is not None:
            proof = hashlib.sha256(f"{self.APP}{body}{event['timestamp']}{secret}".encode()).hexdigest()
            headers["X-ZEvent-Signature"] = f"mac={proof}"
        return httpx.post(
            f"{address}/hooks/zalo-oa", content=body.encode(), headers=headers, timeout=PATIENCE
        ).status_code

    def post(self, path: str, headers: dict[str, str], body: bytes, peer: socket.socket) -> Answer:
        self._count(path)
        if self._faults[path]:
            return self._faults[path].popleft()
        if path == "/v4/oa/access_token":
            return self._renewed(headers, {name: value[0] for name, value in parse_qs(body.decode()).items()})
        if headers.get("access_token") != self.access:
            return 200, {"error": -216, "message": "Access token is invalid"}
        if path == "/v3.0/oa/message/cs":
            return self._message(json.loads(body))
        if path == "/v2.0/oa/message":
            self._record({**json.loads(body), "chat": json.loads(body)["recipient"]["user_id"]})
            return 200, {"error": 0, "message": "Success"}
        if path == "/v2.0/oa/upload/image":
            return 200, {"error": 0, "message": "Success", "data": {"attachment_id": f"picture-{next(_numbers)}"}}
        if path == "/v2.0/oa/upload/file":
            return self._upload(body)
        return 404, {}

    def _renewed(self, headers: dict[str, str], form: dict[str, str]) -> Answer:
        time.sleep(self.refresh_seconds)
        right = headers.get("secret_key") == self.APP_SECRET and form.get("app_id") == self.APP
        if not right or self.dead_refresh or form.get("refresh_token") != self.refresh:
            return 200, {"error": -14014, "error_name": "Invalid refresh token", "message": "Invalid refresh token"}
        number = next(_numbers)
        self.access, self.refresh = f"access-{number}", f"refresh-{number}"
        tokens = {"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"}
        return 200, tokens

    def _message(self, body: Json) -> Answer:
        message, user = body["message"], body["recipient"]["user_id"]
        attachment = message.get("attachment", {})
        payload = attachment.get("payload", {})
        buttons = payload.get("buttons", [])
        if utf16(message.get("text", "")) > 2000 or len(buttons) > 5:
            return 200, {"error": -201, "message": "params is invalid"}
        file = self.uploads.get(payload.get("token", "")) if attachment.get("type") == "file" else None
        self._record({"chat": user, **message, "buttons": buttons, "file": file})
        return 200, {"error": 0, "message": "Success", "data": {"message_id": f"s{next(_numbers)}"}}

    def _upload(self, body: bytes) -> Answer:
        head, _, rest = body.partition(b"\r\n\r\n")
        name = head.decode().partition('filename="')[2].partition('"')[0]
        if not name.lower().endswith((".pdf", ".doc", ".docx")):
            return 200, {"error": -201, "message": "file type"}
        token = f"file-{next(_numbers)}"
        self.uploads[token] = (name, rest.rpartition(b"\r\n--")[0])
        return 200, {"error": 0, "message": "Success", "data": {"token": token}}


def _gone(peer: socket.socket) -> bool:
    """Whether the other side has closed the connection."""
    readable, _, _ = select.select([peer], [], [], 0)
    return bool(readable) and peer.recv(1, socket.MSG_PEEK) == b""
