"""What this machine can read: text always; Word, PDF, scans and older files with what is installed for them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from bot.i18n import say

_PACKAGES = {"lxml": "lxml", "pdfplumber": "pdfplumber", "pypdfium2": "pypdfium2", "cv2": "opencv", "PIL": "pillow"}
VIETNAMESE = ("vie", "script/Vietnamese")


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is not installed: what cannot be done without it, and the command that installs it."""

    what: str
    command: str

    def told(self) -> str:
        """One line."""
        return say("doctor.lack", what=self.what, command=self.command)


def lacks() -> Iterator[Lack]:
    """What is missing, the most needed first. Text files are read in any case."""
    missing = [name for module, name in _PACKAGES.items() if find_spec(module) is None]
    if missing:
        yield Lack(say("doctor.no_packages", names=", ".join(missing)), 'pip install --editable ".[documents]"')
    languages = _tesseract()
    if languages is None:
        yield Lack(say("doctor.no_tesseract"), "sudo apt-get install tesseract-ocr tesseract-ocr-vie")
    elif not set(VIETNAMESE) & set(languages):
        yield Lack(say("doctor.no_vietnamese"), "sudo apt-get install tesseract-ocr-vie")
    if not (shutil.which("soffice") or shutil.which("libreoffice")):
        yield Lack(say("doctor.no_office"), "sudo apt-get install libreoffice-writer-nogui")


def _tesseract() -> list[str] | None:
    """The languages of the Tesseract that is installed; None without one."""
    command = shutil.which("tesseract")
    if command is None:
        return None
    quiet = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    listed = subprocess.run(
        [command, "--list-langs"], capture_output=True, encoding="utf-8", errors="replace", env=quiet, check=False
    )
    return listed.stdout.split()
