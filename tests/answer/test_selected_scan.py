"""What a model chooses of a bad scan, or of a cell that a page cuts, is what officers read; the letters are quoted."""

from __future__ import annotations

import json

import pytest

from answer.selected import selected
from answer.shelf import Shelf
from plan.model import Answer
from reading.language_model.choice import choice_of, reading_of
from reading.language_model.pieces import Sheet, Sheets
from tests.reading.language_model.readers import HA_VAN, candidates, version

SCAN = "tests/questions/plans/binh-lang.txt"


def answer(file: str, *picks: tuple[str, str, str]) -> Answer:
    """Each pick: the facet, what its piece holds (after "a > b" the first with b from a on), and the part."""
    plan = version(file)
    given = candidates(plan, most=400)
    sheet = Sheets(24_000).of(given, "vi")
    answers = [{"facet": facet, "id": number(sheet, text), "part": part} for facet, text, part in picks]
    reading = reading_of(choice_of(json.dumps({"answers": answers})), sheet, given)
    assert reading
    shelf = Shelf(plan)
    return selected(reading, {shelf.scope: shelf}, "vi")


def number(sheet: Sheet, wanted: str) -> int:
    after, _, text = wanted.rpartition(" > ")
    texts = [piece.text for piece in sheet.pieces]
    first = next(place for place, each in enumerate(texts) if after in each)
    return next(place for place, each in enumerate(texts, 1) if place > first and text in each)


@pytest.mark.parametrize(
    ("file", "pick", "line"),
    [
        (HA_VAN, ("coord", "Phối hợp: Hội Phụ nữ, các ngân", ""), "Phối hợp: Hội Phụ nữ, các ngân hàng thương mại"),
        (SCAN, ("target", "ít nhất 20%", "Kéo giảm ít nhất 20% số vụ cháy so với năm 2025"), "Kéo giảm ít nhất 20%"),
        (SCAN, ("lead", "02 cây xăng", "Công an xã chủ trì"), "Công an xã chủ trì"),
    ],
)
def test_the_first_line_is_what_was_chosen(file: str, pick: tuple[str, str, str], line: str) -> None:
    assert answer(file, pick).headline.startswith(line)


def test_of_a_badly_read_plan_officers_read_what_it_says_and_its_letters() -> None:
    told = answer(SCAN, ("yesno", "bán trú", ""))
    assert told.headline.startswith("Không sử dụng phòng")
    assert "Kh6ng sir dung" in told.text
    assert "Bản nạp đọc từ ảnh kém" in told.text
    listed = answer(SCAN, ("unit_tasks", "bán trú", ""), ("unit_tasks", "băng ca", ""))
    assert "Không sử dụng phòng" in listed.text
    assert "Kh6ng sir dung" not in listed.text
    assert any("Kh6ng sir dung" in citation.quote for citation in listed.citations)
