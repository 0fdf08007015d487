"""One HTTP call to Zalo, with faults that name no address (a Zalo bot's address holds its token), and patience."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import httpx

from bot.zalo.errors import Uncertain, Unreachable, ZaloError

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


async def patiently(work: Callable[[], Awaitable[Result]], pauses: Sequence[float] = PAUSES) -> Result:
    """Try again while Zalo is busy or out of reach; a request that may have arrived is never repeated."""
    for pause in pauses:
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
