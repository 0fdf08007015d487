"""Writes the canonical text of paged documents and notes where each word lands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.readers.layout import Layout, PageSize, PlacedWord
from ingest.readers.tokens import Block, Row, Token


@dataclass
class Scribe:
    """Grows a text; one line for each block, cells parted by tabs."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    words: list[PlacedWord] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])

    def write(self, blocks: Sequence[Block]) -> None:
        """Write blocks in order."""
        for block in blocks:
            if isinstance(block, Row):
                self._row(block)
            else:
                self._words(block.tokens)
            self._put("\n")

    def finish(self, pages: Sequence[PageSize]) -> tuple[str, tuple[int, ...], Layout]:
        """The text, the page starts (one for each page, blank ones too) and the layout."""
        starts = [*self.starts, *[self.length] * (len(pages) - len(self.starts))]
        return "".join(self.parts), tuple(starts), Layout(tuple(pages), tuple(self.words))

    def _row(self, row: Row) -> None:
        """A row cut by a page end belongs to the page where it begins."""
        self._turn_to(min((token.page for cell in row.cells for token in cell), default=1))
        for column, cell in enumerate(row.cells):
            if column:
                self._put("\t")
            self._words(cell, turning=False)

    def _words(self, tokens: Sequence[Token], turning: bool = True) -> None:
        for position, token in enumerate(tokens):
            if position and not token.glued:
                self._put(" ")
            if turning:
                self._turn_to(token.page)
            start = self.length
            self._put(token.text)
            self.words.append(PlacedWord(start, self.length, token.page, token.box, token.confidence))

    def _turn_to(self, page: int) -> None:
        """The first word of a page begins it."""
        while len(self.starts) < page:
            self.starts.append(self.length)

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)
