"""Why a file could not be read: one exception with a code; its sentence for the admin is `readers.<code>` in `prompts`.

So the terminal, the inbox report and every channel say the same thing.
"""

from __future__ import annotations

from prompts import phrase, phrases


class UnreadableFile(Exception):
    """A file that gives no text. `code` names its sentence; `detail` is for the log and may be empty."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code if f"readers.{code}" in phrases("vi") else "crashed"
        self.detail = detail
        super().__init__(self.sentence())

    def sentence(self, language: str = "vi") -> str:
        """What to tell the admin."""
        return phrase(language, f"readers.{self.code}")

    def __reduce__(self) -> tuple[type[UnreadableFile], tuple[str, str]]:
        return (UnreadableFile, (self.code, self.detail))
