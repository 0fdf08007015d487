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
