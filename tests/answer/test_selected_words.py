"""How an answer from a model's choice is worded: each thing is called once, and no number stands without its unit."""

from __future__ import annotations

import json
from functools import cache

import pytest

from answer.selected import selected
from answer.shelf import Shelf
from ingest.parse import parse
from plan.model import Answer, PlanVersion, SourceText
from reading.language_model.choice import choice_of, reading_of
from reading.language_model.pieces import Sheet, Sheets
from reading.protocol import Candidate
from tests.reading.language_model.readers import candidates

PLACES = ("Trà Sơn", "Đồi Mây")
PLAN = """ỦY BAN NHÂN DÂN
XÃ {place}

Số: 21/KH-UBND
{place}, ngày 10 tháng 3 năm 2026

KẾ HOẠCH
Trồng cây xanh năm 2026 trên địa bàn xã {place}

I. NHIỆM VỤ
1. Trồng cây ven đường
a) Trồng 600 cây bàng ven đường liên thôn.
- Cơ quan chủ trì: Phòng Kinh tế.
- Cơ quan phối hợp: Hội Nông dân xã.
- Thời gian: Hoàn thành trước ngày 20/5/2026.
- Kết quả: 600 cây sống.

II. KINH PHÍ
TT\tNội dung chi\tSố tiền (triệu đồng)
1\tMua cây giống\t84
2\tCông trồng\t37

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Lê Văn Sáu

PHỤ LỤC
PHÂN CÔNG NHIỆM VỤ
TT\tNội dung nhiệm vụ\tChủ trì\tPhối hợp\tThời hạn
1\tTưới cây mùa khô\tPhòng Kinh tế\tĐoàn Thanh niên xã\tTháng 11/2026
2\tLàm cỏ quanh gốc\tTrưởng các thôn\tHội Phụ nữ xã\tHằng quý
"""
MANY = ("An Hòa", "Bình Mỹ", "Cát Lâm", "Đông Sơn", "Gia Lộc", "Hải Ninh", "Kim Bôi", "Lộc An", "Mỹ Thọ", "Nam Hà")


@cache
def plan(place: str) -> PlanVersion:
    """Of this place, and on another subject where one stands behind it: "Trà Sơn/Nuôi ong"."""
    name, _, subject = place.partition("/")
    text = PLAN.replace("{place}", name).replace("Trồng cây xanh", subject or "Trồng cây xanh")
    return parse(SourceText(text, "cay-xanh.txt", place), place, 1)


def shown(*places: str) -> tuple[Sheet, list[Candidate]]:
    given = candidates(*map(plan, places), words="cây", most=100)
    return Sheets(24_000).of(given, "vi"), given


def answer(*picks: tuple[str, str], language: str = "vi", places: tuple[str, ...] = PLACES[:1]) -> Answer:
    """What is said when these facets are chosen, each of the pieces that hold these words, in all plans that differ."""
    sheet, given = shown(*places)
    pieces = list(enumerate(sheet.pieces, 1))
    chosen = [
        {"facet": facet, "id": number, "part": ""} for facet, words in picks for number, p in pieces if words in p.text
    ]
    which = list(range(1, len(places) + 1)) if len(places) > 1 else []
    reading = reading_of(choice_of(json.dumps({"answers": chosen, "which_plan": which})), sheet, given)
    assert reading
    return selected(reading, {(each.plan_id, 1): Shelf(each) for each in map(plan, places)}, language)


@pytest.mark.parametrize(
    ("facet", "line", "vi", "en"),
    [
        ("deadline", "Thời gian:", "Thời hạn: Hoàn thành trước ngày 20/5/2026", "Deadline: Hoàn thành trước ngày"),
        ("coord", "- Cơ quan phối hợp:", "Phối hợp: Hội Nông dân xã", "Coordinating: Hội Nông dân xã"),
        ("lead", "- Cơ quan chủ trì:", "Chủ trì: Phòng Kinh tế", "Lead unit: Phòng Kinh tế"),
        ("product", "- Kết quả:", "Sản phẩm: 600 cây sống", "Product: 600 cây sống"),
    ],
)
def test_a_line_that_names_itself_is_named_once(facet: str, line: str, vi: str, en: str) -> None:
    assert answer((facet, line)).headline.startswith(vi)
    assert answer((facet, line), language="en").headline.startswith(en)


def test_the_mark_of_a_clause_is_told_by_its_place_alone() -> None:
    assert answer(("content", "600 cây bàng")).headline == "Trồng 600 cây bàng ven đường liên thôn"
    both = answer(("content", "600 cây bàng"), places=PLACES)
    assert [line.partition(" (")[0] for line in both.lines] == [
        f"• Xã {place}: Trồng 600 cây bàng ven đường liên thôn." for place in PLACES
    ]


def test_a_number_of_a_table_is_said_with_its_column_where_the_unit_stands() -> None:
    said = answer(("funding", "Mua cây giống"), ("funding", "84")).headline
    assert said == "Kinh phí: Mua cây giống; Số tiền (triệu đồng): 84"


def test_of_a_row_in_a_list_the_task_and_what_was_chosen_are_said() -> None:
    lines = answer(("coord", "Phối hợp: Đoàn"), places=PLACES).lines
    assert len(lines) == len(PLACES)
    for place, line in zip(PLACES, lines, strict=True):
        assert line.startswith(f"• Xã {place}: Tưới cây mùa khô – Phối hợp: Đoàn Thanh niên xã (hàng 1 ")


def test_of_several_plans_each_is_cited_before_any_is_cited_twice() -> None:
    """Three citations are shown at once: all three were of the first plan."""
    both = answer(("lead", "- Cơ quan chủ trì:"), ("funding", "84"), places=PLACES)
    assert [cited.plan_id for cited in both.citations[:4]] == [*PLACES, *PLACES]


def test_ten_plans_that_say_so_stand_on_one_screen_each_with_what_was_chosen() -> None:
    many = answer(("deadline", "- Thời gian:"), ("content", "600 cây bàng"), places=MANY)
    for place in MANY:
        assert f"• Xã {place}: " in many.text[:1200]
    assert many.text[:1200].count("20/5/2026") == len(MANY)


def test_where_it_depends_on_the_plan_each_can_be_chosen() -> None:
    assert answer(("lead", "- Cơ quan chủ trì:"), places=PLACES).others == PLACES
    assert not answer(("lead", "- Cơ quan chủ trì:")).others


def test_plans_of_one_commune_are_told_apart_by_what_they_are_about() -> None:
    text = answer(("funding", "84"), places=("Trà Sơn", "Trà Sơn/Nuôi ong")).text
    assert "tên xã" not in text
    assert "Trồng cây xanh" in text
    assert "Nuôi ong" in text
