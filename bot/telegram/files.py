"""A plan file from an admin: fetched, read with progress, shown. Nobody else's file is ever fetched."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from telegram import Document
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.conversation.desk import notice
from bot.conversation.messages import Incoming, Progress
from bot.plans.service import READABLE
from bot.ports import Receive
from bot.sanitize import safe_name
from bot.telegram.sender import Place, Post
from bot.telegram.steady import steady
from bot.telegram.updates import Heard
from prompts import phrase

LIMIT = 20_000_000  # bytes a bot may fetch from Telegram's own servers
NEWS_EVERY = 2.0  # seconds between two lines about progress


class Files:
    """Takes in what admins send."""

    def __init__(
        self, bot: ExtBot[None], receive: Receive, post: Post, speaks: Callable[[Incoming], str], local: bool = False
    ) -> None:
        self._bot = bot
        self._receive = receive
        self._post = post
        self.speaks = speaks
        self._limit = 2_000_000_000 if local else LIMIT

    async def take_in(self, heard: Heard) -> None:
        """From a document to the preview with its buttons."""
        document, language = heard.document, self.speaks(heard.incoming)
        assert document
        name = safe_name(document.file_name or document.file_unique_id)
        refusal = self._refusal(document, name)
        if refusal:
            await self._post.show(notice(language, refusal, file=name), Place(heard.chat))
            return
        status = await self._post.status(heard.chat, phrase(language, "telegram.fetching"))
        with tempfile.TemporaryDirectory() as folder:
            await self._look_into(heard, document, Path(folder, name), status, language)

    async def _look_into(self, heard: Heard, document: Document, file: Path, status: int, language: str) -> None:
        try:
            found = await steady(document.get_file, repeatable=True)
            await steady(lambda: found.download_to_drive(file), repeatable=True)
        except TelegramError as error:
            key = "telegram.too_large" if "too big" in error.message else "telegram.not_fetched"
            await self._post.show(notice(language, key, file=file.name), Place(heard.chat, instead_of=status))
            return
        await self._post.status(heard.chat, phrase(language, "telegram.reading"), status)
        progress = self._news(heard.chat, status, language, "telegram.reading_pages")
        for reply in await self._receive(replace(heard.incoming, file=file, progress=progress)):
            await self._post.show(reply, Place(heard.chat, heard.message, instead_of=status))

    def watched(self, heard: Heard) -> Incoming:
        """A pressed button's message that tells in its own place how far long work is."""
        if not (heard.press and heard.press.in_place):
            return heard.incoming
        progress = self._news(heard.chat, heard.message, self.speaks(heard.incoming), "telegram.progress")
        return replace(heard.incoming, progress=progress)

    def _refusal(self, document: Document, name: str) -> str:
        if Path(name).suffix.lower() not in READABLE:
            return "telegram.wrong_kind"
        return "telegram.too_large" if (document.file_size or 0) > self._limit else ""

    def _news(self, chat: int, message: int, language: str, key: str) -> Progress:
        """Called from the thread that works; the line is written by the event loop, and never twice at once."""
        loop = asyncio.get_running_loop()
        next_at, writing = time.monotonic() + NEWS_EVERY, asyncio.Lock()

        async def write(done: int, total: int) -> None:
            if not writing.locked():
                async with writing:
                    text = phrase(language, key, done=done, total=total)
                    await self._post.status(chat, text, message)

        def tell(done: int, total: int) -> None:
            nonlocal next_at
            if time.monotonic() >= next_at and done < total:
                next_at = time.monotonic() + NEWS_EVERY
                asyncio.run_coroutine_threadsafe(write(done, total), loop).result()

        return tell
