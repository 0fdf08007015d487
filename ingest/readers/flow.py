"""From printed lines to paragraphs. Shared by PDF and recognised images.

Line ends on paper are where the measure ended, not where the author ended a paragraph; the rules here tell the two
apart by geometry (gap, indent, whether the next word would have fitted) and, where that says nothing, by marks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.readers.columns import columns, region
from ingest.readers.printed import ENDS, Line, Measure, run_on
from ingest.readers.tokens import Paragraph


def paragraphs(lines: Sequence[Line], measure: Measure) -> list[Paragraph]:
    """The paragraphs of a stretch of lines without tables."""
    found: list[Paragraph] = []
    plain: list[Line] = []
    index = 0
    while index < len(lines):
        size, gutter = region(lines[index:])
        if size:
            found += _flush(plain, measure)
            plain = []
            found += [_paragraph(group, None) for group in columns(lines[index : index + size], gutter)]
            index += size
        else:
            plain.append(lines[index])
            index += 1
    return found + _flush(plain, measure)


def _flush(lines: Sequence[Line], measure: Measure) -> list[Paragraph]:
    if not lines:
        return []
    pitch = _pitch(lines)
    groups = [[lines[0]]]
    for line in lines[1:]:
        if _begins(groups[-1], line, measure, pitch):
            groups.append([line])
        else:
            groups[-1].append(line)
    return [_paragraph(group, measure) for group in groups]


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance from line to line, in line heights."""
    steps = [(b.top - a.top) / a.height for a, b in pairwise(lines) if b.top > a.top]
    return sorted(steps)[len(steps) // 4] if steps else 1.2


def _begins(group: Sequence[Line], line: Line, measure: Measure, pitch: float) -> bool:
    """Whether a line begins a new paragraph after this group."""
    last = group[-1]
    if _size_differs(last, line) or (line.top - last.top) / last.height > max(pitch * 1.3, pitch + 0.35):
        return True
    if not _would_overflow(last, line, measure) and not _unfinished(last, line, measure):
        return True
    if line.x0 > measure.left + 2 * line.height and all(_centred(each, measure) for each in (*group, line)):
        return line.marked or last.text.endswith(ENDS)
    step = 0.6 * line.height
    if line.x0 > last.x0 + step and not (len(group) == 1 and line.x0 < measure.left + step):
        return True
    indented = line.x0 > measure.left + step and abs(line.x0 - group[0].x0) < step
    if indented and len(group) == 1:  # both begin where first lines begin
        return line.marked or line.text[0].isupper()
    return line.marked and last.text.endswith(ENDS)


def _would_overflow(last: Line, line: Line, measure: Measure) -> bool:
    """Whether the first word of a line had no room at the end of the line before."""
    first = line.tokens[0].box
    return last.x1 + 0.2 * last.height + (first.x1 - first.x0) > measure.right - 0.15 * last.height


def _unfinished(last: Line, line: Line, measure: Measure) -> bool:
    """An open sentence that goes on in lower case at the left margin: ragged text, not a new paragraph."""
    at_margin = line.x0 < measure.left + 0.6 * line.height and last.x1 > measure.left + 0.75 * measure.width
    return at_margin and line.text[0].islower() and not line.marked and not last.text.endswith((".", ";", ":"))


def _size_differs(last: Line, line: Line) -> bool:
    sizes = [median(token.size for token in each.tokens) for each in (last, line)]
    return abs(sizes[0] - sizes[1]) > 0.6


def _centred(line: Line, measure: Measure) -> bool:
    return abs((line.x0 + line.x1) - (measure.left + measure.right)) < 1.6 * line.height


def _fresh(line: Line, measure: Measure) -> bool:
    return line.marked or line.x0 > measure.left + 0.6 * line.height


def _paragraph(lines: Sequence[Line], measure: Measure | None) -> Paragraph:
    if measure is None:  # in a narrow column nothing runs on over a page end
        return Paragraph(run_on(lines), room=math.inf)
    return Paragraph(run_on(lines), measure.right - lines[-1].x1, _fresh(lines[0], measure))
