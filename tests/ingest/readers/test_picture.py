"""The picture of a quote shows the place the quote was read from."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from ingest.readers import Box, Layout, PageSize, PlacedWord, Reading, read_whole
from ingest.readers.picture import FRAME, pictures
from tests.patience import quickest

PDF = Path(__file__).resolve().parents[3] / "samples" / "van-hoa-doc.pdf"


@cache
def reading() -> Reading:
    return read_whole(PDF)


def layout() -> Layout:
    found = reading().layout
    assert found is not None
    return found


def place(words: str) -> tuple[int, int]:
    start = reading().source.text.index(words)
    return start, start + len(words)


def test_a_clause_is_framed_on_its_page_quickly() -> None:
    line = place("- Thời gian hoàn thành: Trước ngày 15/6/2026.")
    (picture,), seconds = quickest(lambda: pictures(PDF, layout(), *line))
    assert seconds < 0.5
    page, crop = (Image.open(io.BytesIO(data)).convert("RGB") for data in (picture.png, picture.crop))
    assert picture.page == 2
    assert crop.height < page.height / 3
    red = np.abs(np.asarray(page).astype(int) - np.array(FRAME)).sum(axis=2) < 60
    assert red.sum() > 2 * crop.width / 3


def test_a_clause_over_two_pages_gives_two_pictures() -> None:
    row = next(line for line in reading().source.text.splitlines() if line.startswith("11\tHội thi"))
    assert [picture.page for picture in pictures(PDF, layout(), *place(row))] == [7, 8]


def test_a_place_without_words_has_no_picture() -> None:
    assert pictures(PDF, Layout((PageSize(10, 10),), ()), 0, 5) == []


def test_layout_survives_its_json_and_finds_words_by_overlap() -> None:
    words = (PlacedWord(0, 3, 1, Box(1, 2, 3, 4), 91.5), PlacedWord(4, 8, 1, Box(4, 2, 9, 4)))
    one = Layout((PageSize(595.0, 842.0),), words)
    assert Layout.from_json(one.to_json()) == one
    assert one.at(2, 4) == words[:1]
    assert one.at(3, 4) == ()
