"""Calls that outlast a bad network without doing anything twice.

A call that surely never arrived, or that may be repeated, is tried again. One that may have arrived is not: the caller
gets `Doubtful` and tells the person how to see the answer if it is missing. Flood limits are the rate limiter's work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
from telegram.error import BadRequest, NetworkError

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # seconds between tries: half a minute in all
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

T = TypeVar("T")


class Doubtful(Exception):
    """The connection broke after the call was sent: it may have been done or not."""


async def steady(call: Callable[[], Awaitable[T]], repeatable: bool = False) -> T:
    """The call's result, tried again as long as that is safe."""
    for pause in PAUSES:
        try:
            return await call()
        except NetworkError as error:
            if isinstance(error, BadRequest):  # the library counts it among network errors; it is a plain no
                raise
            if not repeatable and not _never_done(error):
                raise Doubtful from error
        await asyncio.sleep(pause)
    return await call()


def _never_done(error: NetworkError) -> bool:
    """Whether the server cannot have done it: it was never reached, or said itself that it failed."""
    return error.__cause__ is None or isinstance(error.__cause__, _NEVER_SENT)
