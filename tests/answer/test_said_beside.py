"""What is asked beside a field, or of another sentence than the register took it from, stands on the first line."""

from __future__ import annotations

import pytest

from answer.candidates import Ranked
from answer.compose import compose
from answer.duties import answer_duties
from answer.lookups import answer_document
from answer.shelf import Shelf
from ingest.parse import parse
from plan.model import Answer, SourceText
from reading.protocol import Mark
from training.groups import understand
from vectorstore.search import Hit

PLAN = """ỦY BAN NHÂN DÂN
XÃ ĐỒI MÂY

Số: 31/KH-UBND
Đồi Mây, ngày 12 tháng 3 năm 2026

KẾ HOẠCH
Diễn tập chữa cháy rừng năm 2026

I. NỘI DUNG

1. Ban Chỉ huy Quân sự xã chủ trì diễn tập chữa cháy rừng, ngày 06/5/2026, tại rừng thông Khe Gỗ; quân số 120 người.

2. Phòng Kinh tế phát tờ cam kết cho các hộ trước ngày 10/4/2026; danh sách hộ nuôi ong nộp trước ngày 25/4/2026.

3. Đầu mối nhận tin báo cháy: ông Lò Văn Chựa, kiểm lâm địa bàn, điện thoại 0215 300 411.

4. Phát tờ gấp
- Cơ quan chủ trì: Hội Nông dân xã.
- Thời gian thực hiện: Tháng 4/2026.

5. Làm đường băng cản lửa
UBND xã phối hợp với Hạt Kiểm lâm, các chủ rừng làm đường băng cản lửa quanh rừng thông.
- Cơ quan thực hiện: Phòng Kinh tế xã.

6. Đoàn kiểm tra
- Ông Vừ A Khua, Phó Chủ tịch UBND xã: Trưởng đoàn;
- Ông Lý Văn Páo, Trưởng phòng Kinh tế: Phó Trưởng đoàn;
- Bà Sùng Thị Mo, Trạm trưởng Trạm Y tế: thành viên, phụ trách sơ cứu; theo dõi tủ thuốc ở các bản.

7. Chỉ huy: ông Vừ A Khua, Phó Chủ tịch UBND xã, Trưởng Ban Chỉ đạo; ông Giàng Seo Phử, Trưởng Công an, lo giữ đường.

8. Sơ cứu cho nông dân
UBND xã phối hợp với Sở Y tế, Sở Nội vụ và các cơ quan, đơn vị có liên quan trong việc tổ chức đào tạo đội xung kích.
- Cơ quan thực hiện: Phòng Kinh tế xã chủ trì tham mưu.

9. Cơ quan thực hiện
- Hội Nông dân xã cung cấp tài liệu; đăng bài tuyên truyền chữa cháy rừng trên trang thông tin của xã.
- Trạm Y tế: Đăng bài tuyên truyền chữa cháy rừng trên loa các bản, nhóm Zalo.

10. Việc trong tháng 5
- Số hóa sổ rừng giai đoạn 2010 - 2020: Văn phòng xã thuê đơn vị làm.
- Chòi canh lửa ở Khe Gỗ: Trạm Kiểm lâm chủ trì dựng; xong trước ngày 20/5/2026.

11. Số phao phát cho các bản trong năm 2026
Bản Lũng: 24 cái. Bản Kéo: 31 cái.

II. TỔ CHỨC THỰC HIỆN

1. Công an xã: kiểm tra việc đốt nương trước ngày 30/4/2026.

2. Danh sách gửi cho:
- Kiểm lâm địa bàn;
- UB MTTQ xã.
"""


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf(parse(SourceText(PLAN, "doi-may.txt", "doi-may"), "doi-may", 1))


def test_the_line_of_the_unit_asked_for_leads(shelf: Shelf) -> None:
    assert answered(shelf, "Danh sách có gửi cho Mặt trận không?", "Kiểm lâm địa bàn").headline == "UB MTTQ xã"


def answered(shelf: Shelf, question: str, words: str, marked: str = "") -> Answer:
    """The answer from the clause with these words, read as a reader would: its line with them, of it what it marked."""
    passage = min((p for p in shelf.passages if words in p.text), key=lambda p: len(p.text))
    line = next(line for line in passage.lines if words in line.text)
    hit = Hit(shelf.version.plan_id, 1, passage, 1.0, 1.0, line, 0.0, 0.0, 0.0, 0.0)
    marks = (Mark(line, line.text.index(marked), line.text.index(marked) + len(marked), 0.9),) if marked else ()
    ranked = Ranked(hit, shelf.facts[passage.address], 0.0, 1.0, told=True, marks=marks)
    return compose(understand(question), shelf, [ranked], "vi")


@pytest.mark.parametrize(
    ("question", "words", "first"),
    [
        ("Diễn tập chữa cháy rừng ở đâu, hôm nào?", "Khe Gỗ", "tại rừng thông Khe Gỗ"),
        (
            "Báo cháy thì gọi số nào, gặp ai?",
            "Lò Văn Chựa",
            "Ông Lò Văn Chựa, kiểm lâm địa bàn, điện thoại 0215 300 411",
        ),
        ("Danh sách hộ nuôi ong hạn nào phải có?", "nuôi ong", "Danh sách hộ nuôi ong nộp trước ngày 25/4/2026"),
        ("Ai phát tờ cam kết cho các hộ?", "cam kết", "Phòng Kinh tế thực hiện."),
        ("Đường băng cản lửa quanh rừng thông giao phòng nào?", "các chủ rừng", "Phòng Kinh tế xã thực hiện."),
        ("Đơn vị nào chủ trì tổ chức đào tạo đội xung kích?", "Sở Nội vụ", "Phòng Kinh tế xã chủ trì."),
        ("Loa bản với nhóm Zalo đơn vị nào đăng bài?", "cung cấp tài liệu", "Trạm Y tế thực hiện."),
        ("Đơn vị nào chủ trì dựng chòi canh lửa?", "sổ rừng", "Trạm Kiểm lâm chủ trì."),
        ("Phát tờ gấp ai lo, tháng mấy?", "Hội Nông dân xã.", "Hội Nông dân xã chủ trì. Thời gian: Tháng 4/2026."),
    ],
)
def test_what_is_asked_stands_on_the_first_line(shelf: Shelf, question: str, words: str, first: str) -> None:
    assert first in answered(shelf, question, words).headline


def test_what_the_reader_marked_is_told_and_not_a_field_that_it_did_not(shelf: Shelf) -> None:
    question = "Ai cũng được đi diễn tập à, cả thảy mấy người?"
    assert answered(shelf, question, "quân số").headline == "Ban Chỉ huy Quân sự xã chủ trì."
    assert answered(shelf, question, "quân số", "quân số 120 người").headline == "Quân số 120 người"


def test_the_fields_of_a_task_too_long_for_one_clause_are_told(shelf: Shelf) -> None:
    """Its first paragraph is found, the fields stand below the second."""
    much = "Tuyên truyền về giữ rừng, cách đốt nương an toàn và mức phạt khi để cháy lan. " * 9
    item = f"1. Giữ rừng bằng lời\n\n{much}\n\n{much}\n\nĐơn vị chủ trì: Hội Nông dân xã.\n\nThời gian: Tháng 6/2026.\n"
    long = PLAN.replace("II. TỔ CHỨC THỰC HIỆN", f"II. TUYÊN TRUYỀN\n\n{item}\nIII. TỔ CHỨC THỰC HIỆN")
    other = Shelf(parse(SourceText(long, "doi-may.txt", "doi-may"), "doi-may", 1))
    assert sum("giữ rừng, cách đốt" in passage.text for passage in other.passages) > 1
    answer = answered(other, "Ai chủ trì tuyên truyền giữ rừng?", "cách đốt nương")
    assert answer.headline == "Hội Nông dân xã chủ trì."
    assert "Đơn vị chủ trì: Hội Nông dân xã." in answer.citations[0].quote


def test_the_only_task_of_a_unit_is_told_itself(shelf: Shelf) -> None:
    question = understand("Công an xã phải làm gì?")
    made = answer_duties(question, shelf, next(iter(question.units)), "vi")
    assert made
    assert "kiểm tra việc đốt nương trước ngày 30/4/2026" in made.headline
    assert "1 nhiệm vụ" in made.lines[0]
    assert "khoản 1 mục II" in made.text.replace("Khoản", "khoản")


def test_number_and_day_of_a_plan_stand_on_one_line(shelf: Shelf) -> None:
    made = answer_document(understand("Số kế hoạch và ngày ban hành?"), shelf, "vi")
    assert made
    assert made.headline == "Số kế hoạch: 31/KH-UBND; Ngày ban hành: 12/3/2026"


@pytest.mark.parametrize(
    ("question", "words", "first"),
    [
        ("Ai là trưởng đoàn kiểm tra?", "Sùng Thị Mo", "Ông Vừ A Khua, Phó Chủ tịch UBND xã: Trưởng đoàn"),
        ("pho truong doan kiem tra la ai", "Sùng Thị Mo", "Ông Lý Văn Páo, Trưởng phòng Kinh tế: Phó Trưởng đoàn"),
        ("Lãnh đạo nào phụ trách diễn tập chữa cháy?", "Giàng Seo", "Vừ A Khua, Phó Chủ tịch UBND xã, Trưởng Ban Chỉ"),
        ("Lãnh đạo nào theo dõi việc giữ đường?", "Giàng Seo", "Ông Giàng Seo Phử, Trưởng Công an"),
        ("Lãnh đạo nào theo dõi tủ thuốc bị trễ hạn?", "Sùng Thị Mo", "Bà Sùng Thị Mo"),
        ("Ai phụ trách sơ cứu?", "Sùng Thị Mo", "Bà Sùng Thị Mo"),
    ],
)
def test_of_several_people_the_one_asked_for_is_told(shelf: Shelf, question: str, words: str, first: str) -> None:
    assert first in answered(shelf, question, words).headline


ROWS = """ỦY BAN NHÂN DÂN
XÃ ĐỒI MÂY

KẾ HOẠCH
Ứng dụng trí tuệ nhân tạo năm 2026

I. NHIỆM VỤ

TT | Nhiệm vụ | Đơn vị chủ trì | Đơn vị phối hợp cấp tỉnh | Thời gian
1 | Phối hợp tuyên truyền trí tuệ nhân tạo trong khám bệnh | Trạm Y tế xã | Sở Y tế | 2026
2 | Số hóa hồ sơ | Văn phòng HĐND và UBND | Sở Nội vụ | 2027

II. KINH PHÍ
Ngân sách xã.
"""


@pytest.mark.parametrize(
    ("question", "words", "first"),
    [
        ("ai lo phối hợp tuyên truyền trí tuệ nhân tạo trong khám bệnh", "khám bệnh", "Đơn vị chủ trì: Trạm Y tế xã"),
        ("Số hóa hồ sơ thì ai phối hợp?", "Số hóa", "Đơn vị phối hợp cấp tỉnh: Sở Nội vụ"),
    ],
)
def test_who_does_a_task_that_is_to_help(question: str, words: str, first: str) -> None:
    rows = Shelf(parse(SourceText(ROWS, "doi-may.txt", "doi-may"), "doi-may", 1))
    assert answered(rows, question, words).headline.startswith(first)


def test_what_stands_before_the_fact_is_not_told_with_it(shelf: Shelf) -> None:
    assert answered(shelf, "Bản Kéo được phát mấy cái phao?", "Bản Kéo").headline == "Bản Kéo: 31 cái"
