"""The files that plans were read from, kept by their content, so that a quote can be shown on its page.

Where each word stands (`Layout`) is made when a picture is first asked for and kept beside the file.
"""

from __future__ import annotations

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

    def keep(self, file: Path, sha256: str) -> None:
        """Copy a file in; a file that is there already is the same one."""
        suffix = file.suffix.lower() if _SUFFIX.fullmatch(file.suffix.lower()) else ""
        if self.find(sha256) is None and _SHA.fullmatch(sha256):
            self._folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, self._folder / f"{sha256}{suffix}")

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

        kept = self._folder / f"{plan.source.sha256}.layout.json"
        if kept.exists():
            return Layout.from_json(kept.read_text("utf-8"))
        reading = read_whole(file)
        # Another release may read other characters; boxes of other characters would frame the wrong words.
        if reading.layout is None or reading.source.text != plan.text:
            return None
        kept.write_text(reading.layout.to_json(), "utf-8")
        return reading.layout


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
