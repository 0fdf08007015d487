"""The files that plans were read from, kept by their content, so that a quote can be shown on its page.

Where each word stands (`Layout`) is kept beside the file, for the text it belongs to: another release may have read
other characters, and boxes of other characters would frame the wrong words. What is missing is made when it is needed.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from plan.model import PlanVersion

if TYPE_CHECKING:
    from ingest.readers.layout import Layout
    from ingest.readers.picture import Picture

PAGED = frozenset({"pdf", "ocr"})
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")
_SHA = re.compile(r"[0-9a-f]{64}")


class Originals:
    """A folder of source files named by their digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

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
        """The file of a digest."""
        if not _SHA.fullmatch(sha256) or not self._folder.is_dir():
            return None
        found = (path for path in self._folder.glob(f"{sha256}*") if not path.name.endswith(".layout.json"))
        return next(found, None)

    def forget(self, sha256: str) -> None:
        """The plan is gone, so its file goes too."""
        if _SHA.fullmatch(sha256):
            for path in self._folder.glob(f"{sha256}*"):
                path.unlink(missing_ok=True)

    def has_pages(self, plan: PlanVersion) -> bool:
        """Whether a quote of this version can be shown on its page."""
        return plan.source.how in PAGED and self.find(plan.source.sha256) is not None

    def prepare(self, plan: PlanVersion) -> None:
        """Find out where the words of a version stand, before somebody waits for it: for a scan that takes minutes."""
        file = self.find(plan.source.sha256)
        if file and plan.source.how in PAGED:
            self._layout(plan, file)

    def pictures(self, plan: PlanVersion, start: int, end: int) -> list[Picture]:
        """The pages on which the characters stand, framed; none where there is no page."""
        from ingest.readers.picture import pictures

        file = self.find(plan.source.sha256)
        layout = self._layout(plan, file) if file and plan.source.how in PAGED else None
        return pictures(file, layout, start, end) if file and layout else []

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
        return self._folder / f"{plan.source.sha256}.{text[:16]}.layout.json"


def page_picture(file: Path, page: int) -> bytes | None:
    """One page of a PDF as PNG, without a frame; None for a file without pages."""
    if file.suffix != ".pdf":
        return None
    import io

    import pypdfium2 as pdfium

    try:
        with pdfium.PdfDocument(file) as document:
            image = document[page - 1].render(scale=2).to_pil()
    except (pdfium.PdfiumError, IndexError):
        return None
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
