"""What a table leaves blank is said to be blank, of the row that was asked for, with the plan's own remark."""

from __future__ import annotations

import pytest

from answer.blank import blank_asked
from answer.shelf import Shelf
from ingest.parse import parse
from plan.model import ClauseKind, SourceText
from training.groups import understand

PLAN = """ỦY BAN NHÂN DÂN
XÃ ĐỒI MÂY

Số: 32/KH-UBND
Đồi Mây, ngày 12 tháng 3 năm 2026

KẾ HOẠCH
Kiểm tra chợ năm 2026

I. LỊCH KIỂM TRA

| Đợt | Chợ | Ngày | Nội dung |
|---|---|---|---|
| 1 | Nà Pheo | 14/4/2026 | rác, cống thoát nước |
| 1 | Pác Lìn | 16/4/2026 | quầy thức ăn chín |
| 2 | Nà Pheo | 08/9/2026 | xem lại lỗi đã nhắc |
| 2 | Pác Lìn | | xem lại lỗi đã nhắc |

Ghi chú: ô "Ngày" trống là chưa ấn định, Trưởng đoàn quyết định sau đợt 1.

II. TỔ CHỨC THỰC HIỆN

1. Phòng Kinh tế chủ trì kiểm tra.
"""


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf(parse(SourceText(PLAN, "doi-may.txt", "doi-may"), "doi-may", 1))


@pytest.mark.parametrize("near", ["14/4/2026", "16/4/2026"])
def test_the_blank_is_of_the_row_that_is_named_and_the_remark_says_why(shelf: Shelf, near: str) -> None:
    row = next(p for p in shelf.passages if p.kind is ClauseKind.ROW and near in p.text)
    blank = blank_asked(understand("Chợ Pác Lìn đợt 2 kiểm tra ngày mấy?"), shelf, row)
    assert blank
    assert (blank.column, blank.row) == ("Ngày", "Pác Lìn")
    assert blank.remark
    assert "chưa ấn định" in blank.remark[1].text


@pytest.mark.parametrize("question", ["Chợ Pác Lìn đợt 1 kiểm tra ngày mấy?", "Chợ Bản Hon kiểm tra ngày mấy?"])
def test_nothing_is_blank_where_the_row_has_it_or_is_not_named(shelf: Shelf, question: str) -> None:
    row = next(p for p in shelf.passages if p.kind is ClauseKind.ROW and "14/4/2026" in p.text)
    assert blank_asked(understand(question), shelf, row) is None
