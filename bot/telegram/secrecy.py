"""A bot's token is in the address of every call, so any library may write it into a log by accident. Not into ours."""

from __future__ import annotations

import logging


class Discreet(logging.Formatter):
    """Another formatter whose lines, tracebacks included, have a secret blotted out."""

    def __init__(self, inner: logging.Formatter, secret: str) -> None:
        super().__init__()
        self._inner = inner
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        """The line, without the secret."""
        return self._inner.format(record).replace(self._secret, "***")


def keep_secret(secret: str) -> None:
    """From now on no log line shows it."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(Discreet(handler.formatter or logging.Formatter(), secret))
