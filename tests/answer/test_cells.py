"""Of a table row the cell asked for, by what the columns are called."""

from __future__ import annotations

import pytest

from answer.cells import cells_asked, left_blank, main_cell, marked_cells, others, told
from answer.question import read_question
from plan.model import Cell, Span
from plan.passages import Line
from reading.protocol import Mark

ROW = tuple(
    Cell(column, value, (Span(0, 1),))
    for column, value in (
        ("TT", "3"),
        ("Nội dung công việc", "Xây 2 km đường bê tông"),
        ("Địa điểm", "Thôn Đoài"),
        ("Số lượng", "2 km"),
        ("Kinh phí (triệu đồng)", "850"),
        ("Nguồn vốn", "Ngân sách xã"),
        ("Tiến độ", "Quý III"),
        ("Đơn vị chủ trì", "Phòng Kinh tế"),
        ("Ghi chú", ""),
    )
)
YEARS = (
    Cell("Chỉ tiêu", "Tỷ lệ hộ nghèo", (Span(0, 1),)),
    Cell("Năm 2026", "4,1 %", (Span(0, 1),)),
    Cell("Năm 2027", "3,2 %", (Span(0, 1),)),
)


def asked(question: str, row: tuple[Cell, ...] = ROW) -> str:
    return "; ".join(map(told, cells_asked(read_question(question, False, (question,), {}), row)))


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("Xây đường bê tông ở đâu?", "Địa điểm: Thôn Đoài"),
        ("Xây đường bê tông hết bao nhiêu tiền?", "Kinh phí: 850 triệu đồng"),
        ("Khi nào xong đường bê tông?", "Tiến độ: Quý III"),
        ("Ai chủ trì xây đường bê tông?", "Đơn vị chủ trì: Phòng Kinh tế"),
        ("Nguồn vốn làm đường bê tông lấy từ đâu?", "Nguồn vốn: Ngân sách xã"),
        ("so luong duong be tong la bao nhieu km", "Số lượng: 2 km"),
        ("Làm đường bê tông như thế nào?", ""),
        ("stt 3 trong phu luc la viec gi", ""),
        ("Hàng 3 phụ lục II nói về việc gì?", ""),
        ("Cho tôi hỏi nhiệm vụ số 3 của phụ lục là gì ạ?", ""),
        ("Việc thứ 3 trong bảng là việc gì, ai chủ trì?", "Đơn vị chủ trì: Phòng Kinh tế"),
        ("stt 3 ở đâu", "Địa điểm: Thôn Đoài"),
    ],
)
def test_the_column_meant(question: str, cell: str) -> None:
    assert asked(question) == cell


def test_a_year_chooses_among_columns_alike_and_without_one_both_are_told() -> None:
    assert asked("Năm 2027 tỷ lệ hộ nghèo còn bao nhiêu?", YEARS) == "Năm 2027: 3,2 %"
    assert asked("Tỷ lệ hộ nghèo còn bao nhiêu?", YEARS) == "Năm 2026: 4,1 %; Năm 2027: 3,2 %"


def test_what_is_counted_is_found_in_the_cell_that_counts_it() -> None:
    row = (
        Cell("Nội dung", "Phủ sóng truyền thanh tại 18 tổ dân phố", (Span(0, 1),)),
        Cell("Sản phẩm", "36 cụm loa", (Span(0, 1),)),
        Cell("Thời hạn", "Tháng 9/2026", (Span(0, 1),)),
    )
    assert asked("Truyền thanh lắp bao nhiêu cụm loa?", row) == "Sản phẩm: 36 cụm loa"


def test_what_is_counted_is_found_under_the_column_that_counts_it() -> None:
    row = (
        Cell("Loại hình cơ sở", "Bếp ăn trường học", (Span(0, 1),)),
        Cell("Số cơ sở", "16", (Span(0, 1),)),
        Cell("Số lượt kiểm tra", "32", (Span(0, 1),)),
    )
    assert asked("Bếp ăn trường học kiểm tra mấy lượt trong năm", row) == "Số lượt kiểm tra: 32"
    assert asked("có bao nhiêu cơ sở bếp ăn trường học", row) == "Số cơ sở: 16"


def test_what_is_counted_is_found_under_a_column_that_has_two_words_in_a_row() -> None:
    row = (
        Cell("Bản", "Lao Dê", (Span(0, 1),)),
        Cell("Hộ nghèo đầu năm 2026", "97", (Span(0, 1),)),
        Cell("Giao thoát nghèo 2026", "12", (Span(0, 1),)),
    )
    assert asked("bản Lao Dê phải thoát nghèo mấy hộ", row) == "Giao thoát nghèo 2026: 12"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("Tỷ lệ hộ nghèo (%)", "35,5", "Tỷ lệ hộ nghèo: 35,5%"),
        ("Dự toán (ĐVT: triệu đồng)", "1.200", "Dự toán: 1.200 triệu đồng"),
        ("Kinh phí (triệu đồng)", "theo dự toán", "Kinh phí (triệu đồng): theo dự toán"),
        ("Kế hoạch (năm 2026)", "95", "Kế hoạch (năm 2026): 95"),
    ],
)
def test_a_number_is_told_with_the_unit_of_its_column(column: str, value: str, said: str) -> None:
    assert told(Cell(column, value, (Span(0, 1),))) == said


def test_the_row_column_by_column() -> None:
    main = main_cell(ROW)
    assert main is not None
    assert main.value == "Xây 2 km đường bê tông"
    assert others(ROW, main)[0] == "Địa điểm: Thôn Đoài"
    assert not [line for line in others(ROW, main) if line.startswith(("TT", "Ghi chú"))]


def test_beside_a_field_the_value_asked_for_is_found() -> None:
    question = "Đường bê tông xong quý mấy, hết bao nhiêu tiền?"
    known = next(cell for cell in ROW if cell.column == "Tiến độ")
    found = cells_asked(read_question(question, False, (question,), {}), ROW, [known])
    assert list(map(told, found)) == ["Tiến độ: Quý III", "Kinh phí: 850 triệu đồng"]


def _row(*cells: tuple[str, str]) -> tuple[Cell, ...]:
    return tuple(Cell(column, value, (Span(0, 1),)) for column, value in cells)


WATER = _row(
    ("STT", "4"),
    ("Ấp", "Rạch Dừa"),
    ("Hộ thiếu nước", "112"),
    ("Bồn 500 lít được cấp", "27"),
    ("Điểm lấy nước", "chợ Rạch Dừa"),
    ("Người chia nước", "bà Trần Thị Lựu"),
    ("Ngày có nước", "thứ Tư"),
)
SHOTS = _row(("Thôn", "Đồng Vàng"), ("Ngày tiêm", "12/4/2026"), ("Giờ", "13 giờ 30"), ("Nơi tiêm", "Sân kho"))
LAMPS = _row(
    ("Việc gì", "Chặt cành che đèn"), ("Giao ai", "Công an xã"), ("Ai phụ", "Đoàn xã"), ("Nộp về", "biên bản, ảnh")
)


@pytest.mark.parametrize(
    ("row", "question", "cells"),
    [
        (WATER, "Rạch Dừa được phát mấy cái bồn?", ["Bồn 500 lít được cấp: 27"]),
        (WATER, "rach dua thu may co nuoc", ["Ngày có nước: thứ Tư"]),
        (WATER, "Dân Rạch Dừa xách can ra đâu lấy nước?", ["Điểm lấy nước: chợ Rạch Dừa"]),
        (WATER, "Ở Rạch Dừa ai chia nước?", ["Người chia nước: bà Trần Thị Lựu"]),
        (SHOTS, "Thôn Đồng Vàng tiêm hôm nào, mấy giờ?", ["Ngày tiêm: 12/4/2026", "Giờ: 13 giờ 30"]),
        (LAMPS, "Chặt cành che đèn thì ai phụ?", ["Ai phụ: Đoàn xã"]),
        (LAMPS, "chặt cành che đèn xong nộp gì", ["Nộp về: biên bản, ảnh"]),
    ],
)
def test_a_cell_is_told_by_the_kind_of_its_value_and_by_words_of_its_column(
    row: tuple[Cell, ...], question: str, cells: list[str]
) -> None:
    assert list(map(told, cells_asked(read_question(question, False, (question,), {}), row))) == cells


HOLES = (
    Cell("Ấp", "Tân Lập", (Span(0, 1),)),
    Cell("Vốn vay (triệu đồng)", "-", (Span(0, 1),)),
    Cell("Diện tích Năm 2026", "30", (Span(0, 1),)),
    Cell("Diện tích Năm 2027", "", ()),
    Cell("Cán bộ trực Buổi sáng", "Lâm Thị Diễm", (Span(0, 1),)),
    Cell("Cán bộ trực Buổi chiều", "", ()),
)


@pytest.mark.parametrize(
    ("question", "blank"),
    [
        ("Vốn vay của ấp Tân Lập là bao nhiêu?", True),
        ("ap tan lap nam 2027 dien tich may ha", True),
        ("Ai trực buổi chiều ở Tân Lập?", True),
        ("ap tan lap ai truc buoi chieu", True),
        ("Ai trực buổi sáng ở Tân Lập?", False),
        ("Năm 2026 Tân Lập có mấy ha?", False),
        ("Tân Lập có những gì?", False),
    ],
)
def test_a_cell_that_is_asked_for_and_left_blank_is_told(question: str, blank: bool) -> None:
    assert (left_blank(read_question(question, False, (question,), {}), HOLES) is not None) is blank


def test_a_year_chooses_no_area_where_money_is_asked() -> None:
    row = (*HOLES[:1], *HOLES[2:3], Cell("Kinh phí cả giai đoạn (triệu đồng)", "4.680", (Span(0, 1),)))
    assert asked("Kinh phí của ấp Tân Lập năm 2026 là bao nhiêu tiền?", row) == (
        "Kinh phí cả giai đoạn: 4.680 triệu đồng"
    )


def test_a_column_that_is_a_unit_is_told_behind_its_number() -> None:
    assert told(Cell("Triệu đồng", "1.250", (Span(0, 1),))) == "1.250 triệu đồng"


@pytest.mark.parametrize("cell", ["Buổi sáng: 24", "Buổi chiều: 31"])
def test_the_cell_that_the_reader_marked_is_told(cell: str) -> None:
    said = (("Bản", "Lũng"), ("Buổi sáng", "24"), ("Buổi chiều", "31"))
    row = tuple(Cell(column, value, (Span(0, 1),)) for column, value in said)
    line = "; ".join(f"{each.column}: {each.value}" for each in row)
    mark = Mark(Line(line, Span(0, len(line))), (at := line.index(cell) + len(cell) - 2), at + 2, 0.9)
    question = read_question("bản Lũng bao nhiêu em", False, ("bản Lũng bao nhiêu em",), {})
    assert list(map(told, cells_asked(question, row, marks=[mark]))) == [cell]


def test_a_cell_that_the_line_has_in_other_words_takes_no_marks_of_another() -> None:
    said = (("Ghi chú ấp", "ở cổng"), ("Buổi sáng", "24"), ("Buổi chiều", "31"))
    row = tuple(Cell(column, value, (Span(0, 1),)) for column, value in said)
    line = "Buổi sáng: 24; Buổi chiều: 31"
    mark = Mark(Line(line, Span(0, len(line))), line.index("24"), line.index("24") + 2, 0.9)
    assert marked_cells(row, [mark]) == [0.0, 0.9, 0.0]
