"""Which kinds of values a clause states, and which words of a question single something out."""

import pytest

from reading.signals import STATED, content, values


@pytest.mark.parametrize(
    ("text", "held", "lacking"),
    [
        ("Hoàn thành trước ngày 15/5/2026", {"full_date", "year", "time"}, {"money", "phone", "cycle"}),
        ("báo cáo ngày 25 hằng tháng", {"cycle", "report", "time"}, {"money", "percent"}),
        ("xong trong quý II/2026", {"quarter", "time"}, {"full_date", "hour"}),
        ("từ 7 giờ 30 tại hội trường UBND xã", {"hour", "place"}, {"money", "cycle"}),
        ("Kinh phí 120 triệu đồng từ ngân sách xã", {"money", "funds"}, {"percent", "phone"}),
        ("98% hộ dân", {"percent", "number"}, {"money"}),
        ("Đường dây nóng: 0912 345 678", {"phone"}, {"money", "quarter"}),
        ("Đồng chí Nguyễn Văn An – Phó Chủ tịch", {"person"}, {"money"}),
        (
            "Công an xã chủ trì, phối hợp Đoàn Thanh niên xã",
            {"lead", "coord", "units", "many_units"},
            {"time", "money"},
        ),
        ("Nâng cao nhận thức của người dân", set(), {"time", "money", "number", "units", "person"}),
    ],
)
def test_kinds_of_values(text: str, held: set[str], lacking: set[str]) -> None:
    found = {name for name, value in zip(STATED, values(text), strict=True) if value}
    assert held <= found
    assert not lacking & found


def test_words_that_single_something_out_have_no_accents_and_are_no_question_words() -> None:
    assert content("Đơn vị nào chủ trì tập huấn?") == {"chu", "tri", "tap", "huan"}
