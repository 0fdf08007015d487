"""Schedules and task tables that offices keep in Excel."""

from __future__ import annotations

import zipfile
from datetime import date, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from ingest.parse import parse
from ingest.readers import UnreadableFile, read
from plan.tree import Tree

HEAD = ("STT", "Nội dung", "Chủ trì", "Phối hợp", "Hoàn thành")


def schedule(path: Path) -> Path:
    """Letterhead and signature in cells, sections across the table, a day merged over two rows."""
    book = Workbook()
    sheet = book.active
    rows = [
        ("UBND PHƯỜNG ĐỒI CHÈ", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("Số: 31/KH-UBND", "", "", "Độc lập - Tự do - Hạnh phúc"),
        ("", "", "", "Đồi Chè, ngày 06 tháng 5 năm 2026"),
        (),
        ("KẾ HOẠCH",),
        ("Kiểm tra hồ bơi trước mùa hè năm 2026",),
        (),
        HEAD,
        ("I. TRƯỚC KHI MỞ CỬA",),
        (1, "Đo độ sâu, kẻ lại vạch cảnh báo", "Phòng Kinh tế", "Công an phường", date(2026, 5, 15)),
        (2, "Tập huấn cứu đuối cho người trực", "Trạm Y tế", "", date(2026, 5, 20)),
        ("II. KHI MỞ CỬA",),
        (3, "Kiểm tra mẫu nước", "Trạm Y tế", "Phòng Kinh tế", date(2026, 6, 10)),
        ("Hồ không đạt thì dừng đón khách cho tới khi khắc phục xong.",),
        (),
        ("Nơi nhận: các hồ bơi; lưu VT", "", "", "TM. ỦY BAN NHÂN DÂN"),
        ("", "", "", "CHỦ TỊCH"),
        ("", "", "", "Lò Thị Ban Mai"),
    ]
    for row in rows:
        sheet.append(row)
    for across in (5, 6, 9, 12, 14):
        sheet.merge_cells(start_row=across, end_row=across, start_column=1, end_column=5)
    book.save(path)
    return path


def test_a_schedule_in_excel_is_a_plan(tmp_path: Path) -> None:
    plan = parse(read(schedule(tmp_path / "lich.xlsx")), "x", 1)
    told = plan.info
    assert (told.title, told.number, told.date) == (
        "Kế hoạch Kiểm tra hồ bơi trước mùa hè năm 2026",
        "31/KH-UBND",
        "2026-05-06",
    )
    assert (told.issuer, told.signer) == ("UBND phường Đồi Chè", "Lò Thị Ban Mai")
    tree = Tree(plan.text, plan.clauses)
    water = next(task for task in plan.assignments if task.task.value == "Kiểm tra mẫu nước")
    assert [lead.value for lead in water.leads] == ["Trạm Y tế"]
    assert [each.value for each in water.coordinating] == ["Phòng Kinh tế"]
    assert water.deadline is not None
    assert water.deadline.value == "10/06/2026"
    assert any(above.heading == "KHI MỞ CỬA" for above in tree.ancestors(tree.by_address[water.clause]))
    assert (len(plan.assignments), plan.page(0)) == (3, None)


def text_of(book: Workbook, path: Path) -> list[str]:
    book.save(path)
    return read(path).text.splitlines()


def test_merged_cells_and_heads_of_two_rows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (
        ("Ngày", "Giờ", "Người trực", ""),
        ("", "", "Sáng", "Chiều"),
        ("Thứ Hai", time(7, 30), "ông Vừ A Sáu", "bà Hờ Thị Mo"),
        ("", time(13, 30), "ông Giàng Seo", "bà Lù Thị Na"),
    ):
        sheet.append(row)
    for area in ("A1:A2", "B1:B2", "C1:D1", "A3:A4"):
        sheet.merge_cells(area)
    assert text_of(book, tmp_path / "a.xlsx") == [
        "Ngày\tGiờ\tNgười trực Sáng\tNgười trực Chiều",
        "Thứ Hai\t07:30\tông Vừ A Sáu\tbà Hờ Thị Mo",
        "Thứ Hai\t13:30\tông Giàng Seo\tbà Lù Thị Na",
    ]


def test_numbers_stand_as_they_are_seen(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(("Thôn", "Kinh phí", "Tỷ lệ", "Mã", "Dài (km)"))
    sheet.append(("Nà Cọ", 12500000, 0.855, 7, 1.25))
    for cell, form in (("B2", "#,##0"), ("C2", "0.0%"), ("D2", "00")):
        sheet[cell].number_format = form
    assert text_of(book, tmp_path / "a.xlsx")[1] == "Nà Cọ\t12.500.000\t85,5%\t07\t1,25"


def test_a_second_sheet_follows_under_its_name_and_a_hidden_one_is_left_out(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(("KẾ HOẠCH trực hè",))
    second = book.create_sheet("Biểu thôn")
    for row in (("STT", "Thôn"), (1, "Khe Sim"), (), (2, "Khe Mai")):
        second.append(row)
    book.create_sheet("nháp").append(("bỏ",))
    book["nháp"].sheet_state = "hidden"
    book.create_sheet("Sheet3").append(("Ghi chú: gửi trước thứ Sáu",))
    assert text_of(book, tmp_path / "a.xlsx") == [
        "KẾ HOẠCH trực hè",
        "Biểu thôn",
        "STT\tThôn",
        "1\tKhe Sim",
        "2\tKhe Mai",
        "Ghi chú: gửi trước thứ Sáu",
    ]


def test_hidden_rows_and_columns_are_left_out_and_told_of(tmp_path: Path) -> None:
    """As on paper: a filter left on hides rows; blank hidden rows part no table, merged cells keep what is shown."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Lịch"
    for row in (
        ("Việc", "Nháp", "Ai làm", "Hạn"),
        ("Nạo mương", "x", "Thôn Mơ", "5/3"),
        ("Dọn chợ", "y", "", "6/3"),
        (),
    ):
        sheet.append(row)
    sheet.append(("Quét sân", "z", "Đoàn xã", "7/3"))
    sheet.merge_cells("C2:C3")
    for number in (2, 4):
        sheet.row_dimensions[number].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.save(tmp_path / "a.xlsx")
    source = read(tmp_path / "a.xlsx")
    assert source.text.split("\n")[:3] == ["Việc\tAi làm\tHạn", "Dọn chợ\tThôn Mơ\t6/3", "Quét sân\tĐoàn xã\t7/3"]
    assert [(each.code, each.detail) for each in source.warnings] == [("hidden_cells", "Lịch: 2, B")]


def test_rows_of_two_cells_stay_together(tmp_path: Path) -> None:
    book = Workbook()
    for row in (("LỊCH TRỰC hè",), ("Thứ Hai", "Trạm Y tế"), ("Thứ Ba", "Công an xã")):
        book.active.append(row)
    assert text_of(book, tmp_path / "a.xlsx")[1:] == ["Thứ Hai\tTrạm Y tế", "Thứ Ba\tCông an xã"]


def test_sections_and_notes_in_the_first_column_and_two_who_sign(tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ("Giờ", "Việc", "Người làm"),
        ("I. BUỔI SÁNG",),
        ("7h00", "Chào cờ", "Đội cờ đỏ"),
        ("II. BUỔI CHIỀU",),
        ("14h00", "Kéo co", "Chi đoàn"),
        ("Ai mệt thì nghỉ.",),
        ("NGƯỜI LẬP", "", "HIỆU TRƯỞNG"),
        ("Hờ Thị Sua", "", "Vàng A Chứ"),
    ):
        book.active.append(row)
    assert text_of(book, tmp_path / "a.xlsx") == [
        "I. BUỔI SÁNG",
        "Giờ\tViệc\tNgười làm",
        "7h00\tChào cờ\tĐội cờ đỏ",
        "II. BUỔI CHIỀU",
        "Giờ\tViệc\tNgười làm",
        "14h00\tKéo co\tChi đoàn",
        "Ai mệt thì nghỉ.",
        "NGƯỜI LẬP",
        "Hờ Thị Sua",
        "HIỆU TRƯỞNG",
        "Vàng A Chứ",
    ]


def rewritten(path: Path, member: str, data: bytes) -> Path:
    """The same workbook with one part replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**parts, member: data}.items():
            archive.writestr(name, part)
    return path


SHEET = "xl/worksheets/sheet1.xml"
FAR = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (b"<worksheet><sheetData><row", "truncated"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>', "xml_entities"),
        (FAR, "sheet_too_large"),
        (b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>', "no_text"),
    ],
)
def test_damaged_and_hostile_workbooks_get_a_sentence(tmp_path: Path, part: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as told:
        read(rewritten(schedule(tmp_path / "a.xlsx"), SHEET, part))
    assert told.value.code == code


@pytest.mark.parametrize(
    "name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"]
)
def test_a_damaged_part_is_told_as_damage(tmp_path: Path, name: str) -> None:
    """Not as a fault of the reader: the person is to look for the original."""
    whole = schedule(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(tmp_path / "cut.xlsx", "w") as target:
        for each in source.namelist():
            data = source.read(each)
            target.writestr(each, data[: len(data) // 2] if each == name else data)
    with pytest.raises(UnreadableFile) as fault:
        read(tmp_path / "cut.xlsx")
    assert fault.value.code == "truncated"


def test_an_archive_with_a_broken_place_is_told_as_damage(tmp_path: Path) -> None:
    data = bytearray(schedule(tmp_path / "whole.xlsx").read_bytes())
    at = data.index(b"PK\x03\x04", 4)
    data[at : at + 4] = b"\0" * 4
    (tmp_path / "flipped.xlsx").write_bytes(data)
    with pytest.raises(UnreadableFile) as fault:
        read(tmp_path / "flipped.xlsx")
    assert fault.value.code == "truncated"
