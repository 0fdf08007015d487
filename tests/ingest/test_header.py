"""What header and closing say, blanks kept as facts."""

import pytest

from ingest.parse import NotAPlan, parse
from plan.model import PlanInfo, SourceText

BODY = (
    "\n\nCăn cứ Luật Dữ liệu;\n\nUBND xã Lạc Khê ban hành Kế hoạch:\n\nI. MỤC ĐÍCH\n\n- Một.\n\nII. NỘI DUNG\n\n"
    "1. Hai.\n"
)
END = "\nNơi nhận:\n- Sở Y tế;\n- Lưu: VT.\n\nTM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nĐào Quang Nghiệp\n"


def info(head: str, end: str = END) -> PlanInfo:
    title = "KẾ HOẠCH\nPhòng, chống thiên tai trên địa bàn xã Lạc Khê"
    return parse(SourceText(f"{head}\n\n{title}{BODY}{end}", "x.txt", "0"), "x", 1).info


def test_a_signed_plan() -> None:
    found = info("ỦY BAN NHÂN DÂN\nXÃ LẠC KHÊ\n\nSố: 58/KH-UBND\n\nLạc Khê, ngày 12 tháng 3 năm 2026")
    assert (found.number, found.date, found.place) == ("58/KH-UBND", "2026-03-12", "xã Lạc Khê")
    assert (found.signer, found.signer_title) == ("Đào Quang Nghiệp", "Phó chủ tịch")
    assert len(found.recipients) == 2
    assert len(found.bases) == 1


@pytest.mark.parametrize("over", ["Nơi gửi:", "**Gửi:**"])
def test_those_it_is_sent_to_by_other_words(over: str) -> None:
    found = info("ỦY BAN NHÂN DÂN\nXÃ LẠC KHÊ", END.replace("Nơi nhận:", over))
    assert (len(found.recipients), found.signer) == (2, "Đào Quang Nghiệp")


def test_a_draft_leaves_number_and_date_blank() -> None:
    found = info("Số:      /KH-UBND\n\nLạc Khê, ngày     tháng     năm 2026")
    assert (found.number, found.date) == ("", "")
    assert found.number_line is not None
    assert found.date_line is not None


def test_a_plan_without_letterhead() -> None:
    found = info("")
    assert (found.number, found.number_line, found.place) == ("", None, "xã Lạc Khê")


def test_signature_stamps_are_metadata() -> None:
    found = info("", END + "\n2026-06-23T12:36:10+0700\nViệt Nam\nĐào Quang Nghiệp <n@xa.vn> đã ký lên văn bản này!\n")
    assert any("đã ký" in line for line in found.signatures)


@pytest.mark.parametrize(
    ("foot", "signer", "office"),
    [
        ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\n(Đã ký) Phạm Bá Lượng", "Phạm Bá Lượng", "Chủ tịch"),
        ("CHỦ TỊCH (đã ký) Đinh Thế Vỹ", "Đinh Thế Vỹ", "Chủ tịch"),
        ("TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH - PHÓ CHỦ TỊCH: Phùng Văn Lịch", "Phùng Văn Lịch", "Phó chủ tịch"),
        ("KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH Y Thuyên Mlô", "Y Thuyên Mlô", "Phó chủ tịch"),
        ("BÍ THƯ\nH' Len Niê", "H' Len Niê", "Bí thư"),
        ("THỦ TRƯỞNG ĐƠN VỊ\n(Ký, ghi rõ họ tên)\nLê Kim Huệ", "Lê Kim Huệ", "Thủ trưởng đơn vị"),
        ("**CHỦ TỊCH** H'Nguyên Niê", "H'Nguyên Niê", "Chủ tịch"),
        ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH - Nông Ngọc Khuê", "Nông Ngọc Khuê", "Chủ tịch"),
        ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n(đã ký)", "", "Chủ tịch"),
        ("TM. HỘI NÔNG DÂN\nCHỦ TỊCH\nLò Văn Bun\nTRƯỞNG CÔNG AN XÃ\nVũ Thị Lành", "Lò Văn Bun", "Chủ tịch"),
        ("Chủ tịch\nLò Văn Bun 👍", "Lò Văn Bun", "Chủ tịch"),
        ("BÍ THƯ ĐOÀN XÃ\n(đã ký)\nLò Văn Bun", "Lò Văn Bun", "Bí thư đoàn xã"),
        ("CHỦ TỊCH\nY Krông Mlô", "Y Krông Mlô", "Chủ tịch"),
        ("CHỦ TỊCH: A Nhếch", "A Nhếch", "Chủ tịch"),
        ("CHỦ TỊCH\nNgười viết: Vũ Thị Lành\nLò Văn Bun", "Lò Văn Bun", "Chủ tịch"),
        ("CHỦ TỊCH\nNGƯỜI LẬP BIỂU\nVũ Thị Lành\nLò Văn Bun", "Lò Văn Bun", "Chủ tịch"),
    ],
)
def test_office_and_name_may_share_a_line(foot: str, signer: str, office: str) -> None:
    found = info("ỦY BAN NHÂN DÂN\nXÃ LẠC KHÊ\nSố: 12/KH-UBND", f"\nNơi nhận: Sở Y tế; Lưu: VT.\n\n{foot}\n")
    assert (found.signer, found.signer_title, len(found.recipients)) == (signer, office, 1)


@pytest.mark.parametrize("text", ["Chào bạn, mai họp nhé.", "THÔNG BÁO\n\nVề việc nghỉ lễ\n\n1. Nghỉ từ thứ Hai.\n"])
def test_other_texts_are_no_plans(text: str) -> None:
    with pytest.raises(NotAPlan):
        parse(SourceText(text, "x.txt", "0"), "x", 1)


def test_a_ward_called_an_is_no_scheme() -> None:
    found = info("ỦY BAN NHÂN DÂN\nPHƯỜNG AN PHÚ LỘC\n\nSố: 92/KH-UBND\n\nAn Phú Lộc, ngày 12 tháng 3 năm 2026")
    assert (found.number, found.date, found.place) == ("92/KH-UBND", "2026-03-12", "phường An Phú Lộc")


def test_a_board_is_written_as_the_plan_writes_it() -> None:
    head = "UBND XÃ LẠC KHÊ\nBAN CHỈ ĐẠO AN TOÀN THỰC PHẨM\n\nSố:     /KH-BCĐ"
    assert info(f"{head}\n\nBan Chỉ đạo an toàn thực phẩm ban hành:").issuer == "Ban Chỉ đạo an toàn thực phẩm"


@pytest.mark.parametrize(
    ("head", "issuer"),
    [
        ("ỦY BAN NHÂN DÂN TỈNH TRÀ\nGIANG\nSỞ NÔNG NGHIỆP VÀ MÔI\nTRƯỜNG", "Sở Nông nghiệp và Môi trường"),
        ("HỘI ĐỒNG NHÂN DÂN XÃ LẠC KHÊ\nTHƯỜNG TRỰC", "Hội đồng nhân dân xã Lạc Khê"),
        ("ỦY BAN NHÂN DÂN\nXÃ LẠC KHÊ\nVĂN PHÒNG", "UBND xã Lạc Khê"),
        ("ỦY BAN NHÂN DÂN\nXÃ LẠC KHÊ\nHỘI NÔNG DÂN XÃ LẠC KHÊ\nSố: 07/KHLT-UBND-HND", "UBND xã Lạc Khê"),
        ("CÔNG AN XÃ LẠC KHÊ\nHỘI NÔNG DÂN XÃ LẠC KHÊ\nSố: 07/KHPH-CAX-HND", "Công an xã Lạc Khê"),
    ],
)
def test_a_narrow_column_breaks_the_issuer_and_an_organ_stands_under_its_body(head: str, issuer: str) -> None:
    assert info(f"{head}\nSố: 12/KH-UBND").issuer == issuer


def test_a_chairman_named_in_the_title_is_no_place() -> None:
    head = "ỦY BAN NHÂN DÂN\nPHƯỜNG LỘC THỌ\nVĂN PHÒNG\nSố: 118/TB-VP\n\nLộc Thọ, ngày 03 tháng 4 năm 2026\n\n"
    title = "THÔNG BÁO\nKết luận của Chủ tịch UBND phường Đỗ Hữu Tường, phường Đỗ Hữu Tường kết luận\n"
    body = "\n\n1. Về thu ngân sách\n\nRà soát nợ thuế.\n\n2. Về vỉa hè\n\nTháo dỡ mái che.\n"
    found = parse(SourceText(f"{head}{title}{body}{END}", "x.txt", "0"), "x", 1).info
    assert (found.place, found.issuer) == ("phường Lộc Thọ", "UBND phường Lộc Thọ")


def test_recipients_that_a_page_end_cuts_off_are_recipients() -> None:
    cut = "\nNơi nhận:\n- Sở Y tế;\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nĐào Quang Nghiệp\n- Lưu: VT.\n"
    found = info("ỦY BAN NHÂN DÂN\nXÃ LẠC KHÊ\nSố: 12/KH-UBND", cut)
    assert (len(found.recipients), found.signer) == (2, "Đào Quang Nghiệp")


def test_a_motto_that_breaks_over_two_lines_is_no_issuer() -> None:
    motto = "CỘNG HÒA XÃ HỘI CHỦ\nNGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    found = info(f"UBND TỈNH VĨNH LẠC\nSỞ CÔNG THƯƠNG\nSố: 12/KH-SCT\n{motto}")
    assert (found.issuer, found.place) == ("Sở Công Thương", "")


@pytest.mark.parametrize(
    ("lines", "number", "date"),
    [
        ("Số: 05/2026/QĐ-UBND\nLạc Khê, 02/7/2026", "05/2026/QĐ-UBND", "2026-07-02"),
        ("Số: 07/KHLT-UBND-HND\nLạc Khê, ngày 02/7/2026", "07/KHLT-UBND-HND", "2026-07-02"),
        ("Số: 05/2026/KH-HTX\nLạc Khê, ngày 02/7/2026", "05/2026/KH-HTX", "2026-07-02"),
    ],
)
def test_a_number_with_its_year_and_a_day_without_its_word(lines: str, number: str, date: str) -> None:
    found = info(f"ỦY BAN NHÂN DÂN\nXÃ LẠC KHÊ\n{lines}")
    assert (found.number, found.date) == (number, date)


def test_a_title_on_the_first_line_with_a_note_in_brackets_and_no_issuer() -> None:
    head = "KẾ HOẠCH ĐÊM HỘI TRĂNG RẰM 2026 (bản gửi nhóm)\n\nGửi: các xóm\nNơi gửi: nhóm chung\n\n"
    opening = "Theo Kế hoạch số 210/KH-UBND ngày 03/8/2026 của UBND phường Bến Vạn, hai xóm tổ chức, cụ thể:\n\n"
    foot = "\nLàm tại xóm Đình, 06/9/2026\n"
    body = "I/ Thời gian\n- Tối thứ Năm.\nII/ Phần việc\n1/ Sân khấu\n- Xóm Đình dựng rạp.\n2/ Quà\n- Kẹo.\n"
    found = parse(SourceText(head + opening + body + foot, "x.txt", "0"), "x", 1).info
    assert (found.title, found.issuer, found.date) == (f"Kế hoạch {head[9:48].strip()}", "", "2026-09-06")


def test_the_rest_of_a_plan_begins_with_its_text_and_is_called_as_its_end_calls_it() -> None:
    text = (
        "(Tiếp theo Phần 1 - Kế hoạch số 59/KH-UBND ngày 10/02/2026 của UBND xã Lạc Khê)\n4. Môi trường\n"
        "a) Xây 02 lò đốt rác.\n5. An ninh\na) Lắp camera.\nIII. KINH PHÍ\n1. Một tỷ đồng.\n2. Hai tỷ đồng.\n"
        "Trên đây là Kế hoạch xây dựng nông thôn mới năm 2026 của xã Lạc Khê, yêu cầu các đơn vị thực hiện./.\n"
    )
    found = parse(SourceText(text, "x.txt", "0"), "x", 1)
    assert (found.info.title, found.info.number) == ("Kế hoạch xây dựng nông thôn mới năm 2026", "59/KH-UBND")
    assert found.info.date == "2026-02-10"
    assert (found.info.issuer, found.assignments) == ("UBND xã Lạc Khê", ())
    headed = [(clause.label, clause.heading) for clause in found.clauses if clause.label and clause.children]
    assert headed[:2] == [("4.", "Môi trường"), ("5.", "An ninh")]
