"""Seals: short proofs that this bot itself wrote an address, a cookie or a form, so that nobody else can."""

from __future__ import annotations

import hashlib
import hmac

LENGTH = 32  # hexadecimal digits, 128 bits


def seal(key: bytes, *parts: object) -> str:
    """The proof for these parts; the order and the borders between them count."""
    told = "\0".join(str(part) for part in parts)
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()[:LENGTH]


def holds(key: bytes, proof: str, *parts: object) -> bool:
    """Whether a proof is the one for these parts, in the same time whatever is wrong with it."""
    return hmac.compare_digest(proof.encode("utf-8", "replace"), seal(key, *parts).encode())
