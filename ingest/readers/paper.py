"""A picture of a page made ready to be read: cut out of a photo, evenly lit, straightened, its drawn lines found.

Nothing is despeckled: removing small specks erases the dot below (ạ → a), the best way to ruin Vietnamese.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.readers.grid import Rule
from ingest.readers.layout import Box, PageSize, mapped

A4_INCHES = 8.27
LEAST_DPI, USUAL_DPI, MOST_DPI = 150, 200, 300
MOST_SKEW = 5.0
SIDEWAYS = 0.7  # measured: upright pages have 0.06 to 0.8 (tables), pages on their side 1.2 to 16
LONG, SHORT = 0.3, 0.11  # inches: longer than any stroke of a letter; the lowest row of a table
Matrix = Any  # 3×3 numpy array


@dataclass(frozen=True, slots=True)
class Paper:
    """A straight grey picture and the matrix that leads from its pixels back to those of the original."""

    image: Any
    back: Matrix
    dpi: int


def prepare(image: Any) -> Paper:
    """Everything that is done to a picture before it is read."""
    image, unwarp = _cut_out(image)
    image = _even_light(image)
    image, unscale = _usual_size(image)
    image, turn_back = _straighten(image)
    dpi = round(min(image.shape[:2]) / A4_INCHES)
    return Paper(image, unwarp @ unscale @ turn_back, max(LEAST_DPI, min(MOST_DPI, dpi)))


def _cut_out(image: Any) -> tuple[Any, Matrix]:
    """The sheet of a photo, in perspective on a darker table; any other picture as it is."""
    corners = _sheet(image)
    if corners is None:
        return image, np.eye(3)
    width = int(max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3])))
    height = int(max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1])))
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners, flat)
    return cv2.warpPerspective(image, matrix, (width, height), borderValue=255), np.linalg.inv(matrix)


def _sheet(image: Any) -> Any | None:
    scale = 600 / max(image.shape[:2])
    small = cv2.GaussianBlur(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), (7, 7), 0)
    _, bright = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    largest = max(contours, key=cv2.contourArea)
    share = cv2.contourArea(largest) / small.size
    corners = cv2.approxPolyDP(largest, 0.02 * cv2.arcLength(largest, True), True)
    if len(corners) != 4 or not 0.25 < share < 0.97 or not _stands_out(small, largest):
        return None
    return _in_order(corners.reshape(4, 2).astype(np.float32) / scale)


def _stands_out(image: Any, contour: Any) -> bool:
    """The sheet must be clearly brighter than what lies around it, or it is only the print area of a page."""
    inside = cv2.drawContours(np.zeros(image.shape, np.uint8), [contour], -1, 255, -1) > 0
    return bool(np.median(image[inside]) - np.median(image[~inside]) > 40)


def _in_order(corners: Any) -> Any:
    """Top left, top right, bottom right, bottom left."""
    sums, differences = corners.sum(axis=1), np.diff(corners, axis=1).ravel()
    order = [sums.argmin(), differences.argmin(), sums.argmax(), differences.argmax()]
    return corners[order]


def _even_light(image: Any) -> Any:
    """Divide by the background where it is uneven (photos, book spines); clean scans stay untouched."""
    small = cv2.resize(image, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    background = cv2.GaussianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), (0, 0), 7)
    if background.std() < 8:
        return image
    background = cv2.resize(background, image.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.divide(image, np.maximum(background, 1), scale=245)


def _usual_size(image: Any) -> tuple[Any, Matrix]:
    """Too coarse is enlarged, too fine is reduced."""
    dpi = min(image.shape[:2]) / A4_INCHES
    if LEAST_DPI <= dpi <= MOST_DPI * 1.1:
        return image, np.eye(3)
    scale = (USUAL_DPI if dpi < LEAST_DPI else MOST_DPI) / dpi
    method = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    resized = cv2.resize(image, None, fx=scale, fy=scale, interpolation=method)
    return resized, np.diag([1 / scale, 1 / scale, 1.0])


def _straighten(image: Any) -> tuple[Any, Matrix]:
    angle = skew(image)
    if abs(angle) < 0.05:
        return image, np.eye(3)
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    straight = cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    return straight, np.vstack([cv2.invertAffineTransform(turn), [0, 0, 1]])


def skew(image: Any) -> float:
    """The angle (degrees, counter-clockwise) that makes the lines of writing most distinct."""
    ink = _ink(image)
    coarse = max(np.arange(-MOST_SKEW, MOST_SKEW + 0.1, 0.5), key=lambda angle: _sharpness(ink, angle))
    return float(max(np.arange(coarse - 0.5, coarse + 0.51, 0.1), key=lambda angle: _sharpness(ink, angle)))


def lies_down(image: Any) -> bool:
    """Whether a picture may lie on its side: its columns are about as distinct as lines of writing would be."""
    ink = _ink(image)
    return _sharpness(np.ascontiguousarray(ink.T), 0.0) > SIDEWAYS * _sharpness(ink, 0.0)


def _ink(image: Any) -> Any:
    scale = 700 / max(image.shape[:2])
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.threshold(small, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]


def _sharpness(ink: Any, angle: float) -> float:
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(angle), 1.0)
    rows = cv2.warpAffine(ink, turn, (width, height)).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum())


def rules_of(image: Any, dpi: int) -> list[Rule]:
    """The drawn lines of a straight picture, in pixels."""
    ink = cv2.adaptiveThreshold(image, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    ink = cv2.dilate(ink, np.ones((2, 2), np.uint8))
    across = _strokes(ink, int(LONG * dpi), horizontal=True, thickest=int(0.08 * dpi))
    down = _strokes(ink, int(SHORT * dpi), horizontal=False, thickest=int(0.08 * dpi))
    long = [rule for rule in down if rule.high - rule.low >= LONG * dpi]
    return across + long + [rule for rule in down if rule not in long and _held(rule, across, long, 0.05 * dpi)]


def _held(rule: Rule, across: list[Rule], down: list[Rule], tolerance: float) -> bool:
    """As short as a letter, it is a border only between two horizontal lines and in line with a longer border."""
    ends = (rule.low, rule.high)
    return any(abs(line.at - rule.at) <= tolerance / 2 for line in down) and all(
        any(
            abs(line.at - end) <= tolerance and line.low - tolerance <= rule.at <= line.high + tolerance
            for line in across
        )
        for end in ends
    )


def _strokes(ink: Any, length: int, horizontal: bool, thickest: int) -> list[Rule]:
    shape = (1, length) if horizontal else (length, 1)
    lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
    count, _, boxes, _ = cv2.connectedComponentsWithStats(lines)
    found = []
    for left, top, width, height, _ in boxes[1:count].tolist():
        if horizontal and height <= thickest:
            found.append(Rule(True, top + height / 2, left, left + width))
        elif not horizontal and width <= thickest:
            found.append(Rule(False, left + width / 2, top, top + height))
    return found


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
    box = Box(rule.low, rule.at, rule.high, rule.at) if rule.horizontal else Box(rule.at, rule.low, rule.at, rule.high)
    upright = mapped(box, back(turned_size(size, quarters), -quarters % 4).ravel().tolist())
    if rule.horizontal != bool(quarters % 2):
        return Rule(True, upright.top, upright.x0, upright.x1)
    return Rule(False, upright.x0, upright.top, upright.bottom)
