"""The register: who leads, with whom, by when, what product — in all the forms that plans use."""

import pytest

from ingest.inline import inline_fields
from ingest.parse import parse
from plan.model import Assignment, Field, PlanVersion, SourceText

HEAD = "KẾ HOẠCH\nThử nghiệm\n\nI. MỤC ĐÍCH\n\n- Nêu mục đích.\n\nII. NHIỆM VỤ\n\n"


def read(body: str) -> PlanVersion:
    return parse(SourceText(HEAD + body, "thu.txt", "0"), "thu", 1)


def only(version: PlanVersion) -> Assignment:
    (item,) = version.assignments
    return item


def names(item: Assignment) -> tuple[list[str], list[str]]:
    return [v.value for v in item.leads], [v.value for v in item.coordinating]


def test_field_lines_in_bullets() -> None:
    version = read(
        "1. Đào tạo cán bộ\n\n- **Cơ quan thực hiện:** Phòng Văn hóa - Xã hội chủ trì; các đơn vị liên quan phối "
        "hợp.\n\n"
        "- Thời gian thực hiện: Năm 2026.\n\n- Sản phẩm: Danh sách học viên\n"
    )
    item = only(version)
    assert names(item) == (["Phòng Văn hóa - Xã hội"], ["các đơn vị liên quan"])
    assert item.deadline
    assert item.deadline.value == "Năm 2026"
    assert item.product
    assert item.product.value == "Danh sách học viên"
    assert item.deadline.line.of(version.text) == "- Thời gian thực hiện: Năm 2026."


def test_field_lines_as_paragraphs() -> None:
    item = only(
        read(
            "1. Tuyên truyền\n\nNội dung nhiệm vụ: Phát thanh.\n\nĐơn vị chủ trì: Trung tâm Dịch vụ tổng hợp.\n\n"
            "Đơn vị phối hợp: Các thôn.\n"
        )
    )
    assert names(item) == (["Trung tâm Dịch vụ tổng hợp"], ["Các thôn"])
    assert item.clause == "II.1"


def test_points_that_are_fields() -> None:
    item = only(
        read(
            "2. Rà soát văn bản\n\na) Nội dung thực hiện: rà soát.\n\n"
            "b) Cơ quan thực hiện: Văn phòng HĐND và UBND phối hợp Phòng Kinh tế.\n\n"
            "c) Thời gian thực hiện: Thường xuyên.\n"
        )
    )
    assert names(item) == (["Văn phòng HĐND và UBND"], ["Phòng Kinh tế"])
    assert item.deadline
    assert item.deadline.value == "Thường xuyên"


def test_a_lead_list_below_its_label() -> None:
    item = next(
        a
        for a in read(
            "1. Truyền thông\n\na) Nội dung\n\n- Đăng bài.\n\nb) Cơ quan thực hiện\n\n- Phòng Kinh tế: in ấn.\n\n"
            "- Công an xã: bảo vệ.\n"
        ).assignments
        if a.source == "lines"
    )
    assert [v.value for v in item.leads] == ["Phòng Kinh tế: in ấn", "Công an xã: bảo vệ"]


def test_table_rows_by_their_column_names() -> None:
    version = read(
        "1. Kinh tế\n\nSTT\tNội dung\tĐơn vị thực hiện\tĐơn vị tỉnh (phối hợp)\tThời gian\n"
        "1\tHỗ trợ doanh nghiệp\tPhòng Kinh tế\tSở Công Thương\t2026\n"
    )
    item = only(version)
    assert names(item) == (["Phòng Kinh tế"], ["Sở Công Thương"])
    assert item.clause == "II.1#1"
    assert item.task.span.of(version.text) == "Hỗ trợ doanh nghiệp"


def test_prose() -> None:
    item = only(read("1. Ban Chỉ huy Quân sự xã chủ trì; Công an xã, Trạm Y tế phối hợp.\n\n2. Việc không giao ai.\n"))
    assert names(item) == (["Ban Chỉ huy Quân sự xã"], ["Công an xã, Trạm Y tế"])


def test_who_leads_in_a_sentence_of_its_own_leads_what_the_sentence_before_says() -> None:
    item = only(
        read("1. Củng cố đội xung kích trước ngày 30/4/2026. Ban Chỉ huy Quân sự xã chủ trì; Trạm Y tế phối hợp.\n")
    )
    assert item.task.value.startswith("Củng cố đội xung kích")
    assert item.deadline
    assert item.deadline.value == "trước ngày 30/4/2026"
    item = only(
        read("1. Tập huấn trong hai ngày 09 và 10/5/2026. Ban Chỉ huy Quân sự xã chủ trì; Trạm Y tế phối hợp.\n")
    )
    assert item.deadline
    assert item.deadline.value == "10/5/2026"


def test_who_is_given_what_stands_before_the_semicolon_does_that() -> None:
    task = only(read("1. Chặt tỉa cành cây dọc đường xã trước ngày 20/5/2026; giao Trạm Y tế thực hiện.\n"))
    assert task.leads[0].value == "Trạm Y tế"
    assert task.task.value.startswith("Chặt tỉa cành cây")


def test_duties_under_a_unit_heading_and_their_roles() -> None:
    version = read(
        "III. TỔ CHỨC THỰC HIỆN\n\n1. Công an xã\n\n- Chủ trì: bảo đảm an ninh mạng.\n\n"
        "- Phối hợp: tuyên truyền cho Nhân dân.\n"
    )
    assert [(a.source, a.leads[0].value, a.clause) for a in version.assignments] == [
        ("duties", "Công an xã", "III.1-1"),
        ("duties", "Công an xã", "III.1-2"),
    ]


def test_a_line_that_begins_with_its_unit() -> None:
    version = read(
        "III. TỔ CHỨC THỰC HIỆN\n\n1. Công an xã, Trạm Y tế, các trường học\n\n"
        "- Trạm Y tế: khám sức khỏe cho học sinh.\n"
    )
    assert [a.leads[0].value for a in version.assignments] == ["Trạm Y tế"]


def test_two_tasks_in_one_item() -> None:
    version = read(
        "1. Hạ tầng\n\nLắp wifi.\n\nĐơn vị chủ trì: Phòng Kinh tế.\n\nThời hạn: Quý II.\n\nXóa vùng lõm.\n\n"
        "Đơn vị chủ trì: Công an xã.\n\nThời hạn: Quý III.\n"
    )
    assert [(a.leads[0].value, a.deadline.value if a.deadline else "") for a in version.assignments] == [
        ("Phòng Kinh tế", "Quý II"),
        ("Công an xã", "Quý III"),
    ]


def test_fields_that_share_a_line_below_their_task() -> None:
    item = only(
        read(
            "1. Hội lồng tồng\n\nMở hội ngày mùng 8 tháng Giêng.\n\nCơ quan chủ trì: Phòng Kinh tế; phối hợp: Công an "
            "xã, các thôn; thời gian: trước 15/01/2026; sản phẩm: kịch bản.\n"
        )
    )
    assert names(item) == (["Phòng Kinh tế"], ["Công an xã, các thôn"])
    assert item.clause == "II.1"
    assert item.deadline
    assert item.deadline.value == "trước 15/01/2026"
    assert item.product
    assert item.product.value == "kịch bản"


def test_a_task_and_its_fields_in_one_line() -> None:
    item = only(read("1. Mở 02 lớp chữa cháy (chủ trì: Công an xã; thời gian: quý II/2026).\n"))
    assert item.task.value == "Mở 02 lớp chữa cháy"
    assert names(item) == (["Công an xã"], [])
    assert item.deadline
    assert item.deadline.value == "quý II/2026"


def test_prose_with_a_labelled_product() -> None:
    item = only(
        read("1. Lắp 16 máy tập. Phòng Kinh tế chủ trì; các thôn phối hợp. Sản phẩm: biên bản bàn giao, sổ bảo trì.\n")
    )
    assert names(item)[0] == ["Phòng Kinh tế"]
    assert item.product
    assert item.product.value == "biên bản bàn giao, sổ bảo trì"


def test_a_value_ends_at_a_capital_not_at_any_accented_letter() -> None:
    assert inline_fields("Hạn: 5/5; chủ trì: P. đô thị TP. ông Ba.")[-1] == (Field.LEAD, "P. đô thị TP. ông Ba")


def test_field_lines_behind_points_that_have_none_belong_to_what_the_points_explain() -> None:
    version = read(
        "1. Giữ giếng làng\n\na. Khóa giếng từ 21 giờ.\n\nb. Không khoan gần bãi rác.\n\n"
        "- Đơn vị lo: Phòng Kinh tế. Cùng làm: Trạm Y tế.\n"
    )
    item = only(version)
    assert (item.clause, names(item)) == ("II.1", (["Phòng Kinh tế"], ["Trạm Y tế"]))
    assert item.task.value.startswith("Giữ giếng làng")


def test_one_label_within_a_line_names_who_does_it() -> None:
    item = only(read("1. Nước sạch\n\nThay 1.450 m ống mục. Đơn vị lo: Phòng Kinh tế. Xong trước 20/4/2026.\n"))
    assert names(item) == (["Phòng Kinh tế"], [])
    assert item.task.value.startswith("Thay 1.450 m ống mục")


def test_a_name_ends_where_its_own_task_begins() -> None:
    item = only(read("1. Đường điện\n\n- Dọn cây.\n\n- Đơn vị thực hiện: Điện lực; thôn Tân Hợp cử người dẫn.\n"))
    assert names(item) == (["Điện lực", "thôn Tân Hợp"], [])


def test_who_is_said_to_be_the_standing_office_and_to_lead_leads_once() -> None:
    item = only(read("1. Bão lũ\n\nBan CHQS xã là cơ quan thường trực, chủ trì phương án sơ tán trước 30/6.\n"))
    assert names(item) == (["Ban CHQS xã"], [])


def test_duties_with_numbers_of_their_own_below_a_unit() -> None:
    version = read("1. Công an xã\n1.1. Lập danh sách người vi phạm.\n1.2. Tuần tra ban đêm.\n")
    assert [(names(item)[0], item.clause) for item in version.assignments] == [
        (["Công an xã"], "II.1.1"),
        (["Công an xã"], "II.1.2"),
    ]


def test_lines_between_units_are_headed_by_whoever_stands_there() -> None:
    version = read("1. Việc từng nơi\n\n- Công an xã: tuần tra.\n- Giám thị: đi vòng bãi xe.\n- Trạm Y tế: sơ cứu.\n")
    assert [names(item)[0] for item in version.assignments] == [["Công an xã"], ["Giám thị"], ["Trạm Y tế"]]


def test_members_of_a_board_have_their_own_duties_and_not_the_boards() -> None:
    version = read(
        "1. Ban Chỉ đạo\n\n- Ông Hà Văn Tự, Chủ tịch UBND xã - Trưởng ban, chỉ đạo chung.\n"
        "- Bà Lò Thị Xuân, Trưởng phòng Kinh tế - thành viên.\n"
    )
    assert [(names(item)[0], item.task.value) for item in version.assignments] == [
        (["Ông Hà Văn Tự"], "chỉ đạo chung"),
    ]


def test_what_follows_a_field_on_its_line_is_read() -> None:
    version = read("1. Đầu mối: Phòng Kinh tế. Tài khoản do Trạm Y tế cấp.\n")
    assert [names(item)[0] for item in version.assignments] == [["Trạm Y tế"]]


def test_targets_give_out_nothing_but_targets_and_activities_do() -> None:
    def leads(heading: str) -> list[list[str]]:
        text = f"KẾ HOẠCH\nThử\n\nI. {heading}\n\n1. Khám mắt\n\nXe đón do Trạm Y tế bố trí.\n\nII. KHÁC\n\n1. Không.\n"
        return [names(item)[0] for item in parse(SourceText(text, "t.txt", "0"), "t", 1).assignments]

    assert leads("CHỈ TIÊU") == []
    assert leads("CHỈ TIÊU VÀ HOẠT ĐỘNG") == [["Trạm Y tế"]]


GRID = "| TT | Việc | Phòng VH-XH | Công an xã | Trạm Y tế | Hạn |\n|---|---|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("legend", "led", "helped"),
    [
        ("Ký hiệu: P là phụ trách, C là phối hợp.", "P", "C"),
        ("Ghi chú: x - chủ trì; + - phối hợp.", "x", "+"),
        ("Đơn vị chủ trì (●), đơn vị phối hợp (○).", "●", "○"),
        ("", "CT", "PH"),
        ("", "Chủ trì", "Phối hợp"),
    ],
)
def test_letters_below_units_say_who_leads_and_who_helps(legend: str, led: str, helped: str) -> None:
    rows = f"| 1 | Treo băng rôn | {led} | {helped} | | 01/5/2026 |\n| 2 | Trực cấp cứu | | {helped} | {led} | |\n"
    version = read(f"1. Phân công\n\n{legend}\n\n{GRID}{rows}")
    first, second = version.assignments
    assert names(first) == (["Phòng VH-XH"], ["Công an xã"])
    assert names(second) == (["Trạm Y tế"], ["Công an xã"])
    assert (first.task.value, first.leads[0].span.of(version.text)) == ("Treo băng rôn", led)
    assert first.deadline
    assert first.deadline.value == "01/5/2026"


@pytest.mark.parametrize(
    "rows",
    [
        "| 1 | Loa kéo | Q | R | | |\n| 2 | Dây điện | | R | Q | |\n",  # letters that nothing explains
        "| 1 | Loa kéo | 2 | 3 | 1 | |\n| 2 | Dây điện | 4 | 1 | 1 | |\n",
        "| 1 | Số dân quân | Đạt | Đạt | Không | |\n| 2 | Số thẻ | Đạt | Không | Đạt | |\n",
    ],
)
def test_what_else_stands_below_units_gives_out_nothing(rows: str) -> None:
    assert not read(f"1. Bảng\n\n{GRID}{rows}").assignments


def test_a_cross_below_a_unit_is_its_duty() -> None:
    rows = "| 1 | Treo băng rôn | x | | | |\n| 2 | Trực cấp cứu | | x | x | |\n"
    first, second = read(f"1. Phân công\n\n{GRID}{rows}").assignments
    assert (names(first), names(second)) == ((["Phòng VH-XH"], []), (["Công an xã", "Trạm Y tế"], []))


def test_who_is_on_duty_when() -> None:
    rows = "| 01-07/12 | Nông Văn Quẩy | 0911 |\n| 08-14/12 | Hứa Thị Sới | 0912 |\n"
    first, second = read(f"1. Lịch trực\n\n| Tuần | Người trực | Điện thoại |\n|---|---|---|\n{rows}").assignments
    assert (names(first), first.task.value) == ((["Nông Văn Quẩy"], []), "01-07/12")
    assert (names(second), second.task.value) == ((["Hứa Thị Sới"], []), "08-14/12")


def test_targets_of_villages_are_no_duties() -> None:
    assert not read("1. Mục tiêu\n\n- Thôn Nà Cáy, thôn Khe Sặt giữ sạch đường làng.\n").assignments


def test_people_behind_a_label_in_the_line_have_its_task() -> None:
    item = only(
        read("1. Giấy mời\n\n- In 300 giấy mời; người làm: bà Hà Thị Na - công chức, ông Lê Văn Hòa - văn thư.\n")
    )
    assert names(item) == (["bà Hà Thị Na", "ông Lê Văn Hòa"], [])


def test_whom_to_ask_leads_no_task_above() -> None:
    version = read("1. Kinh phí in ấn\n\n- Chi 20 triệu đồng.\n\n- Đầu mối: ông Lê Văn Hòa, Văn phòng, 0239 000 471.\n")
    assert [(names(item)[0], item.task.value[:7]) for item in version.assignments] == [(["ông Lê Văn Hòa"], "Đầu mối")]


def test_a_body_has_the_duty_behind_its_members() -> None:
    version = read("1. Tiểu ban Trọng tài\n\nGồm 07 người. Nhiệm vụ: kiểm tra thuyền; bắt thăm làn đua.\n")
    assert names(only(version)) == (["Tiểu ban Trọng tài"], [])
    assert only(version).task.value.startswith("kiểm tra thuyền")


def test_who_gets_a_work_beside_who_helps_leads_it() -> None:
    version = read(
        "| TT | Đầu việc | Người nhận | Cùng làm | Phải xong |\n|---|---|---|---|---|\n"
        "| 1 | Cắm phao tiêu | Phòng Kinh tế | Đoàn xã | 18/02/2026 |\n"
        "| 2 | Mua bảo hiểm | Trạm Y tế | | 15/02/2026 |\n"
    )
    assert [names(item) for item in version.assignments] == [(["Phòng Kinh tế"], ["Đoàn xã"]), (["Trạm Y tế"], [])]


def test_a_task_behind_a_name_is_none_of_its_name_and_who_cung_cap_is_no_helper() -> None:
    item = only(
        read(
            "1. Truyền thông\n\n- Cơ quan thực hiện: Trung tâm Văn hóa phường: đăng tin, bài về luật mới trên đài phát "
            "thanh, trang tin và bảng tin; Phòng Kinh tế phối hợp cung cấp tài liệu giới thiệu luật cho các tổ.\n\n"
            "- Thời gian thực hiện: Năm 2026.\n"
        )
    )
    assert names(item)[0] == ["Trung tâm Văn hóa phường", "Phòng Kinh tế"]
    assert not any("cấp" in name for name in names(item)[1])


def test_lines_that_ask_others_are_not_the_heading_s() -> None:
    version = read(
        "III. TỔ CHỨC THỰC HIỆN\n\n1. Các tổ chức phối hợp\n\n"
        "- Đề nghị UBND phường chỉ đạo kiểm tra.\n\n- Người sử dụng lao động bố trí thời gian.\n"
    )
    leads = [lead.value for item in version.assignments for lead in item.leads]
    assert leads == ["UBND phường", "Người sử dụng lao động"]


def test_a_sentence_that_speaks_of_a_basis_is_no_heading_over_facts() -> None:
    version = read("1. Các phòng căn cứ nội dung trên triển khai; giao Trạm Y tế theo dõi.\n\nVăn phòng thông báo.\n")
    assert "Trạm Y tế" in [lead.value for item in version.assignments for lead in item.leads]


def test_amounts_and_what_is_asked_of_all_at_the_end_are_no_tasks() -> None:
    text = (
        "ỦY BAN NHÂN DÂN\nXÃ HOA TRẦM\nKẾ HOẠCH\nThử nghiệm năm 2026\nCăn cứ Luật Thử;\nI. TIỀN\n1. Nguồn\n"
        "- Quỹ phát triển sản xuất: 56 triệu đồng.\n2. Việc khác.\nII. VIỆC\n4. Tổ trưởng các tổ dân phố:\n"
        "* Vận động các hộ tháo dỡ.\n* Treo cờ, vệ sinh ngõ.\n"
        "Yêu cầu các đơn vị nghiêm túc triển khai thực hiện./.\n"
    )
    found = parse(SourceText(text, "x.txt", "0"), "x", 1).assignments
    assert [(item.leads[0].value, item.task.value[:8]) for item in found] == [
        ("Tổ trưởng các tổ dân phố", "Vận động"),
        ("Tổ trưởng các tổ dân phố", "Treo cờ,"),
    ]
