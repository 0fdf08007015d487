"""How much of this computer one file may use, and why a file could not be read."""

from __future__ import annotations

from dataclasses import dataclass

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


MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for reading one file; each is checked before the work it would cost is done."""

    file_bytes: int = 60 * MEGABYTE
    text_bytes: int = 3 * MEGABYTE  # a plan of 400 pages is 1.4 MB, and one of 3 MB is parsed in 20 s
    unpacked_bytes: int = 200 * MEGABYTE  # all members of a .docx or .odt together
    unpacked_ratio: int = 200  # unpacked size over packed size; Word's own files stay under 30
    pages: int = 400
    image_pixels: int = 60_000_000  # an A3 sheet at 300 dpi is 17 million
    page_seconds: int = 60  # of processor time for one page; a busy computer does not count against the file
    silence_seconds: float = 300.0  # of the clock without a page done: a hang that burns no time
    total_seconds: float = 3600.0
    memory_bytes: int = 3072 * MEGABYTE  # address space, not resident memory
    convert_seconds: float = 90.0  # of the clock for LibreOffice; 150 pages take it 7
    convert_bytes: int = 1536 * MEGABYTE  # of data; it takes 0.2 GB for a plan
    workers: int = 2  # pages recognised side by side


DEFAULT = Limits()
