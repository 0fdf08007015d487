"""What must be kept secret, used only once or proved: signing key, the password, one-time links, sessions, seals.

Tokens are stored as digests: who reads a backup of the database cannot sign in with it. A seal is a short proof that
this bot itself wrote an address, a cookie or a form.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from enum import StrEnum
from functools import cached_property

from bot.database import Store

LENGTH = 32  # hexadecimal digits, 128 bits


def seal(key: bytes, *parts: object) -> str:
    """The proof for these parts; the order and the borders between them count."""
    told = "\0".join(str(part) for part in parts)
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()[:LENGTH]


def holds(key: bytes, proof: str, *parts: object) -> bool:
    """Whether a proof is the one for these parts, in the same time whatever is wrong with it."""
    return hmac.compare_digest(proof.encode("utf-8", "replace"), seal(key, *parts).encode())


KEY, PASSWORD = "key", "password"
_FOREVER = float("inf")
_COST = {"n": 2**14, "r": 8, "p": 1}  # scrypt: 16 MB and some 50 ms a try


class Pass(StrEnum):
    """What a token opens."""

    LINK = "link"  # the one-time link of the command line
    SESSION = "session"  # an admin who has signed in


LIFE = {Pass.LINK: 15 * 60, Pass.SESSION: 8 * 3600}


class Vault:
    """Secrets in the bot's own database, so that the command line and the running bot share them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def key(self) -> bytes:
        """The key of all seals; made once."""
        self._store.write("INSERT OR IGNORE INTO secrets VALUES (?, ?, ?)", KEY, secrets.token_hex(32), _FOREVER)
        return bytes.fromhex(self._value(KEY))

    def set_password(self, password: str) -> None:
        """The admin's password from now on; everybody who is signed in has to sign in again."""
        salt = secrets.token_bytes(16)
        self._store.put("secrets", PASSWORD, f"{salt.hex()}:{_stretched(password, salt)}", _FOREVER)
        self._store.write("DELETE FROM secrets WHERE name LIKE ?", f"{Pass.SESSION}:%")

    def has_password(self) -> bool:
        return bool(self._value(PASSWORD))

    def is_password(self, password: str) -> bool:
        salt, _, kept = self._value(PASSWORD).partition(":")
        return bool(kept) and hmac.compare_digest(kept, _stretched(password, bytes.fromhex(salt)))

    def issue(self, what: Pass) -> str:
        """A new token, good for its time."""
        token = secrets.token_urlsafe(24)
        now = self._store.clock()
        self._store.write("DELETE FROM secrets WHERE until < ?", now)
        self._store.put("secrets", _name(what, token), "", now + LIFE[what])
        return token

    def opens(self, what: Pass, token: str) -> bool:
        sql = "SELECT 1 FROM secrets WHERE name = ? AND until > ?"
        return self._store.row(sql, _name(what, token), self._store.clock()) is not None

    def spend(self, what: Pass, token: str) -> bool:
        """Use the token up. The deletion decides: of two who show it at once only one finds it there."""
        sql = "DELETE FROM secrets WHERE name = ? AND until > ?"
        return bool(self._store.write(sql, _name(what, token), self._store.clock()))

    def _value(self, name: str) -> str:
        row = self._store.find("secrets", name=name)
        return str(row["value"]) if row else ""


def _name(what: Pass, token: str) -> str:
    return f"{what}:{hashlib.sha256(token.encode()).hexdigest()}"


def _stretched(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode(), salt=salt, **_COST).hex()
