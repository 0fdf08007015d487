"""A page image becomes words with places: ruled tables are read cell by cell, the rest as a page.

Read as a whole, a table comes out with its columns interleaved (0-10 % of rows whole); cell by cell nearly all are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from statistics import mean
from typing import Any

import cv2
import numpy as np

from ingest.readers.assemble import PageContent
from ingest.readers.draft import Draft, Stamp
from ingest.readers.faults import UnreadableFile
from ingest.readers.grid import Grid, Rule, grids
from ingest.readers.layout import Box, Layout, PageSize
from ingest.readers.paper import Paper, prepare, rules_of
from ingest.readers.tesseract import CELL, PAGE, Seen, language, recognise
from ingest.readers.tokens import Token
from ingest.readers.turned import back, quarters_of_picture, turned_size

INSET = 0.02  # inches a cell is cut inside its lines
MARGIN = 10  # white pixels around a cell; Tesseract needs air
ENLARGED = 1.5  # cells hold few words; single digits and numerals are read better when larger (measured)
HARDLY = 60.0  # mean confidence below which a page may stand on its head
LEAST_INK = 12  # dark pixels in a cell worth reading


def require_tesseract() -> None:
    """Say what to install when it is not there."""
    if not language():
        raise UnreadableFile("ocr_missing")


def recognise_page(image: Any, number: int, size: PageSize) -> PageContent:
    """The words and drawn lines of a page image (grey numpy array), in the units of `size`; set upright first."""
    quarters = quarters_of_picture(image)
    page = _recognised(image, number, size, quarters)
    if not quarters and _hardly_readable(page) and (quarters := quarters_of_picture(image, doubtful=True)):
        page = _recognised(image, number, size, quarters)
    return page


def _hardly_readable(page: PageContent) -> bool:
    known = [token.confidence for token in page.tokens if token.confidence is not None]
    return bool(known) and mean(known) < HARDLY


def _recognised(image: Any, number: int, seen: PageSize, quarters: int) -> PageContent:
    image, size = np.ascontiguousarray(np.rot90(image, quarters)), turned_size(seen, quarters)
    paper = prepare(image)
    rules = rules_of(paper.image, paper.dpi)
    tolerance = 0.04 * paper.dpi
    tables = grids(rules, tolerance)
    words = _read_page(paper, tables) + _read_cells(paper, tables)
    scale = size.width / image.shape[1]
    # Geometry is judged on the straight picture; `back` carries the boxes to the page as it is at the very end.
    straight = np.diag([scale, scale, 1.0]) @ paper.back @ np.diag([1 / scale, 1 / scale, 1.0])
    return PageContent(
        number,
        size,
        tuple(_token(word, number, scale) for word in words),
        tuple(Rule(rule.horizontal, rule.at * scale, rule.low * scale, rule.high * scale) for rule in rules),
        tolerance * scale,
        recognised=True,
        back=tuple((back(seen, quarters) @ straight).ravel().tolist()),
        seen=seen,
    )


def _token(word: Seen, page: int, scale: float) -> Token:
    box = Box(word.x0 * scale, word.top * scale, word.x1 * scale, word.bottom * scale)
    text = unicodedata.normalize("NFC", word.text).replace("\u2044/", "/").replace("\u2044", "/")
    return Token(text, box, page, word.line_top * scale, word.line_bottom * scale, word.confidence)


def _read_page(paper: Paper, tables: Sequence[Grid]) -> list[Seen]:
    image = paper.image.copy()
    for table in tables:
        x0, top, x1, bottom = (int(side) for side in table.box.sides())
        image[max(0, top - 4) : bottom + 5, max(0, x0 - 4) : x1 + 5] = 255
    words = recognise([image], PAGE, paper.dpi)[0]
    return [word for word in words if any(char.isalnum() for char in word.text) or word.text in "-+–•"]


def _read_cells(paper: Paper, tables: Sequence[Grid]) -> list[Seen]:
    inset = max(2, int(INSET * paper.dpi))
    boxes = [cell.value for table in tables for cell in table.cells]
    cuts = [(box, _cut(paper.image, box, inset)) for box in boxes]
    cuts = [(box, cut) for box, cut in cuts if cut is not None]
    read = recognise([cut for _, cut in cuts], CELL, round(paper.dpi * ENLARGED))
    return [
        _moved(_reduced(word), box.x0 + inset - MARGIN, box.top + inset - MARGIN)
        for (box, _), words in zip(cuts, read, strict=True)
        for word in words
    ]


def _cut(image: Any, box: Box, inset: int) -> Any | None:
    """A cell's inside on white, None when it holds no ink."""
    x0, top, x1, bottom = (int(side) for side in box.sides())
    cut = image[top + inset : bottom - inset, x0 + inset : x1 - inset]
    if cut.size == 0 or int((cut < 128).sum()) < LEAST_INK:
        return None
    cut = cv2.copyMakeBorder(cut, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=255)
    return cv2.resize(cut, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)


def _reduced(word: Seen) -> Seen:
    return replace(
        word,
        x0=word.x0 / ENLARGED,
        x1=word.x1 / ENLARGED,
        top=word.top / ENLARGED,
        bottom=word.bottom / ENLARGED,
        line_top=word.line_top / ENLARGED,
        line_bottom=word.line_bottom / ENLARGED,
    )


def _moved(word: Seen, x: float, y: float) -> Seen:
    return replace(
        word,
        x0=word.x0 + x,
        x1=word.x1 + x,
        top=word.top + y,
        bottom=word.bottom + y,
        line_top=word.line_top + y,
        line_bottom=word.line_bottom + y,
    )


def draft_of(
    pages: Sequence[PageContent],
    made: tuple[str, tuple[int, ...], Layout],
    how: str,
    stamps: tuple[Stamp, ...] = (),
) -> Draft:
    """The draft of a paged document; one recognised page makes it a recognised document."""
    text, starts, layout = made
    known = [word.confidence for word in layout.words if word.confidence is not None]
    return Draft(
        text,
        "ocr" if any(page.recognised for page in pages) else how,
        starts,
        (),
        stamps,
        layout,
        mean(known) if known else None,
    )
