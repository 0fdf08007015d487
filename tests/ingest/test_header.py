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
        ("**CHỦ TỊCH** H'Nguyên Niê", "H'Nguyên Niê", "Chủ tịch"),
        ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH - Nông Ngọc Khuê", "Nông Ngọc Khuê", "Chủ tịch"),
        ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n(đã ký)", "", "Chủ tịch"),
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
