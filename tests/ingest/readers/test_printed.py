"""Printed lines side by side: a letterhead of two columns, and the title that stands below it."""

from __future__ import annotations

import pytest

from ingest.readers.layout import Box, Token, joined
from ingest.readers.printed import Line, Measure, paragraphs, run_on


def line(top: float, *parts: tuple[float, str]) -> Line:
    tokens = []
    for left, text in parts:
        for word in text.split():
            box = Box(left, top, left + 6 * len(word), top + 12)
            tokens.append(Token(word, box, 1, top, top + 12, size=12))
            left = box.x1 + 4
    return Line(tuple(tokens))


def test_a_title_at_the_left_ends_the_columns_of_the_letterhead() -> None:
    lines = [
        line(0, (70, "ỦY BAN NHÂN DÂN"), (310, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA")),
        line(15, (70, "XÃ LẠC KHÊ"), (310, "Độc lập - Tự do - Hạnh phúc")),
        line(30, (70, "Số: 12/KH-UBND"), (310, "Lạc Khê, ngày 12 tháng 3")),
        line(55, (70, "KẾ HOẠCH")),
        line(70, (70, "Phòng, chống thiên tai")),
    ]
    found = [joined(each.tokens) for each in paragraphs(lines, Measure(70, 530))]
    assert found.index("Lạc Khê, ngày 12 tháng 3") < found.index("KẾ HOẠCH") < found.index("Phòng, chống thiên tai")


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        ("(đồng/thán", "g)", "(đồng/tháng)"),
        ("Trách nhiệ", "m", "Trách nhiệm"),
        ("dài 12", "m", "dài 12 m"),
        ("Công an", "xã", "Công an xã"),
    ],
)
def test_a_syllable_that_a_narrow_column_breaks_is_one(above: str, below: str, text: str) -> None:
    assert joined(run_on([line(0, (70, above)), line(15, (70, below))])) == text
