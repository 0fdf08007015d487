"""One HTTP call to Zalo, with patience, and what can go wrong between Zalo and us.

No fault names an address, a cause or a context that holds a token (a Zalo bot's address does).

ZaloError          Zalo said no; `code` is its own, `alarm` what an admin has to be told, because only he can mend it
└── Unreachable    nothing was sent: the network, a name, a closed port
Uncertain          the request may have arrived, the reply did not: sending again could say everything twice
FileTooLarge, FileGone: a file that somebody sent cannot be had
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx

from bot.conversation.mailbox import Refused


class Uncertain(Exception):
    """Nobody knows whether Zalo did what was asked."""


class FileTooLarge(Exception):
    phrase = "zalo.file_too_large"


class FileGone(Exception):
    phrase = "zalo.file_gone"


class ZaloError(Refused):
    """Zalo refused. `passing` faults are worth another try at once; with an `alarm` questions wait for an admin."""

    def __init__(self, code: int, description: str, passing: bool = False, alarm: str = "") -> None:
        super().__init__(f"{code} {description}".strip())
        self.code, self.passing = code, passing
        self.alarm = alarm  # a phrase


class Unreachable(ZaloError):
    def __init__(self, description: str) -> None:
        super().__init__(0, description, passing=True)


Json = dict[str, Any]
Result = TypeVar("Result")

PAUSES = (1.0, 3.0, 9.0, 27.0)  # seconds between tries
NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

log = logging.getLogger("kehoach.zalo")


async def call(client: httpx.AsyncClient, address: str, **request: Any) -> tuple[int, Json]:
    """POST something; gives the HTTP status and the JSON object that came back, empty for anything else."""
    try:
        response = await client.post(address, **request)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        fault, kind = isinstance(error, NOTHING_SENT), type(error).__name__
    else:
        return response.status_code, _object(response)
    # Raised out here, so that the fault does not carry httpx's own one, which knows the address.
    raise Unreachable(kind) if fault else Uncertain(kind)


async def patiently(work: Callable[[], Awaitable[Result]]) -> Result:
    """Try again while Zalo is busy or out of reach; a request that may have arrived is never repeated."""
    for pause in PAUSES:
        try:
            return await work()
        except ZaloError as error:
            if not error.passing:
                raise
            log.warning("Zalo: %s; trying again in %g s", error, pause)
        await asyncio.sleep(pause)
    return await work()


def _object(response: httpx.Response) -> Json:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {"result": body, "ok": True}


def part(message: Json, name: str) -> Json:
    """A field that holds fields, empty where it is missing or something else."""
    found = message.get(name)
    return found if isinstance(found, dict) else {}
