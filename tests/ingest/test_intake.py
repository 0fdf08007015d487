"""Whole plans as offices write them: none refused, evidence in one passage under a heading, tables by their heads."""

from pathlib import Path

import pytest

from ingest.parse import NotAPlan, parse
from plan.model import Clause, ClauseKind, PlanVersion, SourceText
from plan.passages import Passage, passages_of
from tests.evaluation.intake import measure

READING = Path(__file__).resolve().parents[3] / "shared" / "reading"
HEAD = "ỦY BAN NHÂN DÂN\nXÃ LẠC KHÊ\nSố: 12/KH-UBND\n\nKẾ HOẠCH\nThử nghiệm năm 2026\n\nCăn cứ Luật Thử;\n\n"


def read(body: str) -> PlanVersion:
    return parse(SourceText(HEAD + body, "thu.txt", "0"), "thu", 1)


def passages(body: str) -> dict[str, Passage]:
    return {passage.address: passage for passage in passages_of(read(body))}


def rows(body: str) -> list[Clause]:
    return [clause for clause in read(body).clauses if clause.kind.value == "row"]


def cells(body: str) -> list[dict[str, str]]:
    return [{cell.column: cell.value for cell in row.cells} for row in rows(body)]


@pytest.mark.skipif(not READING.exists(), reason="the plans to learn reading from are not here")
def test_every_plan_is_taken_in_and_its_evidence_lies_in_one_passage() -> None:
    found = measure(READING)
    assert not found.refused
    assert len(found.split) <= 0.005 * found.evidence
    assert not found.long
    assert len(found.bare) <= 2


CAPITALS = """MỤC ĐÍCH, YÊU CẦU

* Nắm chắc người đến, người đi.

CHỈ TIÊU

+ 98% người tạm trú được đăng ký.
+ 100% cơ sở lưu trú khai báo.

NHIỆM VỤ CỤ THỂ

Nhóm nhiệm vụ 1. Cư trú

+ Rà soát tạm trú.
- Chủ trì: Công an xã.
- Thời gian: trước 30/6/2026.
+ Mở điểm nhận hồ sơ.
- Chủ trì: Đoàn Thanh niên xã.
- Thời gian: tháng 7/2026.

Nhóm nhiệm vụ 2. Người nước ngoài

Công an xã kiểm tra nhà nghỉ.

Chế độ báo cáo

Công an xã báo cáo Ủy ban nhân dân xã trước ngày 15 hằng tháng, kèm số liệu của từng thôn trên địa bàn.
"""


def test_headings_without_numbers_are_headings() -> None:
    found = passages(CAPITALS)
    assert found["Chỉ tiêu"].path == ("CHỈ TIÊU",)
    assert [p.path for p in found.values() if "kiểm tra nhà nghỉ" in p.text] == [
        ("NHIỆM VỤ CỤ THỂ", "Nhóm nhiệm vụ 2. Người nước ngoài")
    ]
    assert [p.path[-1] for p in found.values() if "báo cáo Ủy ban" in p.text] == ["Chế độ báo cáo"]


def test_a_task_line_keeps_its_field_lines() -> None:
    task = next(p for p in passages(CAPITALS).values() if p.text.startswith("+ Mở điểm"))
    assert "Đoàn Thanh niên xã" in task.text
    assert "Công an xã" not in task.text
    leads = [(a.task.value, a.leads[0].value) for a in read(CAPITALS).assignments if a.source == "lines"]
    assert leads == [("Rà soát tạm trú.", "Công an xã"), ("Mở điểm nhận hồ sơ.", "Đoàn Thanh niên xã")]


def test_chapters_articles_and_points_of_every_sign() -> None:
    version = read(
        "Chương I\nQUY ĐỊNH CHUNG\n\nĐiều 1. Phạm vi\n1. Toàn xã.\n2. Trừ rừng.\n\nChương II\nNHIỆM VỤ\n\nĐiều 2. Việc"
        "\na. Họp dân.\nb/ Ký cam kết.\n(1) Tại thôn.\n"
    )
    words = {clause.address: clause.words for clause in version.clauses}
    assert words["PI.Đ1.2"] == "khoản 2 Điều 1 chương I"
    assert words["PII.Đ2.b"] == "điểm b Điều 2 chương II"


def test_a_part_that_ends_closes_its_steps() -> None:
    found = passages(
        "CÁC BƯỚC\n\nBước 1. Thống kê\n\nLập danh sách.\n\nBước 2. Xét\n\nHọp xét.\n\nKINH PHÍ\n\nCần 5 triệu.\n"
    )
    assert next(p for p in found.values() if "5 triệu" in p.text).path == ("KINH PHÍ",)


@pytest.mark.parametrize(
    "table",
    [
        "Chợ | Ai coi | Mở cửa\nBến Vẹt | ông Hai | 4 giờ\nĐông Sa | | 5 giờ\n",
        "| Chợ | Ai coi | Mở cửa |\n|---|---|---|\n| Bến Vẹt | ông Hai | 4 giờ |\n| Đông Sa | | 5 giờ |\n",
        "Chợ\tAi coi\tMở cửa\nBến Vẹt\tông Hai\t4 giờ\nĐông Sa\t\t5 giờ\n",
        "Chợ; Ai coi; Mở cửa\nBến Vẹt; ông Hai; 4 giờ\nĐông Sa; ; 5 giờ\n",
    ],
    ids=["bars", "markdown", "tabs", "semicolons"],
)
def test_any_table_is_read_by_its_own_head(table: str) -> None:
    assert cells(f"I. CHỢ\n\nCác chợ:\n\n{table}\nII. KHÁC\n\nHết.\n") == [
        {"Chợ": "Bến Vẹt", "Ai coi": "ông Hai", "Mở cửa": "4 giờ"},
        {"Chợ": "Đông Sa", "Ai coi": "", "Mở cửa": "5 giờ"},
    ]


def test_as_above_is_what_stands_above_and_an_empty_cell_is_empty() -> None:
    table = "Việc\tChủ trì\tXong\nDọn rác\tCông an xã\t05/7\nTrồng cây\tnt\t\nPhát cỏ\tnt\tnt\n"
    found = cells(f"I. VIỆC\n\n{table}")
    assert [row["Chủ trì"] for row in found] == ["Công an xã"] * 3
    assert [row["Xong"] for row in found] == ["05/7", "", "nt"]


def test_rows_that_broke_before_a_cell_are_whole() -> None:
    table = (
        "Ngày\tViệc\tAi làm\tRa gì\n18/12\tThư ngỏ\n\tMTTQ\tThư\n28/12\tMở sổ\n\tPhòng Kinh tế\tSổ\n"
        "\tThăm hỏi\n\tHội Phụ nữ\t\n"
    )
    assert [list(row.values()) for row in cells(f"I. VIỆC\n\n{table}")] == [
        ["18/12", "Thư ngỏ", "MTTQ", "Thư"],
        ["28/12", "Mở sổ", "Phòng Kinh tế", "Sổ"],
        ["", "Thăm hỏi", "Hội Phụ nữ", ""],
    ]


def test_a_timetable_is_taken_in_and_called_what_it_is() -> None:
    head = "ỦY BAN NHÂN DÂN\nXÃ LẠC KHÊ\nSố: 09/LTCD-UBND\n\nLỊCH TIẾP CÔNG DÂN\nCủa Chủ tịch xã năm 2026\n\n"
    table = "1. Lịch tiếp\n\nTháng | Ngày | Người tiếp\n01 | 08 | Bà Lê Thị Hoa\n02 | 05 | Ông Đỗ Văn Tám\n"
    found = parse(SourceText(head + table, "lich.txt", "0"), "lich", 1)
    assert (found.info.title.split()[0], found.info.issuer) == ("Lịch", "UBND xã Lạc Khê")


def test_a_short_line_between_a_gap_and_a_longer_line_is_a_heading() -> None:
    """'Giải thưởng' is none of the usual headings, and what stands below it has fewer than a hundred letters."""
    body = (
        "Nội dung thi\nChạy tiếp sức 4 x 15 m.\n\nGiải thưởng\n01 giải Nhất 300.000 đồng; 02 giải Nhì 200.000 đồng.\n"
    )
    assert [p.path[-1] for p in passages(body).values() if "giải Nhất" in p.text] == ["Giải thưởng"]


BARE = """Sự cần thiết
Rác cồng kềnh phát sinh khoảng 4 tấn mỗi tuần, tập trung ở tổ dân phố 3.
Cách thức thu gom
Mỗi tháng thu gom hai đợt, từ 6 giờ đến 9 giờ sáng.
Người dân đăng ký trước 02 ngày; giá thu 70.000 đồng một món.
Điểm tập kết
Sân kho cũ đường Lê Trực và bãi đất trống cạnh chợ.
"""


def test_labels_between_sentences_are_headings_and_the_first_is_none_of_the_title() -> None:
    """Nothing is bold, no line is blank, and the plan has no opening line."""
    head = HEAD.partition("\n\nCăn cứ")[0]
    found = parse(SourceText(f"{head} trên địa bàn phường\n6 tháng cuối năm\n{BARE}", "thu.txt", "0"), "thu", 1)
    assert found.info.title == "Kế hoạch Thử nghiệm năm 2026 trên địa bàn phường 6 tháng cuối năm"
    assert [c.heading for c in found.clauses if c.kind is ClauseKind.SECTION] == [
        "Sự cần thiết",
        "Cách thức thu gom",
        "Điểm tập kết",
    ]


def test_a_title_goes_on_over_its_lines_before_the_opening() -> None:
    head = HEAD.replace("\n\nCăn cứ", "\nĐền thờ Hai Bà\nCăn cứ")
    body = "I. NỘI DUNG\n1. Một việc.\n2. Hai việc.\nII. TỔ CHỨC\n1. Ba việc.\n"
    assert parse(SourceText(head + body, "x", "0"), "x", 1).info.subject == "Thử nghiệm năm 2026 Đền thờ Hai Bà"


LETTER = """UBND XÃ LẠC KHÊ
Số: 15/UBND-KT
V/v ứng phó mưa lớn
Kính gửi: Các trưởng bản.
Theo bản tin của Đài Khí tượng Thủy văn, từ đêm 18/9 xã có mưa to, Chủ tịch xã yêu cầu:
- Trưởng các bản: thông báo trên loa, sơ tán 37 hộ.
- Công an xã: chốt chặn ngầm Tả Sỏi.
- Trạm Y tế: dự trữ 50 cơ số thuốc.
- Nhà trường: kê cao sách vở, thiết bị.
"""


def test_a_letter_with_points_of_dashes_is_taken_in_and_an_invitation_is_not() -> None:
    assert parse(SourceText(LETTER, "thu.txt", "0"), "thu", 1).info.title == "Công văn ứng phó mưa lớn"
    with pytest.raises(NotAPlan):
        parse(SourceText(LETTER.partition("- Công an")[0], "thu.txt", "0"), "thu", 1)
