"""The questions over paper: everything that proves an answer is found in what was read from it."""

from __future__ import annotations

import pytest

from tests.evaluation.paper import alike, paper_sets
from tests.evaluation.questions import QuestionSet, own_sets
from tests.evaluation.score import evidence_spans


@pytest.fixture(scope="module")
def printed() -> QuestionSet:
    """The samples as printed, which keeps what was read from them."""
    return next(iter(paper_sets(own_sets()[0])))


def test_what_proves_an_answer_is_found_by_likeness() -> None:
    text = "1. Mở lớp\n- Cơ quan thực hiện: Phòng Văn hoá - Xã\nhội.\n2\tCổng dữ liệu\t100\n"
    assert alike("- **Cơ quan thực hiện:** Phòng Văn hóa – Xã hội.", text).startswith("- Cơ quan thực hiện")
    assert "Cổng dữ liệu\t100" in alike("| 2 | Cổng dữ liệu | 100 |", text)
    assert alike("Thu phí làm thẻ bạn đọc", text) == ""


@pytest.mark.usefixtures("tesseract")
def test_the_printed_samples_hold_every_proof(printed: QuestionSet) -> None:
    assert [each.id for each in printed.questions] == [each.id for each in own_sets()[0].questions]
    for question in printed.questions:
        assert question.unanswerable or evidence_spans(question, printed.texts), question.id


@pytest.mark.usefixtures("tesseract")
def test_recipients_and_signer_stand_apart(printed: QuestionSet) -> None:
    """The short line "Nơi nhận:" leaves a wider gap than the lines below it."""
    text = printed.texts["chuyen-doi-so.pdf"]
    assert "Nơi nhận:\n- Sở Khoa học và Công nghệ tỉnh Nam Xuyên;\n- Thường trực Đảng ủy, HĐND phường;\n" in text
    assert "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nLương Thị Mai Hiên\n" in text
