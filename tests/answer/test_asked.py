"""What a question asks: of the document itself, or of one of its clauses."""

from __future__ import annotations

import pytest

from answer.asked import Ask, about_document, asked


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


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Camera do đv nào thực hiện, phối hợp với ai?", {Ask.LEAD, Ask.COORD}),
        ("don vi nao lam va co quan nao phoi hop", {Ask.LEAD, Ask.COORD}),
        ("Ai phối hợp thực hiện việc số hóa?", {Ask.COORD}),
        ("Lọc sách cũ ai làm cùng Trung tâm Dịch vụ?", {Ask.COORD}),
        ("Phải dập xong trong bao lâu?", {Ask.DEADLINE}),
    ],
)
def test_each_facet_of_a_question_is_asked(question: str, asks: set[Ask]) -> None:
    assert asked(question) & {Ask.LEAD, Ask.COORD, Ask.DEADLINE, Ask.PRODUCT} == asks
