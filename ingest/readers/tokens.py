"""What pages are made of before they are text: words with places, then paragraphs and table rows of such words."""

from __future__ import annotations

from collections.abc import Sequence
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
    glued: bool = False  # no space before it: its word began at the end of the line above

    @property
    def height(self) -> float:
        """The height of its line."""
        return self.line_bottom - self.line_top


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words in reading order; `room` is left at the end of its last line, `fresh` when it surely begins a paragraph."""

    tokens: tuple[Token, ...]
    room: float = 0.0
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A table row as the text shows it, one tuple of words for each column. `header` rows name the columns.

    `tall` says for each column whether its cell is merged with rows above or below.
    """

    cells: tuple[tuple[Token, ...], ...]
    header: bool = False
    tall: tuple[bool, ...] = ()

    def texts(self) -> tuple[str, ...]:
        """The cells as plain strings."""
        return tuple(joined(cell) for cell in self.cells)


def joined(tokens: Sequence[Token]) -> str:
    """Words as text."""
    return "".join(f" {token.text}" if index and not token.glued else token.text for index, token in enumerate(tokens))


Block = Paragraph | Row
