"""Boxes found on a straightened picture, carried back to the page as it was scanned or photographed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.readers.layout import Box, Layout


def carried_back(layout: Layout, matrices: Mapping[int, Sequence[float]]) -> Layout:
    """The layout with the boxes of the given pages mapped through their 3×3 matrices."""
    if not matrices:
        return layout
    words = tuple(
        replace(word, box=mapped(word.box, matrices[word.page])) if word.page in matrices else word
        for word in layout.words
    )
    return Layout(layout.pages, words)


def mapped(box: Box, matrix: Sequence[float]) -> Box:
    """The upright box around the mapped corners."""
    corners = [(box.x0, box.top), (box.x1, box.top), (box.x1, box.bottom), (box.x0, box.bottom)]
    points = [_point(x, y, matrix) for x, y in corners]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _point(x: float, y: float, m: Sequence[float]) -> tuple[float, float]:
    depth = m[6] * x + m[7] * y + m[8] or 1.0
    return (m[0] * x + m[1] * y + m[2]) / depth, (m[3] * x + m[4] * y + m[5]) / depth
