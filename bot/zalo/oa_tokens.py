"""The Official Account's tokens: an access token of 25 hours and a refresh token that works once and brings the next.

A pair that was used before it was kept could be lost in a crash, and then a person has to give consent anew in Zalo's
console. So a new pair is written first, and only one renewal runs at a time.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import dataclass

import httpx

from bot.database import Store
from bot.zalo import constants as zalo
from bot.zalo.errors import Uncertain, ZaloError
from bot.zalo.http import Json, call

log = logging.getLogger("kehoach.zalo")


@dataclass(frozen=True, slots=True)
class App:
    """What the settings say of the account's app. `access` may be empty."""

    ident: str
    secret: str
    refresh: str
    access: str = ""


class Tokens:
    """Gives a token that is good now."""

    def __init__(self, app: App, oauth_url: str, store: Store, client: httpx.AsyncClient) -> None:
        self._app = app
        self._address = oauth_url.rstrip("/") + zalo.OA_TOKEN_PATH
        self._store = store
        self._client = client
        self._one = asyncio.Lock()
        self._sow()

    async def access(self) -> str:
        """The access token, renewed when its end is near."""
        row = self._row()
        if row["access"] and row["expires"] > self._store.clock() + zalo.REFRESH_BEFORE:
            return str(row["access"])
        return await self.renewed(str(row["access"]))

    async def renewed(self, stale: str) -> str:
        """A new token in place of `stale`; whoever waited for another's renewal gets that one's."""
        async with self._one:
            row = self._row()
            if row["access"] and row["access"] != stale:
                return str(row["access"])
            return await self._renew(str(row["refresh"]))

    async def _renew(self, refresh: str) -> str:
        form = {"app_id": self._app.ident, "grant_type": "refresh_token", "refresh_token": refresh}
        headers = {"secret_key": self._app.secret}
        try:
            status, body = await call(self._client, self._address, data=form, headers=headers, timeout=20)
        except Uncertain as error:  # nothing was sent to anybody yet, so what waits for the token may try again
            raise ZaloError(0, f"no word about new tokens ({error})", passing=True) from None
        if not body.get("access_token") or not body.get("refresh_token"):
            raise self._refused(status, body)
        self._keep(str(body["access_token"]), str(body["refresh_token"]), _life(body))
        log.info("Zalo OA: the tokens were renewed")
        return str(body["access_token"])

    def _refused(self, status: int, body: Json) -> ZaloError:
        code = int(body.get("error") or status)
        if code in zalo.OA_DEAD_REFRESH:
            log.error(
                "Zalo OA: the refresh token is dead (%d). Nobody is answered there until an admin gives consent in"
                " developers.zalo.me and puts the new token into ZALO_OA_REFRESH_TOKEN (docs/zalo.md)",
                code,
            )
        # Whatever the reason, without a token no answer leaves, and the questions wait until somebody has mended it.
        passing = code in zalo.OA_BUSY
        alarm = "" if passing else "zalo.dead_refresh"
        return ZaloError(code, "the tokens could not be renewed", passing, alarm)

    def _sow(self) -> None:
        """The settings' pair counts when it is a new one; else what was renewed since."""
        seed = hashlib.sha256(self._app.refresh.encode()).hexdigest()
        row = self._store.row("SELECT seed FROM zalo_tokens WHERE app = ?", self._app.ident)
        if row is None or row["seed"] != seed:
            # How old the access token of the settings is nobody knows: it is tried, and renewed when refused.
            expires = self._store.clock() + zalo.TOKEN_LIFE if self._app.access else 0.0
            self._store.write(
                "INSERT OR REPLACE INTO zalo_tokens VALUES (?, ?, ?, ?, ?)",
                *(self._app.ident, seed, self._app.access, self._app.refresh, expires),
            )

    def _keep(self, access: str, refresh: str, life: float) -> None:
        self._store.write(
            "UPDATE zalo_tokens SET access = ?, refresh = ?, expires = ? WHERE app = ?",
            *(access, refresh, self._store.clock() + life, self._app.ident),
        )

    def _row(self) -> Json:
        [row] = self._store.rows("SELECT * FROM zalo_tokens WHERE app = ?", self._app.ident)
        return dict(row)


def _life(body: Json) -> float:
    """Zalo tells seconds, as a string."""
    try:
        return float(str(body.get("expires_in")))
    except ValueError:
        return zalo.TOKEN_LIFE
