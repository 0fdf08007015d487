"""Places named in questions, in Vietnamese with and without accents and in English."""

import pytest

from plan.references import Reference, read_reference


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("mục II.6 nói gì", Reference(section="II", item="6")),
        ("diem a khoan 2 muc II", Reference(section="II", item="2", point="a")),
        ("What has to be delivered under point 5.c of section II?", Reference(section="II", item="5", point="c")),
        ("phụ lục 2 hàng 22", Reference(appendix="II", row="22", in_appendix=True)),
        ("PL I dòng 3", Reference(appendix="I", row="3")),
        ("in the section III table (not the appendix)", Reference(section="III", in_appendix=False)),
        ("II.2.a ai chủ trì", Reference(section="II", item="2", point="a")),
        ("khoản 1.1 mục III", Reference(section="III", item="1.1")),
    ],
)
def test_a_place_is_read(question: str, expected: Reference) -> None:
    assert read_reference(question) == expected


@pytest.mark.parametrize(
    "question", ["Nghị định 142/2026 nói gì", "mục tiêu 2026 là gì", "ai chủ trì tập huấn", "kinh phí bao nhiêu triệu"]
)
def test_other_numbers_are_no_places(question: str) -> None:
    assert not read_reference(question)
