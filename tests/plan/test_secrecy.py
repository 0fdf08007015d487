"""The stamp of a state secret, and the many things that only look like one."""

from __future__ import annotations

import pytest

from plan.secrecy import secrecy

HEAD = (
    "ỦY BAN NHÂN DÂN\nXÃ ĐÔNG KIỀU\n{stamp}\nSố: 12/KH-UBND\n\n"
    "KẾ HOẠCH\n{subject}\n\nCăn cứ Luật;\n\nI. MỤC ĐÍCH\n{body}\n"
)


def document(stamp: str = "", subject: str = "Bảo đảm an toàn giao thông năm 2026", body: str = "Giảm tai nạn.") -> str:
    return HEAD.format(stamp=stamp, subject=subject, body=body)


@pytest.mark.parametrize(
    ("stamp", "level"),
    [
        ("MẬT", "MẬT"),
        ("[MẬT]", "MẬT"),
        ("**TỐI MẬT**", "TỐI MẬT"),
        ("TUYỆT  MẬT", "TUYỆT MẬT"),
        ("Độ mật: Tối mật", "TỐI MẬT"),
        ("DẤU MẬT", "MẬT"),
        ("Mật", "MẬT"),
        ("MẬT                         CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "MẬT"),
        ("UBND XÃ ĐÔNG KIỀU     TỐI MẬT     Độc lập - Tự do - Hạnh phúc", "TỐI MẬT"),
        ("| MẬT | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |", "MẬT"),
        ("MA\u0302\u0323T", "MẬT"),  # decomposed letters
    ],
)
def test_a_stamp_is_seen(stamp: str, level: str) -> None:
    assert secrecy(document(stamp)) == level


def test_a_stamp_between_title_and_subject_is_seen() -> None:
    assert secrecy("UBND XÃ A\nKẾ HOẠCH\nMẬT\nBảo vệ cơ quan\n") == "MẬT"


@pytest.mark.parametrize(
    "text",
    [
        document(),
        document(subject="Bảo vệ bí mật nhà nước năm 2026"),
        document(subject="BẢO MẬT THÔNG TIN"),
        document(subject="Công tác bảo mật, văn bản mật của xã"),
        document("CHẾ ĐỘ BẢO MẬT"),
        document("Độ mật: không"),
        document("MẬT ONG RỪNG"),
        document(subject="Phát triển nghề nuôi ong lấy mật"),
        document(body="MẬT"),  # far below the head: a word of a table
        document(body="100% văn bản đi, đến (trừ văn bản mật) được ký số."),
        document(body="1. Văn bản\n\nTuyệt mật\n\nkhông đưa lên mạng."),
    ],
)
def test_words_about_secrets_are_no_stamp(text: str) -> None:
    assert secrecy(text) == ""
