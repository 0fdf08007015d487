"""Units under all their spellings."""

import pytest

from plan.text import any_word
from plan.units import find_units, unit_ids, unit_name


@pytest.mark.parametrize(
    ("spelling", "unit"),
    [
        ("Phòng Văn hóa - Xã hội", "vhxh"),
        ("Phòng Văn hoá – Xã hội phường", "vhxh"),
        ("VH-XH", "vhxh"),
        ("Giao Văn hoá xã viết tin bài", "vhxh"),
        ("phòng VHXXH", "vhxh"),
        ("phong van hoa xa hoi", "vhxh"),
        ("the Culture and Society Division", "vhxh"),
        ("Vian phong HDND va UBND", "vpubnd"),
        ("Văn phòng HĐND&UBND", "vpubnd"),
        ("Trung tâm PVHCC", "ttpvhcc"),
        ("TTPVHCC phường phải làm gì", "ttpvhcc"),
        ("one-stop shop", "ttpvhcc"),
        ("CA xã phải làm gì", "congan"),
        ("What does the police do", "congan"),
        ("Phòng Kinh tế, Hạ tầng & Đô thị", "kinhte"),
        ("hội nông dân", "hnd"),
        ("Sở KH&CN", "so:khoa hoc va cong nghe"),
        ("Sở Khoa học và Công nghệ", "so:khoa hoc va cong nghe"),
        ("the Department of Agriculture and Environment", "so:nong nghiep va moi truong"),
        ("Ministry of Health", "bo:y te"),
        ("Sở VHTTDL", "so:van hoa"),
        ("so xay dung", "so:xay dung"),
        ("cán bộ công an xã", "congan"),
        ("CAX", "congan"),
        ("Sở Văn hóa, Thể thao và Du lịch", "so:van hoa"),
        ("Department of Culture, Sports and Tourism", "so:van hoa"),
    ],
)
def test_a_spelling_names_its_unit(spelling: str, unit: str) -> None:
    assert unit in unit_ids(spelling)


def test_offsets_are_of_the_text_itself() -> None:
    text = "Giao Công an xã, Trạm Y tế phối hợp"
    assert [text[m.start : m.end] for m in find_units(text)] == ["Công an xã", "Trạm Y tế"]


@pytest.mark.parametrize(
    "text",
    [
        "bảo đảm an toàn thông tin",
        "công trình công cộng an toàn",
        "xã hội học tập",
        "cơ sở y tế",
        "hồ sơ xây dựng",
        "sổ y tế",
        "một số dân tộc",
        "nhiệm vụ xây dựng trang thông tin",
        "can bo y te",
        "tại Nhà Văn hóa xã, lễ hội văn hóa xã Đông",
        "ai giu chia khoa nha van hoa xa",
        "xây dựng nông thôn mới",
    ],
)
def test_other_words_are_no_units(text: str) -> None:
    assert not unit_ids(text)


def test_a_department_is_named_as_it_is_written() -> None:
    named = [unit_name(unit) for unit in ("so:van hoa", "bo:y te", "so:khoa hoc va cong nghe")]
    assert named == ["Sở Văn hóa, Thể thao và Du lịch", "Bộ Y tế", "Sở Khoa học và Công nghệ"]


@pytest.mark.parametrize("text", ["hoi nong dan lam gi, ke ca phoi hop", "tat ca co bao nhieu viec"])
def test_all_of_it_typed_without_accents_names_no_police(text: str) -> None:
    assert "congan" not in unit_ids(text)


def test_a_spelling_that_could_be_found_nowhere_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="begins with no letter"):
        any_word(["thon", "(?<!nong )xom"])
