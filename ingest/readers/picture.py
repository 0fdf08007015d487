"""The picture of a quote: its page with the clause framed, and a crop around it. One picture for each page it is on.

The frame comes from the word boxes stored when the text was read; nothing is searched for. Rendering runs in the
bot's own process: the file has been read through the child's limits before, and an officer is waiting.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageOps

from ingest.readers.detect import Kind, detect
from ingest.readers.layout import Box, Layout, PlacedWord
from ingest.readers.limits import DEFAULT, Limits, UnreadableFile

WIDTH = 1100  # pixels of a page picture: readable on a phone
FRAME, MARKER = (200, 30, 30), (255, 236, 120)
AIR = 0.012  # air around the frame, as a share of the page width
CROP_AIR = 0.05  # air around a crop, as a share of the page height


@dataclass(frozen=True, slots=True)
class Picture:
    """PNG bytes of one page, whole and cut to the clause."""

    page: int
    png: bytes
    crop: bytes


def pictures(path: Path, layout: Layout, start: int, end: int, limits: Limits = DEFAULT) -> list[Picture]:
    """The pages on which `[start, end)` of the text stands, each with it framed; none when it is nowhere."""
    words = sorted(layout.at(start, end), key=lambda word: word.page)
    by_page = groupby(words, key=lambda word: word.page)
    return [_picture(path, layout, page, list(found), limits) for page, found in by_page]


def page_png(path: Path, page: int) -> bytes:
    """One page of a PDF, without a frame."""
    return _png(_pdf_page(path, page))


def _picture(path: Path, layout: Layout, page: int, words: Sequence[PlacedWord], limits: Limits) -> Picture:
    image = _page_image(path, page, limits)
    scale = image.width / layout.pages[page - 1].width
    boxes = [word.box.moved(scale) for word in words]
    frame = _grown(reduce(Box.union, boxes), AIR * image.width, AIR * image.width, image)
    image = _marked(image, list(_lines(boxes)))
    ImageDraw.Draw(image).rectangle(frame.sides(), outline=FRAME, width=3)
    crop = _grown(frame, image.width, CROP_AIR * image.height, image)
    return Picture(page, _png(image), _png(image.crop(crop.sides())))


def _page_image(path: Path, page: int, limits: Limits) -> Image.Image:
    if detect(path) is Kind.PDF:
        return _pdf_page(path, page)
    from ingest.readers.recognise import open_image

    with open_image(path, limits) as opened:
        opened.seek(page - 1)
        image = ImageOps.exif_transpose(opened).convert("RGB")
    return image.resize((WIDTH, round(image.height * WIDTH / image.width)))


def _pdf_page(path: Path, page: int) -> Image.Image:
    import pypdfium2 as pdfium

    try:
        with closing(pdfium.PdfDocument(path)) as document, closing(document[page - 1]) as sheet:
            image: Image.Image = sheet.render(scale=WIDTH / sheet.get_width()).to_pil()
            return image.convert("RGB")
    except (pdfium.PdfiumError, IndexError) as error:
        raise UnreadableFile("truncated", str(error)) from None


def _grown(box: Box, x: float, y: float, image: Image.Image) -> Box:
    return Box(
        max(0, box.x0 - x), max(0, box.top - y), min(image.width - 1, box.x1 + x), min(image.height - 1, box.bottom + y)
    )


def _lines(boxes: Sequence[Box]) -> Iterator[Box]:
    """Neighbouring words of one line as one box, so that the marker is a stroke and not a row of dots."""
    current: Box | None = None
    for box in boxes:
        if current and abs(box.bottom - current.bottom) < 0.6 * (box.bottom - box.top) and box.x0 > current.x0:
            current = current.union(box)
        else:
            if current:
                yield current
            current = box
    if current:
        yield current


def _marked(image: Image.Image, lines: Sequence[Box]) -> Image.Image:
    """A marker pen under the words: multiplying keeps the print black."""
    layer = Image.new("RGB", image.size, "white")
    pen = ImageDraw.Draw(layer)
    for line in lines:
        pen.rectangle(line.sides(), fill=MARKER)
    return ImageChops.multiply(image, layer)


def _png(image: Image.Image) -> bytes:
    """A palette of 64 colours makes a quarter of the bytes and looks the same for print."""
    buffer = io.BytesIO()
    image.quantize(64, method=Image.Quantize.FASTOCTREE).save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()
