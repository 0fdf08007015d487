"""A Bot API server of our own on real HTTP, as strict as the real one where a bot can go wrong.

    with FakeTelegram() as telegram:
        officer = telegram.person(7, "Lan")
        officer.says("Đơn vị nào chủ trì?")
        telegram.wait_text(7, "chủ trì")

Faults are ordered with `fail`: a refusal, a call that never arrives, or one that is done while its answer is lost.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import httpx

from tests.e2e.telegram_people import Person
from tests.e2e.telegram_rules import (
    ANSWER_LIMIT,
    CAPTION_LIMIT,
    Json,
    Refused,
    bad,
    check_commands,
    check_markup,
    params_of,
    parsed,
)
from tests.patience import PATIENCE

TOKEN = "123456:AA-secret_token"
FILE_LIMIT = 20_000_000
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass
class Call:
    """One call of the bot's."""

    method: str
    params: Json
    files: dict[str, bytes]
    at: float = field(default_factory=time.monotonic)


@dataclass
class Fault:
    """What goes wrong next. `drop`: 'before' the call is done or 'after'; else an answer with `code`."""

    code: int = 0
    description: str = ""
    drop: str = ""
    retry_after: int = 0


class FakeTelegram:
    """State of the service: chats, messages, updates on their way."""

    def __init__(self, token: str = TOKEN, privacy: bool = True) -> None:
        self.token, self.privacy = token, privacy
        self.username, self.bot_id = "kehoach_bot", 99
        self.calls: list[Call] = []
        self.messages: dict[tuple[int, int], Json] = {}
        self.chats: dict[int, Json] = {}
        self.files: dict[str, bytes] = {}
        self.sizes: dict[str, int] = {}
        self.queries: set[str] = set()
        self.answers: list[Json] = []  # to pressed buttons
        self.blocked: set[int] = set()
        self.webhook: Json = {}
        self.webhook_via = ""  # the address that stands in for the public one
        self.delivered: list[int] = []  # statuses of webhook calls
        self.hopeless: BaseException | None = None  # why nothing will come any more: the bot has died
        self.changed = threading.Condition()
        self._updates: list[Json] = []
        self._faults: dict[str, list[Fault]] = {}
        self._update_id, self._message_id, self._poll = 1000, 0, 0
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FakeTelegram:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    # For tests

    def settings(self, **more: str) -> dict[str, str]:
        """The environment of a bot that talks to this server."""
        base = {"TELEGRAM_BOT_TOKEN": self.token, "TELEGRAM_BASE_URL": f"{self.address}/bot"}
        return {**base, "TELEGRAM_BASE_FILE_URL": f"{self.address}/file/bot", **more}

    def give_up(self, reason: BaseException) -> None:
        """Nobody need wait any more."""
        with self.changed:
            self.hopeless = reason
            self.changed.notify_all()

    def person(self, ident: int, name: str, language: str = "vi") -> Person:
        """Somebody with a private chat."""
        return Person(self, ident, name, language)

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of a method go wrong, one after the other."""
        self._faults.setdefault(method, []).extend(faults)

    def shown(self, chat: int) -> list[Json]:
        """The bot's messages in a chat, as they stand now."""
        with self.changed:
            return [each for (where, _), each in sorted(self.messages.items()) if where == chat and _is_ours(each)]

    def wait(self, found: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """What `found` gives as soon as it is true."""
        end = time.monotonic() + seconds
        with self.changed:
            while not (result := found()):
                if self.hopeless:
                    raise AssertionError("the bot has died") from self.hopeless
                if not self.changed.wait(end - time.monotonic()) and time.monotonic() > end:
                    told = [f"{call.method} {call.params}" for call in self.calls[-8:]]
                    raise AssertionError("it never came; the last calls:\n" + "\n".join(told))
            return result

    def wait_text(self, chat: int, text: str, seconds: float = PATIENCE, after: int = 0) -> Json:
        """The first message of the bot's in a chat, later than `after`, that holds the text."""
        found: Json = self.wait(lambda: next((m for m in self.shown(chat) if _holds(m, text, after)), None), seconds)
        return found

    def push(self, update: Json) -> None:
        """Something happened: the bot gets an update."""
        with self.changed:
            self._update_id += 1
            self._updates.append({"update_id": self._update_id, **update})
            self.changed.notify_all()
        if self.webhook.get("url"):
            threading.Thread(target=self._knock, daemon=True).start()

    def add_message(self, chat: int, message: Json) -> Json:
        """A message of anybody's gets its number and its place."""
        with self.changed:
            self._message_id += 1
            whole = {"message_id": self._message_id, "date": int(time.time()), "chat": self.chats[chat], **message}
            self.messages[chat, self._message_id] = whole
            self.changed.notify_all()
            return whole

    @property
    def pending(self) -> int:
        """Updates that the bot has not fetched."""
        return len(self._updates)

    # The service

    def handle(self, method: str, params: Json, files: dict[str, bytes]) -> Any:
        """One call; Refused when the server says no."""
        with self.changed:
            self.calls.append(Call(method, params, files))
            self.changed.notify_all()
        action = getattr(self, f"_do_{method}", None)
        if action is None:
            raise Refused(404, "Not Found: method not found")
        return action(params, files)

    @contextmanager
    def faulty(self, method: str) -> Iterator[Fault]:
        """The fault that was ordered for this call."""
        with self.changed:
            waiting = self._faults.get(method, [])
            fault = waiting.pop(0) if waiting else Fault()
        yield fault

    def _do_getMe(self, params: Json, files: dict[str, bytes]) -> Json:
        return self._me(can_join_groups=True, can_read_all_group_messages=not self.privacy)

    def _me(self, **more: object) -> Json:
        me = {"id": self.bot_id, "is_bot": True, "first_name": "Kế hoạch", "username": self.username}
        return {**me, "supports_inline_queries": False, **more}

    def _do_getUpdates(self, params: Json, files: dict[str, bytes]) -> list[Json]:
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        end = time.monotonic() + float(params.get("timeout", 0))
        with self.changed:
            self._poll += 1
            mine = self._poll
            offset = int(params.get("offset") or 0)
            self._updates = [each for each in self._updates if each["update_id"] >= offset]
            while not self._updates and time.monotonic() < end and mine == self._poll:
                self.changed.wait(min(0.5, end - time.monotonic()))
                if mine != self._poll:
                    raise Refused(409, CONFLICT)
            return self._updates[: int(params.get("limit") or 100)]

    def _do_setWebhook(self, params: Json, files: dict[str, bytes]) -> bool:
        if not params["url"].startswith("https://"):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = params
        threading.Thread(target=self._knock, daemon=True).start()
        return True

    def _do_deleteWebhook(self, params: Json, files: dict[str, bytes]) -> bool:
        self.webhook = {}
        if params.get("drop_pending_updates"):
            self._updates = []
        return True

    def _do_sendMessage(self, params: Json, files: dict[str, bytes]) -> Json:
        text, entities = parsed(params["text"], params.get("parse_mode"))
        return self._ours(params, {"text": text, "entities": entities})

    def _do_editMessageText(self, params: Json, files: dict[str, bytes]) -> Json:
        key = (int(params["chat_id"]), int(params["message_id"]))
        text, entities = parsed(params["text"], params.get("parse_mode"))
        check_markup(params.get("reply_markup"))
        with self.changed:
            message = self.messages.get(key)
            if message is None or not _is_ours(message):
                raise bad("message to edit not found")
            new = {"text": text, "entities": entities, "reply_markup": params.get("reply_markup")}
            if all(message.get(name) == value for name, value in new.items()):
                raise bad("message is not modified: specified new message content is exactly the same")
            message.update(new, edit_date=int(time.time()))
            self.changed.notify_all()
            return _clean(message)

    def _do_sendDocument(self, params: Json, files: dict[str, bytes]) -> Json:
        [(name, data)] = files.items()
        return self._with_caption(params, {"document": {**self._file(data), "file_name": name}, "data": data})

    def _do_sendPhoto(self, params: Json, files: dict[str, bytes]) -> Json:
        [(_, data)] = files.items()
        return self._with_caption(params, {"photo": [{**self._file(data), "width": 9, "height": 9}], "data": data})

    def _do_sendChatAction(self, params: Json, files: dict[str, bytes]) -> bool:
        self._writable(int(params["chat_id"]))
        return True

    def _do_answerCallbackQuery(self, params: Json, files: dict[str, bytes]) -> bool:
        if params["callback_query_id"] not in self.queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(params.get("text") or "") > ANSWER_LIMIT:
            raise bad("MESSAGE_TOO_LONG")
        self.queries.discard(params["callback_query_id"])
        with self.changed:
            self.answers.append(params)
            self.changed.notify_all()
        return True

    def _do_setMyCommands(self, params: Json, files: dict[str, bytes]) -> bool:
        check_commands(params["commands"])
        return True

    def _do_getFile(self, params: Json, files: dict[str, bytes]) -> Json:
        ident = params["file_id"]
        if ident not in self.files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if self.sizes.get(ident, 0) > FILE_LIMIT:
            raise bad("file is too big")
        return {"file_id": ident, "file_unique_id": ident, "file_path": f"documents/{ident}"}

    # Inside

    def _writable(self, chat: int) -> None:
        if chat not in self.chats:
            raise bad("chat not found")
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")

    def _ours(self, params: Json, content: Json) -> Json:
        chat = int(params["chat_id"])
        self._writable(chat)
        check_markup(params.get("reply_markup"))
        quoted = params.get("reply_parameters")
        if quoted and (chat, quoted["message_id"]) not in self.messages and not quoted["allow_sending_without_reply"]:
            raise bad("message to be replied not found")
        extra = {"reply_markup": params.get("reply_markup"), "reply_to": (quoted or {}).get("message_id")}
        return _clean(self.add_message(chat, {"from": self._me(), **content, **extra}))

    def _with_caption(self, params: Json, content: Json) -> Json:
        caption = params.get("caption")
        if caption:
            text, entities = parsed(caption, params.get("parse_mode"), CAPTION_LIMIT)
            content |= {"caption": text, "caption_entities": entities}
        return self._ours(params, content)

    def _file(self, data: bytes) -> Json:
        ident = f"file{len(self.files)}"
        self.files[ident] = data
        return {"file_id": ident, "file_unique_id": ident, "file_size": len(data)}

    def _knock(self) -> None:
        """Call the webhook with what waits, as the real server does: until it is taken."""
        with self.changed:
            waiting, self._updates = self._updates, []
        path = self.webhook["url"].partition("//")[2].partition("/")[2]
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        for update in waiting:
            done = httpx.post(f"{self.webhook_via}/{path}", json=update, headers=headers, timeout=PATIENCE)
            self.delivered.append(done.status_code)


class _Server(ThreadingHTTPServer):
    request_queue_size = 256  # fifty chats knock at once
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A bot that is killed hangs up; that is no fault of the server's."""


def _is_ours(message: Json) -> bool:
    return bool(message["from"]["is_bot"])


def _holds(message: Json, text: str, after: int) -> bool:
    return message["message_id"] > after and text in (message.get("text") or message.get("caption") or "")


def _clean(message: Json) -> Json:
    """As it goes over the wire: without what only tests look at, and without empty fields."""
    return {name: value for name, value in message.items() if value is not None and name not in ("data", "reply_to")}


def _handler(fake: FakeTelegram) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            path = unquote(self.path)
            ident = path.rpartition("/")[2]
            known = path.startswith(f"/file/bot{fake.token}/") and ident in fake.files
            self._reply(200 if known else 404, fake.files.get(ident, b""), "application/octet-stream")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token, _, method = self.path.removeprefix("/bot").rpartition("/")
            if token != fake.token:
                self._answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
                return
            with fake.faulty(method) as fault:
                self._serve(method, body, fault)

        def _serve(self, method: str, body: bytes, fault: Fault) -> None:
            if fault.drop == "before":
                self.close_connection = True
                return
            try:
                if fault.code:
                    more = {"retry_after": fault.retry_after} if fault.retry_after else {}
                    raise Refused(fault.code, fault.description, **more)
                result = fake.handle(method, *params_of(self.headers.get("Content-Type") or "", body))
            except Refused as no:
                told = {"ok": False, "error_code": no.code, "description": no.description}
                self._answer(no.code, {**told, **({"parameters": no.parameters} if no.parameters else {})})
                return
            if fault.drop == "after":
                self.close_connection = True
                return
            self._answer(200, {"ok": True, "result": result})

        def _answer(self, status: int, answer: Json) -> None:
            self._reply(status, json.dumps(answer).encode(), "application/json")

        def _reply(self, status: int, body: bytes, kind: str) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                self.close_connection = True  # the bot has hung up, as it does with its last poll

    return Handler
