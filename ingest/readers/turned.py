"""Pages that lie on their side or on their head: how far each is turned, and what its places are once it stands.

A quarter is a turn to the left (counter-clockwise) that sets the page upright. Words and lines are judged on the
upright page; boxes for pictures go back to the page as it is.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.readers.grid import Rule
from ingest.readers.layout import PageSize
from ingest.readers.paper import lies_down

SURE = 2.0  # Tesseract's confidence in how a page lies; upright pages of writing have ten and more
SAMPLES = 400  # letters of a page that are looked at
LEAST_SHARE = 0.6  # of its letters that lie the same way
SECONDS = 60.0


def quarters_of_picture(image: Any, doubtful: bool = False) -> int:
    """How many quarters set a picture upright. `doubtful`: what was read is hardly readable, so ask in any case."""
    if not (doubtful or lies_down(image)):
        return 0
    with tempfile.TemporaryDirectory() as folder:
        name = str(Path(folder) / "page.pgm")
        cv2.imwrite(name, image)
        said = _asked(name)
    turn, sure = re.search(r"Rotate: (\d+)", said), re.search(r"Orientation confidence: ([\d.]+)", said)
    if turn is None or sure is None or float(sure.group(1)) < SURE:
        return 0
    return -(int(turn.group(1)) // 90) % 4


def _asked(name: str) -> str:
    """What Tesseract says of how a page lies; '' where its data for that is missing or there is too little writing."""
    command = ["tesseract", name, "-", "--psm", "0", "-l", "osd"]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS).stdout
    except subprocess.TimeoutExpired:
        return ""


def quarters_of_page(page: pdfium.PdfPage) -> int:
    """How many quarters set the letters of a PDF page upright, as the page is seen."""
    text = page.get_textpage()
    try:
        count = text.count_chars()
        picked = range(0, count, max(1, count // SAMPLES))
        angles = Counter(round(raw.FPDFText_GetCharAngle(text.raw, index) / (np.pi / 2)) % 4 for index in picked)
    finally:
        text.close()
    if not angles:
        return 0
    most, times = angles.most_common(1)[0]
    return (page.get_rotation() // 90 + most) % 4 if times >= LEAST_SHARE * angles.total() else 0


def turned_size(size: PageSize, quarters: int) -> PageSize:
    """Width and height of the upright page."""
    return PageSize(size.height, size.width) if quarters % 2 else size


def back(size: PageSize, quarters: int) -> Any:
    """The 3×3 matrix from places on the upright page to those on the page as it is, whose size is given."""
    width, height = size.width, size.height
    rows: dict[int, list[list[float]]] = {
        1: [[0, -1, width], [1, 0, 0]],
        2: [[-1, 0, width], [0, -1, height]],
        3: [[0, 1, 0], [-1, 0, height]],
    }
    return np.array([*rows.get(quarters, [[1, 0, 0], [0, 1, 0]]), [0, 0, 1]], dtype=float)


def turned_rule(rule: Rule, size: PageSize, quarters: int) -> Rule:
    """A drawn line of the page as it is, on the upright page."""
    ends = (
        ((rule.low, rule.at), (rule.high, rule.at)) if rule.horizontal else ((rule.at, rule.low), (rule.at, rule.high))
    )
    (x0, y0), (x1, y1) = (_upright(x, y, size, quarters) for x, y in ends)
    if rule.horizontal != bool(quarters % 2):
        return Rule(True, y0, min(x0, x1), max(x0, x1))
    return Rule(False, x0, min(y0, y1), max(y0, y1))


def _upright(x: float, y: float, size: PageSize, quarters: int) -> tuple[float, float]:
    turned = {1: (y, size.width - x), 2: (size.width - x, size.height - y), 3: (size.height - y, x)}
    return turned.get(quarters, (x, y))
