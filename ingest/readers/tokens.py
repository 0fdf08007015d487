"""What pages are made of before they are text: words with places, then paragraphs and table rows of such words."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.readers.layout import Box


@dataclass(frozen=True, slots=True)
class Token:
    """A printed word. `line_top` and `line_bottom` are its line's height, which commas and dashes do not fill."""

    text: str
    box: Box
    page: int
    line_top: float
    line_bottom: float
    confidence: float | None = None
    size: float = 0.0  # font size where it is known

    @property
    def height(self) -> float:
        """The height of its line."""
        return self.line_bottom - self.line_top


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words in reading order; `open_end` when its last line fills the measure, `fresh` when it begins a paragraph."""

    tokens: tuple[Token, ...]
    open_end: bool = False
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A table row as the text shows it, one tuple of words for each column. `header` rows name the columns."""

    cells: tuple[tuple[Token, ...], ...]
    header: bool = False

    def texts(self) -> tuple[str, ...]:
        """The cells as plain strings."""
        return tuple(" ".join(token.text for token in cell) for cell in self.cells)


Block = Paragraph | Row
