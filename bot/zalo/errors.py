"""What can go wrong between Zalo and us. No message, cause or context ever holds a token.

ZaloError          Zalo said no; `code` is its own, `alarm` what an admin has to be told, because only he can mend it
└── Unreachable    nothing was sent: the network, a name, a closed port
Uncertain          the request may have arrived, the reply did not: sending again could say everything twice
FileTooLarge, FileGone: a file that somebody sent cannot be had
"""

from __future__ import annotations

from bot.conversation.mailbox import Refused


class Uncertain(Exception):
    """Nobody knows whether Zalo did what was asked."""


class FileTooLarge(Exception):
    """More than we take."""

    phrase = "zalo.file_too_large"


class FileGone(Exception):
    """Zalo does not give it out."""

    phrase = "zalo.file_gone"


class ZaloError(Refused):
    """Zalo refused. `passing` faults are worth another try at once; with an `alarm` questions wait for an admin."""

    def __init__(self, code: int, description: str, passing: bool = False, alarm: str = "") -> None:
        super().__init__(f"{code} {description}".strip())
        self.code = code
        self.passing = passing
        self.alarm = alarm  # a phrase


class Unreachable(ZaloError):
    """The request never left."""

    def __init__(self, description: str) -> None:
        super().__init__(0, description, passing=True)
