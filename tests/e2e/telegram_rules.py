"""What the real Bot API refuses, so that the fake one refuses it too: markup, lengths, buttons, commands."""

from __future__ import annotations

import html
import json
import re
from email.parser import BytesParser
from email.policy import HTTP
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]

TEXT_LIMIT, CAPTION_LIMIT, DATA_LIMIT, COPY_LIMIT, ANSWER_LIMIT = 4096, 1024, 64, 256, 200
ENTITIES = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "s": "strikethrough"}
ENTITIES |= {"code": "code", "pre": "pre", "a": "text_link", "tg-spoiler": "spoiler", "blockquote": "blockquote"}


class Refused(Exception):
    """A call that the server answers with ok: false."""

    def __init__(self, code: int, description: str, **parameters: object) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def bad(description: str) -> Refused:
    """The usual refusal."""
    return Refused(400, f"Bad Request: {description}")


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


class Markup(HTMLParser):
    """HTML as the server reads it: known tags, balanced, no nested quotes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.entities: list[Json] = []
        self._open: list[tuple[str, int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ENTITIES:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}"')
        if tag == "blockquote" and any(name == tag for name, _, _ in self._open):
            raise bad("can't parse entities: blockquotes cannot be nested")
        kind = "expandable_blockquote" if ("expandable", None) in attrs else ENTITIES[tag]
        self._open.append((tag, units(self.text), kind))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            raise bad(f'can\'t parse entities: Unmatched end tag "{tag}"')
        _, start, kind = self._open.pop()
        if units(self.text) > start:
            self.entities.append({"type": kind, "offset": start, "length": units(self.text) - start})

    def handle_data(self, data: str) -> None:
        self.text += data

    def whole(self) -> tuple[str, list[Json]]:
        """Text and entities, when nothing stays open."""
        self.close()
        if self._open:
            raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{self._open[-1][0]}\"")
        return self.text, sorted(self.entities, key=lambda each: (each["offset"], -each["length"]))


def parsed(text: str, mode: str | None, limit: int = TEXT_LIMIT) -> tuple[str, list[Json]]:
    """The text as people see it, and its entities."""
    entities: list[Json] = []
    if mode == "HTML":
        if re.search(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)", text) and html.unescape(text) != text:
            raise bad("can't parse entities: unknown named entity")
        markup = Markup()
        markup.feed(text)
        text, entities = markup.whole()
    if not text.strip():
        raise bad("message text is empty")
    if units(text) > limit:
        raise bad("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
    return text, entities


def check_markup(markup: Json | None) -> None:
    """Every inline button does exactly one thing, within its limits."""
    for button in (button for row in (markup or {}).get("inline_keyboard", []) for button in row):
        actions = [button[name] for name in ("callback_data", "url", "copy_text") if name in button]
        if len(actions) != 1 or not button.get("text"):
            raise bad("BUTTON_INVALID")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= DATA_LIMIT:
            raise bad("BUTTON_DATA_INVALID")
        if "copy_text" in button and not 1 <= units(button["copy_text"]["text"]) <= COPY_LIMIT:
            raise bad("BUTTON_COPY_TEXT_INVALID")
        if "url" in button and not re.fullmatch(r"https://t\.me/\w+\?start=[\w-]{1,64}", button["url"]):
            raise bad("BUTTON_URL_INVALID")


def check_commands(commands: list[Json]) -> None:
    """Names and descriptions as BotFather takes them."""
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_INVALID")


def params_of(kind: str, body: bytes) -> tuple[Json, dict[str, bytes]]:
    """Fields and files of JSON, form and multipart bodies; fields that hold JSON are taken apart."""
    if kind.startswith("application/json"):
        return json.loads(body or b"{}"), {}
    if not kind.startswith("multipart/"):
        return {name: _value(text) for name, text in parse_qsl(body.decode(), keep_blank_values=True)}, {}
    whole = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    params, files = {}, {}
    for part in whole.iter_parts():
        content, file = part.get_payload(decode=True), part.get_filename()
        assert isinstance(content, bytes)
        if file:
            files[file] = content
        else:
            params[str(part.get_param("name", header="content-disposition"))] = _value(content.decode())
    return params, files


def _value(text: str) -> Any:
    return json.loads(text) if text[:1] in ("{", "[") else text


def entities_of(text: str, username: str) -> list[Json]:
    """The entities that Telegram itself finds in what a person types: commands and mentions."""
    found = []
    for match in re.finditer(r"(?:^|(?<=\s))/\w+(?:@\w+)?|@\w{5,}", text):
        kind = "bot_command" if match[0].startswith("/") else "mention"
        found.append({"type": kind, "offset": units(text[: match.start()]), "length": units(match[0])})
    return found


def printed(message: Json) -> str:
    """A message as a person sees it: bold in guillemets, quotes behind bars, buttons in brackets."""
    raw = (message.get("text") or message.get("caption") or "").encode("utf-16-le")
    marks: dict[int, str] = {}
    for entity in message.get("entities") or message.get("caption_entities") or ():
        start, end = entity["offset"], entity["offset"] + entity["length"]
        opening, closing = {"bold": ("«", "»"), "italic": ("_", "_")}.get(entity["type"], ("", ""))
        if entity["type"].endswith("blockquote"):
            opening, closing = "⟦", "⟧▾" if entity["type"].startswith("expandable") else "⟧"
        marks[start] = marks.get(start, "") + opening
        marks[end] = closing + marks.get(end, "")
    text = "".join(marks.get(place, "") + _unit(raw, place) for place in range(len(raw) // 2 + 1))
    text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    buttons = ["  ".join(f"[{button['text']}]" for button in row) for row in rows]
    return "\n".join([*map(_barred, _quoting(text)), *buttons])


def _unit(raw: bytes, place: int) -> str:
    return raw[2 * place : 2 * place + 2].decode("utf-16-le", "surrogatepass")


def _quoting(text: str) -> list[tuple[bool, str]]:
    lines, inside = [], False
    for line in text.split("\n"):
        inside = inside or "⟦" in line
        lines.append((inside, line.replace("⟦", "").replace("⟧", "")))
        inside = inside and "⟧" not in line
    return lines


def _barred(line: tuple[bool, str]) -> str:
    return f"▏ {line[1]}" if line[0] else line[1]
