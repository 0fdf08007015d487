"""The files that plans were read from, kept by their content, so that a quote can be shown on its page.

Where each word stands (`Layout`) is kept beside the file, for the text it belongs to: another release may have read
other characters, and boxes of other characters would frame the wrong words. What is missing is made when it is needed.
A Word file has pages once LibreOffice, where it is installed, has printed it; the print is kept too.
"""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from plan.model import PlanVersion

if TYPE_CHECKING:
    from ingest.readers.layout import Layout
    from ingest.readers.picture import Picture

PAGED, PRINTABLE = frozenset({"pdf", "ocr"}), "docx"
PRINT, LAYOUT, DOOMED = ".print.pdf", ".layout.json", ".doomed"  # what is kept beside a file
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")
_SHA = re.compile(r"[0-9a-f]{64}")

log = logging.getLogger("kehoach.originals")


class Originals:
    """A folder of source files named by their digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._printing = threading.Lock()
        self._unprintable: set[str] = set()  # tried in vain since the start

    def keep(self, file: Path, plan: PlanVersion, layout: Layout | None = None) -> None:
        """Copy in the file of a version, with the places of its words; one that is there already is the same one."""
        sha256 = plan.source.sha256
        suffix = file.suffix.lower() if _SUFFIX.fullmatch(file.suffix.lower()) else ""
        if not _SHA.fullmatch(sha256):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        if self.find(sha256) is None:
            shutil.copyfile(file, self._folder / f"{sha256}{suffix}")
        if layout:
            self._beside(plan).write_text(layout.to_json(), "utf-8")

    def find(self, sha256: str) -> Path | None:
        if not _SHA.fullmatch(sha256) or not self._folder.is_dir():
            return None
        found = (path for path in self._folder.glob(f"{sha256}*") if not path.name.endswith((PRINT, LAYOUT, DOOMED)))
        return next(found, None)

    def kept(self) -> set[str]:
        """The digests of all files that are kept, from one look into the folder."""
        beside = (PRINT, LAYOUT, DOOMED)
        names = [path.name for path in self._folder.iterdir()] if self._folder.is_dir() else []
        return {name.partition(".")[0] for name in names if not name.endswith(beside)}

    def doom(self, *digests: str) -> None:
        """Their plan is about to be removed: a kill in the middle must not leave what nobody wants kept."""
        for sha256 in digests:
            if self.find(sha256):
                (self._folder / f"{sha256}{DOOMED}").touch()

    def sweep(self, is_used: Callable[[str], object]) -> None:
        """Forget the doomed files whose plan is gone; the same file may have become another plan too."""
        for mark in self._folder.glob(f"*{DOOMED}"):
            sha256 = mark.name.removesuffix(DOOMED)
            for path in [] if is_used(sha256) else self._folder.glob(f"{sha256}*"):
                if path != mark:
                    path.unlink(missing_ok=True)
            mark.unlink(missing_ok=True)  # last: before, a kill leaves the rest to the next sweep

    def has_pages(self, plan: PlanVersion) -> bool:
        """Whether a quote of this version can be shown on its page."""
        sha256 = plan.source.sha256
        if self.find(sha256) is None:
            return False
        return plan.source.how in PAGED or (plan.source.how == PRINTABLE and self._may_print(sha256))

    def prepare(self, plan: PlanVersion) -> None:
        """Find out where the words of a version stand, before somebody waits for it."""
        self._pages(plan)

    def pictures(self, plan: PlanVersion, start: int, end: int) -> list[Picture]:
        """The pages on which the characters stand, framed; none where there is no page."""
        from ingest.readers.picture import pictures

        paged = self._pages(plan)
        return pictures(*paged, start, end) if paged else []

    def _pages(self, plan: PlanVersion) -> tuple[Path, Layout] | None:
        """The file that has the pages, and the places of the words on them."""
        file = self.find(plan.source.sha256)
        if file is None:
            return None
        if plan.source.how == PRINTABLE:
            return self._printed(plan, file)
        layout = self._layout(plan, file) if plan.source.how in PAGED else None
        return (file, layout) if layout else None

    def _printed(self, plan: PlanVersion, file: Path) -> tuple[Path, Layout] | None:
        from ingest.readers import UnreadableFile
        from ingest.readers.layout import Layout
        from ingest.readers.office import print_pages

        sha256 = plan.source.sha256
        target, kept = self._folder / f"{sha256}{PRINT}", self._beside(plan)
        with self._printing:  # two who ask for it at once wait for one print
            if target.exists() and kept.exists():
                return target, Layout.from_json(kept.read_text("utf-8"))
            if not self._may_print(sha256):
                return None
            try:
                layout = print_pages(file, plan.text, target)
            except UnreadableFile as error:
                log.warning("%s has no page pictures: %s", plan.file, error.detail or error.code)
                self._unprintable.add(sha256)
                return None
            kept.write_text(layout.to_json(), "utf-8")
            return target, layout

    def _may_print(self, sha256: str) -> bool:
        from ingest.readers.office import can_print

        return (self._folder / f"{sha256}{PRINT}").exists() or (can_print() and sha256 not in self._unprintable)

    def _layout(self, plan: PlanVersion, file: Path) -> Layout | None:
        from ingest.readers import read_whole
        from ingest.readers.layout import Layout

        kept = self._beside(plan)
        if kept.exists():
            return Layout.from_json(kept.read_text("utf-8"))
        reading = read_whole(file)
        if reading.layout is None or reading.source.text != plan.text:
            return None
        kept.write_text(reading.layout.to_json(), "utf-8")
        return reading.layout

    def _beside(self, plan: PlanVersion) -> Path:
        text = hashlib.sha256(plan.text.encode()).hexdigest()
        return self._folder / f"{plan.source.sha256}.{text[:16]}{LAYOUT}"


def page_picture(file: Path, page: int) -> bytes | None:
    """One page of a PDF as PNG, without a frame; None for a file without pages."""
    from ingest.readers import UnreadableFile
    from ingest.readers.picture import page_png

    try:
        return page_png(file, page) if file.suffix == ".pdf" else None
    except UnreadableFile:
        return None
