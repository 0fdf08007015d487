"""A page image becomes words with places: ruled tables are read cell by cell, the rest as a page, both by Tesseract.

Read as a whole, a table comes out with its columns interleaved (0-10 % of rows whole); cell by cell nearly all are.
Many pictures go into one run. `OMP_THREAD_LIMIT=1` is set for it: with its own four threads a page costs four times as
much (measured).
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ingest.readers.assemble import PageContent, assemble
from ingest.readers.draft import Draft, Stamp
from ingest.readers.grid import Grid, Rule, grids
from ingest.readers.layout import Box, Layout, PageSize, Token
from ingest.readers.limits import Limits, UnreadableFile
from ingest.readers.paper import Paper, back, prepare, quarters_of_picture, rules_of, turned_size

PAGE, CELL = 3, 6  # page segmentation modes: a whole page, one block
LANGUAGES = ("vie", "script/Vietnamese")
SECONDS = 280.0  # of the clock for one page; less than the parent's patience


@cache
def language() -> str:
    """The Vietnamese data that is installed, '' when Tesseract or the data is missing."""
    if shutil.which("tesseract") is None:
        return ""
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=30).stdout.split()
    return next((name for name in LANGUAGES if name in listed), "")


def recognise(pictures: Sequence[Any], mode: int, dpi: int) -> list[list[Token]]:
    """The words of each picture (grey numpy arrays), with places in its pixels and of no page yet."""
    if not pictures:
        return []
    with tempfile.TemporaryDirectory() as folder:
        names = [str(Path(folder) / f"{index}.pgm") for index in range(len(pictures))]
        for name, picture in zip(names, pictures, strict=True):
            cv2.imwrite(name, picture)
        (Path(folder) / "list.txt").write_text("\n".join(names) + "\n")
        _run(folder, mode, dpi)
        return _parse((Path(folder) / "out.tsv").read_text(encoding="utf-8"), len(pictures))


def _run(folder: str, mode: int, dpi: int) -> None:
    command = ["tesseract", "list.txt", "out", "-l", language(), "--psm", str(mode), "--dpi", str(dpi), "tsv"]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise UnreadableFile("timeout", "tesseract") from None
    except subprocess.CalledProcessError as error:
        raise UnreadableFile("crashed", error.stderr[-300:].decode("utf-8", "replace")) from None


def _parse(table: str, count: int) -> list[list[Token]]:
    found: list[list[Token]] = [[] for _ in range(count)]
    line = (0.0, 0.0)
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        left, top, width, height = (float(row[name]) for name in ("left", "top", "width", "height"))
        if row["level"] == "4":
            line = (top, top + height)
        elif row["level"] == "5" and row["text"].strip():
            text = unicodedata.normalize("NFC", row["text"].strip()).replace("\u2044/", "/").replace("\u2044", "/")
            word = Token(text, Box(left, top, left + width, top + height), 0, *line, float(row["conf"]))
            found[int(row["page_num"]) - 1].append(word)
    return found


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
        tuple(replace(word.moved(scale), page=number) for word in words),
        tuple(Rule(rule.horizontal, rule.at * scale, rule.low * scale, rule.high * scale) for rule in rules),
        tolerance * scale,
        recognised=True,
        back=tuple((back(seen, quarters) @ straight).ravel().tolist()),
        seen=seen,
    )


def _read_page(paper: Paper, tables: Sequence[Grid]) -> list[Token]:
    image = paper.image.copy()
    for table in tables:
        x0, top, x1, bottom = (int(side) for side in table.box.sides())
        image[max(0, top - 4) : bottom + 5, max(0, x0 - 4) : x1 + 5] = 255
    words = recognise([image], PAGE, paper.dpi)[0]
    return [word for word in words if any(char.isalnum() for char in word.text) or word.text in "-+–•"]


def _read_cells(paper: Paper, tables: Sequence[Grid]) -> list[Token]:
    inset = max(2, int(INSET * paper.dpi))
    boxes = [cell.value for table in tables for cell in table.cells]
    cuts = [(box, _cut(paper.image, box, inset)) for box in boxes]
    cuts = [(box, cut) for box, cut in cuts if cut is not None]
    read = recognise([cut for _, cut in cuts], CELL, round(paper.dpi * ENLARGED))
    return [
        word.moved(1 / ENLARGED, box.x0 + inset - MARGIN, box.top + inset - MARGIN)
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


FORMATS = ("PNG", "JPEG", "TIFF")
LEAST_SIDE = 500  # pixels; a page below this cannot be read by anyone
Progress = Callable[[int, int], None]


def read_image(path: Path, limits: Limits, progress: Progress) -> Draft:
    with open_image(path, limits) as image:
        require_tesseract()
        count = getattr(image, "n_frames", 1)
        if count > limits.pages:
            raise UnreadableFile("too_many_pages", str(count))
        pages = []
        for index in range(count):
            frame = grey_frame(image, index, limits)
            height, width = frame.shape
            if min(height, width) < LEAST_SIDE:
                raise UnreadableFile("image_too_small", f"{width}x{height}")
            pages.append(recognise_page(frame, index + 1, PageSize(float(width), float(height))))
            progress(index + 1, count)
    return draft_of(pages, assemble(pages), "ocr")


def open_image(path: Path, limits: Limits) -> Image.Image:
    """Open an image without decoding it; its header says how large it would become."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked below, with our own sentence
    try:
        image = Image.open(path, formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise UnreadableFile("truncated", str(error)) from None
    if image.width * image.height > limits.image_pixels:
        raise UnreadableFile("image_too_large", f"{image.width}x{image.height}")
    return image


def grey_frame(image: Image.Image, index: int, limits: Limits) -> Any:
    """One frame in grey, turned the way the camera says."""
    try:
        image.seek(index)
        if image.width * image.height > limits.image_pixels:
            raise UnreadableFile("image_too_large")
        return np.asarray(ImageOps.exif_transpose(image).convert("L"))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadableFile("truncated", str(error)) from None
