"""Asking Zalo for messages, one question at a time, for as long as the bot runs."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from bot.zalo import constants as zalo
from bot.zalo.bot_api import BotApi
from bot.zalo.errors import Uncertain, ZaloError
from bot.zalo.http import Json
from bot.zalo.waiting import Calm

FLOODED = 10.0  # seconds that a flood is held to go on after the last message that was too many
PAUSES = (2.0, 5.0, 15.0, 60.0)  # seconds after one, two, … failed polls

log = logging.getLogger("kehoach.zalo")


class Poller:
    """Calls `ready` until it succeeds once, then hands every event to `take`, in the order Zalo gives them out."""

    def __init__(
        self,
        api: BotApi,
        take: Callable[[Json], bool],
        ready: Callable[[], Awaitable[None]],
        alarm: Callable[[ZaloError], Awaitable[None]],
        calm: Calm,
    ) -> None:
        self._api = api
        self._take = take
        self._ready = ready
        self._alarm = alarm
        self._calm = calm
        self._flooded_until = 0.0

    async def run(self) -> None:
        """Never ends by itself: whatever Zalo or the network does, the next poll follows."""
        failed, ready = 0, False
        while True:
            try:
                if not ready:
                    await self._ready()
                    ready = True
                await self._poll()
                failed = 0
            except (ZaloError, Uncertain) as error:
                failed = min(failed + 1, len(PAUSES))
                self._tell(error, PAUSES[failed - 1])
                if isinstance(error, ZaloError) and error.alarm:
                    await self._alarm(error)
                await asyncio.sleep(PAUSES[failed - 1])

    async def _poll(self) -> None:
        # What is dropped anyway may be lost on its way, and others wait behind it: Zalo gives out one message a time.
        if time.monotonic() > self._flooded_until:
            await self._calm.wait()
        started = time.monotonic()
        events = await self._api.updates()
        if False in [self._take(event) for event in events]:
            self._flooded_until = time.monotonic() + FLOODED
        if not events and time.monotonic() - started < zalo.FAST_IDLE:
            await asyncio.sleep(zalo.IDLE_PAUSE)

    def _tell(self, error: Exception, pause: float) -> None:
        if isinstance(error, ZaloError) and error.code == zalo.BAD_TOKEN:
            log.error("Zalo does not accept ZALO_BOT_TOKEN (%s); the Zalo bot hears nothing until it is right", error)
        else:
            log.warning("Zalo: %s; asking again in %g s", error, pause)
