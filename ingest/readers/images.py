"""Images: scans and phone photos as PNG, JPEG or TIFF, one page for each frame."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ingest.readers.assemble import assemble
from ingest.readers.draft import Draft
from ingest.readers.layout import PageSize
from ingest.readers.limits import Limits, UnreadableFile
from ingest.readers.recognise import draft_of, recognise_page, require_tesseract

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
