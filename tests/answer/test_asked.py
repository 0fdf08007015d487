"""What a question asks: of the document itself, or of one of its clauses."""

from __future__ import annotations

import pytest

from answer.asked import about_document, asked


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("Ai ký kế hoạch này?", True),
        ("Ai ký?", True),
        ("ai ky van ban nay vay", True),
        ("Who signed the plan?", True),
        ("Thư xin lỗi do ai ký?", False),
        ("Giấy chứng nhận do ai ký", False),
        ("bien ban nghiem thu ai ky", False),
        ("Who signs the certificates?", False),
        ("Kế hoạch ban hành kèm quyết định do ai ký?", True),
    ],
)
def test_who_signs_another_paper_is_not_asked_of_the_document(question: str, whole: bool) -> None:
    assert about_document(asked(question)) is whole
